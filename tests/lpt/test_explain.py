"""What `lpt.explain` says of a model at each level."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

import lpt
from lpt.data import bundled_model_path
from lpt.report.explain import Row, explain
from lpt.testing import body, parse

U8 = "!quant.uniform<u8:f32, 5.0e-1:3>"
I8 = "!quant.uniform<i8:f32, 5.0e-1>"
U16 = "!quant.uniform<u16:f32, 5.0e-1>"
T = "tensor<2x4xf32>"
HEAD = f"""
    %x = quant.dcast %q : tensor<2x4x{U8}> to {T}
    %y = quant.dcast %h : tensor<2x4x{U16}> to {T}
    %k = lpt.constant {{value = #lpt.blob<dense<[[1, 2], [3, 4], [5, 6], [7, 8]]> : tensor<4x2xi8>>}} : tensor<4x2x{I8}>
    %w = quant.dcast %k : tensor<4x2x{I8}> to tensor<4x2xf32>
"""
ARGUMENTS = [f"%q: tensor<2x4x{U8}>", f"%h: tensor<2x4x{U16}>", f"%f: {T}"]


def rows_of(text: str, result: str = "tensor<2x2xf32>") -> list[Row]:
    return explain(parse(body(ARGUMENTS, HEAD + text, f"%r: {result}")))


def test_fields() -> None:
    assert [field.name for field in dataclasses.fields(Row)] == ["name", "operation", "precision", "macs", "reason"]


def test_the_bundled_model_is_integer() -> None:
    rows = explain(bundled_model_path())
    products = [row for row in rows if row.macs]
    assert {row.precision for row in products} == {"u8s8"}
    assert {row.operation for row in products} == {"conv", "matmul"}
    assert all(row.reason == "" for row in rows)
    proto = onnx.load(bundled_model_path())
    nodes = {node.name for node in proto.graph.node}
    assert {row.name for row in rows} <= nodes
    assert len(products) == sum(node.op_type in ("Conv", "Gemm", "MatMul") for node in proto.graph.node)


def test_every_way_to_give_a_model() -> None:
    path = bundled_model_path()
    expected = explain(path)
    model = lpt.load(path)
    before = str(model)
    assert explain(str(path)) == explain(path.read_bytes()) == explain(onnx.load(path)) == expected
    assert explain(model) == explain(model.module) == expected
    assert str(model) == before


def test_a_transformed_model_is_described_as_it_is() -> None:
    model = lpt.transform(lpt.load(bundled_model_path()))
    before = str(model)
    assert explain(model) == explain(bundled_model_path())
    assert str(model) == before


def test_kernels_have_their_operations() -> None:
    model = lpt.transform(lpt.load(bundled_model_path()).specialize({"image": (1, 1, 8, 8)}), pipeline="all")
    low = {(row.name, row.macs) for row in explain(lpt.load(bundled_model_path())) if row.macs}
    assert {(row.name, row.macs) for row in explain(model) if row.macs} == low
    assert all(row.precision == "u8s8" for row in explain(model) if row.macs)


@pytest.mark.parametrize(
    ("text", "operation", "precision", "macs", "reason"),
    [
        (f"%r = nn.matmul %x, %w : ({T}, tensor<4x2xf32>) -> tensor<2x2xf32>", "matmul", "u8s8", 16, ""),
        (
            f"%r = nn.matmul %f, %w : ({T}, tensor<4x2xf32>) -> tensor<2x2xf32>",
            "matmul",
            "f32",
            16,
            "operand 0 is not quantized: it is an input of the model",
        ),
    ],
)
def test_products(text: str, operation: str, precision: str, macs: int, reason: str) -> None:
    (row,) = rows_of(text)
    assert (row.operation, row.precision, row.macs, row.reason) == (operation, precision, macs, reason)


def test_a_product_of_16_bits_is_one_of_each_byte() -> None:
    rows = [r for r in rows_of(f"%r = nn.matmul %y, %w : ({T}, tensor<4x2xf32>) -> tensor<2x2xf32>") if r.macs]
    assert [(r.operation, r.precision, r.macs, r.reason) for r in rows] == [("matmul", "u8s8", 16, "")] * 2


def test_reasons_of_other_operations() -> None:
    rows = rows_of(
        f"""%a = nn.sigmoid %x : ({T}) -> {T}
        %b = nn.add %a, %x : ({T}, {T}) -> {T}
        %c = quant.qcast %b : {T} to tensor<2x4x{U8}>
        %d = quant.dcast %c : tensor<2x4x{U8}> to {T}
        %e = nn.tanh %d : ({T}) -> {T}
        %g = quant.qcast %e : {T} to tensor<2x4x{I8}>
        %r = quant.dcast %g : tensor<2x4x{I8}> to {T}""",
        T,
    )
    assert [(row.operation, row.precision, row.reason) for row in rows] == [
        ("sigmoid", "f32", "its result is not quantized"),
        ("add", "f32", "operand 0 is not quantized: it is the result of nn.sigmoid"),
        ("tanh", "u8", ""),
    ]


def test_a_fake_quantize_that_stays_says_why() -> None:
    (row,) = rows_of(
        """%lo = lpt.constant {value = #lpt.blob<dense<1.5> : tensor<1xf32>>} : tensor<1xf32>
        %hi = lpt.constant {value = #lpt.blob<dense<0.5> : tensor<1xf32>>} : tensor<1xf32>
        %r = lpt.fake_quantize %f, %lo, %hi, %lo, %hi {levels = 256 : i64}
            : (tensor<2x4xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4xf32>""",
        T,
    )
    reason = "an input range is inverted: its levels are not in the order of the values, no codes are"
    assert (row.operation, row.precision, row.reason) == ("fake_quantize", "f32", reason)


def test_biases_and_moves_have_no_row(tmp_path: Path) -> None:
    (row,) = rows_of(
        f"""%m = nn.matmul %f, %w : ({T}, tensor<4x2xf32>) -> tensor<2x2xf32>
        %b = lpt.constant {{value = #lpt.blob<dense<[1.5, 2.5]> : tensor<2xf32>>}} : tensor<2xf32>
        %s = nn.add %m, %b : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
        %r = nn.transpose %s {{perm = array<i64: 1, 0>}} : (tensor<2x2xf32>) -> tensor<2x2xf32>"""
    )
    assert row.operation == "matmul"


def test_unknown_extents_count_once() -> None:
    w = helper.make_tensor("w", TensorProto.FLOAT, [4, 3], [0.5] * 12)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"], name="product")],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 3])],
        [w],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    (row,) = explain(model)
    assert (row.name, row.macs, row.precision) == ("product", 12, "f32")


def test_a_missing_file_is_an_error() -> None:
    with pytest.raises(lpt.LptError):
        explain("no-such-file.onnx")


def test_a_reason_outlives_the_folding_of_weights() -> None:
    """Cleanup makes float weights of codes that no rule used; the rule's own reason is still what a row says."""
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"], axis=1),
        helper.make_node("DequantizeLinear", ["q", "s", "z"], ["d"], axis=1),
        helper.make_node("DequantizeLinear", ["k", "t"], ["w"]),
        helper.make_node("Conv", ["d", "w"], ["y"], name="mixed"),
    ]
    constants = [
        helper.make_tensor("s", TensorProto.FLOAT, [5], [0.1, 0.2, 0.3, 0.4, 0.5]),
        helper.make_tensor("z", TensorProto.UINT8, [5], [0] * 5),
        helper.make_tensor("t", TensorProto.FLOAT, [], [0.5]),
        helper.make_tensor("k", TensorProto.INT8, [1, 5, 1, 1], [3, -4, 5, 6, 7]),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 5, 3, 3])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, 3, 3])
    graph = helper.make_graph(nodes, "g", [x], [y], constants)
    model = lpt.load(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]))
    for pipeline in ("lpt", "all"):
        (row,) = explain(lpt.transform(model, pipeline))
        assert row.name == "mixed" and "is quantized per channel: 5 runs" in row.reason
