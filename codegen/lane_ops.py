"""How each elementwise operation is emitted on lanes: the arithmetic of docs/architecture.md, bit for bit."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, TypeAlias

import llvmlite.ir as ir
import numpy as np
from xdsl.ir import Operation, SSAValue

from lpt.codegen.divide import multiplies
from lpt.codegen.emit import vector_type
from lpt.codegen.lane_dynamic import emit_dynamic
from lpt.codegen.lane_integer import emit_choice
from lpt.codegen.lane_plain import emit_cast, emit_plain
from lpt.codegen.lane_values import (
    Array,
    Codes,
    Lanes,
    Plain,
    Steps,
    bounds,
    expanded,
    is_uniform,
    kind_of,
    quantized,
)
from lpt.codegen.moves import operand_maps
from lpt.codegen.space import IndexMap
from lpt.codegen.table import lookup_lanes
from lpt.dialects.dynamic import DynamicQuantizeOp, SubtractZeroPointOp
from lpt.dialects.lpt import ByteOp, ConstantOp, FakeQuantizeOp, LookupOp, ReinterpretOp, RequantizeOp
from lpt.dialects.nn import (
    AddOp,
    BatchNormalizationOp,
    BinaryOp,
    CastOp,
    ClipOp,
    IdentityOp,
    Kind,
    MaximumOp,
    MinimumOp,
    MoveOp,
    MulOp,
    NegOp,
    PlainOp,
    ReluOp,
    SubOp,
    UnaryOp,
)
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, StorageCastOp, params_of
from lpt.dialects.quant_params import Storage
from lpt.dialects.semantics import math
from lpt.errors import CompileError

if TYPE_CHECKING:
    from lpt.codegen.point import Point

Operand: TypeAlias = tuple[SSAValue, Lanes, IndexMap]


def emit_operation(p: Point, op: Operation, value: SSAValue, map: IndexMap) -> Lanes:
    """Lanes of `value`, a result of `op`, seen through `map`. Raises CompileError for an operation that has no lanes."""
    maps = p.body.once(("maps", op, map), lambda: operand_maps(op, map))
    operands: list[Operand] = [(v, p.get(v, m), m) for v, m in maps]
    match op:
        case MoveOp() | IdentityOp():
            return operands[0][1]
        case RequantizeOp():
            return _requantize(p, op, operands, map)
        case ReinterpretOp():
            return _reinterpret(p, op, operands[0])
        case LookupOp():
            low = quantized(op.input).storage.signed
            codes = p.storage(*operands[0])
            return Codes(lookup_lanes(p.e, codes, op.table.array, signed_index=low))
        case ByteOp():
            return _byte(p, op, operands[0])
        case QuantizeCastOp():
            return quantize(p, p.real(*operands[0]), op.result, map)
        case DequantizeCastOp():
            return Plain(p.real(*operands[0]))
        case StorageCastOp():
            same = p.e.convert(p.storage(*operands[0]), "i32", kind_of(value))
            codes = p.e.convert(same, kind_of(value), "i32")
            return Plain(codes) if params_of(value) is None else Codes(codes)
        case CastOp():
            return emit_cast(p, op, operands[0][1])
        case PlainOp():
            return Plain(emit_choice(p, op, [lanes.value for _, lanes, _ in operands]))
        case DynamicQuantizeOp() | SubtractZeroPointOp():
            return emit_dynamic(p, op, operands)
        case BinaryOp() if params_of(op.result) is not None:
            return _quantized_binary(p, op, operands, map)
        case UnaryOp() if params_of(op.result) is not None:
            return _quantized_unary(p, op, operands[0], map)
        case BatchNormalizationOp() if params_of(op.result) is not None:
            return quantize(p, emit_plain(p, op, [p.real(*operand) for operand in operands]), op.result, map)
        case BinaryOp() | UnaryOp() | BatchNormalizationOp() | FakeQuantizeOp():
            return Plain(emit_plain(p, op, [p.storage(*operand) for operand in operands]))
    raise CompileError(f"{op.name} cannot be part of an elementwise body", way_out="this is a bug of lpt")


# --- quantization ---


def steps(p: Point, value: ir.Value, result: SSAValue, magnitude: float = inf) -> Steps:
    """f32 lanes in steps of the result's type, as its codes once they are clamped and rounded."""
    return Steps(value, *p.body.once(("bounds", result), lambda: bounds(result)), magnitude)


