"""A channel shuffle before a convolution becomes another order of its weights' input channels.

    %s = reshape, transpose, reshape of %x        channel i of %s is channel p[i] of %x
    %d = nn.conv %s, %w1 {group = C} …        →   %d = nn.conv %x, w1 in the order of %x {group = C} …
    %y = nn.conv %d, %w2 {group = 4}              %y = nn.conv %d, w2 over all channels, 0 for those of other groups

What lies between the shuffle and the convolution works channel by channel: its constants are put in order. A grouped convolution
then reads from all over the pixel, so that it becomes a dense one whose weights are mostly zeros, which kernels skip.
Exactness: exact. OpenVINO and ONNX Runtime move the data.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from xdsl.ir import Block, Operation, SSAValue
from xdsl.rewriter import InsertPoint, Rewriter

from lpt.dialects import algebra
from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp, RequantizeOp
from lpt.dialects.nn import BinaryOp, ConvOp, ReshapeOp, TransposeOp, UnaryOp, ints
from lpt.dialects.quant import params_of, quantized_tensor
from lpt.dialects.shapes import is_static, tensor_shape
from lpt.passes.journal import replace

_MOST_WEIGHTS = 2**20
"""Dense weights that are worth the shuffle."""


def push_shuffles(block: Block) -> None:
    """Rewrite every shuffle of a function's block that only channelwise operations and convolutions read."""
    for op in list(block.ops):
        if op.parent is not block or not isinstance(op, ReshapeOp):
            continue
        order = _shuffle(op)
        if order is None:
            continue
        chain = list(_channelwise(op.result))
        end = _user(chain[-1].results[0] if chain else op.result)
        if isinstance(end, ConvOp) and _can_spread(end):
            _push(op, order, chain, end)


def _user(value: SSAValue) -> Operation | None:
    uses = list(value.uses)
    return uses[0].operation if len(uses) == 1 and uses[0].index == 0 else None


def _shuffle(last: ReshapeOp) -> Array | None:
    """Which channel of the operand each channel of the result is, where reshape, transpose and this reshape do no more."""
    transpose = last.x.owner
    if not isinstance(transpose, TransposeOp) or not isinstance(transpose.x.owner, ReshapeOp):
        return None
    first = transpose.x.owner
    shape, split = tensor_shape(first.x), tensor_shape(first.result)
    if not is_static(shape) or tensor_shape(last.result) != shape or len(split) != len(shape) + 1 or len(shape) < 3:
        return None
    if (split[0], *split[3:]) != (shape[0], *shape[2:]) or ints(transpose.perm) != (0, 2, 1, *range(3, len(split))):
        return None
    params = params_of(first.x)
    if params is None or not params.is_per_tensor:
        return None
    return np.arange(shape[1]).reshape(split[1], split[2]).T.ravel()


def _channelwise(value: SSAValue) -> Iterator[Operation]:
    """The operations behind `value` that treat each channel alone, with constants, one after the other."""
    while (user := _user(value)) is not None:
        others = user.operands[1:]
        if not all(isinstance(v.owner, ConstantOp) for v in others):
            return
        depthwise = isinstance(user, ConvOp) and user.is_depthwise and tensor_shape(user.w)[0] == tensor_shape(user.x)[1]
        if not depthwise and not isinstance(user, BinaryOp | UnaryOp | RequantizeOp):
            return
        if tensor_shape(user.results[0])[:2] != tensor_shape(value)[:2]:
            return
        yield user
        value = user.results[0]


def _can_spread(conv: ConvOp) -> bool:
    """Whether a pointwise convolution's weights are few enough to be written out over all groups."""
    x, w = params_of(conv.x), params_of(conv.w)
    shape = tensor_shape(conv.w)
    pointwise = all(k == 1 for k in shape[2:]) and shape[0] * tensor_shape(conv.x)[1] <= _MOST_WEIGHTS
    known = isinstance(conv.w.owner, ConstantOp) and x is not None and w is not None and w.axis in (None, 0)
    return pointwise and known and x is not None and x.is_per_tensor and len(conv.operands) == 2


def _push(shuffle: ReshapeOp, order: Array, chain: list[Operation], end: ConvOp) -> None:
    """Compute the chain and the convolution in the order that the shuffle's operand has."""
    place = np.argsort(order)
    transpose = shuffle.x.owner
    assert isinstance(transpose, TransposeOp) and isinstance(transpose.x.owner, ReshapeOp)
    first = transpose.x.owner
    value = first.x
    rank = len(tensor_shape(value))
    for op in chain:
        copy = op.clone()
        copy.operands[0] = value
        for index, operand in enumerate(op.operands[1:], 1):
            constant = _ordered(operand, place, 0 if isinstance(op, ConvOp) else len(tensor_shape(operand)) - rank + 1)
            Rewriter.insert_op(constant, InsertPoint.before(op))
            copy.operands[index] = constant.result
        Rewriter.insert_op(copy, InsertPoint.before(op))
        value = copy.results[0]
        params = params_of(value)
        if params is not None and params.axis == 1:
            params = algebra.take(params, 1, place)
            value = Rewriter.replace_value_with_new_type(value, quantized_tensor(params, tensor_shape(value)))
    weights = _spread(end, place)
    dense = ConvOp.make(
        [value, weights.result, []], strides=ints(end.strides), pads=ints(end.pads), dilations=ints(end.dilations), group=1
    )
    dense.attributes.update({**end.attributes, "lpt.spread": end.group})
    Rewriter.insert_op([weights, dense], InsertPoint.before(end))
    replace(end.results[0], dense.results[0], "push-shuffle")
    for op in (end, *reversed(chain), shuffle, transpose, first):
        if not any(result.uses.get_length() for result in op.results):
            Rewriter.erase_op(op)


def _ordered(value: SSAValue, place: Array, axis: int) -> ConstantOp:
    """A copy of a constant, in another order along its channels where it has some."""
    constant, params = value.owner, params_of(value)
    assert isinstance(constant, ConstantOp)
    if axis < 0 or tensor_shape(value)[axis] == 1:
        return constant.clone()
    array = constant.array.take(place, axis)
    if params is None:
        return ConstantOp(array)
    return ConstantOp.quantized(array, algebra.take(params, axis, place) if params.axis == axis else params)


def _spread(conv: ConvOp, place: Array) -> ConstantOp:
    """Dense weights [OC, C, 1…] over unshuffled channels; what other groups have is their zero point."""
    params = params_of(conv.w)
    assert isinstance(conv.w.owner, ConstantOp) and params is not None
    array = conv.w.owner.array
    outputs, width = array.shape[:2]
    channels, per_group = len(place), outputs // conv.group.value.data
    zero = np.broadcast_to(params.expand(array.shape)[1], array.shape)[:, :1].astype(array.dtype)
    dense = np.repeat(zero, channels, axis=1)
    for output in range(outputs):
        start = output // per_group * width
        dense[output, start : start + width] = array[output]
    return ConstantOp.quantized(np.ascontiguousarray(dense.take(place, 1)), params)
