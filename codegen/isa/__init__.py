"""How each dot-product sequence named in `lpt.target` is emitted, and how it wants its weights packed."""

from collections.abc import Callable

from lpt.codegen.isa.dot import Dot
from lpt.codegen.isa.floating import FloatDot
from lpt.codegen.isa.maddubs import Maddubs, MaddubsSum, proved
from lpt.codegen.isa.maddwd import Maddwd, WideMaddwd
from lpt.codegen.isa.vnni import Vpdpbusd
from lpt.errors import CompileError
from lpt.target import Target

__all__ = [
    "MOST_DWORDS",
    "SEQUENCES",
    "Dot",
    "FloatDot",
    "Maddubs",
    "MaddubsSum",
    "Maddwd",
    "Vpdpbusd",
    "WideMaddwd",
    "contraction_dots",
    "float_dot",
    "integer_dots",
    "proved",
]


SEQUENCES: dict[str, Callable[[str, Target, int | None], Dot]] = {
    "vpdpbusd": Vpdpbusd,
    "vpmaddubsw": Maddubs,
    "pmaddubsw": Maddubs,
    "vpmaddwd": Maddwd,
    "pmaddwd": Maddwd,
}
"""The u8·s8 sequences that a target's `dots` may name; what each costs is in `lpt.codegen.tiling.COSTS`."""


def is_ours() -> bool:
    """Whether nobody else has registered a sequence."""
    return all(getattr(make, "__module__", "").startswith("lpt.") for make in SEQUENCES.values())


def integer_dots(target: Target, lanes: int | None = None) -> tuple[Dot, ...]:
    """The target's u8·s8 sequences in order of preference; the last one is always exact.

    They work on registers of `lanes` dwords, by default the target's widest. Raises CompileError for a name not in SEQUENCES.
    """
    if unknown := [name for name in target.dots if name not in SEQUENCES]:
        raise CompileError(
            f"no dot-product sequence {unknown[0]!r}", where=f"target {target.name}", way_out=f"one of {', '.join(SEQUENCES)}"
        )
    return tuple(SEQUENCES[name](name, target, lanes) for name in target.dots)


MOST_DWORDS = 4
"""Dwords that a contraction sums in 16 bits at most."""


def contraction_dots(dots: tuple[Dot, ...]) -> tuple[Dot, ...]:
    """The sequences that a contraction uses for those of `integer_dots`: sums in 16 bits where the first one needs proof.

    Weights are cut so that all of them are proved: nothing is left to the others.
    """
    if not isinstance(dots[0], Maddubs):
        return dots[:1]
    return tuple(MaddubsSum(dots[0].name, dots[0].target, n, dots[0].lanes) for n in range(1, MOST_DWORDS + 1))


def float_dot(target: Target) -> Dot:
    """f32 multiply and add: fused where the target can."""
    return FloatDot("fma" if target.fma else "mulps", target)
