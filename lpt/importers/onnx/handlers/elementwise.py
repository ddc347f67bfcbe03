"""Elementwise operators: on f32, sums, products, extremes and signs also on integers."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto
from xdsl.dialects.builtin import IntegerType, f32, i1, i64
from xdsl.ir import Attribute, SSAValue

from lpt.dialects.dynamic import are_integers
from lpt.dialects.nn import (
    AbsOp,
    AddOp,
    BroadcastOp,
    CastOp,
    CeilOp,
    ClipOp,
    DivOp,
    EluOp,
    ErfOp,
    ExpOp,
    FloorOp,
    GeluOp,
    HardSigmoidOp,
    HardSwishOp,
    IdentityOp,
    LeakyReluOp,
    LogOp,
    MaximumOp,
    MinimumOp,
    MishOp,
    MulOp,
    NegOp,
    NnOp,
    PowOp,
    PReluOp,
    ReciprocalOp,
    ReluOp,
    RoundOp,
    SeluOp,
    SigmoidOp,
    SignOp,
    SoftplusOp,
    SqrtOp,
    SubOp,
    SwishOp,
    TanhOp,
)
from lpt.dialects.nn.comparison import element_of
from lpt.dialects.quant import params_of
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import is_static
from lpt.importers.builder import integer_type
from lpt.importers.node import unary
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import Handler, handles, microsoft
from lpt.importers.onnx.tensors import HALVES, STORAGES, type_name
from lpt.importers.value import Value


def _of_numbers(op: type[NnOp], operands: int) -> Handler:
    return lambda node: node.one(op, *node.numbers(*range(operands)))


for _name, _op in {"Add": AddOp, "Sub": SubOp, "Mul": MulOp, "Div": DivOp}.items():
    handles(_name)(_of_numbers(_op, 2))
for _name, _sign in {"Abs": AbsOp, "Neg": NegOp, "Relu": ReluOp, "Sign": SignOp}.items():
    handles(_name)(_of_numbers(_sign, 1))
for _name, _unary_op in {
    "Sigmoid": SigmoidOp,
    "Tanh": TanhOp,
    "Exp": ExpOp,
    "Sqrt": SqrtOp,
    "Ceil": CeilOp,
    "Erf": ErfOp,
    "Floor": FloorOp,
    "Log": LogOp,
    "Reciprocal": ReciprocalOp,
    "Round": RoundOp,
    "Softplus": SoftplusOp,
}.items():
    handles(_name)(unary(_unary_op))
handles("HardSwish", first=14)(unary(HardSwishOp))
handles("Mish", first=18)(unary(MishOp))


def _from_left(node: Node, op: type[NnOp]) -> SSAValue:
    """An n-ary operator as binary ones from the left."""
    total, *rest = node.numbers(*range(len(node.inputs)))
    for value in rest:
        total = node.one(op, total, value)
    return total if len(node.inputs) > 1 else node.one(IdentityOp, total)


def _chain(op: type[NnOp]) -> Handler:
    return lambda node: _from_left(node, op)


for _name, _op in {"Sum": AddOp, "Max": MaximumOp, "Min": MinimumOp}.items():
    handles(_name, first=8)(_chain(_op))


@handles("Clip")
def clip(node: Node) -> SSAValue:
    """Bounds are attributes before opset 11, and inputs from it on; those of codes must be known."""
    value = node.value(0)
    is_f32 = value.element == f32 and value.params is None
    if node.opset >= 11 and (value.element == i64 or (is_f32 and _has_computed_bounds(node))):
        return _clip_by_operands(node)
    if node.opset < 11:
        low = node.float_attr("min", 0.0) if node.has("min") else None
        high = node.float_attr("max", 0.0) if node.has("max") else None
    else:
        low, high = node.known_scalar(1, "min"), node.known_scalar(2, "max")
    if value.storage is None:
        return node.one(ClipOp, node.f32(0), min=low, max=high)
    return _clip_codes(node, value, low, high)


def _clip_codes(node: Node, value: Value, low: float | None, high: float | None) -> SSAValue:
    """Integers between QuantizeLinear and DequantizeLinear (a narrower range): as the values that the bounds stand for."""
    codes = node.builder.codes(value)
    params = params_of(codes)
    assert params is not None
    if params.storage.width > 16 or value.params is None:
        return _clip_by_operands(node)
    one = params if params.is_per_tensor else QuantParams(params.storage, 1.0)
    bounds = [None if bound is None else (bound - one.zero_point) * one.scale for bound in (low, high)]
    clipped = node.one(ClipOp, node.builder.retyped(codes, one), min=bounds[0], max=bounds[1])
    return node.builder.retyped(clipped, params)


def _has_computed_bounds(node: Node) -> bool:
    bounds = (node.optional(1), node.optional(2))
    return any(bound is not None and bound.array is None for bound in bounds)


def _clip_by_operands(node: Node) -> SSAValue:
    """By bounds of run time, or of integers that stand for themselves, of any width."""
    clipped = node.plain(0)
    for index, op in ((1, MaximumOp), (2, MinimumOp)):
        if node.optional(index) is not None and node.value(index).shape != (0,):
            clipped = node.one(op, clipped, node.alike(0, index)[1])
    return clipped


@handles("PRelu")
def prelu(node: Node) -> SSAValue:
    return node.one(PReluOp, node.f32(0), node.f32(1))


@handles("Pow")
def pow_(node: Node) -> SSAValue:
    """In f32, whatever the exponent's type is; integers only to a small power that is known, as products."""
    base, exponent = node.plain(0), node.plain(1)
    if element_of(exponent) == f32 and element_of(base) == f32:
        return node.one(PowOp, base, exponent)
    if element_of(base) == f32:
        return node.one(PowOp, base, node.one(CastOp, exponent, to=f32))
    known = node.value(1).array
    power = float(known.reshape(())) if known is not None and known.size == 1 else -1.0
    if power not in range(1, 9) or len(node.shape(1)) > len(node.shape(0)):
        raise node.unsupported("works on f32, and on integers to a constant power of 1 to 8", "cast the base to f32")
    result = node.one(IdentityOp, base)
    for _ in range(int(power) - 1):
        result = node.one(MulOp, result, base)
    return result


