"""Targets as data: what passes and the code generator need to know about an instruction set.

This module is a leaf: everything may import it, it imports only the errors.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from lpt.errors import LptError


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

TARGETS: dict[str, Target] = {
    t.name: t
    for t in (
        Target("x86-64-sse42", _SSE42, 128, 16, ("pmaddubsw", "pmaddwd"), fma=False),
        Target("x86-64-avx2", _AVX2, 256, 16, ("vpmaddubsw", "vpmaddwd"), fma=True),
        Target("x86-64-avxvnni", (*_AVX2, "avxvnni"), 256, 16, ("vpdpbusd",), fma=True),
        Target("x86-64-avx512", _AVX512, 512, 32, ("vpmaddubsw", "vpmaddwd"), fma=True),
        Target("x86-64-avx512vnni", (*_AVX512, "avx512vnni"), 512, 32, ("vpdpbusd",), fma=True),
    )
}

_PREFERENCE = ("x86-64-avx512vnni", "x86-64-avxvnni", "x86-64-avx512", "x86-64-avx2", "x86-64-sse42")


@functools.cache
def host_features() -> frozenset[str]:
    """LLVM's names of the features this processor and operating system offer."""
    import llvmlite.binding as llvm

    return frozenset(name for name, on in llvm.get_host_cpu_features().items() if on)


def runs_here(target: Target) -> bool:
    """True if this processor can execute code for `target`."""
    return set(target.features) - {"evex512"} <= host_features()


@functools.cache
def get_target(name: str) -> Target:
    """The target called `name`; `native` is the best that this processor runs. Raises LptError for an unknown name."""
    if name == "native":
        for candidate in _PREFERENCE:
            if runs_here(TARGETS[candidate]):
                return TARGETS[candidate]
        raise LptError("this processor lacks SSE4.2", where="target native", way_out="cross-compile with --target")
    if name not in TARGETS:
        raise LptError(f"unknown target {name!r}", way_out=f"one of native, {', '.join(TARGETS)}")
    return TARGETS[name]
