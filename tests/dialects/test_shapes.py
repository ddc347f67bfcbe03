"""Shape arithmetic with dimensions that are not known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from xdsl.dialects.builtin import Float32Type, TensorType
from xdsl.ir import Attribute
from xdsl.utils.exceptions import VerifyException

from lpt.dialects import shapes


def test_unknown_dimensions_print_as_in_mlir(parse_type: Callable[[str], Attribute]) -> None:
    type_ = shapes.tensor_type(Float32Type(), (-1, 3))
    assert str(type_) == "tensor<?x3xf32>" and parse_type("tensor<?x3xf32>") == type_
    assert shapes.tensor_shape(type_) == (-1, 3)


def test_other_types_have_no_shape() -> None:
    with pytest.raises(VerifyException, match="ranked tensor"):
        shapes.tensor_shape(Float32Type())
    assert shapes.tensor_shape(TensorType(Float32Type(), [])) == ()


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (((2, 3), (3,)), (2, 3)),
        (((2, 1), (1, 3)), (2, 3)),
        (((), (4,)), (4,)),
        (((-1, 3), (1, 3)), (-1, 3)),
        (((-1, 3), (2, 1)), (2, 3)),
        (((0, 3), (1, 3)), (0, 3)),
        (((2,), (-1,)), (2,)),
    ],
)
def test_broadcast(parts: tuple[tuple[int, ...], ...], expected: tuple[int, ...]) -> None:
    assert shapes.broadcast(*parts) == expected
    if all(extent >= 0 for part in parts for extent in part):
        assert np.broadcast_shapes(*parts) == expected


def test_broadcast_refuses() -> None:
    with pytest.raises(VerifyException, match="do not broadcast"):
        shapes.broadcast((2, 3), (2,))


@pytest.mark.parametrize("kernel", [1, 2, 3])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("pads", [(0, 0), (1, 1), (0, 2)])
def test_window_counts_the_positions_that_fit(kernel: int, stride: int, dilation: int, pads: tuple[int, int]) -> None:
    extent, reach = 7, dilation * (kernel - 1) + 1
    starts = [s for s in range(-pads[0], extent + pads[1], stride) if s + reach <= extent + pads[1]]
    assert shapes.window(extent, kernel, stride, dilation, pads) == len(starts)
    with_ceil = [s for s in range(-pads[0], extent, stride) if s - stride + reach < extent + pads[1] or s == -pads[0]]
    assert shapes.window(extent, kernel, stride, dilation, pads, ceil_mode=True) == max(len(with_ceil), len(starts))


def test_window_of_unknown_or_too_small_extents() -> None:
    assert shapes.window(-1, 3, 1, 1, (0, 0)) == -1
    with pytest.raises(VerifyException, match="does not fit 2"):
        shapes.window(2, 3, 1, 1, (0, 0))


@pytest.mark.parametrize(
    ("old", "requested", "allow_zero", "expected"),
    [
        ((2, 3, 4), (6, 4), False, (6, 4)),
        ((2, 3, 4), (2, -1), False, (2, 12)),
        ((2, 3, 4), (0, -1), False, (2, 12)),
        ((-1, 3, 4), (0, -1), False, (-1, 12)),
        ((-1, 3, 4), (-1, 12), False, (-1, 12)),
        ((0, 3), (3, 0), True, (3, 0)),
        ((2,), (1, 2, 1), False, (1, 2, 1)),
    ],
)
def test_resolve_reshape(old: tuple[int, ...], requested: tuple[int, ...], allow_zero: bool, expected: tuple[int, ...]) -> None:
    assert shapes.resolve_reshape(old, requested, allow_zero) == expected


@pytest.mark.parametrize(("old", "requested"), [((2, 3), (4, 2)), ((2, 3), (-1, -1)), ((2, 3), (4, -1))])
def test_resolve_reshape_refuses(old: tuple[int, ...], requested: tuple[int, ...]) -> None:
    with pytest.raises(VerifyException, match="reshape"):
        shapes.resolve_reshape(old, requested)


def test_axes_fits_and_products() -> None:
    assert shapes.normalize_axis(-1, 4) == 3
    with pytest.raises(VerifyException, match="axis 4 is outside"):
        shapes.normalize_axis(4, 4)
    assert shapes.fits((2, -1), (2, 3)) and not shapes.fits((2, 3), (2, 4)) and not shapes.fits((2,), (2, 1))
    assert shapes.product((2, 3)) == 6 and shapes.product((2, -1)) == -1 and shapes.product(()) == 1
    assert shapes.is_static((1, 2)) and not shapes.is_static((1, -1))
