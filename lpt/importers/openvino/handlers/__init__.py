"""One function per OpenVINO operation, in files by idea; they register themselves when `load` imports them."""

from __future__ import annotations

import importlib

_FILES = (
    *("activation", "comparison", "contraction", "detection", "elementwise", "indexing", "movement", "normalization"),
    *("pooling", "quantization", "rearrangement", "recurrence", "resize", "sampling", "shapes"),
)


def load() -> None:
    """Register all handlers."""
    for name in _FILES:
        importlib.import_module(f"{__name__}.{name}")
