"""Comparison, logic, choice and integer arithmetic in kernels, against the interpreter; 64-bit values stay whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import TensorType, f32, i1
from xdsl.ir import Attribute, SSAValue

from lpt.dialects import nn
from lpt.dialects.blob import element_type
from lpt.dialects.kernel import KernelConcatOp, KernelElementwiseOp, KernelMoveOp
from lpt.dialects.lpt import ConstantOp

INTEGERS = [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64]


def values(dtype: Any, *shape: int, seed: int = 0) -> np.ndarray:
    """The ends of the type, small numbers, and any others."""
    rng = np.random.default_rng(seed + sum(shape))
    if np.dtype(dtype).kind == "f":
        x = rng.standard_normal(shape).astype(np.float32)
        x.reshape(-1)[:8] = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 1e-42]
        return rng.permutation(x.reshape(-1)).reshape(shape)
    if dtype is np.bool_:
        return rng.integers(0, 2, shape).astype(np.bool_)
    info = np.iinfo(dtype)
    x = rng.integers(info.min, info.max, shape, dtype=dtype, endpoint=True)
    small = rng.integers(max(info.min, -3), 4, shape).astype(dtype)
    x = np.where(rng.random(shape) < 0.5, small, x)
    x.reshape(-1)[:2] = [info.min, info.max]
    return np.asarray(rng.permutation(x.reshape(-1)).reshape(shape))


def typed(*arrays: np.ndarray) -> list[Attribute]:
    return [TensorType(element_type(a.dtype), a.shape) for a in arrays]


def binary(op: type[nn.NnOp], **properties: Any) -> Any:
    return lambda a, b: op.make([a, b], **properties).results[0]


@pytest.mark.parametrize("dtype", [*INTEGERS, np.float32, np.bool_])
@pytest.mark.parametrize("op", [nn.EqualOp, nn.LessOp, nn.LessOrEqualOp])
def test_comparison(check_kernel: Any, op: type[nn.NnOp], dtype: Any) -> None:
    a, b = values(dtype, 5, 37), values(dtype, 37, seed=1)
    check_kernel(KernelElementwiseOp, typed(a, b), binary(op), [a, b])


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize(
    "op", [nn.AddOp, nn.SubOp, nn.MulOp, nn.DivOp, nn.MaximumOp, nn.MinimumOp, nn.ModOp, nn.AndOp, nn.OrOp, nn.XorOp]
)
def test_integers(check_kernel: Any, op: type[nn.NnOp], dtype: Any) -> None:
    """Results wrap, and division by 0 gives 0; what follows in the same kernel sees the wrapped value."""
    a, b = values(dtype, 3, 43), values(dtype, 3, 43, seed=1)
    with np.errstate(all="ignore"):
        check_kernel(KernelElementwiseOp, typed(a, b), binary(op), [a, b])
        check_kernel(KernelElementwiseOp, typed(a, b), lambda x, y: nn.LessOp.make([binary(op)(x, y), y]).result, [a, b])


@pytest.mark.parametrize("dtype", [np.int8, np.int32, np.int64])
def test_remainder_with_the_sign_of_the_dividend(check_kernel: Any, dtype: Any) -> None:
    a, b = values(dtype, 131), values(dtype, 131, seed=1)
    with np.errstate(all="ignore"):
        check_kernel(KernelElementwiseOp, typed(a, b), binary(nn.ModOp, fmod=1), [a, b])


@pytest.mark.parametrize("right", [0, 1])
@pytest.mark.parametrize("dtype", INTEGERS)
def test_shift(check_kernel: Any, dtype: Any, right: int) -> None:
    a, b = values(dtype, 131), np.random.default_rng(2).integers(0, 70, 131).astype(dtype)
    check_kernel(KernelElementwiseOp, typed(a, b), binary(nn.ShiftOp, right=right), [a, b])


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("op", [nn.AbsOp, nn.NegOp, nn.SignOp, nn.ReluOp, nn.NotOp, nn.IdentityOp])
def test_one_operand(check_kernel: Any, op: type[nn.NnOp], dtype: Any) -> None:
    a = values(dtype, 131)
    check_kernel(KernelElementwiseOp, typed(a), lambda x: op.make([x]).results[0], [a])


@pytest.mark.parametrize("op", [nn.AndOp, nn.OrOp, nn.XorOp])
def test_logic(check_kernel: Any, op: type[nn.NnOp]) -> None:
    a, b = values(np.bool_, 3, 1, 43), values(np.bool_, 5, 1, seed=1)
    check_kernel(KernelElementwiseOp, typed(a, b), lambda x, y: nn.NotOp.make([binary(op)(x, y)]).result, [a, b])


@pytest.mark.parametrize("dtype", [*INTEGERS, np.float32, np.bool_])
def test_where(check_kernel: Any, dtype: Any) -> None:
    c, a = values(np.bool_, 4, 1, 33), values(dtype, 3, 33)
    b = values(dtype, 3, 1, seed=1) if dtype is not np.float32 else np.array([[np.nan], [-0.0], [-np.inf]], np.float32)

    def body(condition: SSAValue, x: SSAValue) -> SSAValue:
        return nn.WhereOp.make([condition, x, ConstantOp(b).result]).result

    check_kernel(KernelElementwiseOp, typed(c, a), body, [c, a])


def test_a_mask_and_what_it_chooses_in_one_kernel(check_kernel: Any) -> None:
    a = values(np.float32, 7, 31)

    def body(x: SSAValue) -> SSAValue:
        mask = nn.LessOp.make([x, ConstantOp(np.array(0.25, np.float32)).result]).result
        return nn.WhereOp.make([mask, nn.AbsOp.make([x]).result, ConstantOp(np.array(-1, np.float32)).result]).result

    check_kernel(KernelElementwiseOp, typed(a), body, [a])


@pytest.mark.parametrize("source", [*INTEGERS, np.bool_])
@pytest.mark.parametrize("to", [*INTEGERS, np.float32, np.bool_])
def test_cast(check_kernel: Any, source: Any, to: Any) -> None:
    a = values(source, 131)
    check_kernel(KernelElementwiseOp, typed(a), lambda x: nn.CastOp.make([x], to=element_type(np.dtype(to))).result, [a])


@pytest.mark.parametrize("to", [np.int32, np.uint32, np.int64])
def test_cast_of_floats(check_kernel: Any, to: Any) -> None:
    a = (np.random.default_rng(0).random(131) * 2.0**31).astype(np.float32)
    check_kernel(KernelElementwiseOp, typed(a), lambda x: nn.CastOp.make([x], to=element_type(np.dtype(to))).result, [a])


def test_moves_of_wide_integers(check_kernel: Any) -> None:
    a, b = values(np.int64, 5, 33), values(np.int64, 5, 2)
    check_kernel(KernelMoveOp, typed(a), lambda x: nn.TransposeOp.make([x], perm=[1, 0]).result, [a])
    check_kernel(KernelMoveOp, typed(a), lambda x: nn.PadOp.make([x], pads=[1, 0, 0, 2]).result, [a])
    check_kernel(KernelConcatOp, typed(a, b), lambda x, y: nn.ConcatOp.make([[x, y]], axis=1).result, [a, b])
    indices = ConstantOp(np.array([3, 0, 0, 4])).result
    check_kernel(KernelMoveOp, typed(a), lambda x: nn.GatherOp.make([x, indices], axis=0).result, [a])


def test_verifiers() -> None:
    from xdsl.dialects.test import TestOp
    from xdsl.utils.exceptions import VerifyException

    mask, x = TestOp(result_types=[TensorType(i1, [3]), TensorType(f32, [3])]).results
    with pytest.raises(VerifyException, match="operands of one type"):
        nn.LessOp.make([mask, x]).verify()
    with pytest.raises(VerifyException, match="booleans or integers"):
        nn.AndOp.make([x, x]).verify()
    with pytest.raises(VerifyException, match="chooses by booleans"):
        nn.WhereOp.make([x, x, x]).verify()
