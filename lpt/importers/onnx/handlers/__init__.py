"""One function per ONNX operator, in files by idea; they register themselves when `load` imports them."""

from __future__ import annotations

import importlib

_FILES = (
    "attention",
    "attention_microsoft",
    "comparison",
    "constants",
    "contraction",
    "deformable",
    "detection",
    "dynamic",
    "einsum",
    "elementwise",
    "fused",
    "gelu",
    "indexing",
    "integer",
    "layer_normalization",
    "movement",
    "normalization",
    "pooling",
    "qdq",
    "qlinear",
    "qonnx",
    "recurrence",
    "reductions",
    "resize",
    "rotary",
    "scaled",
    "shapes",
    "softmax",
    "spectral",
    "trigonometry",
    "unpooling",
    "weight_only",
)


def load() -> None:
    """Register all handlers."""
    for name in _FILES:
        importlib.import_module(f"{__name__}.{name}")
