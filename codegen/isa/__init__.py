"""How each dot-product sequence named in `lpt.target` is emitted, and how it wants its weights packed."""

from collections.abc import Callable

from lpt.codegen.isa.dot import Dot
from lpt.codegen.isa.floating import FloatDot
from lpt.codegen.isa.maddubs import Maddubs, proved
from lpt.codegen.isa.maddwd import Maddwd
from lpt.codegen.isa.vnni import Vpdpbusd
from lpt.target import Target

__all__ = ["Dot", "FloatDot", "Maddubs", "Maddwd", "Vpdpbusd", "float_dot", "integer_dots", "proved"]


def integer_dots(target: Target, lanes: int | None = None) -> tuple[Dot, ...]:
    """The target's u8·s8 sequences in order of preference; the last one is always exact.

    They work on registers of `lanes` dwords, by default the target's widest.
    """
    makers: dict[str, Callable[[str, Target, int | None], Dot]] = {
        "vpdpbusd": Vpdpbusd,
        "vpmaddubsw": Maddubs,
        "pmaddubsw": Maddubs,
        "vpmaddwd": Maddwd,
        "pmaddwd": Maddwd,
    }
    return tuple(makers[name](name, target, lanes) for name in target.dots)


def float_dot(target: Target) -> Dot:
    """f32 multiply and add: fused where the target can."""
    return FloatDot("fma" if target.fma else "mulps", target)
