"""The kinds: which quantized types each operation gives, and what its verifier refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import Float32Type, IntegerType, ModuleOp
from xdsl.ir import SSAValue
from xdsl.utils.exceptions import VerifyException

from lpt.dialects import nn
from lpt.dialects.algebra import AlgebraError
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import Kind
from lpt.dialects.quant import QuantParams, params_of, quantized_tensor
from lpt.dialects.quant_params import I8, I32
from lpt.dialects.shapes import tensor_shape

Params = Callable[..., QuantParams]
Value = Callable[..., SSAValue]
CONV: dict[str, Any] = {"strides": [1, 1], "pads": [0, 0, 0, 0], "dilations": [1, 1], "group": 1}


def test_every_operation_states_its_kind_and_reads_back(parse: Callable[[str], ModuleOp]) -> None:
    assert len({op.name for op in nn.OPERATIONS}) == len(nn.OPERATIONS)
    assert all(isinstance(op.KIND, Kind) for op in nn.OPERATIONS)
    text = "builtin.module { func.func @main(%x : tensor<2x3xf32>) {\n%y = nn.leaky_relu %x {alpha = 0.1 : f32} : "
    text += "(tensor<2x3xf32>) -> tensor<2x3xf32>\nfunc.return } }"
    assert "nn.leaky_relu %x {alpha = 1.000000e-01 : f32} : (tensor<2x3xf32>) -> tensor<2x3xf32>" in str(parse(text))


def test_conv_accumulates_at_the_product_of_the_scales(params: Params, value: Value) -> None:
    x, w = params("u8", 0.5, 128), params("i8", [0.1, 0.2], axis=0)
    op = nn.ConvOp.make([value([1, 3, 8, 8], x), value([2, 3, 3, 3], w), []], **CONV)
    op.verify()
    assert params_of(op.result) == QuantParams(I32, [0.5 * 0.1, 0.5 * 0.2], axis=1)
    assert tensor_shape(op.result) == (1, 2, 6, 6) and op.kind_of() is Kind.ACCUMULATES


def test_depthwise_conv_takes_activations_quantized_per_channel(params: Params, value: Value) -> None:
    x, w = params("u8", [0.5, 0.25], [1, 2], axis=1), params("i8", [0.1, 0.2], axis=0)
    op = nn.ConvOp.make([value([1, 2, 8, 8], x), value([2, 1, 3, 3], w), []], **{**CONV, "group": 2})
    assert params_of(op.result) == QuantParams(I32, [0.5 * 0.1, 0.25 * 0.2], axis=1)


@pytest.mark.parametrize(
    ("x", "w", "reason"),
    [
        (("u8", [0.5, 0.25, 0.5], 0, 1), ("i8", 0.1), "different parameters inside one group"),
        (("u8", 0.5), ("i8", [0.1, 0.2, 0.3], 0, 1), "along axis 1, not along the output channels"),
        (("u8", [0.5] * 8, 0, 2), ("i8", 0.1), "per tensor or per channel"),
        (("i32", 0.5), ("i32", 0.1), "may leave i32"),
    ],
)
def test_conv_refuses(x: tuple[object, ...], w: tuple[object, ...], reason: str, params: Params, value: Value) -> None:
    with pytest.raises((AlgebraError, VerifyException), match=reason):
        nn.ConvOp.make([value([1, 3, 8, 8], params(*x)), value([2, 3, 3, 3], params(*w)), []], **CONV).verify()


def test_quantized_conv_has_no_bias_and_does_not_mix(params: Params, value: Value) -> None:
    x, w = value([1, 3, 8, 8], params("u8", 0.5)), value([2, 3, 3, 3], params("i8", 0.1))
    with pytest.raises(AlgebraError, match="no bias operand"):
        nn.ConvOp.make([x, w, [value([2], params("i32", 0.05))]], **CONV)
    mixed = nn.ConvOp.make([x, w, []], **CONV)
    op = nn.ConvOp.build(operands=[x, value([2, 3, 3, 3]), []], properties=dict(mixed.properties), result_types=[mixed.result.type])
    with pytest.raises(VerifyException, match="mixes quantized and other tensors"):
        op.verify()


def test_a_wrong_accumulator_type_is_refused(params: Params, value: Value) -> None:
    operands: list[Any] = [value([1, 3, 8, 8], params("u8", 0.5)), value([2, 3, 3, 3], params("i8", 0.1)), []]
    good = nn.ConvOp.make(operands, **CONV)
    for wrong in (params("i32", 0.1), params("i32", 0.05, 1), params("i16", 0.05)):
        op = nn.ConvOp.build(
            operands=operands, properties=dict(good.properties), result_types=[quantized_tensor(wrong, (1, 2, 6, 6))]
        )
        with pytest.raises(VerifyException, match="declared"):
            op.verify()


def test_the_bound_is_65793_terms_for_u8_s8(params: Params, value: Value) -> None:
    a, b = params("u8", 1.0, 0), params("i8", 1.0)
    nn.MatMulOp.make([value([1, 65793], a), value([65793, 1], b)]).verify()
    with pytest.raises(VerifyException, match="65794 products may leave i32"):
        nn.MatMulOp.make([value([1, 65794], a), value([65794, 1], b)]).verify()


def test_constant_weights_are_bounded_by_their_own_sums(params: Params, value: Value) -> None:
    x = value([1, 70000], params("u8", 1.0, 0))
    small = ConstantOp.quantized(np.ones((70000, 1), np.int8), QuantParams(I8, 1.0)).result
    nn.MatMulOp.make([x, small]).verify()
    large = ConstantOp.quantized(np.full((70000, 1), -128, np.int8), QuantParams(I8, 1.0)).result
    with pytest.raises(VerifyException, match="even with these weights"):
        nn.MatMulOp.make([x, large]).verify()


def test_matmul_carries_rows_or_columns(params: Params, value: Value) -> None:
    rows = nn.MatMulOp.make([value([5, 4, 3], params("u8", [0.1] * 4, axis=1)), value([3, 2], params("i8", 0.5))])
    assert params_of(rows.result) == params("i32", [0.05] * 4, axis=1)
    columns = nn.MatMulOp.make([value([5, 4, 3], params("u8", 0.5)), value([3, 2], params("i8", [0.1, 0.2], axis=1))])
    assert params_of(columns.result) == params("i32", [0.05, 0.1], axis=2)
    with pytest.raises(AlgebraError, match="another axis than its columns"):
        nn.MatMulOp.make([value([4, 3], params("u8", 0.5)), value([3, 2], params("i8", [0.1, 0.2, 0.3], axis=0))])
    with pytest.raises(AlgebraError, match="both operands are quantized per axis"):
        nn.MatMulOp.make([value([2, 3], params("u8", [1.0, 2.0], axis=0)), value([3, 2], params("i8", [1.0, 2.0], axis=1))])


def test_add_accumulates_at_equal_scales_and_rounds_else(params: Params, value: Value) -> None:
    a, b = value([2, 3], params("u8", 0.5, 1)), value([3], params("u8", 0.5, 7))
    exact = nn.AddOp.make([a, b])
    assert params_of(exact.result) == params("i32", 0.5) and exact.kind_of() is Kind.ACCUMULATES
    other = nn.AddOp.make([a, value([3], params("u8", 0.3))], params=params("u8", 0.9, 4))
    other.verify()
    assert other.kind_of() is Kind.ROUNDS
    with pytest.raises(AlgebraError, match="different scales"):
        nn.AddOp.make([a, value([3], params("u8", 0.3))])


def test_mul_accumulates_or_rounds(params: Params, value: Value) -> None:
    a, b = value([2, 3], params("u8", 0.5, 1)), value([3], params("i8", [0.1, 0.2, 0.3], axis=0))
    op = nn.MulOp.make([a, b])
    op.verify()
    assert params_of(op.result) == params("i32", [0.05, 0.1, 0.15], axis=1)
    with pytest.raises(VerifyException, match="may leave i32"):
        nn.MulOp.make([value([2], params("i32", 1.0)), value([2], params("u8", 1.0))]).verify()
    assert nn.MulOp.make([a, b], params=params("u8", 0.9)).kind_of() is Kind.ROUNDS


@pytest.mark.parametrize("op_class", [nn.ReluOp, nn.ClipOp, nn.IdentityOp, nn.MaxPoolOp, nn.GlobalMaxPoolOp])
def test_moves_keep_the_parameters(op_class: type[nn.NnOp], params: Params, value: Value) -> None:
    of = params("u8", [0.1, 0.2], [3, 4], axis=1)
    extra: dict[str, Any] = (
        {} if op_class is not nn.MaxPoolOp else {"kernel_shape": [2, 2], "strides": [2, 2], "pads": [0] * 4, "dilations": [1, 1]}
    )
    op = op_class.make([value([1, 2, 4, 4], of)], **extra)
    op.verify()
    assert params_of(op.results[0]) == of
    wrong = op_class.build(
        operands=list(op.operands),
        properties=dict(op.properties),
        result_types=[quantized_tensor(params("u8", 0.1), tensor_shape(op.results[0]))],
    )
    with pytest.raises(VerifyException, match="declared"):
        wrong.verify()


def test_moves_carry_the_axis_along(params: Params, value: Value) -> None:
    of = params("u8", [0.1, 0.2], [3, 4], axis=1)
    x = value([1, 2, 4], of)
    assert params_of(nn.TransposeOp.make([x], perm=[1, 2, 0]).result) == params("u8", [0.1, 0.2], [3, 4], axis=0)
    assert params_of(nn.ReshapeOp.make([x], shape=[2, 4]).result) == params("u8", [0.1, 0.2], [3, 4], axis=0)
    assert params_of(nn.UnsqueezeOp.make([x], axes=[0]).result) == params("u8", [0.1, 0.2], [3, 4], axis=2)
    first, second = nn.SplitOp.make([x], axis=1, split=[1, 1]).outputs
    assert params_of(first) == params("u8", [0.1], [3], axis=1) and params_of(second) == params("u8", [0.2], [4], axis=1)
    cut = nn.SliceOp.make([x], starts=[-1], ends=[9], axes=[1], steps=[1])
    assert params_of(cut.result) == params("u8", [0.2], [4], axis=1)
    joined = nn.ConcatOp.make([[x, value([1, 1, 4], params("u8", 0.5, 9))]], axis=1)
    assert params_of(joined.result) == params("u8", [0.1, 0.2, 0.5], [3, 4, 9], axis=1)
    flat = nn.FlattenOp.make([value([3, 2, 2], of)], axis=1)
    assert params_of(flat.result) == params("u8", [0.1, 0.1, 0.2, 0.2], [3, 3, 4, 4], axis=1)


def test_pad_needs_a_value_that_is_a_code(params: Params, value: Value) -> None:
    of = params("u8", 0.5, 3)
    nn.PadOp.make([value([2, 2], of)], pads=[0, 1, 0, 1], value=-1.5).verify()
    for fill in (0.3, -2.0, 1e9):
        with pytest.raises(AlgebraError, match="is no code"):
            nn.PadOp.make([value([2, 2], of)], pads=[0, 1, 0, 1], value=fill)
    with pytest.raises(AlgebraError, match="along the quantized axis"):
        nn.PadOp.make([value([2, 2], params("u8", [0.1, 0.2], axis=1))], pads=[0, 1, 0, 1])


def test_neg_moves_the_zero_point(params: Params, value: Value) -> None:
    assert params_of(nn.NegOp.make([value([2], params("u8", 0.5, 100))]).result) == params("u8", 0.5, 155)


def test_average_pool_accumulates_where_the_divisor_is_constant(params: Params, value: Value) -> None:
    x = value([1, 2, 6, 6], params("u8", 0.9, 3))
    window: dict[str, Any] = {"kernel_shape": [3, 3], "strides": [3, 3], "dilations": [1, 1]}
    op = nn.AveragePoolOp.make([x], pads=[0] * 4, **window)
    op.verify()
    assert params_of(op.result) == params("i32", 0.9 / 9)
    with pytest.raises(AlgebraError, match="fewer elements"):
        nn.AveragePoolOp.make([x], pads=[1] * 4, **window)
    counted = nn.AveragePoolOp.make([x], pads=[1] * 4, count_include_pad=1, **window)
    assert params_of(counted.result) == params("i32", 0.9 / 9)
    rounds = nn.AveragePoolOp.make([x], params=params("u8", 0.4), pads=[1] * 4, **window)
    rounds.verify()
    assert rounds.kind_of() is Kind.ROUNDS


def test_reductions_accumulate(params: Params, value: Value) -> None:
    x = value([2, 3, 4], params("u8", [0.1, 0.2, 0.4], axis=1))
    mean = nn.ReduceMeanOp.make([x], axes=[0, -1], keepdims=0)
    assert params_of(mean.result) == QuantParams(I32, np.array([0.1, 0.2, 0.4]) / 8, axis=0)
    assert params_of(nn.ReduceSumOp.make([x], axes=[2]).result) == params("i32", [0.1, 0.2, 0.4], axis=1)
    with pytest.raises(AlgebraError, match="none of them along the quantized axis"):
        nn.ReduceSumOp.make([x], axes=[1])


def test_rounding_operations_do_not_infer_a_type(params: Params, value: Value) -> None:
    x = value([2, 3], params("u8", 0.1))
    with pytest.raises(AlgebraError, match="its result type is not determined"):
        nn.SigmoidOp.make([x])
    nn.SigmoidOp.make([x], params=params("u8", 1 / 256)).verify()


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (lambda v: nn.ConvOp.make([v([1, 3, 8, 8]), v([2, 4, 3, 3]), []], **CONV), "channels do not fit"),
        (lambda v: nn.ConvOp.make([v([1, 3, 8, 8]), v([2, 3, 9, 3]), []], **CONV), "does not fit 8"),
        (lambda v: nn.ConvOp.make([v([1, 3, 8, 8]), v([2, 3, 3, 3]), [v([3])]], **CONV), r"bias has shape \(3,\)"),
        (lambda v: nn.ConvOp.make([v([1, 3, 8, 8]), v([2, 3, 3, 3]), []], **{**CONV, "strides": [0, 1]}), "positive"),
        (lambda v: nn.MatMulOp.make([v([2, 3]), v([4, 2])]), "inner dimensions differ"),
        (lambda v: nn.GemmOp.make([v([2, 3]), v([2, 3]), []]), "inner dimensions differ"),
        (lambda v: nn.AddOp.make([v([2, 3]), v([4])]), "do not broadcast"),
        (lambda v: nn.TransposeOp.make([v([2, 3])], perm=[0, 0]), "no permutation"),
        (lambda v: nn.ConcatOp.make([[v([2, 3]), v([3, 3])]], axis=1), "other extents differ"),
        (lambda v: nn.SplitOp.make([v([2, 3])], axis=1, split=[1, 1]), "split of"),
        (lambda v: nn.SqueezeOp.make([v([2, 3])], axes=[0]), "extents are not 1"),
        (lambda v: nn.PadOp.make([v([2, 3])], pads=[1, 1], value=0.0), "pad of rank 2 by 1"),
        (lambda v: nn.BatchNormalizationOp.make([v([1, 3]), *[v([2])] * 4]), "parameters of shape"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(build: Callable[[Value], nn.NnOp], reason: str, value: Value) -> None:
    with pytest.raises(VerifyException, match=reason):
        build(value)


def test_unknown_extents_pass_through(value: Value) -> None:
    op = nn.ConvOp.make([value([-1, 3, -1, 8]), value([2, 3, 3, 3]), []], **CONV)
    op.verify()
    assert tensor_shape(op.result) == (-1, 2, -1, 6)
    assert "tensor<?x2x?x6xf32>" in str(op.result.type)


def test_cast_declares_its_type(value: Value) -> None:
    op = nn.CastOp.make([value([2])], to=IntegerType(64))
    op.verify()
    assert str(op.result.type) == "tensor<2xi64>"
    wrong = nn.CastOp.build(operands=[value([2])], properties={"to": IntegerType(64)}, result_types=[value([2]).type])
    with pytest.raises(VerifyException, match="cast to i64 declares"):
        wrong.verify()
    assert nn.CastOp.make([value([2], IntegerType(8))], to=Float32Type()).result.type == value([2]).type
