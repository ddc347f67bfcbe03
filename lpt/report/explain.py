"""Each operation with the precision it is computed in, and why it is not integer."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.ir import Operation, SSAValue

from lpt.dialects.interpreter import main_function
from lpt.dialects.kernel import KernelOp
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp, LookupOp, ReinterpretOp, RequantizeOp
from lpt.dialects.nn import (
    AddOp,
    CastOp,
    ConcatOp,
    ConvOp,
    ConvTransposeOp,
    IdentityOp,
    MatMulOp,
    MoveOp,
    NnOp,
    RecurrentOp,
    SplitOp,
    SubOp,
)
from lpt.dialects.quant import DequantizeCastOp, params_of, short_name
from lpt.dialects.shapes import Shape, tensor_shape
from lpt.dialects.weight_only import packed_weights
from lpt.errors import TransformError, memory_for
from lpt.model import Model, load
from lpt.passes.driver import apply_patterns
from lpt.passes.journal import Journal, place_of
from lpt.passes.markup.markup import FLOAT
from lpt.passes.pipeline import TARGET, Pipeline
from lpt.passes.transform.fuse_requantize import fuse_patterns
from lpt.passes.transform.push_dequantize import push_patterns
from lpt.passes.transform.split_fake_quantize import SplitFakeQuantize

if TYPE_CHECKING:
    import onnx

__all__ = ["Row", "explain", "integer_share"]

_NO_ARITHMETIC = (CastOp, ConcatOp, IdentityOp, MoveOp, SplitOp)


@dataclass(frozen=True)
class Row:
    """One operation. `precision` names the storage of its operands (`u8s8`, `u8`, `f32` …), `macs` its multiply-accumulates.

    `reason` says why it is not computed in integers; empty if it is.
    """

    name: str
    operation: str
    precision: str
    macs: int
    reason: str


@memory_for("transforming the model", TransformError)
def explain(model: str | os.PathLike[str] | bytes | onnx.ModelProto | Model | ModuleOp) -> list[Row]:
    """A row for each operation that computes: not for constants, casts, biases and operations that only move elements.

    A model of floats and casts is transformed first, on a copy, by the pipeline `lpt`; at the low-precision and kernel levels it
    is described as it is. Dimensions that are not known count as 1 in `macs`.
    Raises LptError for what cannot be loaded or transformed.
    """
    match model:
        case ModuleOp():
            module = model.clone()
        case Model():
            module = model.module.clone()
        case _:
            module = load(model).module
    if not is_transformed(module):
        Pipeline.parse("lpt").run(module)
    journal = _refusals(module)
    return [_row(op, journal) for op in _operations(module) if _computes(op)]


def is_transformed(module: ModuleOp) -> bool:
    """Whether a pipeline ran on it: by its target, or by what only transforming makes."""
    return TARGET in module.attributes or computes_on_codes(module)


def computes_on_codes(module: ModuleOp) -> bool:
    """Whether it has what only transforming makes; importers write moves and products of integers on codes too."""
    return any(
        isinstance(op, KernelOp | RequantizeOp | LookupOp)
        or (isinstance(op, ConvOp | ConvTransposeOp | MatMulOp) and op.is_quantized and not _is_of_integers(op))
        for op in module.walk()
    )


def _is_of_integers(op: Operation) -> bool:
    """Whether all scales are 1: ConvInteger and MatMulInteger are imported so."""
    found = [params_of(operand) for operand in op.operands]
    return all(params is not None and bool((params.scales == 1.0).all()) for params in found)


def _operations(module: ModuleOp) -> Iterator[Operation]:
    for op in main_function(module).body.block.ops:
        if isinstance(op, KernelOp):
            yield from op.operations()
        else:
            yield op


def _refusals(module: ModuleOp) -> Journal:
    """What the rules say of the operations they left: on a transformed module they match nothing, and give their reasons again."""
    journal = Journal()
    if not any(isinstance(op, KernelOp) for op in module.walk()):
        apply_patterns(module, [*SplitFakeQuantize().patterns(module), *push_patterns(), *fuse_patterns()], journal=journal)
    return journal


def _computes(op: Operation) -> bool:
    return isinstance(op, NnOp | FakeQuantizeOp | LookupOp) and not isinstance(op, _NO_ARITHMETIC) and not _is_bias(op)


def _is_bias(op: Operation) -> bool:
    """Whether an addition belongs to the convolution or product before it."""
    if not isinstance(op, AddOp | SubOp):
        return False
    constant = [isinstance(_behind_cast(operand), ConstantOp) for operand in op.operands]
    summed = [isinstance(_behind_cast(operand), ConvOp | ConvTransposeOp | MatMulOp) for operand in op.operands]
    return any(constant) and any(summed)


def _behind_cast(value: SSAValue) -> object:
    owner: object = value.owner
    while isinstance(owner, DequantizeCastOp | ReinterpretOp):
        owner = owner.input.owner
    return owner


def _row(op: Operation, journal: Journal) -> Row:
    packed = packed_weights(op)
    if packed is not None:
        reason = f"weight-only: {packed.type_name} weights stay packed, the activations are float in the model"
        return Row(place_of(op), op.name.partition(".")[2], f"weight-only {packed.type_name}", _macs(op), reason)
    if isinstance(op, RecurrentOp) and params_of(op.r) is not None:
        return _recurrent_row(op)
    precision = precision_name(op)
    integer = all(params_of(operand) is not None for operand in op.operands) and bool(op.operands)
    return Row(place_of(op), op.name.partition(".")[2], precision, _macs(op), "" if integer else _reason(op, journal))


def _recurrent_row(op: RecurrentOp) -> Row:
    """A recurrent layer whose state meets codes."""
    codes = short_name(op.r)
    precision = f"u8{codes}" if op.is_dynamic else f"weight-only {codes}"
    reason = "" if op.is_dynamic else f"weight-only: {codes} weights of the state stay packed, the states are float in the model"
    return Row(place_of(op), op.name.partition(".")[2], precision, _macs(op), reason)


def precision_name(op: Operation) -> str:
    """The storage types that an operation computes in: of products both operands', `u8s8`; without codes the element type."""
    names = [short_name(operand) for operand in op.operands]
    if isinstance(op, ConvOp | ConvTransposeOp | MatMulOp):
        return "".join(names[:2]) if op.is_quantized else names[0]
    return "".join(dict.fromkeys(names)) if isinstance(op, NnOp) and op.is_quantized else names[0]


