"""What all dot-product sequences have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import llvmlite.ir as ir
import numpy as np

from lpt.codegen.emit import Emitter, Kind
from lpt.target import Target


class Dot(ABC):
    """One step of a contraction: accumulator lanes += one dword of activations · a vector of weights per lane.

    A dword is `step` activations of one pixel, in all lanes alike; lane i multiplies it with the `step` weights of
    its own output channel.
    """

    step: ClassVar[int]
    """Activations in a dword: 4 of u8, 1 of f32."""
    accumulator: ClassVar[Kind]
    passes: ClassVar[int] = 1
    """Vectors of weights that a dword of activations is multiplied with, each time in another form."""
    adds: ClassVar[bool] = False
    """Whether the instruction adds to the accumulator itself, so that LLVM cannot reassociate the sums of several steps."""
    dwords: int = 1
    """Dwords of activations that one step multiplies, each with a vector of weights per vector of output channels."""

    def __init__(self, name: str, target: Target, lanes: int | None = None):
        """`lanes` of 32 bits: those of the target's registers, or of narrower ones that it also has."""
        self.name = name
        self.target = target
        self.lanes = lanes or target.lanes
        self.bits = 32 * self.lanes

    @property
    def weight_bytes(self) -> int:
        """Bytes of packed weights per pass, step and vector of output channels."""
        return self.lanes * 4

    @abstractmethod
    def pack(self, weights: np.ndarray) -> np.ndarray:
        """[..., lanes, step] weights → [passes, ..., lanes] dwords as this sequence reads them."""

    @abstractmethod
    def multiplicand(self, e: Emitter, dwords: ir.Value, pass_: int) -> ir.Value:
        """A vector of dwords of activations in the form that `accumulate` multiplies in this pass."""

    @abstractmethod
    def accumulate(self, e: Emitter, acc: ir.Value, x: ir.Value, w: ir.Value) -> ir.Value:
        """acc + x · w, for a `multiplicand` and a vector from `load_weights`."""

    def accumulate_step(self, e: Emitter, acc: ir.Value, x: Sequence[ir.Value], w: Sequence[ir.Value]) -> ir.Value:
        """acc + a whole step: the products of `dwords` · `passes` multiplicands and as many vectors of weights."""
        for multiplicand, weights in zip(x, w, strict=True):
            acc = self.accumulate(e, acc, multiplicand, weights)
        return acc

    def broadcast(self, e: Emitter, pointer: ir.Value, pass_: int) -> ir.Value:
        """The dword at `pointer`, in all lanes, as a `multiplicand`."""
        return self.multiplicand(e, e.load_splat(pointer, self.accumulator, self.lanes), pass_)

    @property
    def step_bytes(self) -> int:
        """Bytes of packed weights per step and vector of output channels."""
        return self.dwords * self.passes * self.weight_bytes

    def load_weights(self, e: Emitter, pointer: ir.Value) -> ir.Value:
        """One packed weight vector."""
        return e.load(pointer, self.accumulator, self.lanes, invariant=True)


def as_dwords(packed: np.ndarray) -> np.ndarray:
    """[..., 4 bytes] or [..., 2 halves] → [...] of the same bits as int32."""
    return np.ascontiguousarray(packed).view(np.int32)[..., 0]
