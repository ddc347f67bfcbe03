"""Targets as data: what passes and the code generator need to know about an instruction set.

This module is a leaf: everything may import it, it imports only the errors and what loads plugins.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from lpt.errors import LptError
from lpt.plugins import load_plugins

__all__ = ["TARGETS", "Target", "get_target", "host_features", "register_target", "runs_here"]


@dataclass(frozen=True)
class Target:
    """An x86-64 instruction set level.

    `features` are LLVM feature names; `vector_bits` the width and `registers` the number of registers that kernels use;
    `dots` the u8·s8 dot-product sequences in order of preference (`vpdpbusd` is always exact; `vpmaddubsw` only where no
    pair of products can leave 16 bits, which the compiler proves per weight block; `vpmaddwd` on widened operands is exact
    and the fallback).
    """

    name: str
    features: tuple[str, ...]
    vector_bits: int
    registers: int
    dots: tuple[str, ...]
    fma: bool

    @property
    def lanes(self) -> int:
        """32-bit lanes of one vector."""
        return self.vector_bits // 32

    @property
    def llvm_features(self) -> str:
        """`features` as LLVM's target machine takes them: `+sse,+sse2 …`."""
        return ",".join(f"+{f}" for f in self.features)


_SSE42 = ("sse", "sse2", "sse3", "ssse3", "sse4.1", "sse4.2", "popcnt", "cx16", "sahf")
_AVX2 = (*_SSE42, "avx", "avx2", "fma", "f16c", "bmi", "bmi2", "lzcnt", "movbe")
_AVX512 = (*_AVX2, "avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512cd", "evex512")

_OURS = (
    Target("x86-64-sse42", _SSE42, 128, 16, ("pmaddubsw", "pmaddwd"), fma=False),
    Target("x86-64-avx2", _AVX2, 256, 16, ("vpmaddubsw", "vpmaddwd"), fma=True),
    Target("x86-64-avx512", _AVX512, 512, 32, ("vpmaddubsw", "vpmaddwd"), fma=True),
    Target("x86-64-avxvnni", (*_AVX2, "avxvnni"), 256, 16, ("vpdpbusd",), fma=True),
    Target("x86-64-avx512vnni", (*_AVX512, "avx512vnni"), 512, 32, ("vpdpbusd",), fma=True),
)
"""From the least to the best: `native` is the last one that runs."""

TARGETS: dict[str, Target] = {target.name: target for target in _OURS}
"""Ours, and those of one's own (`register_target`)."""


@functools.cache
def host_features() -> frozenset[str]:
    """LLVM's names of the features this processor and operating system offer."""
    import llvmlite.binding as llvm

    return frozenset(name for name, on in llvm.get_host_cpu_features().items() if on)


def runs_here(target: Target) -> bool:
    """True if this processor can execute code for `target`."""
    return set(target.features) - {"evex512"} <= host_features()


def register_target(target: Target) -> Target:
    """From now on, in this process, `target` is found by its name. Raises LptError for the name of one of ours."""
    if target.name == "native" or any(target.name == ours.name for ours in _OURS):
        raise LptError(f"{target.name!r} is a target of lpt", where="target", way_out="choose another name")
    TARGETS[target.name] = target
    return target


def is_ours(target: Target) -> bool:
    """Whether `target` is one of lpt's."""
    return target in _OURS


def get_target(name: str) -> Target:
    """The target called `name`; `native` is the best of ours that this processor runs. Raises LptError for an unknown name."""
    if name == "native":
        for ours in reversed(_OURS):
            if runs_here(ours):
                return ours
        raise LptError("this processor lacks SSE4.2", where="target native", way_out="cross-compile with --target")
    if name not in TARGETS:
        load_plugins()
    if name not in TARGETS:
        raise LptError(f"unknown target {name!r}", way_out=f"one of native, {', '.join(TARGETS)}")
    return TARGETS[name]
