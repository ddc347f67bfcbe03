"""Operations that move elements."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from cases import Case, grid
from network import Network, constant
from openvino import opset1, opset8, opset13
from openvino import opset13 as op

U, S, Z, F = "0:2.55/256", "-1.28:1.27/256", "-0.5:2.05/256", "-1.23:2.55/256"
C, CS, CZ = "0:2.55|0:1.275|0:5.1/256", "-1.28:1.27|-0.64:0.635|-2.56:2.54/256", "-0.5:2.05|-1:1.55|-0.25:2.3/256"
C4 = "0:2.55|0:1.275|0:5.1|0:1/256"


def _ints(text: str) -> object:
    return constant([int(v) for v in text.split(",")] if "," in text else [int(text)], np.int64)


def _end(net: Network, y: object, consumer: str, channels: int = 3) -> None:
    net.consume(y, consumer, channels)


def concat(net: Network, a: str, b: str, axis: int, consumer: str) -> None:
    """Two activations of three channels."""
    y = net.named(op.concat([net.activation(a), net.activation(b)], axis))
    _end(net, y, consumer, 6 if axis == 1 else 3)


def concat_of_three(net: Network, a: str, b: str, c: str) -> None:
    """Three activations, then a convolution."""
    y = net.named(op.concat([net.activation(r) for r in (a, b, c)], 1))
    _end(net, y, "conv", 9)


def max_pool(net: Network, act: str, consumer: str) -> None:
    y = net.named(op.max_pool(net.activation(act), [2, 2], [1, 1], [0, 0], [0, 0], [2, 2]).output(0).get_node())
    _end(net, y.output(0), consumer)


def max_pool_1(net: Network, act: str, rank: int, size: int) -> None:
    """The first version of the operation, with padding."""
    n = rank - 2
    x = net.activation(act, (1, 3, *[8] * n))
    net.result(net.named(opset1.max_pool(x, [2] * n, [size // 2] * n, [size // 2] * n, [size] * n, "floor")))


def concat_of_rank(net: Network, a: str, b: str, rank: int, axis: int) -> None:
    """Two activations of rank 2, 3 or 5."""
    shape = (1, 3, *[4] * (rank - 2))
    net.result(net.named(op.concat([net.activation(a, shape), net.activation(b, shape)], axis)))


def pad(net: Network, act: str, pads: str, mode: str, value: float) -> None:
    """`pads`: begin/end of each dimension."""
    begin, end = pads.split("/")
    y = op.pad(net.activation(act), _ints(begin), _ints(end), mode, constant(value) if mode == "constant" else None)
    _end(net, net.named(y), "result")


def reshape(net: Network, act: str, shape: str) -> None:
    _end(net, net.named(op.reshape(net.activation(act), _ints(shape), False)), "result")


def flatten_to_matmul(net: Network, act: str) -> None:
    """Behind a convolution network: [1, 3, 8, 8] → [1, 192] → matrix product."""
    from network import weight

    y = net.named(op.reshape(net.activation(act), _ints("1,-1"), False))
    net.result(net.named(op.matmul(y, weight((192, 4), "-1:1/255"), False, False), "conv"))


def squeeze(net: Network, act: str, axes: str) -> None:
    _end(net, net.named(op.squeeze(net.activation(act, (1, 3, 8, 1)), _ints(axes))), "result")


def unsqueeze(net: Network, act: str, axes: str) -> None:
    _end(net, net.named(op.unsqueeze(net.activation(act), _ints(axes))), "result")


def transpose(net: Network, act: str, order: str, consumer: str) -> None:
    _end(net, net.named(op.transpose(net.activation(act), _ints(order))), consumer)


def shuffle_channels(net: Network, act: str, axis: int, group: int) -> None:
    _end(net, net.named(op.shuffle_channels(net.activation(act, (1, 4, 8, 8)), axis, group)), "result")


def split(net: Network, act: str, axis: int, parts: int) -> None:
    y = net.named(op.split(net.activation(act), constant(axis, np.int64), parts))
    net.result(*y.outputs())


def variadic_split(net: Network, act: str, axis: int, lengths: str) -> None:
    y = net.named(op.variadic_split(net.activation(act), constant(axis, np.int64), _ints(lengths)))
    net.result(*y.outputs())


def strided_slice(net: Network, act: str, begin: str, end: str, strides: str) -> None:
    y = op.strided_slice(net.activation(act), _ints(begin), _ints(end), _ints(strides), [0, 0, 0, 0], [0, 0, 0, 0])
    _end(net, net.named(y), "result")


def slice_8(net: Network, act: str, start: str, stop: str, step: str, axes: str) -> None:
    y = opset8.slice(net.activation(act), _ints(start), _ints(stop), _ints(step), _ints(axes))
    _end(net, net.named(y), "result")


def gather(net: Network, act: str, indices: str, axis: int) -> None:
    """`indices` with a comma is a vector, else a scalar."""
    index = _ints(indices) if "," in indices else constant(int(indices), np.int64)
    _end(net, net.named(op.gather(net.activation(act), index, constant(axis, np.int64))), "result")


def gather_1(net: Network, act: str, indices: str, axis: int) -> None:
    """The first version of the operation."""
    net.result(net.named(opset1.gather(net.activation(act), _ints(indices), constant(axis, np.int64))))


def transpose_of_rank(net: Network, act: str, order: str) -> None:
    """[1, 3, 4] or [1, 3, 4, 4, 4]."""
    rank = len(order.split(","))
    net.result(net.named(op.transpose(net.activation(act, (1, 3, *[4] * (rank - 2))), _ints(order))))


def batch_to_space(net: Network, act: str, crops: str) -> None:
    y = op.batch_to_space(net.activation(act, (4, 3, 4, 4)), _ints("1,1,2,2"), _ints(crops), _ints(crops))
    _end(net, net.named(y), "result")


def space_to_batch(net: Network, act: str, pads: str) -> None:
    y = op.space_to_batch(net.activation(act), _ints("1,1,2,2"), _ints(pads), _ints(pads))
    _end(net, net.named(y), "result")


def depth_to_space(net: Network, act: str, mode: str) -> None:
    _end(net, net.named(op.depth_to_space(net.activation(act, (1, 4, 4, 4)), mode, 2)), "result")


def broadcast(net: Network, act: str, shape: str) -> None:
    y = op.broadcast(net.activation(act, (1, 3, 1, 8)), _ints(shape))
    _end(net, net.named(y), "result")


def interpolate(net: Network, act: str, mode: str, coordinates: str) -> None:
    """Twice the size."""
    x = net.activation(act)
    y = opset13.interpolate(x, _ints("16,16"), mode, "sizes", [0, 0], [0, 0], coordinates, "floor", False, -0.75, _ints("2,3"))
    _end(net, net.named(y), "result")


def cases() -> Iterator[Case]:
    yield from grid("Concat", concat, a=[U, S], b=[U, "0:1.275/256", S, Z], axis=1, consumer=["result", "conv"])
    yield from grid("Concat", concat, a=[C, CS], b=[U, C], axis=1, consumer="result")
    yield from grid("Concat", concat, a=[U, C], b=[U, S], axis=2, consumer="result")
    yield from grid("Concat", concat, a=U, b="float", axis=1, consumer=["result", "conv"])
    yield from grid("Concat", concat_of_three, a=U, b=[U, S], c=["0:5.1/256", "0:2.55/255"])
    yield from grid("MaxPool", max_pool, act=[U, S, Z, F, C, CS, CZ], consumer=["result", "conv"])
    yield from grid("MaxPool", max_pool_1, act=[U, S, Z, C], rank=[3, 4, 5], size=3)
    yield from grid("Concat", concat_of_rank, a=[U, Z], b=[U, Z], rank=[3, 5], axis=[1, 2])
    spatial, channel = "0,0,1,1/0,0,1,1", "0,1,0,0/0,1,0,0"
    yield from grid("Pad", pad, act=[U, S, Z, C], pads=[spatial, channel], mode="constant", value=[0.0, 1.0])
    yield from grid("Pad", pad, act=[U, Z, C], pads=[spatial, channel], mode=["reflect", "edge"], value=0.0)
    yield from grid("Pad", pad, act=U, pads="0,0,0,0/0,0,-1,-1", mode="constant", value=0.0)
    yield from grid("Reshape", reshape, act=[U, Z, F, C, CS], shape=["1,3,64", "1,-1", "1,3,4,2,8", "3,64", "1,24,8", "1,12,4,4"])
    yield from grid("Reshape", flatten_to_matmul, act=[U, S])
    yield from grid("Squeeze", squeeze, act=[U, S, Z, F, C, CZ], axes=["3", "0", "0,3"])
    yield from grid("Unsqueeze", unsqueeze, act=[U, S, Z, F, C, CZ], axes=["4", "0", "2"])
    yield from grid("Transpose", transpose, act=[U, Z, C, CZ], order=["0,1,3,2", "0,2,3,1"], consumer="result")
    yield from grid("Transpose", transpose, act=[U, S], order="0,1,3,2", consumer="conv")
    yield from grid("Transpose", transpose_of_rank, act=[U, Z, C], order=["0,1,2", "0,1,4,2,3"])
    yield from grid("ShuffleChannels", shuffle_channels, act=[U, S, Z, F, C4], axis=[1, 2], group=2)
    yield from grid("Split", split, act=[U, Z, C, CZ], axis=1, parts=3)
    yield from grid("Split", split, act=[U, S, F, C], axis=[2, 3], parts=2)
    yield from grid("VariadicSplit", variadic_split, act=[U, S, Z, F, C, CZ], axis=1, lengths=["1,2", "1,1,1"])
    yield from grid("VariadicSplit", variadic_split, act=[U, C], axis=3, lengths="3,5")
    yield from grid(
        "StridedSlice", strided_slice, act=[U, Z, C, CZ], begin="0,0,1,1", end="1,3,7,7", strides=["1,1,1,1", "1,1,2,2"]
    )
    yield from grid("StridedSlice", strided_slice, act=[U, C], begin="0,1,0,0", end="1,3,8,8", strides="1,1,1,1")
    yield from grid("Slice", slice_8, act=[U, Z, C], start="1", stop="7", step=["1", "2"], axes="2")
    yield from grid("Slice", slice_8, act=[U, C], start="1", stop="3", step="1", axes="1")
    yield from grid("Gather", gather, act=[U, Z, C, CZ], indices=["2,0", "1"], axis=[1, 2])
    yield from grid("Gather", gather_1, act=[U, S, C], indices=["1,0,1"], axis=[1, 3])
    yield from grid("BatchToSpace", batch_to_space, act=[U, S, Z, F, C], crops=["0,0,0,0", "0,0,0,1"])
    yield from grid("SpaceToBatch", space_to_batch, act=[U, S, Z, C], pads=["0,0,0,0", "0,0,1,1"])
    yield from grid("DepthToSpace", depth_to_space, act=[U, S, Z, F, C4], mode=["blocks_first", "depth_first"])
    yield from grid("Broadcast", broadcast, act=[U, S, Z, F, C], shape=["1,3,4,8", "2,3,4,8"])
    yield from grid(
        "Interpolate", interpolate, act=[U, S, Z, C], mode="nearest", coordinates=["asymmetric", "half_pixel", "align_corners"]
    )
    yield from grid("Interpolate", interpolate, act=U, mode="linear_onnx", coordinates="half_pixel")
