"""What each operation means, in numpy: one module per group of operations, written down once and used by the interpreter, constant
folding and the tests."""


def load() -> None:
    """Import all meanings, which register themselves."""
    from lpt.dialects.semantics import (  # noqa: F401
        contraction,
        elementwise,
        movement,
        normalization,
        pooling,
        quantization,
    )