def quantize(p: Point, x: ir.Value, result: SSAValue, map: IndexMap) -> Steps:
    """qcast of f32 lanes to the type of `result`."""
    scale = p.body.parameters(result)[0]
    divided = p.body.once(("multiplies", result), lambda: _reciprocal(p, result))
    if divided is None:
        return steps(p, p.o.div(x, p.constant(scale, "f32", map)), result)
    reciprocal, least, most = divided
    # Beyond the codes' ends x may be anything: held close to them, it overflows nowhere, and NaN is the lowest.
    held = p.e.fmin(p.e.fmax(x, p.o.f32(least)), p.o.f32(most))
    r, s = p.o.f32(reciprocal), p.o.f32(float(scale.flat[0]))
    q = p.o.mul(held, r)
    remainder = p.e.fma(p.e.b.fneg(q), s, held)
    return steps(p, p.e.fma(remainder, r, q), result, max(abs(least), abs(most)) * reciprocal + 1)


def _reciprocal(p: Point, result: SSAValue) -> tuple[float, float, float] | None:
    """1 / scale, and between which numbers all codes of `result` lie, where multiplying is as good as dividing."""
    scale, (low, high) = p.body.parameters(result)[0], bounds(result)
    if not p.e.target.fma or not all(is_uniform(array) for array in (scale, low, high)):
        return None
    s, least, most = float(np.float32(scale.flat[0])), float(low.flat[0]), float(high.flat[0])
    if np.frexp(s)[0] == 0.5 or not multiplies(s, least, most):
        return None
    reciprocal, *ends = (float(np.float32(v)) for v in (1 / s, (least - 1) * s, (most + 1) * s))
    return reciprocal, ends[0], ends[1]


def rounded(p: Point, x: ir.Value, result: SSAValue, map: IndexMap) -> Lanes:
    """f32 lanes as lanes of `result`: rounded once where that is quantized."""
    return Plain(x) if params_of(result) is None else quantize(p, x, result, map)


def _multiplier(p: Point, source: SSAValue, result: SSAValue, map: IndexMap) -> ir.Value:
    """f32(s_in / s_out), divided in f64."""
    ratio = p.body.once(
        ("multiplier", source, result), lambda: np.asarray(p.body.parameters(source)[0] / p.body.parameters(result)[0])
    )
    return p.constant(ratio, "f32", map)


def _scaled(p: Point, operand: Operand, result: SSAValue, map: IndexMap) -> ir.Value:
    return p.o.mul(p.centered_f32(*operand), _multiplier(p, operand[0], result, map))


def _magnitude(p: Point, source: SSAValue, result: SSAValue) -> float:
    """The greatest |code − zero point| · m that `source` can have in steps of `result`."""
    params = quantized(source)
    ratio = p.body.parameters(source)[0] / p.body.parameters(result)[0]
    return float(ratio.max() * (params.storage.max - params.storage.min))


def _requantize(p: Point, op: RequantizeOp, operands: list[Operand], map: IndexMap) -> Steps:
    v = _scaled(p, operands[0], op.result, map)
    magnitude = p.body.once(("magnitude", op), lambda: _magnitude(p, op.input, op.result))
    if op.bias is None:
        return steps(p, v, op.result, magnitude)
    bias, most = _bias(p, op, operands[1], map)
    return steps(p, p.o.add(v, bias), op.result, magnitude + most)


def _bias(p: Point, op: RequantizeOp, bias: Operand, map: IndexMap) -> tuple[ir.Value, float]:
    """f32(bias / s_out), divided in f64, and its magnitude: while compiling, where the bias is a constant."""
    scale = p.body.parameters(op.result)[0]
    owner = bias[0].owner
    if isinstance(owner, ConstantOp):
        constant = owner.array.astype(np.float64)
        ranked = constant.reshape((1,) * (len(map.constants) - constant.ndim) + constant.shape)
        array = p.body.once(("bias", op), lambda: np.asarray(ranked / scale))
        most = p.body.once(("most", op), lambda: float(np.abs(array).max(initial=0)))
        return p.constant(array, "f32", map), inf if np.isnan(most) else most
    if scale.ndim:
        raise CompileError("a computed bias meets scales per channel", where=op.name, way_out="this is a bug of lpt")
    double = ir.VectorType(ir.DoubleType(), p.n)
    wide = p.e.b.fpext(p.real(*bias), double)
    divisor = ir.Constant(double, [float(scale)] * p.n)
    return p.e.b.fptrunc(p.e.b.fdiv(wide, divisor), vector_type("f32", p.n)), inf


