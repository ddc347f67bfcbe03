"""A node of any format as its handler sees it: inputs in the form asked for, results, errors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from xdsl.dialects.builtin import i1
from xdsl.ir import Attribute, SSAValue
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.algebra import AlgebraError
from lpt.dialects.blob import Array
from lpt.dialects.nn import NnOp
from lpt.dialects.nn.base import Property
from lpt.dialects.nn.comparison import element_of
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import Shape
from lpt.errors import LoadError, UnsupportedError
from lpt.importers.builder import F32, Builder
from lpt.importers.files import one_line
from lpt.importers.value import Value


class BaseNode(ABC):
    """What the nodes of all formats have. `inputs` are None where an optional input is left out."""

    name: str
    inputs: list[Value | None]
    builder: Builder

    # Errors

    @property
    @abstractmethod
    def where(self) -> str:
        """Name, operator and operator set, for messages."""

    @property
    @abstractmethod
    def format(self) -> str:
        """`ONNX` …, for messages."""

    def unsupported(self, what: str, way_out: str | None = None) -> UnsupportedError:
        """The error that the node is valid, and not handled."""
        return UnsupportedError(one_line(what), where=self.where, way_out=way_out)

    def malformed(self, what: str) -> LoadError:
        """The error that the model breaks the format's rules."""
        return LoadError(one_line(what), where=self.where, way_out=f"the model is not valid {self.format}")

    # Inputs

    def optional(self, index: int) -> Value | None:
        """An input, or None if it is left out."""
        return self.inputs[index] if index < len(self.inputs) else None

    def value(self, index: int) -> Value:
        """An input that the operator needs."""
        value = self.optional(index)
        if value is None:
            raise self.malformed(f"input {index} is missing")
        return value

    def known(self, index: int, what: str) -> Array | None:
        """The data of an optional input that decides what the node does."""
        value = self.optional(index)
        if value is None:
            return None
        if value.array is None:
            raise self.unsupported(f"{what} is computed at run time", "make it a constant")
        if value.symbolic:
            raise self.unsupported(f"{what} depends on a dimension that is not known", "give the model's inputs fixed dimensions")
        return value.array

    def known_ints(self, index: int, what: str) -> list[int] | None:
        """Integers of an optional input that must be known."""
        array = self.known(index, what)
        if array is None:
            return None
        if array.dtype.kind not in "iu" or array.ndim > 1:
            raise self.malformed(f"{what} must be a list of integers")
        return [int(v) for v in array.reshape(-1)]

    def known_scalar(self, index: int, what: str) -> float | None:
        """One number of an optional input that must be known."""
        array = self.known(index, what)
        if array is None or array.size == 0:
            return None
        if array.size != 1 or array.dtype.kind not in "iufb":
            raise self.malformed(f"{what} must be one number")
        return float(array.reshape(()))

    def f32(self, index: int) -> SSAValue:
        """An input of f32, as an SSA value."""
        return self.as_f32(self.value(index))

    def as_f32(self, value: Value) -> SSAValue:
        """A value of f32, as an SSA value."""
        if value.element != F32 or value.params is not None:
            raise self.unsupported(f"works on f32, got {value.type_name}", "values are computed in f32: convert the model")
        return self.builder.ssa(value)

    def plain(self, index: int) -> SSAValue:
        """An input of f32, integers or booleans, without quantization parameters: codes are integers."""
        return self.as_plain(self.value(index))

    def as_plain(self, value: Value) -> SSAValue:
        """A value of f32, integers or booleans, as an SSA value; codes are integers."""
        if value.element is None or str(value.element) in ("f16", "f64", "ui64"):
            raise self.unsupported(f"{value.type_name} tensors are not handled", "convert the model to f32")
        return self.builder.plain(value)

    def alike(self, *indices: int) -> list[SSAValue]:
        """Inputs of one type: f32, integers or booleans."""
        values = [self.value(i) for i in indices]
        plain = [self.as_plain(value) for value in values]
        if len({element_of(value) for value in plain}) > 1:
            raise self.malformed(f"inputs differ in type: {', '.join(value.type_name for value in values)}")
        return plain

    def numbers(self, *indices: int) -> list[SSAValue]:
        """Inputs of one type that can be computed with: f32 or integers."""
        plain = self.alike(*indices)
        if element_of(plain[0]) == i1:
            raise self.malformed("computes with booleans")
        return plain

    def moved(self, index: int) -> SSAValue:
        """An input whose elements only move: f32, codes of up to 32 bits, or plain 64-bit integers and booleans."""
        return self.as_moved(self.value(index))

    def as_moved(self, value: Value) -> SSAValue:
        """A value whose elements only move, as an SSA value."""
        if value.storage is not None:
            return self.builder.codes(value)
        if value.element is None or str(value.element) in ("f16", "f64"):
            raise self.unsupported(f"{value.type_name} tensors are not handled", "convert the model to f32")
        return self.builder.ssa(value)

    def shape(self, index: int) -> Shape:
        """The shape of an input."""
        return self.value(index).shape

    def axis(self, axis: int, rank: int) -> int:
        """An axis counted from the front."""
        if not -rank <= axis < rank:
            raise self.malformed(f"axis {axis} is outside a tensor of rank {rank}")
        return axis % rank

    # Results

    def make(
        self,
        op: type[NnOp],
        operands: Sequence[SSAValue | Sequence[SSAValue]],
        params: QuantParams | None = None,
        **properties: Property | None,
    ) -> list[SSAValue]:
        """Append an `nn` operation and return its results. Raises LoadError if it does not take such operands."""
        try:
            added = self.builder.add(op.make(operands, params=params, **properties))
            added.verify()
            return list(added.results)
        except (VerifyException, AlgebraError, ValueError, OverflowError) as error:
            raise self.malformed(one_line(error)) from error

    def one(
        self,
        op: type[NnOp],
        *operands: SSAValue | Sequence[SSAValue],
        params: QuantParams | None = None,
        **properties: Property | Attribute | None,
    ) -> SSAValue:
        """Append an `nn` operation with one result and return that."""
        return self.make(op, operands, params, **properties)[0]


def unary(op: type[NnOp]) -> Callable[[BaseNode], SSAValue]:
    """A handler: the operation on the first input as floats."""
    return lambda node: node.one(op, node.f32(0))