@handles("Mean", first=8)
def mean(node: Node) -> SSAValue:
    """The sum from the left over the number of operands."""
    node.f32(0)  # integers are refused
    count = node.builder.constant(Value(np.array(len(node.inputs), np.float32)))
    return node.one(DivOp, _from_left(node, AddOp), count)


@handles("Elu")
def elu(node: Node) -> SSAValue:
    return node.one(EluOp, node.f32(0), alpha=node.float_attr("alpha", 1.0))


@handles("Selu")
def selu(node: Node) -> SSAValue:
    alpha = node.float_attr("alpha", 1.67326319217681884765625)
    return node.one(SeluOp, node.f32(0), alpha=alpha, gamma=node.float_attr("gamma", 1.05070102214813232421875))


@handles("Gelu", first=20)
def gelu(node: Node) -> SSAValue:
    return node.one(GeluOp, node.f32(0), approximate=node.string_attr("approximate", "none"))


@microsoft("Gelu")
def microsoft_gelu(node: Node) -> SSAValue:
    return node.one(GeluOp, node.f32(0))


@handles("Swish", first=24)
def swish(node: Node) -> SSAValue:
    return node.one(SwishOp, node.f32(0), beta=node.float_attr("alpha", 1.0))


@microsoft("QuickGelu")
def quick_gelu(node: Node) -> SSAValue:
    return node.one(SwishOp, node.f32(0), beta=node.float_attr("alpha", 1.702))


@handles("LeakyRelu")
def leaky_relu(node: Node) -> SSAValue:
    return node.one(LeakyReluOp, node.f32(0), alpha=node.float_attr("alpha", 0.01))


@handles("HardSigmoid")
def hard_sigmoid(node: Node) -> SSAValue:
    return node.one(HardSigmoidOp, node.f32(0), alpha=node.float_attr("alpha", 0.2), beta=node.float_attr("beta", 0.5))


@handles("Identity")
def identity(node: Node) -> Value | SSAValue:
    """Known data stay known."""
    value = node.value(0)
    return value if value.array is not None else node.one(IdentityOp, node.moved(0))


@handles("Dropout")
def dropout(node: Node) -> list[Value | SSAValue]:
    """Nothing, in inference: the mask keeps all."""
    if node.opset >= 12 and node.known_scalar(2, "training_mode"):
        raise node.unsupported("training is not handled", "export the model for inference")
    if not any(node.used[1:]) or node.opset < 10 or not is_static(node.shape(0)):
        return [identity(node)]
    kept = node.builder.constant(Value(np.array(True)))
    return [identity(node), node.one(BroadcastOp, kept, shape=list(node.shape(0)))]


@handles("Cast")
def cast(node: Node) -> Value | SSAValue:
    """A cast to the type that the value has already costs nothing, and keeps the scale of a quantized value."""
    value, target = node.value(0), _element(node, node.int_attr("to", 0))
    storage = STORAGES.get(node.int_attr("to", 0))  # type: ignore[call-overload]
    if (storage is not None and value.storage == storage) or value.element == target:
        return value
    if target == f32 and value.params is not None and are_integers(value.params):
        return node.builder.dequantized(value, value.params)
    if value.element is None:
        raise node.unsupported(f"{value.type_name} tensors are not handled", "convert the model to f32")
    return node.one(CastOp, node.builder.plain(value), to=target)


def _element(node: Node, elem_type: int) -> Attribute:
    plain: dict[int, Attribute] = {TensorProto.FLOAT: f32, TensorProto.INT64: i64, TensorProto.BOOL: i1}
    plain |= dict.fromkeys(HALVES, f32)
    if elem_type in plain:
        return plain[elem_type]
    storage = STORAGES.get(elem_type)  # type: ignore[call-overload]
    if storage is None or storage.width < 8:
        raise node.unsupported(f"a cast to {type_name(elem_type)} is not handled", "convert the model to f32")
    element: IntegerType = integer_type(storage)
    return element
