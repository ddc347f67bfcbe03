"""Samples of what each producer of quantized models writes (tests/data, made by the scripts in tests/data/make).

Each loads, compiles and runs: integer where it is quantized, the interpreter's bits on every target that runs here, every
pass as exact as it states, and the results of ONNX Runtime and of the producer's own simulation.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from numpy.typing import NDArray

import lpt
from lpt.dialects.quant import QuantizeCastOp
from lpt.target import TARGETS, get_target, runs_here

Array = NDArray[np.generic]
Results = dict[str, Array]

DATA = Path(__file__).resolve().parents[2] / "data"
SAMPLES = sorted(path.name for path in DATA.iterdir() if path.suffix in (".onnx", ".xml"))
HERE, BEST = sorted(name for name, target in TARGETS.items() if runs_here(target)), get_target("native").name

FLOAT = {
    # It leaves what another's sum waits for, and small matrix products, in floats.
    "modelopt_onnx.onnx": {"/project/project.0/Conv", "/classify/Gemm"},
    "modelopt_fp16.onnx": {"/project/project.0/Conv", "/classify/Gemm"},
}
"""Products whose operands the producer has not quantized."""

ONE_STEP = {
    # The mean of 16 codes under their own scale is often half a code: FBGEMM, ONNX Runtime's floats and exact sums differ.
    "torch_fx.onnx": 0.00785,
    # torch multiplies by the reciprocal of a scale, where ONNX divides: a code of an activation is another.
    "torchao_pt2e.onnx": 0.004,
    # Halves are computed in f32; ONNX Runtime rounds each result to 11 bits.
    "modelopt_fp16.onnx": 0.004,
}
"""How far results may be from the producer's where values near a tie go to the other code; elsewhere by float rounding alone."""


def read(name: str) -> tuple[Results, Results]:
    """Inputs, and what the producer's simulation gives for them."""
    with np.load(DATA / Path(name).with_suffix(".npz")) as data:
        inputs = {key: data[key] for key in data.files if not key.startswith("=")}
        return inputs, {key[1:]: data[key] for key in data.files if key.startswith("=")}


def assert_close(got: Results, expected: Results, step: float = 0.0) -> None:
    assert list(got) == list(expected)
    for name, value in expected.items():
        wanted = value.astype(np.float64)
        bound = max(step, 1e-6 * float(np.abs(wanted).max()))
        np.testing.assert_allclose(got[name].astype(np.float64), wanted, rtol=0, atol=bound, err_msg=name)


def runtime(name: str, inputs: Results) -> Results:
    """ONNX Runtime, node by node as the model has them."""
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(str(DATA / name), options, providers=["CPUExecutionProvider"])
    return dict(zip([o.name for o in session.get_outputs()], session.run(None, inputs), strict=True))


def test_every_producer_is_here() -> None:
    producers = {name.split("_")[0] for name in SAMPLES}
    assert producers == {"brevitas", "modelopt", "neural", "nncf", "onnxruntime", "qonnx", "quark", "tf2onnx", "torch", "torchao"}


@pytest.mark.parametrize("name", SAMPLES)
def test_products_of_quantized_operands_are_integer(name: str) -> None:
    rows = [row for row in lpt.explain(DATA / name) if row.macs]
    assert rows or name.startswith("qonnx_operators")
    assert {row.name for row in rows if "f32" in row.precision} == FLOAT.get(name, set())


@pytest.mark.parametrize("target", [pytest.param(name, marks=[] if name == BEST else pytest.mark.slow) for name in HERE])
@pytest.mark.parametrize("name", SAMPLES)
def test_kernels_give_the_interpreters_bits(name: str, target: str) -> None:
    """Products of floats may differ between targets; a model without any has the same bits on all."""
    inputs, _ = read(name)
    model = lpt.load(DATA / name)
    expected = lpt.interpret(lpt.transform(model, target=target), inputs)
    got = lpt.compile(model, target=target, threads=1).run(inputs)
    if name in FLOAT:
        assert_close(got, expected)
        return
    for output, value in expected.items():
        np.testing.assert_array_equal(got[output], value, err_msg=output)


@pytest.mark.parametrize("name", SAMPLES)
def test_passes_are_as_exact_as_they_state(name: str) -> None:
    inputs, _ = read(name)
    lpt.transform(lpt.load(DATA / name), validate=inputs)


@pytest.mark.parametrize("name", SAMPLES)
def test_agrees_with_the_producer(name: str) -> None:
    inputs, expected = read(name)
    assert_close(lpt.compile(DATA / name, threads=1).run(inputs), expected, ONE_STEP.get(name, 0.0))


@pytest.mark.parametrize("name", [n for n in SAMPLES if n.endswith(".onnx") and "qonnx" not in n])
def test_the_import_means_what_onnx_runtime_computes(name: str) -> None:
    inputs, _ = read(name)
    step = ONE_STEP[name] if "fp16" in name else 0.0
    assert_close(lpt.interpret(lpt.load(DATA / name), inputs), runtime(name, inputs), step)


def test_the_samples_are_what_they_are_for() -> None:
    """The forms that make these models worth a sample."""

    def operators(name: str) -> str:
        return " ".join(node.op_type for node in onnx.load(DATA / name).graph.node if node.op_type != "Constant")

    assert "QuantizeLinear Clip DequantizeLinear" in operators("torch_qat_7bit.onnx")
    assert "Div BatchNormalization" in operators("torch_qat.onnx")
    assert "QuantizeLinear Clip DequantizeLinear" in operators("brevitas_qcdq_4bit.onnx")
    assert "QuantizeLinear Transpose DequantizeLinear" in operators("tf2onnx_tflite.onnx")
    assert "Cast" in operators("torch_fx.onnx")
    assert "BatchNormalization" in operators("nncf_onnx.onnx")
    assert {"Quant", "BipolarQuant", "Trunc"} <= set(operators("brevitas_qonnx_binary.onnx").split())
    assert "QuantizeLinear DequantizeLinear Conv" in operators("modelopt_torch.onnx")
    quantized = [op.result.type for op in lpt.load(DATA / "nncf_onnx.onnx").module.walk() if isinstance(op, QuantizeCastOp)]
    assert sum(":1, {" in str(type_) for type_ in quantized) == 1, "the depthwise convolution's input, per channel"
    assert "Mul QuantizeLinear" in operators("neural_compressor_smooth.onnx")
    scales = [t for t in onnx.load(DATA / "quark_xint8.onnx").graph.initializer if t.name.endswith("_scale")]
    assert scales
    assert all(np.log2(onnx.numpy_helper.to_array(t)).astype(np.float64) % 1 == 0 for t in scales)
