"""A network under construction: every value is known on sample inputs, so that ranges fit what they quantize."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike
from xdsl.dialects.builtin import Float32Type, ModuleOp, StringAttr, TensorType, f32
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Operation, Region, SSAValue
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.algebra import AlgebraError
from lpt.dialects.blob import Array
from lpt.dialects.interpreter import evaluate
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import NnOp
from lpt.dialects.nn.base import Property
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import Shape, tensor_shape
from lpt.passes.journal import NODE
from lpt.testing.choices import Choices, T, chance, pick

LARGEST = 1024
"""Elements of a value, at most."""
GREATEST = 2.0**16
"""Magnitude of a value, at most."""


class Refused(Exception):
    """An operation cannot take this operand, or its result would be too large, too great or not finite."""


class Builder:
    """Adds operations to the block of a function; `sample` has the value of each SSA value on the sample inputs."""

    def __init__(self, choices: Choices):
        self.choices = choices
        self.numbers = np.random.default_rng(choices.integer(0, 2**31))
        self.block = Block()
        self.sample: dict[SSAValue, Array] = {}
        self.values: list[SSAValue] = []
        """Float values that operations may take, the latest last."""

    # Choices.

    def integer(self, low: int, high: int) -> int:
        """A number in [low, high]."""
        return self.choices.integer(low, high)

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return pick(self.choices, options)

    def chance(self, share: float) -> bool:
        """True in about `share` of all cases."""
        return chance(self.choices, share)

    def integers(self, count: int, low: int, high: int) -> list[int]:
        """`count` numbers in [low, high]."""
        return [self.integer(low, high) for _ in range(count)]

    def normal(self, shape: Sequence[int], spread: float = 1.0) -> Array:
        """Normal floats."""
        return np.asarray(self.numbers.normal(size=tuple(shape)) * spread, np.float32)

    # Values.

    def input(self, shape: Sequence[int]) -> SSAValue:
        """Another argument of the function."""
        value = self.block.insert_arg(TensorType(Float32Type(), list(shape)), len(self.block.args))
        self.sample[value] = self.normal(shape, 2.0 ** self.integer(-2, 3))
        self.values.append(value)
        return value

    def shape(self, value: SSAValue) -> Shape:
        """The value's extents."""
        return tensor_shape(value)

    def bounds(self, value: SSAValue) -> tuple[float, float]:
        """Least and greatest element on the sample inputs."""
        array = self.sample[value]
        return float(array.min()), float(array.max())

    def floats(self, array: ArrayLike) -> SSAValue:
        """A float constant."""
        return self.insert(ConstantOp(np.asarray(array, np.float32)))[0]

    def insert(self, op: Operation) -> Sequence[SSAValue]:
        """Add an operation. Raises Refused, and takes it back, where its results are too large, too great or not finite."""
        results = [np.asarray(a) for a in evaluate(op, [self.sample[operand] for operand in op.operands])]
        for array in results:
            wide = array.astype(np.float64)
            if not 0 < array.size <= LARGEST or not np.isfinite(wide).all():
                op.drop_all_references()
                raise Refused
            if array.dtype.kind == "f" and np.abs(wide).max() > GREATEST:
                op.drop_all_references()
                raise Refused
        if not isinstance(op, ConstantOp):
            op.attributes[NODE] = StringAttr(f"{op.name.partition('.')[2]}_{len(list(self.block.ops))}")
        self.block.add_op(op)
        self.sample.update(zip(op.results, results, strict=True))
        return op.results

    def op(self, op_class: type[NnOp], *operands: SSAValue | Sequence[SSAValue], **properties: Property | None) -> SSAValue:
        """Add an `nn` operation; its first result. Raises Refused where the shapes do not fit."""
        return self.ops(op_class, *operands, **properties)[0]

    def ops(
        self, op_class: type[NnOp], *operands: SSAValue | Sequence[SSAValue], **properties: Property | None
    ) -> Sequence[SSAValue]:
        """`op`, all results."""
        try:
            op = op_class.make(list(operands), **properties)  # type: ignore[arg-type]
        except (VerifyException, AlgebraError) as error:
            raise Refused from error
        return self.insert(op)

    def other(self, fits: Callable[[Shape], bool], share: float = 0.7) -> SSAValue | None:
        """Another float value whose shape fits, preferably one that nothing uses yet; None in 1 − `share` of all cases."""
        found = [v for v in self.values if fits(self.shape(v))]
        if not found or not self.chance(share):
            return None
        unused = [v for v in found if v.first_use is None]
        return self.pick(unused[::-1]) if unused and self.chance(0.7) else self.pick(found[::-1])

    def module(self, results: Sequence[SSAValue]) -> ModuleOp:
        """The verified module that returns `results`."""
        self.block.add_op(ReturnOp(*results))
        types = [a.type for a in self.block.args], [v.type for v in results]
        module = ModuleOp([FuncOp("main", types, Region(self.block))])
        module.verify()
        return module


def is_float(value: SSAValue) -> bool:
    """A float tensor."""
    assert isinstance(value.type, TensorType)
    return params_of(value) is None and value.type.element_type == f32
