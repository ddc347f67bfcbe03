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
    vectors: ClassVar[int] = 1
    """Weight vectors that one step reads."""

    def __init__(self, name: str, target: Target):
        self.name = name
        self.bits = target.vector_bits
        self.lanes = target.lanes
        self.registers = target.registers

    @property
    def weight_bytes(self) -> int:
        """Bytes of packed weights per step and vector of output channels."""
        return self.vectors * self.lanes * 4

    @abstractmethod
    def pack(self, weights: np.ndarray) -> np.ndarray:
        """[..., lanes, step] weights → [..., vectors, lanes] dwords as this sequence reads them."""

    @abstractmethod
    def broadcast(self, e: Emitter, pointer: ir.Value) -> Sequence[ir.Value]:
        """Load the dword at `pointer` in the form (or forms) that `accumulate` multiplies."""

    @abstractmethod
    def accumulate(self, e: Emitter, acc: ir.Value, x: Sequence[ir.Value], w: Sequence[ir.Value]) -> ir.Value:
        """acc + x · w, where w are the `vectors` weight vectors of this step."""

    def load_weights(self, e: Emitter, pointer: ir.Value) -> list[ir.Value]:
        """The weight vectors of one step from packed memory."""
        stride = self.lanes * 4
        return [e.load(e.at(pointer, i * stride), self.accumulator, self.lanes, invariant=True) for i in range(self.vectors)]


def as_dwords(packed: np.ndarray) -> np.ndarray:
    """[..., 4 bytes] or [..., 2 halves] → [...] of the same bits as int32."""
    return np.ascontiguousarray(packed).view(np.int32)[..., 0]
