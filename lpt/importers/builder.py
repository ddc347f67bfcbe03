"""The function that an import fills: constants once each, casts between integers and quantized tensors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from xdsl.dialects.builtin import ArrayAttr, Float32Type, FunctionType, IntegerType, Signedness, StringAttr
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from lpt.dialects.lpt import ConstantOp, ReinterpretOp
from lpt.dialects.quant import DequantizeCastOp, StorageCastOp, params_of, quantized_tensor
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.dialects.shapes import tensor_shape, tensor_type
from lpt.importers.value import Value
from lpt.passes.journal import NODE


def integer_type(storage: Storage) -> IntegerType:
    """The integer element type of a storage type: signless if signed, as xDSL's `i8`, else `ui8`."""
    return IntegerType(storage.width, Signedness.SIGNLESS if storage.signed else Signedness.UNSIGNED)


class Builder:
    """Adds operations to one block. `node` is what `lpt.node` of the next operations says."""

    def __init__(self, argument_types: Sequence[Attribute]):
        self.block = Block(arg_types=argument_types)
        self.node = ""
        self._constants: dict[tuple[int, QuantParams | None], SSAValue] = {}
        self._held: list[Value] = []

    def add(self, op: Operation) -> Operation:
        """Append an operation."""
        if self.node:
            op.attributes[NODE] = StringAttr(self.node)
        self.block.add_op(op)
        return op

    def result(self, op: Operation) -> SSAValue:
        """Append an operation that has one result."""
        return self.add(op).results[0]

    def constant(self, value: Value, params: QuantParams | None = None) -> SSAValue:
        """Known data as a constant, quantized by `params` if given; the same data only once."""
        assert value.array is not None
        key = (id(value), params)
        if key not in self._constants:
            type_ = None if params is None else quantized_tensor(params, value.array.shape)
            op = ConstantOp(value.blob, type_)
            self.block.add_op(op)
            self._constants[key] = op.result
            self._held.append(value)
        return self._constants[key]

    def forget(self, last: Operation | None) -> None:
        """Take back all operations behind `last`; None: all."""
        while (op := self.block.last_op) is not None and op is not last:
            for key in [key for key, value in self._constants.items() if value in op.results]:
                del self._constants[key]
            self.block.erase_op(op)

    def ssa(self, value: Value) -> SSAValue:
        """The value as it is: a constant if its data are known."""
        return self.constant(value) if value.ssa is None else value.ssa

    def quantized(self, value: Value, params: QuantParams) -> SSAValue:
        """An integer value as a tensor of these parameters; the storage types are equal."""
        if value.ssa is None:
            return self.constant(value, params)
        if value.params is not None:
            return self.retyped(value.ssa, params)
        return self.result(StorageCastOp(value.ssa, quantized_tensor(params, value.shape)))

    def dequantized(self, value: Value, params: QuantParams) -> SSAValue:
        """An integer value as the floats that it stands for under these parameters."""
        return self.result(DequantizeCastOp(self.quantized(value, params)))

    def retyped(self, quantized: SSAValue, params: QuantParams) -> SSAValue:
        """The same bits under other parameters."""
        if params_of(quantized) == params:
            return quantized
        return self.result(ReinterpretOp(quantized, quantized_tensor(params, tensor_shape(quantized))))

    def codes(self, value: Value) -> SSAValue:
        """An integer value of up to 32 bits as a quantized tensor: under its own parameters, else scale 1 and zero point 0."""
        assert value.storage is not None
        return self.quantized(value, value.params or QuantParams(value.storage, 1.0))

    def plain(self, value: Value) -> SSAValue:
        """The value without quantization parameters: a quantized one as integers."""
        ssa = self.ssa(value)
        params = params_of(ssa)
        if params is None:
            return ssa
        return self.result(StorageCastOp(ssa, tensor_type(integer_type(params.storage), tensor_shape(ssa))))


F32 = Float32Type()


def finish(builder: Builder, results: Sequence[SSAValue], inputs: Iterable[str], outputs: Iterable[str]) -> FuncOp:
    """The function `@main` of a whole block, with names for its arguments and results."""
    builder.node = ""
    builder.block.add_op(ReturnOp(*results))
    kind = FunctionType.from_lists([a.type for a in builder.block.args], [r.type for r in results])
    function = FuncOp("main", kind, Region(builder.block))
    function.attributes["lpt.inputs"] = ArrayAttr(StringAttr(name) for name in inputs)
    function.attributes["lpt.outputs"] = ArrayAttr(StringAttr(name) for name in outputs)
    return function


def name_hint(name: str) -> str | None:
    """A name as xDSL takes and keeps it: without other characters, and without a number at the end, which it adds itself."""
    word = re.sub(r"[^A-Za-z0-9_$.-]+", "_", name).lstrip("0123456789")
    word = re.sub(r"(_\d+)+$", "", word)
    return word if SSAValue.is_valid_name(word) else None
