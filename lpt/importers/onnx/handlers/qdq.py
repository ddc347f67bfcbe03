"""QuantizeLinear, DequantizeLinear, and the FakeQuantize that NNCF writes into ONNX models: 1:1."""

from __future__ import annotations

from onnx import TensorProto
from xdsl.ir import SSAValue
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.lpt import FakeQuantizeOp
from lpt.dialects.quant import QuantizeCastOp, quantized_tensor
from lpt.dialects.quant_params import U8, Storage
from lpt.importers.files import one_line
from lpt.importers.onnx.handlers.weight_only import blocked_dequantize
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.params import dequantize, read_params, storage_of_zero_point, with_narrow_codes, with_positive_scales
from lpt.importers.onnx.table import MICROSOFT, OPENVINO, handles
from lpt.importers.onnx.tensors import HALVES, STORAGES, type_name


@handles("QuantizeLinear", first=10, also=[MICROSOFT])
def quantize_linear(node: Node) -> SSAValue:
    """`rint(x / scale) + zero_point`, saturating; the result is a quantized tensor, so its scale stays known."""
    if node.int_attr("precision", 0) not in (0, TensorProto.FLOAT, *HALVES):
        raise node.unsupported("division in another type than f32 is not handled")
    x = node.f32(0)
    shape = node.shape(0)
    params = read_params(node, 1, 2, _storage(node), shape, axis=node.int_attr("axis", 1), block=node.int_attr("block_size", 0))
    return node.builder.result(QuantizeCastOp(x, quantized_tensor(params, shape)))


def _storage(node: Node) -> Storage:
    """The integers that a QuantizeLinear gives: its zero point's type, else `output_dtype`, else u8."""
    declared = node.int_attr("output_dtype", 0)
    storage = STORAGES.get(declared)  # type: ignore[call-overload]
    if declared and storage is None:
        raise node.unsupported(f"quantizing to {type_name(declared)} is not handled", "quantize to integers")
    named = storage_of_zero_point(node, 2)
    if named is not None and storage is not None and named != storage:
        raise node.malformed(f"output_dtype is {storage}, the zero point is {named}")
    return named or storage or U8


@handles("DequantizeLinear", first=10, also=[MICROSOFT])
def dequantize_linear(node: Node) -> SSAValue:
    """`(x − zero_point) · scale`."""
    if node.int_attr("output_dtype", 0) not in (0, TensorProto.FLOAT, *HALVES):
        raise node.unsupported("dequantizing to another type than f32 is not handled", "convert the model to f32")
    axis, block, codes = node.int_attr("axis", 1), node.int_attr("block_size", 0), node.value(0)
    if block and codes.array is not None and codes.storage is not None and codes.storage.width <= 8:
        return blocked_dequantize(node, axis, block)
    node = with_positive_scales(with_narrow_codes(node), axis)
    value, params = dequantize(node, 0, 1, 2, axis=axis, block=block)
    return node.builder.dequantized(value, params)


@handles("FakeQuantize", 1, 1, domain=OPENVINO)
def fake_quantize(node: Node) -> SSAValue:
    """OpenVINO's FakeQuantize-1: x, input_low, input_high, output_low, output_high; `levels`. Ranges broadcast to x as numpy's."""
    if len(node.inputs) != 5:
        raise node.malformed(f"FakeQuantize has 5 inputs, here {len(node.inputs)}")
    if node.string_attr("auto_broadcast", "numpy") != "numpy":
        raise node.unsupported("broadcasting ranges in another way than numpy's is not handled", "reshape them to the data's rank")
    x, low, high, out_low, out_high = (node.f32(index) for index in range(5))
    op = FakeQuantizeOp(x, (low, high, out_low, out_high), node.int_attr("levels", 0))
    try:
        op.verify_()
    except VerifyException as error:
        op.drop_all_references()
        raise node.malformed(one_line(error)) from error
    return node.builder.result(op)
