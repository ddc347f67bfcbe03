"""What all dot-product sequences have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
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
    """How often the steps of a block are walked, each time with other weights."""

    def __init__(self, name: str, target: Target):
        self.name = name
        self.target = target
        self.bits = target.vector_bits
        self.lanes = target.lanes

    @property
    def weight_bytes(self) -> int:
        """Bytes of packed weights per pass, step and vector of output channels."""
        return self.lanes * 4

    @abstractmethod
    def pack(self, weights: np.ndarray) -> np.ndarray:
        """[..., lanes, step] weights → [passes, ..., lanes] dwords as this sequence reads them."""

    @abstractmethod
    def broadcast(self, e: Emitter, pointer: ir.Value, pass_: int) -> ir.Value:
        """Load the dword at `pointer` in the form that `accumulate` multiplies in this pass."""

    @abstractmethod
    def accumulate(self, e: Emitter, acc: ir.Value, x: ir.Value, w: ir.Value) -> ir.Value:
        """acc + x · w, for a dword from `broadcast` and a vector from `load_weights`."""

    def load_weights(self, e: Emitter, pointer: ir.Value) -> ir.Value:
        """One packed weight vector."""
        return e.load(pointer, self.accumulator, self.lanes, invariant=True)


def as_dwords(packed: np.ndarray) -> np.ndarray:
    """[..., 4 bytes] or [..., 2 halves] → [...] of the same bits as int32."""
    return np.ascontiguousarray(packed).view(np.int32)[..., 0]
