"""Facts from our low-precision IR, in the words of `facts`.

An operation is found by the source node that it comes from. What is behind it is followed through casts, reinterpretations and
additions and multiplications of constants, up to the next operation.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from facts import Affine, Fact, integers, number
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import main_function
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp, ReinterpretOp, RequantizeOp
from lpt.dialects.nn import AddOp, ConvOp, ConvTransposeOp, MatMulOp, MulOp, NegOp, NnOp, SubOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, params_of
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.passes.journal import place_of
from lpt.passes.matching import known_array_of

LINEAR = (AddOp, SubOp, MulOp, NegOp)
CONTRACTIONS = (ConvOp, ConvTransposeOp, MatMulOp)


def facts_of(module: ModuleOp, names: Sequence[str]) -> dict[str, Fact]:
    """A fact for each of the names."""
    operations = list(main_function(module).body.block.ops)
    found: dict[str, Fact] = {}
    for name in names:
        named = [op for op in operations if place_of(op) == name and not isinstance(op, ConstantOp)]
        found[name] = _quantize(named) if name.startswith("fq") else _operation(named)
        if "gone" in found[name] and "op" in name and (codes := _first_codes(operations)) is not None:
            found[name]["behind"] = _behind(codes)
    return found


def _first_codes(operations: Sequence[Operation]) -> SSAValue | None:
    casts = [op for op in operations if isinstance(op, QuantizeCastOp)]
    return casts[0].results[0] if len(casts) == 1 else None


def _quantize(named: Sequence[Operation]) -> Fact:
    if any(isinstance(op, FakeQuantizeOp) for op in named):
        return {"type": "f32"}
    casts = [op for op in named if isinstance(op, QuantizeCastOp | RequantizeOp)]
    if not casts:
        return {"gone": True}
    cast = casts[0]
    source = _params(cast.results[0])
    last = cast.results[0]
    for op in named:
        if isinstance(op, ReinterpretOp) and op.operands[0] is last:
            last = op.results[0]
    fact = _storage(_params(last))
    fact["scale"], fact["zero_point"] = number(_params(last).scales), number(_params(last).zero_points)
    if isinstance(cast, QuantizeCastOp):
        low, high = (((limit - source.zero_points) * source.scales) for limit in (source.storage.min, source.storage.max))
        shift = _subtracted(cast.operands[0])
        fact["input"] = [number(low + shift), number(high + shift)]
    return fact


def _subtracted(value: SSAValue) -> Array:
    """c where the value is x − c."""
    owner = value.owner
    if isinstance(owner, AddOp | SubOp) and (constant := known_array_of(owner.b)) is not None:
        return constant.astype(np.float64).reshape(-1) * (-1 if isinstance(owner, AddOp) else 1)
    return np.zeros(())


def _params(value: SSAValue) -> QuantParams:
    params = params_of(value)
    assert params is not None
    return params


def _storage(params: QuantParams) -> Fact:
    return {"type": params.storage.short, "low": params.storage.min, "high": params.storage.max}


def _operation(named: Sequence[Operation]) -> Fact:
    candidates = [op for op in named if isinstance(op, NnOp) and not _is_linear(op)]
    candidates = [op for op in candidates if isinstance(op, CONTRACTIONS)] or candidates
    if not candidates:
        return {"gone": True}
    first, last = candidates[0], candidates[-1]
    fact: Fact = {"op": first.name, "kind": first.kind_of().value, "types": []}
    if isinstance(first, CONTRACTIONS):
        fact["products"] = sum(isinstance(op, CONTRACTIONS) for op in candidates)
        last = first
    for operand in first.data_operands:
        params = params_of(operand)
        constant = _constant(operand)
        if constant is not None and params is not None:
            fact |= _weights(constant, params, first)
        elif constant is None or isinstance(first, CONTRACTIONS):
            fact["types"].append(params.storage.short if params else "f32")
            if params is not None:
                fact.setdefault("operands", []).append(_storage(params) | {"zero_point": number(params.zero_points)})
    fact["count"] = math.prod(tensor_shape(first.operands[0])) / max(1, math.prod(tensor_shape(last.results[0])))
    if hasattr(first, "kernel_shape"):
        fact["count"] = math.prod(first.kernel_shape.get_values())
    behind = [_behind(result) for result in last.results]
    fact["behind"] = behind[0] if len({repr(b) for b in behind}) == 1 else behind
    return fact


def _is_linear(op: Operation) -> bool:
    """An addition, subtraction or multiplication of a constant: what offsets and scales become."""
    return isinstance(op, LINEAR) and (len(op.operands) == 1 or any(_constant(operand) is not None for operand in op.operands))


def _constant(value: SSAValue) -> ConstantOp | None:
    owner = value.owner
    while isinstance(owner, DequantizeCastOp | ReinterpretOp):
        owner = owner.operands[0].owner
    return owner if isinstance(owner, ConstantOp) else None


def _weights(constant: ConstantOp, params: QuantParams, op: NnOp) -> Fact:
    array = constant.array.astype(np.int64)
    zero_points = params.expand(array.shape)[1]
    axes = tuple(axis for axis in range(array.ndim) if axis != _output_axis(op, array.ndim))
    return {
        "weights": integers(array),
        "weights_type": params.storage.short,
        "weights_zero_point": number(params.zero_points),
        "sums": integers((array - zero_points).sum(axis=axes)),
    }


def _output_axis(op: NnOp, rank: int) -> int:
    return rank - 1 if isinstance(op, MatMulOp) else 1 if isinstance(op, ConvTransposeOp) else 0


@dataclass
class _Walk:
    """From a result on: value = affine(raw), where the raw code may have been negated on the way (code = sign·raw + origin)."""

    sign: float = 1.0
    origin: float = 0.0
    affine: Affine | None = None

    def read(self, value: SSAValue) -> None:
        """Take scale and zero point from a quantized type."""
        params = params_of(value)
        if params is None:
            self.affine = self.affine or Affine.identity()
            return
        scales, zero_points = params.expand(tuple(1 for _ in tensor_shape(value)) if params.is_per_tensor else tensor_shape(value))
        self.affine = Affine(scales * self.sign, (self.origin - zero_points) * scales, has_scale=True)


def _behind(value: SSAValue) -> Fact:
    """A reinterpretation of codes that go into another operation as codes is that one's: what it leaves out is added behind it."""
    walk = _Walk()
    walk.read(value)
    steps = list(_linear_users(value))
    while steps and isinstance(steps[-1][0], ReinterpretOp):
        steps.pop()
    for op, other in steps:
        assert walk.affine is not None
        match op:
            case NegOp() if (params := params_of(op.operands[0])) is not None:
                walk.sign, walk.origin = -walk.sign, params.storage.min + params.storage.max - walk.origin
                walk.read(op.results[0])
            case NegOp():
                walk.affine.multiply(-1.0)
            case AddOp():
                walk.affine.shift = walk.affine.shift + other
            case SubOp():
                walk.affine.shift = walk.affine.shift - other
            case MulOp():
                walk.affine.multiply(other)
            case ReinterpretOp():
                walk.read(op.results[0])
    assert walk.affine is not None
    return {"scale": _vector(walk.affine.scale), "shift": _vector(walk.affine.shift)}


def _linear_users(value: SSAValue) -> Iterator[tuple[Operation, Array]]:
    """The chain of users that are linear, each with its constant; for a subtraction from a constant, as two."""
    while len(users := list(value.uses)) == 1:
        op, index = users[0].operation, users[0].index
        if isinstance(op, DequantizeCastOp | ReinterpretOp | NegOp):
            yield op, np.zeros(())
        elif isinstance(op, AddOp | SubOp | MulOp):
            constant = known_array_of(op.operands[1 - index])
            if constant is None or (isinstance(op, SubOp) and index == 1):
                return
            yield op, constant.astype(np.float64)
        else:
            return
        value = op.results[0]


def _vector(values: Array) -> list[float] | float:
    """One number, one per channel where the array varies along one axis only, else all."""
    array = np.asarray(values, np.float64)
    for axis in reversed(range(array.ndim)):
        if array.shape[axis] > 1 and (array == array.take([0], axis)).all():
            array = array.take([0], axis)
    return number(array, 9)
