"""What all `nn` operations share: shape and parameter inference, and a verifier that holds them to their kind."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, ClassVar, Self

from xdsl.dialects.builtin import (
    DenseArrayBase,
    Float32Type,
    FloatAttr,
    IntegerAttr,
    StringAttr,
    TensorType,
    f32,
    i64,
)
from xdsl.ir import Attribute, SSAValue
from xdsl.irdl import IRDLOperation, ParsePropInAttrDict, traits_def
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.algebra import AlgebraError
from lpt.dialects.quant import params_of, quantized_tensor, verify_tensor
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import Shape, fits, tensor_shape, tensor_type

__all__ = ["AccumulatesIntoI32", "Kind", "NnOp", "attribute", "float_of", "int_of", "ints"]


class Kind(Enum):
    """What an operation does to quantized operands (docs/architecture.md)."""

    MOVES = "moves"
    """Codes are rearranged, and the parameters of the result follow from those of the operands."""
    ACCUMULATES = "accumulates"
    """Codes are summed in i32, at a scale that the operands decide."""
    ROUNDS = "rounds"
    """qcast(op(dcast …)), rounded once; the result's type is free."""


Property = int | float | str | Sequence[int] | Attribute


def attribute(value: Property) -> Attribute:
    """A Python value as the attribute that `nn` properties hold: i64, f32, string, array<i64: …>."""
    match value:
        case Attribute():
            return value
        case int():
            return IntegerAttr(value, i64)
        case float():
            return FloatAttr(value, f32)
        case str():
            return StringAttr(value)
        case _:
            return DenseArrayBase.from_list(i64, list(value))


def ints(array: DenseArrayBase[Any]) -> tuple[int, ...]:
    """The values of an array<i64: …>."""
    return tuple(int(v) for v in array.get_values())


class NnOp(IRDLOperation, ABC):
    """Base of all `nn` operations: pure tensor operations under ONNX's names and meaning.

    A subclass gives `KIND`, `infer_shapes` and, unless it rounds, `infer_params`. Operations of which an instance may accumulate or
    round (add, average_pool …) override `kind_of`.
    """

    irdl_options = (ParsePropInAttrDict(),)
    traits = traits_def(Pure())
    assembly_format: ClassVar[str] = "operands attr-dict `:` functional-type(operands, results)"

    KIND: ClassVar[Kind] = Kind.ROUNDS

    @classmethod
    def make(
        cls,
        operands: Sequence[SSAValue | Sequence[SSAValue]],
        *,
        params: QuantParams | None = None,
        **properties: Property | None,
    ) -> Self:
        """Build the operation with inferred result types: quantized by `params` if given, else inferred from its operands.

        Raises VerifyException if the shapes do not fit, AlgebraError if the quantization parameters do not.
        """
        attributes = {name: attribute(value) for name, value in properties.items() if value is not None}
        return cls.make_raw(operands, attributes, params)

    @classmethod
    def make_raw(
        cls,
        operands: Sequence[SSAValue | Sequence[SSAValue]],
        properties: Mapping[str, Attribute],
        params: QuantParams | None = None,
    ) -> Self:
        """`make` with properties that are attributes already."""
        probe = cls.build(operands=operands, properties=dict(properties), result_types=cls._placeholder(properties))
        try:
            types = probe.infer_types(params)
        finally:
            probe.drop_all_references()
        if cls._variadic_results():
            return cls.build(operands=operands, properties=dict(properties), result_types=[types])
        return cls.build(operands=operands, properties=dict(properties), result_types=types)

    @classmethod
    def _variadic_results(cls) -> bool:
        return False

    @classmethod
    def _placeholder(cls, properties: Mapping[str, Attribute]) -> Sequence[Attribute | Sequence[Attribute]]:
        return [TensorType(Float32Type(), [])]

    def infer_types(self, params: QuantParams | None = None) -> list[Attribute]:
        """Result types from the operands; elements quantized by `params` or `infer_params`, or as the operand's."""
        shapes = self.infer_shapes()
        if params is not None:
            return [quantized_tensor(params, shape) for shape in shapes]
        if self.is_quantized:
            return [quantized_tensor(p, shape) for p, shape in zip(self.infer_params(), shapes, strict=True)]
        return [tensor_type(self.infer_element_type(), shape) for shape in shapes]

    def infer_element_type(self) -> Attribute:
        """The element type of float or integer results."""
        first = self.operands[0].type
        assert isinstance(first, TensorType)
        element: Attribute = first.element_type
        return element

    def infer_shapes(self) -> list[Shape]:
        """The results' shapes; the first operand's for elementwise operations."""
        return [tensor_shape(self.operands[0])]

    def infer_params(self) -> list[QuantParams]:
        """The results' quantization parameters. Raises AlgebraError if the operands' do not allow it, or the result's are free."""
        raise AlgebraError(f"{self.name} rounds: its result type is not determined by its operands")

    def kind_of(self) -> Kind:
        """The kind of this very operation on quantized operands."""
        return self.KIND

    @property
    def data_operands(self) -> Sequence[SSAValue]:
        """The operands that may be quantized: all, but for operations that take plain indices too."""
        return self.operands

    @property
    def is_quantized(self) -> bool:
        """Whether the data operand is of quantized type."""
        return params_of(self.operands[0]) is not None

    def operand_params(self) -> list[QuantParams]:
        """Parameters of all data operands. Raises AlgebraError if one is not quantized."""
        params = [params_of(operand) for operand in self.data_operands]
        if any(p is None for p in params):
            raise AlgebraError("an operand is not quantized")
        return [p for p in params if p is not None]

    def verify_(self) -> None:
        shapes = self.infer_shapes()
        for result, shape in zip(self.results, shapes, strict=True):
            if not fits(tensor_shape(result), shape):
                raise VerifyException(f"{self.name} gives shape {shape}, declared {tensor_shape(result)}")
            verify_tensor(result.type)
        quantized = [params_of(value) is not None for value in (*self.data_operands, *self.results)]
        if not any(quantized):
            return
        if not all(quantized):
            raise VerifyException(f"{self.name} mixes quantized and other tensors")
        if self.kind_of() is not Kind.ROUNDS:
            self._verify_params()

    def _verify_params(self) -> None:
        try:
            expected = self.infer_params()
            self.check_bound()
        except AlgebraError as error:
            raise VerifyException(f"{self.name}: {error}") from error
        for result, params in zip(self.results, expected, strict=True):
            if params_of(result) != params:
                raise VerifyException(f"{self.name} gives {params}, declared {params_of(result)}")

    def check_bound(self) -> None:
        """Raise AlgebraError if an accumulator may leave i32."""


class AccumulatesIntoI32(NnOp, ABC):
    """Operations of which quantized instances accumulate exactly where the result is i32, and round otherwise."""

    def kind_of(self) -> Kind:
        params = params_of(self.results[0])
        return Kind.ACCUMULATES if params is not None and params.storage.width == 32 else Kind.ROUNDS


def float_of(attr: FloatAttr[Any] | None, default: float) -> float:
    """The value of an optional property of f32."""
    return default if attr is None else float(attr.value.data)


def int_of(attr: IntegerAttr[Any] | None, default: int = 0) -> int:
    """The value of an optional property of i64."""
    return default if attr is None else int(attr.value.data)
