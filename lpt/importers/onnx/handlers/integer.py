"""Products of plain integers: ConvInteger and MatMulInteger, whose result is the i32 sum itself.

Integers without a scale are codes at scale 1, so these are convolutions and matrix products of codes, exact by definition.
"""

from __future__ import annotations

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.quant_params import QuantParams
from lpt.importers.files import one_line
from lpt.importers.onnx.handlers.contraction import make_conv
from lpt.importers.onnx.handlers.dynamic import computed_zero_point, dynamic_conv, is_computed, matmul_of_codes, plain_codes
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.params import storage_of_zero_point
from lpt.importers.onnx.table import handles


def integer_codes(node: Node, index: int, zero_point: int, axis: int) -> SSAValue:
    """An integer input as codes at scale 1, with a zero point for all or for each index of `axis`."""
    value, given = node.value(index), node.known(zero_point, "the zero point")
    if value.storage is None or value.storage.width > 8:
        raise node.unsupported(f"products of {value.type_name} are not handled", "use integers of up to 8 bits")
    storage = storage_of_zero_point(node, zero_point)
    if storage is not None and storage != value.storage:
        raise node.malformed(f"the zero point is {storage}, the integers are {value.storage}")
    points = np.zeros((), np.int64) if given is None else np.squeeze(given).astype(np.int64)
    try:
        params = QuantParams(value.storage, np.ones(points.shape), points, axis=axis if points.ndim else None)
        params.check_shape(value.shape)
    except ValueError as error:
        raise node.malformed(f"the zero point: {one_line(error)}") from error
    return node.builder.quantized(value, params)


def _require_constant(node: Node, index: int) -> None:
    if node.value(index).array is None:
        raise node.computed(node.value(index), f"input {index}, the weights of an integer convolution,")


@handles("ConvInteger", first=10)
def conv_integer(node: Node) -> SSAValue:
    _require_constant(node, 1)
    if is_computed(node, 2):
        return dynamic_conv(node, integer_codes(node, 1, 3, 0))
    return make_conv(node, integer_codes(node, 0, 2, 1), integer_codes(node, 1, 3, 0), None, 0, 1)


def integer_product(node: Node, zero_points: tuple[int, int]) -> SSAValue:
    """The product of inputs 0 and 1, less their zero points, as i32 at scale 1. `zero_points` are those inputs' indices."""
    axes = max(len(node.shape(0)) - 2, 0), len(node.shape(1)) - 1
    codes: list[SSAValue] = []
    computed: list[SSAValue | None] = []
    for index, (zero_point, axis) in enumerate(zip(zero_points, axes, strict=True)):
        is_late = is_computed(node, zero_point)
        codes.append(plain_codes(node, index) if is_late else integer_codes(node, index, zero_point, axis))
        computed.append(computed_zero_point(node, zero_point) if is_late else None)
    return matmul_of_codes(node, codes[0], codes[1], (computed[0], computed[1]))


@handles("MatMulInteger", first=10)
def matmul_integer(node: Node) -> SSAValue:
    return integer_product(node, (2, 3))
