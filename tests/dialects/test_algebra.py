"""Type algebra: what each rule gives, and its reasons to refuse."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lpt.dialects import algebra
from lpt.dialects.algebra import AlgebraError
from lpt.dialects.quant import QuantParams
from lpt.dialects.quant_params import I32

Params = Callable[..., QuantParams]


def test_product_is_an_accumulator_of_the_scales_product(params: Params) -> None:
    result = algebra.product(params("u8", 0.02, 128), params("i8", [0.1, 0.2], axis=0), axis=1)
    assert result == QuantParams(I32, [0.02 * 0.1, 0.02 * 0.2], 0, axis=1)


def test_three_factors_agree_in_any_order_for_f32_scales(params: Params) -> None:
    a, b, c = (params("i8", float(np.float32(v))) for v in (0.1, 0.7, 1.3))
    left = algebra.rescale(algebra.product(a, b), c.scale)
    right = algebra.rescale(algebra.product(a, c), b.scale)
    assert np.float32(left.scale) == np.float32(right.scale)
    assert algebra.product(a, b) == algebra.product(b, a)


def test_product_refuses(params: Params) -> None:
    per_axis = params("i8", [0.1, 0.2], axis=0)
    with pytest.raises(AlgebraError, match="both operands are quantized per axis"):
        algebra.product(per_axis, per_axis)
    with pytest.raises(AlgebraError, match="positive normal f32"):
        algebra.product(params("i8", 1e-30), params("i8", 1e-30))
    blocked = QuantParams(per_axis.storage, [[0.1], [0.2]], block_sizes=((0, 1), (1, 4)))
    with pytest.raises(AlgebraError, match="not by blocks"):
        algebra.product(params("u8", 1.0), blocked)


def test_permute_moves_the_axis(params: Params) -> None:
    assert algebra.permute(params("i8", [0.1, 0.2], axis=1), (0, 2, 3, 1)).axis == 3
    assert algebra.permute(params("i8", 0.1), (1, 0)) == params("i8", 0.1)


@pytest.mark.parametrize(("old", "new", "axis"), [((1, 2, 4), (2, 4), 0), ((3, 2, 4), (3, 2, 2, 2), 1), ((1, 2, 1, 1), (1, 2), 1)])
def test_reshape_keeps_an_axis_that_survives(params: Params, old: tuple[int, ...], new: tuple[int, ...], axis: int) -> None:
    assert algebra.reshape(params("i8", [0.1, 0.2], axis=1), old, new).axis == axis


@pytest.mark.parametrize(
    ("old", "axis", "new", "axes"),
    [
        ((1, 12, 5, 5), 1, (1, 3, 4, 5, 5), (1, 2)),
        ((1, 12, 5, 5), 1, (1, 12, 25), (1,)),
        ((1, 12, 5, 5), 1, (1, 300), (1,)),
        ((2, 6, 3), 1, (12, 3), (0,)),
        ((2, 6, 3), 2, (4, 3, 3), (2,)),
        ((1, 1, 4), 1, (2, 2), ()),
        ((3, 2, 4), 1, (3, 8), (1,)),
        ((-1, 6, 3), 1, (-1, 2, 3, 3), (1, 2)),
        ((1, 3, 8, 8), 1, (1, 12, 4, 4), (1,)),
        ((1, 3, 8, 8), 1, (1, 24, 8), (1,)),
        ((2, 3, 8), 1, (2, 3, 2, 4), (1,)),
    ],
)
def test_reshape_divides_and_joins_scales(
    params: Params, old: tuple[int, ...], axis: int, new: tuple[int, ...], axes: tuple[int, ...]
) -> None:
    of = params("u8", np.arange(1, old[axis] + 1) / 8, np.arange(old[axis]), axis=axis)
    after = algebra.reshape(of, old, new)
    assert tuple(axis for axis, _ in after.block_sizes) == axes and after.scales.size <= max(300, of.scales.size)
    old, new = tuple(abs(extent) for extent in old), tuple(abs(extent) for extent in new)
    for before, behind in zip(of.expand(old), after.expand(new), strict=True):
        np.testing.assert_array_equal(np.broadcast_to(before, old).reshape(new), np.broadcast_to(behind, new))


def test_a_channel_shuffle_permutes_scales(params: Params) -> None:
    of = params("u8", np.arange(1, 7) / 8, np.arange(6), axis=1)
    halves = algebra.permute(algebra.reshape(of, (1, 6, 5), (1, 2, 3, 5)), (0, 2, 1, 3))
    shuffled = algebra.reshape(halves, (1, 3, 2, 5), (1, 6, 5))
    assert shuffled == params("u8", np.array([1, 4, 2, 5, 3, 6]) / 8, [0, 3, 1, 4, 2, 5], axis=1)


def test_reshape_refuses_to_move_a_dimension_that_is_not_known(params: Params) -> None:
    with pytest.raises(AlgebraError, match="moves a dimension that is not known"):
        algebra.reshape(params("i8", [0.1, 0.2], axis=1), (-1, 2, 4), (2, -1))


def test_reshape_refuses_to_cut_across_scales(params: Params) -> None:
    of = params("i8", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], axis=1)
    for shape in ((1, 8, 6), (1, 2, 24)):
        with pytest.raises(AlgebraError, match="cuts dimensions across their scales"):
            algebra.reshape(of, (1, 6, 8), shape)


def test_take(params: Params) -> None:
    per_axis = params("i8", [0.1, 0.2, 0.3], [1, 2, 3], axis=1)
    assert algebra.take(per_axis, 1, slice(1, 3)) == params("i8", [0.2, 0.3], [2, 3], axis=1)
    assert algebra.take(per_axis, 0, slice(1, 3)) == per_axis
    assert algebra.take(per_axis, 1, np.array([2, 0])) == params("i8", [0.3, 0.1], [3, 1], axis=1)


def test_concatenate(params: Params) -> None:
    a, b = params("u8", 0.1, 3), params("u8", 0.2, 5)
    assert algebra.concatenate([a, a], [2, 3], 1) == a
    assert algebra.concatenate([a, b], [2, 1], 1) == params("u8", [0.1, 0.1, 0.2], [3, 3, 5], axis=1)
    c = params("u8", [0.3, 0.4], [1, 2], axis=1)
    assert algebra.concatenate([a, c], [1, 2], 1) == params("u8", [0.1, 0.3, 0.4], [3, 1, 2], axis=1)


def test_concatenate_refuses(params: Params) -> None:
    a = params("u8", 0.1, 3)
    with pytest.raises(AlgebraError, match="different storage types"):
        algebra.concatenate([a, params("i8", 0.1, 3)], [1, 1], 1)
    with pytest.raises(AlgebraError, match="along different axes"):
        algebra.concatenate([a, params("u8", [0.1, 0.2], axis=0)], [1, 1], 1)
    with pytest.raises(AlgebraError, match="sizes along axis 1 are not known"):
        algebra.concatenate([a, params("u8", 0.2)], [1, -1], 1)


def test_rescale(params: Params) -> None:
    assert algebra.rescale(params("u8", 0.5, 3), 4.0) == params("u8", 2.0, 3)
    assert algebra.rescale(params("u8", 0.5, 3), [2.0, 4.0], axis=1) == params("u8", [1.0, 2.0], 3, axis=1)
    per_axis = params("u8", [0.5, 0.25], axis=1)
    assert algebra.rescale(per_axis, [2.0, 4.0], axis=1) == params("u8", [1.0, 1.0], axis=1)
    assert algebra.rescale(per_axis, 2.0) == params("u8", [1.0, 0.5], axis=1)
    for factor in (-1.0, 0.0, np.nan):
        with pytest.raises(AlgebraError, match="not positive"):
            algebra.rescale(per_axis, factor)
    with pytest.raises(AlgebraError, match="varies along axis 0, the scales along axis 1"):
        algebra.rescale(per_axis, [1.0, 2.0], axis=0)


def test_negate_twice_is_nothing(params: Params) -> None:
    for storage in ("u8", "i8"):
        original = params(storage, 0.5, 3)
        assert algebra.negate(original).zero_point == original.storage.min + original.storage.max - 3
        assert algebra.negate(algebra.negate(original)) == original


def test_sum_needs_bitwise_equal_scales(params: Params) -> None:
    a = params("u8", 0.3, 3)
    assert algebra.sum_of(a, params("i8", 0.3)) == QuantParams(I32, 0.3)
    assert algebra.sum_of(a, params("i8", [0.3, 0.3], axis=1)) == QuantParams(I32, 0.3)
    with pytest.raises(AlgebraError, match="different scales"):
        algebra.sum_of(a, params("u8", np.nextafter(0.3, 1)))


def test_magnitude_is_the_farthest_code(params: Params) -> None:
    assert algebra.magnitude(params("u8", 1.0, 128)) == 128
    assert algebra.magnitude(params("u8", 1.0, 0)) == 255
    assert algebra.magnitude(params("i8", 1.0, 0)) == 128
    assert algebra.magnitude(params("i8", [1.0, 1.0], [0, -100], axis=0)) == 227


def test_multiplier_is_divided_in_f64(params: Params) -> None:
    source, target = params("i32", 0.1 * 0.3, axis=None), params("u8", 0.7)
    m, axis = algebra.multiplier(source, target)
    assert m.dtype == np.float32 and m == np.float32((0.1 * 0.3) / 0.7) and axis is None
    with pytest.raises(AlgebraError, match="scales along axis 0 meet scales along axis 1"):
        algebra.multiplier(params("i32", [1.0, 2.0], axis=0), params("u8", [1.0, 2.0], axis=1))
    assert algebra.multiplier(params("i32", 2.0), params("u8", 2.0**-126))[0] == 2.0**127  # f32's greatest power
    with pytest.raises(AlgebraError, match="beyond f32"):
        algebra.multiplier(params("i32", 4.0), params("u8", 2.0**-126))


def test_collapse(params: Params) -> None:
    assert algebra.collapse(params("u8", [0.5, 0.5], 3, axis=1)) == params("u8", 0.5, 3)
    different = params("u8", [0.5, 0.5], [3, 4], axis=1)
    assert algebra.collapse(different) == different


@pytest.mark.parametrize(
    "spelled, zero_point, dtype",
    [("i8", 0, np.int16), ("i8", -7, np.int16), ("u8", 255, np.int16), ("u16", 9, np.int32), ("i32", 3, np.int64)],
)
def test_distances_from_the_zero_point(params: Params, spelled: str, zero_point: int, dtype: type) -> None:
    p = params(spelled, 0.5, zero_point)
    codes = np.array([p.storage.min, -1 if p.storage.signed else 1, 0, 5, p.storage.max], p.storage.dtype)
    found = algebra.distances(codes, p)
    assert found.dtype == dtype and found.tolist() == [abs(int(q) - zero_point) for q in codes]


def test_distances_per_axis(params: Params) -> None:
    p = params("i8", [0.1, 0.2], [1, -128], axis=1)
    assert algebra.distances(np.array([[-128, 127]], np.int8), p).tolist() == [[129, 255]]
