"""Shapes of tensor operations: -1 stands for a dimension that is not known until run time.

In a type such a dimension is xDSL's `DYNAMIC_INDEX` and prints as `?`; `tensor_shape` and `tensor_type` translate.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import DYNAMIC_INDEX, TensorType
from xdsl.ir import Attribute, SSAValue
from xdsl.utils.exceptions import VerifyException

__all__ = [
    "Shape",
    "broadcast",
    "fits",
    "is_static",
    "normalize_axis",
    "product",
    "resolve_reshape",
    "tensor_shape",
    "tensor_type",
    "window",
]

Shape = tuple[int, ...]
"""Extents; −1 is a symbolic one."""


def tensor_shape(value: SSAValue | Attribute) -> Shape:
    """The shape of a tensor value or type. Raises VerifyException for other types."""
    type_ = value.type if isinstance(value, SSAValue) else value
    if not isinstance(type_, TensorType):
        raise VerifyException(f"expected a ranked tensor, got {type_}")
    return tuple(-1 if extent < 0 else extent for extent in type_.get_shape())


def tensor_type(element: Attribute, shape: Sequence[int]) -> TensorType[Attribute]:
    """The tensor type of this shape, whose -1 become `?`."""
    return TensorType(element, [DYNAMIC_INDEX if extent < 0 else extent for extent in shape])


def is_static(shape: Sequence[int]) -> bool:
    """Whether every extent is known."""
    return all(extent >= 0 for extent in shape)


def fits(declared: Sequence[int], inferred: Sequence[int]) -> bool:
    """Whether two shapes agree where both are known."""
    return len(declared) == len(inferred) and all(a == b or min(a, b) < 0 for a, b in zip(declared, inferred, strict=True))


def broadcast(*shapes: Sequence[int]) -> Shape:
    """numpy's broadcasting. Raises VerifyException if the shapes do not fit."""
    rank = max(len(shape) for shape in shapes)
    result = []
    for extents in zip(*((1,) * (rank - len(shape)) + tuple(shape) for shape in shapes), strict=True):
        known = {extent for extent in extents if extent > 1 or extent == 0}
        if len(known) > 1:
            raise VerifyException(f"shapes {', '.join(map(str, shapes))} do not broadcast")
        result.append(known.pop() if known else -1 if -1 in extents else 1)
    return tuple(result)


def normalize_axis(axis: int, rank: int) -> int:
    """An axis in 0..rank-1 from one that may count from the end. Raises VerifyException outside."""
    if not -rank <= axis < rank:
        raise VerifyException(f"axis {axis} is outside a tensor of rank {rank}")
    return axis % rank


def window(extent: int, kernel: int, stride: int, dilation: int, pads: tuple[int, int], ceil_mode: bool = False) -> int:
    """Output extent of a sliding window. With `ceil_mode` a last window may reach beyond the end, if it starts inside the input or
    its leading pad (ONNX MaxPool-22, AveragePool-22)."""
    if extent < 0:
        return -1
    span = extent + sum(pads) - (dilation * (kernel - 1) + 1)
    if span < 0:
        raise VerifyException(f"a window of {kernel} (dilation {dilation}) does not fit {extent} with pads {pads}")
    count = span // stride + 1
    if ceil_mode and span % stride and count * stride < extent + pads[0]:
        count += 1
    return count


def product(extents: Sequence[int]) -> int:
    """The number of elements, or -1 if a dimension is not known."""
    result = 1
    for extent in extents:
        if extent < 0:
            return -1
        result *= extent
    return result


def resolve_reshape(old: Sequence[int], requested: Sequence[int], allow_zero: bool = False) -> Shape:
    """The shape a Reshape gives: 0 copies a dimension (unless allow_zero), one -1 takes what is left (ONNX Reshape-14).

    A dimension that is not known may be copied or taken, all else must multiply up. Raises VerifyException otherwise.
    """
    result = [old[i] if extent == 0 and not allow_zero and i < len(old) else extent for i, extent in enumerate(requested)]
    free = [i for i, extent in enumerate(requested) if extent == -1]
    if len(free) > 1:
        raise VerifyException(f"reshape to {tuple(requested)} leaves more than one dimension open")
    copied = [i for i, extent in enumerate(requested) if extent == 0 and not allow_zero and i < len(old)]
    rest_old = product([extent for i, extent in enumerate(old) if i not in copied])
    rest_new = product([extent for i, extent in enumerate(result) if i not in copied and i not in free])
    if free:
        if rest_old >= 0:
            if rest_new <= 0 or rest_old % rest_new:
                raise VerifyException(f"cannot reshape {tuple(old)} to {tuple(requested)}")
            result[free[0]] = rest_old // rest_new
    elif rest_old >= 0 and rest_new >= 0 and rest_old != rest_new:
        raise VerifyException(f"cannot reshape {tuple(old)} to {tuple(requested)}")
    return tuple(result)
