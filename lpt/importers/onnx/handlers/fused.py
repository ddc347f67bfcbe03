"""Operators that ONNX Runtime's optimizer fuses (com.microsoft): a product, convolution or embedding with what stood around it."""

from __future__ import annotations

from xdsl.ir import SSAValue

from lpt.dialects.nn import (
    AddOp,
    ClipOp,
    GatherOp,
    HardSigmoidOp,
    LeakyReluOp,
    MatMulOp,
    MulOp,
    MvnOp,
    ReluOp,
    SigmoidOp,
    SliceOp,
    TanhOp,
    TransposeOp,
)
from lpt.dialects.shapes import tensor_shape
from lpt.importers.onnx.handlers.attention_bias import number
from lpt.importers.onnx.handlers.contraction import conv, gemm
from lpt.importers.onnx.handlers.normalization import affine
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import microsoft


@microsoft("FusedMatMul")
def fused_matmul(node: Node) -> SSAValue:
    """alpha · A · B, either with its last two dimensions exchanged."""
    if node.int_attr("transBatchA", 0) or node.int_attr("transBatchB", 0):
        raise node.unsupported("transposed batches are not handled")
    operands = [_transposed(node, node.f32(i)) if node.int_attr(f"trans{'AB'[i]}", 0) else node.f32(i) for i in range(2)]
    product, alpha = node.one(MatMulOp, *operands), node.float_attr("alpha", 1.0)
    return product if alpha == 1 else node.one(MulOp, product, number(node, alpha))


def _transposed(node: Node, x: SSAValue) -> SSAValue:
    rank = len(tensor_shape(x))
    return x if rank < 2 else node.one(TransposeOp, x, perm=[*range(rank - 2), rank - 1, rank - 2])


@microsoft("FusedGemm")
def fused_gemm(node: Node) -> SSAValue:
    parameters = [node.float_attr(f"activation_{name}", 0.0) for name in ("alpha", "beta")]
    return _activated(node, gemm(node), parameters)


@microsoft("FusedConv")
def fused_conv(node: Node) -> SSAValue:
    """The fourth input is added in front of the activation."""
    y = conv(node)
    if node.optional(3) is not None:
        y = node.one(AddOp, y, node.f32(3))
    return _activated(node, y, node.floats_attr("activation_params") or [])


def _activated(node: Node, x: SSAValue, parameters: list[float]) -> SSAValue:
    """The activation that the node names, with its parameters in the order that ONNX Runtime gives them."""
    name, (first, second) = node.string_attr("activation", ""), (*parameters, 0.0, 0.0)[:2]
    match name:
        case "":
            return x
        case "Relu" | "Sigmoid" | "Tanh":
            return node.one({"Relu": ReluOp, "Sigmoid": SigmoidOp, "Tanh": TanhOp}[name], x)
        case "LeakyRelu":
            return node.one(LeakyReluOp, x, alpha=first)
        case "HardSigmoid":
            return node.one(HardSigmoidOp, x, alpha=first, beta=second)
        case "Clip" if len(parameters) == 2:
            return node.one(ClipOp, x, min=first, max=second)
    raise node.unsupported(f"the fused activation {name!r} is not handled")


@microsoft("EmbedLayerNormalization")
def embed_layer_normalization(node: Node) -> list[SSAValue]:
    """Rows of the word, position and segment tables (inputs 2 to 4) by their indices, added and normalized."""
    if any(node.used[1:2]):
        raise node.unsupported("its output 1, the mask's lengths, is not handled", "give attention its mask itself")
    total = _rows(node, 2, 0)
    if node.optional(8) is not None:
        positions = _rows(node, 3, 8)
    else:
        length = node.shape(0)[1]
        if length < 0:
            raise node.unsupported("positions of a sequence of unknown length", "give the model's inputs fixed dimensions")
        positions = node.one(SliceOp, node.f32(3), starts=[0], ends=[length], axes=[0], steps=[1])
    total = node.one(AddOp, total, positions)
    if node.optional(4) is not None and node.optional(1) is not None:
        total = node.one(AddOp, total, _rows(node, 4, 1))
    normal = node.one(MvnOp, total, axes=[2], eps=node.float_attr("epsilon", 1e-12), eps_mode="inside_sqrt")
    y = affine(node, normal, 5, 6)
    return [y, y, total] if any(node.used[2:]) else [y]


def _rows(node: Node, table: int, indices: int) -> SSAValue:
    return node.one(GatherOp, node.f32(table), node.builder.plain(node.value(indices)), axis=0)