def _macs(op: Operation) -> int:
    match op:
        case ConvOp():
            return _count(tensor_shape(op.result)) * _count(tensor_shape(op.w)[1:])
        case ConvTransposeOp():
            return _count(tensor_shape(op.x)) * _count(tensor_shape(op.w)[1:])
        case MatMulOp():
            return _count(tensor_shape(op.result)) * _count(tensor_shape(op.a)[-1:])
        case RecurrentOp():
            return _count(tensor_shape(op.x)) * op.hidden
        case _:
            return 0


def _count(shape: Shape) -> int:
    result = 1
    for extent in shape:
        result *= max(extent, 1)
    return result


def _reason(op: Operation, journal: Journal) -> str:
    """What markup said before constants were folded, else what the rules say now."""
    marked = op.attributes.get(FLOAT)
    if isinstance(marked, StringAttr):
        return marked.data
    given = list(dict.fromkeys(refusal.reason for refusal in journal.reasons(op)))
    return "; ".join(given) or f"no rule computes {op.name} in integers"


_IN_FLOATS = ("f", "bf", "weight-only")
"""How precisions begin in which products are of floats."""


def integer_share(work: Iterable[tuple[int, str]]) -> float:
    """The share of multiply-accumulates done in integers, of (macs, precision) pairs; 1 if there are none."""
    pairs = list(work)
    total = sum(macs for macs, _ in pairs)
    return sum(macs for macs, precision in pairs if not precision.startswith(_IN_FLOATS)) / total if total else 1.0
