"""What each operation means, in numpy: one module per group of operations, written down once and used by the interpreter, constant
folding and the tests."""

import importlib

_MODULES = (
    "activation",
    "comparison",
    "contraction",
    "dynamic",
    "elementwise",
    "movement",
    "normalization",
    "pooling",
    "quantization",
    "rearrangement",
    "recurrence",
    "resize",
    "selection",
)


def load() -> None:
    """Import all meanings, which register themselves."""
    for module in _MODULES:
        importlib.import_module(f"{__name__}.{module}")
