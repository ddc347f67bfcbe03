"""Models that need more memory than there is end in an error of one line."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import parser

import lpt
from lpt.serialize import parse
from lpt.testing.isolation import isolated

OUTPUT = "(float[16,65536,4096] y) { w = Expand(x, shape) y = Exp(w) }"
ARENA = "(float[16] y) { w = Expand(x, shape) c = CumSum(w, axis) r = Relu(c) y = ReduceMax<axes=[1,2], keepdims=0>(r) }"


def attempt(results: str) -> str:
    constants = "<int64 axis = {2}, int64[3] shape = {16, 65536, 4096}>"
    result, nodes = results.split("{", 1)
    text = f'<ir_version: 8, opset_import: ["": 17]> g (float[16,1,1] x) => {result} {constants} {{ {nodes}'
    proto = parser.parse_model(text)
    try:
        lpt.compile(proto, threads=1).run({"x": np.zeros((16, 1, 1), np.float32)})
    except lpt.LptError as error:
        return f"{type(error).__name__}: {error}"
    return "ran"


@pytest.mark.parametrize("results", [OUTPUT, ARENA], ids=["outputs", "arena"])
def test_too_large(results: str) -> None:
    outcome = isolated(lambda: attempt(results))
    assert outcome.kind == "result" and "more memory than there is; use smaller shapes" in outcome.text, outcome


def test_beyond_all_memory() -> None:
    """Offsets of such a tensor are no whole numbers of 64 bits."""
    text = """builtin.module { func.func @main(%x: tensor<1x1xf32>) -> tensor<9999999999x9999999999xf32> {
        %y = nn.broadcast %x {shape = array<i64: 9999999999, 9999999999>}
            : (tensor<1x1xf32>) -> tensor<9999999999x9999999999xf32>
        func.return %y : tensor<9999999999x9999999999xf32> } }"""
    with pytest.raises(lpt.CompileError, match=r"a tensor of shape \(9999999999, 9999999999\) fits no memory; use smaller shapes"):
        lpt.compile(lpt.Model(parse(text)))


def test_padding_of_many_rows() -> None:
    text = """<ir_version: 8, opset_import: ["": 17]> g (float[1,1,4194304,2] x) => (float[1,1,4194304,2] y)
        <float[1,1,3,3] w = {1, 1, 1, 1, 1, 1, 1, 1, 1}> { r = Relu(x) y = Conv<pads = [1, 1, 1, 1]>(r, w) }"""
    with pytest.raises(lpt.CompileError, match=r"a padded tensor of shape \(1, 1, 4194304, 2\) is too large; use smaller shapes"):
        lpt.compile(parser.parse_model(text))