def _byte(p: Point, op: ByteOp, operand: Operand) -> Codes:
    storage = quantized(op.input).storage
    u = p.e.b.sub(p.storage(*operand), p.o.i32(Storage.of(storage.signed, storage.width).min))
    return Codes(p.e.b.lshr(u, p.o.i32(8)) if op.index.value.data else p.e.b.and_(u, p.o.i32(255)))


def _reinterpret(p: Point, op: ReinterpretOp, operand: Operand) -> Lanes:
    before, after = (p.body.parameters(value)[1] for value in (op.input, op.result))
    if (before == after).all():
        return operand[1]
    return Codes(p.storage(*operand))


# --- quantized operations ---


def _quantized_binary(p: Point, op: BinaryOp, operands: list[Operand], map: IndexMap) -> Lanes:
    if op.kind_of() is Kind.ACCUMULATES:
        a, b = (p.centered(*operand) for operand in operands)
        combine = {AddOp: p.e.b.add, SubOp: p.e.b.sub, MulOp: p.e.b.mul}[type(op)]
        return Codes(combine(a, b))
    if isinstance(op, AddOp | SubOp):
        a, b = (_scaled(p, operand, op.result, map) for operand in operands)
        most = p.body.once(("magnitude", op), lambda: sum(_magnitude(p, v, op.result) for v in op.operands))
        return steps(p, p.o.add(a, b) if isinstance(op, AddOp) else p.o.sub(a, b), op.result, most)
    if isinstance(op, MaximumOp | MinimumOp) and is_of_codes(op):
        a, b = (p.storage(*operand) for operand in operands)
        return Codes(p.e.imax(a, b) if isinstance(op, MaximumOp) else p.e.imin(a, b))
    return quantize(p, emit_plain(p, op, [p.real(*operand) for operand in operands]), op.result, map)


def is_of_codes(op: MaximumOp | MinimumOp) -> bool:
    """Whether the greater value is the greater code: all of the same parameters, which qcast and dcast give back."""
    params = {quantized(value) for value in (op.a, op.b, op.result)}
    return len(params) == 1 and all(one.is_per_tensor and one.storage.width <= 16 for one in params)


def _quantized_unary(p: Point, op: UnaryOp, operand: Operand, map: IndexMap) -> Lanes:
    match op:
        case ReluOp():
            return _clamp(p, op.result, operand, _RELU, map)
        case ClipOp():
            return _clamp(p, op.result, operand, p.body.once(("clip", op), lambda: _clip_bounds(op)), map)
        case NegOp():
            storage = quantized(op.result).storage
            return Codes(p.e.b.sub(p.o.i32(storage.min + storage.max), p.storage(*operand)))
        case _:
            return quantize(p, emit_plain(p, op, [p.real(*operand)]), op.result, map)


_RELU = (np.zeros(()), np.full((), np.inf))


def _clip_bounds(op: ClipOp) -> tuple[Array, Array]:
    """qcast of both bounds, less the zero point, as f32."""
    scale, zero_point = expanded(op.result)
    low, high = bounds(op.result)
    zero = np.zeros(zero_point.shape, np.int32)
    lower, upper = (math.apply(math.quantize, np.float32(b), scale.astype(np.float32), low, high, zero) for b in op.bounds)
    return lower.astype(np.float32), upper.astype(np.float32)


def _clamp(p: Point, result: SSAValue, operand: Operand, limits: tuple[Array, Array], map: IndexMap) -> Lanes:
    """min(max(code, low), high), both bounds counted from the zero point."""
    lower, upper = limits
    lanes = operand[1]
    if isinstance(lanes, Steps):
        low, high = (_narrowed(p, bound, lower, upper) for bound in (lanes.low, lanes.high))
        return Steps(lanes.value, low, high, lanes.magnitude)
    codes = p.storage(*operand)
    storage, zero_points = quantized(result).storage, p.body.parameters(result)[1]
    if (lower + zero_points > storage.min).any():
        codes = p.e.imax(codes, p.constant(lower + zero_points, "i32", map))
    if (upper + zero_points < storage.max).any():
        codes = p.e.imin(codes, p.constant(upper + zero_points, "i32", map))
    return Codes(codes)


def _narrowed(p: Point, bound: Array, lower: Array, upper: Array) -> Array:
    """A bound of steps that are clamped once more."""
    key = ("narrowed", id(bound), id(lower), id(upper))
    # The arrays are kept with the result, so that their identities stay a key.
    kept = p.body.once(key, lambda: (np.minimum(np.maximum(bound, lower), upper).astype(np.float32), bound, lower, upper))
    return np.asarray(kept[0])
