"""One function per ONNX operator, in files by idea; they register themselves when `load` imports them."""

from __future__ import annotations

import importlib

_FILES = (
    "constants",
    "contraction",
    "elementwise",
    "integer",
    "movement",
    "normalization",
    "pooling",
    "qdq",
    "qlinear",
    "resize",
    "shapes",
)


def load() -> None:
    """Register all handlers."""
    for name in _FILES:
        importlib.import_module(f"{__name__}.{name}")
