"""The `nn` dialect: tensor operations under ONNX's names and meaning, on floats and on `!quant.uniform` tensors."""

from xdsl.ir import Dialect

from lpt.dialects.nn.base import Kind, NnOp, ints
from lpt.dialects.nn.contraction import ConvOp, GemmOp, MatMulOp
from lpt.dialects.nn.elementwise import (
    AddOp,
    BinaryOp,
    CastOp,
    ClipOp,
    DivOp,
    ExpOp,
    HardSigmoidOp,
    HardSwishOp,
    IdentityOp,
    LeakyReluOp,
    MulOp,
    NegOp,
    ReluOp,
    SigmoidOp,
    SqrtOp,
    SubOp,
    TanhOp,
    UnaryOp,
)
from lpt.dialects.nn.movement import (
    ConcatOp,
    FlattenOp,
    MoveOp,
    PadOp,
    ReshapeOp,
    ReshapingOp,
    ResizeOp,
    SliceOp,
    SplitOp,
    SqueezeOp,
    TransposeOp,
    UnsqueezeOp,
)
from lpt.dialects.nn.normalization import BatchNormalizationOp, SoftmaxOp
from lpt.dialects.nn.pooling import (
    AveragePoolOp,
    GlobalAveragePoolOp,
    GlobalMaxPoolOp,
    MaxPoolOp,
    ReduceMeanOp,
    ReduceOp,
    ReduceSumOp,
    WindowOp,
)

OPERATIONS: tuple[type[NnOp], ...] = (
    AddOp,
    AveragePoolOp,
    BatchNormalizationOp,
    CastOp,
    ClipOp,
    ConcatOp,
    ConvOp,
    DivOp,
    ExpOp,
    FlattenOp,
    GemmOp,
    GlobalAveragePoolOp,
    GlobalMaxPoolOp,
    HardSigmoidOp,
    HardSwishOp,
    IdentityOp,
    LeakyReluOp,
    MatMulOp,
    MaxPoolOp,
    MulOp,
    NegOp,
    PadOp,
    ReduceMeanOp,
    ReduceSumOp,
    ReluOp,
    ReshapeOp,
    ResizeOp,
    SigmoidOp,
    SliceOp,
    SoftmaxOp,
    SplitOp,
    SqrtOp,
    SqueezeOp,
    SubOp,
    TanhOp,
    TransposeOp,
    UnsqueezeOp,
)

Nn = Dialect("nn", list(OPERATIONS), [])

__all__ = [
    "OPERATIONS",
    "BinaryOp",
    "Kind",
    "MoveOp",
    "Nn",
    "NnOp",
    "ReduceOp",
    "ReshapingOp",
    "UnaryOp",
    "WindowOp",
    "ints",
    *(op.__name__ for op in OPERATIONS),
]
