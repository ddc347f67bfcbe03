"""Operations that rearrange or repeat whole blocks of elements: gather, broadcast, tile, depth, space and batch, shuffles.

On quantized tensors the codes move. Parameters per axis go along where every index of a result axis comes from one index of x.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence
from math import prod

import numpy as np
from xdsl.dialects.builtin import DenseArrayBase, IntegerAttr, IntegerType, StringAttr, TensorType
from xdsl.ir import SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, prop_def
from xdsl.utils.exceptions import VerifyException

from lpt.dialects import algebra
from lpt.dialects.algebra import AlgebraError
from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn.base import int_of, ints
from lpt.dialects.nn.movement import MoveOp
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.shapes import Shape, broadcast, normalize_axis, product, tensor_shape


@irdl_op_definition
class GatherOp(MoveOp):
    """ONNX Gather: result[…, i…, …] = x[…, indices[i…], …] along `axis` (default 0); negative indices count from the end.

    `indices` are i32 or i64, constant or computed. ONNX forbids indices outside [−n, n): constant ones do not verify, those of run
    time read the nearest element, so that nothing outside of x is read.
    """

    name = "nn.gather"
    x = operand_def()
    indices = operand_def()
    axis = opt_prop_def(IntegerAttr)

    @property
    def data_operands(self) -> Sequence[SSAValue]:
        return (self.x,)

    @property
    def dim(self) -> int:
        """The axis, counted from the front."""
        return normalize_axis(int_of(self.axis), len(tensor_shape(self.x)))

    @property
    def known_indices(self) -> Array | None:
        """Constant indices, counted from the front where the extent is known; None for those of run time."""
        if not isinstance(self.indices.owner, ConstantOp):
            return None
        indices, extent = self.indices.owner.array.astype(np.int64), tensor_shape(self.x)[self.dim]
        return np.where(indices < 0, indices + extent, indices) if extent >= 0 else indices

    def infer_shapes(self) -> list[Shape]:
        shape, axis = tensor_shape(self.x), self.dim
        element = self.indices.type.element_type if isinstance(self.indices.type, TensorType) else None
        if not isinstance(element, IntegerType) or element.width.data not in (32, 64):
            raise VerifyException(f"nn.gather takes indices of i32 or i64, got {self.indices.type}")
        indices = self.known_indices
        if shape[axis] == 0 and product(tensor_shape(self.indices)) != 0:
            raise VerifyException("nn.gather from no elements")
        if shape[axis] >= 0 and indices is not None and indices.size and not 0 <= indices.min() <= indices.max() < shape[axis]:
            raise VerifyException(f"nn.gather: an index is outside extent {shape[axis]} of axis {axis}")
        return [(*shape[:axis], *tensor_shape(self.indices), *shape[axis + 1 :])]

    def infer_params(self) -> list[QuantParams]:
        params, axis, rank = self.operand_params()[0], self.dim, len(tensor_shape(self.indices))
        if params.is_per_tensor:
            return [params]
        own = algebra.axis_of(params)
        if own != axis:
            return [algebra.move_axis(params, own if own < axis else own + rank - 1)]
        indices = self.known_indices
        if indices is None:
            raise AlgebraError("indices of run time choose along the quantized axis")
        if rank > 1:
            raise AlgebraError(f"indices of rank {rank} choose along the quantized axis")
        if tensor_shape(self.x)[axis] < 0:
            raise AlgebraError("the extent of the quantized axis is not known")
        taken = algebra.take(params, axis, indices.reshape(-1))
        return [taken if rank else algebra.collapse(taken)]


@irdl_op_definition
class BroadcastOp(MoveOp):
    """ONNX Expand, OpenVINO's bidirectional Broadcast: x and `shape` broadcast by numpy's rules; 1 keeps the extent of x."""

    name = "nn.broadcast"
    shape = prop_def(DenseArrayBase)

    def infer_shapes(self) -> list[Shape]:
        if min(ints(self.shape), default=0) < 0:
            raise VerifyException(f"broadcast to {ints(self.shape)}: extents are not negative")
        return [broadcast(tensor_shape(self.x), ints(self.shape))]

    def infer_params(self) -> list[QuantParams]:
        params, (result,) = self.operand_params()[0], self.infer_shapes()
        if params.is_per_tensor:
            return [params]
        axis, shape = algebra.axis_of(params), tensor_shape(self.x)
        if shape[axis] == 1:
            return [algebra.collapse(params)]
        return [algebra.move_axis(params, axis + len(result) - len(shape))]


@irdl_op_definition
class TileOp(MoveOp):
    """ONNX Tile: x repeated repeats[d] times along each dimension d."""

    name = "nn.tile"
    repeats = prop_def(DenseArrayBase)

    def infer_shapes(self) -> list[Shape]:
        shape, repeats = tensor_shape(self.x), ints(self.repeats)
        if len(repeats) != len(shape) or min(repeats, default=0) < 0:
            raise VerifyException(f"tile of {shape} by {repeats}")
        return [tuple(e if e < 0 else e * times for e, times in zip(shape, repeats, strict=True))]

    def infer_params(self) -> list[QuantParams]:
        params = self.operand_params()[0]
        if params.is_per_tensor:
            return [params]
        axis = algebra.axis_of(params)
        return [algebra.take(params, axis, np.tile(np.arange(len(params.scales)), ints(self.repeats)[axis]))]


class _BlockOp(MoveOp, ABC):
    """Blocks of `block_size` along every spatial dimension of [N, C, spatial…], and channels.

    `mode` says how a channel index is made: DCR (block, channel), OpenVINO's blocks_first, or CRD (channel, block), depth_first.
    """

    block_size = prop_def(IntegerAttr)
    mode = opt_prop_def(StringAttr)

    @property
    def block(self) -> int:
        """`block_size`."""
        return int_of(self.block_size)

    @property
    def mode_name(self) -> str:
        """DCR or CRD."""
        return "DCR" if self.mode is None else self.mode.data

    @property
    def blocks(self) -> int:
        """Elements of a block."""
        return prod([self.block] * (len(tensor_shape(self.x)) - 2))

    def _checked(self) -> Shape:
        shape = tensor_shape(self.x)
        if len(shape) < 3 or self.block < 1 or self.mode_name not in ("DCR", "CRD") or shape[1] < 0:
            raise VerifyException(f"{self.name} of {shape} by {self.block}, mode {self.mode_name}")
        return shape

    def _along_channels(self, params: QuantParams) -> bool:
        """Whether the channels are quantized apart; otherwise the batch is. Raises AlgebraError for spatial axes."""
        if algebra.axis_of(params) > 1:
            raise AlgebraError(f"{self.name} of a tensor quantized along a spatial axis")
        return algebra.axis_of(params) == 1


@irdl_op_definition
class DepthToSpaceOp(_BlockOp):
    """ONNX DepthToSpace, for any number of spatial dimensions: block_size^k channels become one, a block in each place."""

    name = "nn.depth_to_space"

    def infer_shapes(self) -> list[Shape]:
        shape = self._checked()
        if shape[1] % self.blocks:
            raise VerifyException(f"{self.name}: {shape[1]} channels are no blocks of {self.blocks}")
        return [(shape[0], shape[1] // self.blocks, *(e if e < 0 else e * self.block for e in shape[2:]))]

    def infer_params(self) -> list[QuantParams]:
        params = self.operand_params()[0]
        if params.is_per_tensor or not self._along_channels(params):
            return [params]
        joined = np.arange(len(params.scales)).reshape((self.blocks, -1) if self.mode_name == "DCR" else (-1, self.blocks))
        joined = joined if self.mode_name == "DCR" else joined.T
        parts = [algebra.take(params, 1, index) for index in joined]
        if any(part != parts[0] for part in parts):
            raise AlgebraError("channels of unlike scales become one")
        return [parts[0]]


@irdl_op_definition
class SpaceToDepthOp(_BlockOp):
    """ONNX SpaceToDepth, for any number of spatial dimensions: the elements of each block become channels."""

    name = "nn.space_to_depth"

    def infer_shapes(self) -> list[Shape]:
        shape = self._checked()
        if any(e >= 0 and e % self.block for e in shape[2:]):
            raise VerifyException(f"{self.name}: {shape[2:]} are no blocks of {self.block}")
        return [(shape[0], shape[1] * self.blocks, *(e if e < 0 else e // self.block for e in shape[2:]))]

    def infer_params(self) -> list[QuantParams]:
        params = self.operand_params()[0]
        if params.is_per_tensor or not self._along_channels(params):
            return [params]
        channels = np.arange(len(params.scales))
        source = np.tile(channels, self.blocks) if self.mode_name == "DCR" else np.repeat(channels, self.blocks)
        return [algebra.take(params, 1, source)]


@irdl_op_definition
class ShuffleChannelsOp(MoveOp):
    """OpenVINO ShuffleChannels: index a · (n / group) + b along `axis` (default 1) moves to b · group + a."""

    name = "nn.shuffle_channels"
    axis = opt_prop_def(IntegerAttr)
    group = prop_def(IntegerAttr)

    @property
    def dim(self) -> int:
        """The axis, counted from the front."""
        return normalize_axis(int_of(self.axis, 1), len(tensor_shape(self.x)))

    @property
    def groups(self) -> int:
        """`group`."""
        return int_of(self.group)

    def sources(self, extent: int) -> Array:
        """Which index each index of the result reads."""
        return np.arange(extent).reshape(self.groups, -1).T.ravel()

    def infer_shapes(self) -> list[Shape]:
        shape = tensor_shape(self.x)
        if self.groups < 1 or shape[self.dim] % self.groups or shape[self.dim] < 0:
            raise VerifyException(f"shuffle_channels of {shape[self.dim]} by groups of {self.groups}")
        return [shape]

    def infer_params(self) -> list[QuantParams]:
        return [algebra.take(self.operand_params()[0], self.dim, self.sources(tensor_shape(self.x)[self.dim]))]


def _blocks(shape: Shape, *lists: Sequence[int]) -> None:
    if any(len(values) != len(shape) or min(values, default=0) < 0 for values in lists):
        raise VerifyException(f"block shape, begins and ends are not negative and have one entry per dimension of {shape}")
    if lists[0][:1] != (1,) or any(values[:1] != (0,) for values in lists[1:]) or min(lists[0]) < 1:
        raise VerifyException("the batch has block 1 and neither crops nor pads, other blocks are positive")


@irdl_op_definition
class BatchToSpaceOp(MoveOp):
    """OpenVINO BatchToSpace: the batch holds blocks of `block_shape`, which go to their places; then crops.

    All three lists have an entry per dimension of x, 1, 0 and 0 for the batch.
    """

    name = "nn.batch_to_space"
    block_shape = prop_def(DenseArrayBase)
    crops_begin = prop_def(DenseArrayBase)
    crops_end = prop_def(DenseArrayBase)

    def infer_shapes(self) -> list[Shape]:
        shape = tensor_shape(self.x)
        block, begin, end = (ints(a) for a in (self.block_shape, self.crops_begin, self.crops_end))
        _blocks(shape, block, begin, end)
        if shape[0] >= 0 and shape[0] % prod(block):
            raise VerifyException(f"batch_to_space: a batch of {shape[0]} is no blocks of {prod(block)}")
        rest = [e if e < 0 else e * b - lo - hi for e, b, lo, hi in zip(shape, block, begin, end, strict=True)][1:]
        if any(e >= 0 and r < 0 for e, r in zip(shape[1:], rest, strict=True)):
            raise VerifyException(f"batch_to_space crops more than there is of {shape}")
        return [(shape[0] if shape[0] < 0 else shape[0] // prod(block), *rest)]

    def infer_params(self) -> list[QuantParams]:
        params = self.operand_params()[0]
        if params.is_per_tensor:
            return [params]
        axis = algebra.axis_of(params)
        if axis == 0 or ints(self.block_shape)[axis] != 1:
            raise AlgebraError("batch_to_space along the quantized axis")
        end = len(params.scales) - ints(self.crops_end)[axis]
        return [algebra.take(params, axis, slice(ints(self.crops_begin)[axis], end))]


@irdl_op_definition
class SpaceToBatchOp(MoveOp):
    """OpenVINO SpaceToBatch: x, padded with zeros (the zero point), is cut into blocks of `block_shape` that go to the batch.

    All three lists have an entry per dimension of x, 1, 0 and 0 for the batch.
    """

    name = "nn.space_to_batch"
    block_shape = prop_def(DenseArrayBase)
    pads_begin = prop_def(DenseArrayBase)
    pads_end = prop_def(DenseArrayBase)

    def infer_shapes(self) -> list[Shape]:
        shape = tensor_shape(self.x)
        block, begin, end = (ints(a) for a in (self.block_shape, self.pads_begin, self.pads_end))
        _blocks(shape, block, begin, end)
        padded = [e if e < 0 else e + lo + hi for e, lo, hi in zip(shape, begin, end, strict=True)]
        if any(e >= 0 and e % b for e, b in zip(padded, block, strict=True)):
            raise VerifyException(f"space_to_batch: {tuple(padded)} are no blocks of {block}")
        rest = [e if e < 0 else e // b for e, b in zip(padded, block, strict=True)][1:]
        return [(shape[0] if shape[0] < 0 else shape[0] * prod(block), *rest)]

    @property
    def pads(self) -> bool:
        """Whether elements are added."""
        return any((*ints(self.pads_begin), *ints(self.pads_end)))

    def infer_params(self) -> list[QuantParams]:
        params = self.operand_params()[0]
        if params.is_per_tensor:
            return [params]
        axis = algebra.axis_of(params)
        if axis == 0 or ints(self.block_shape)[axis] != 1 or ints(self.pads_begin)[axis] or ints(self.pads_end)[axis]:
            raise AlgebraError("space_to_batch along the quantized axis")
        return [params]
