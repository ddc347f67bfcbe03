"""LSTM, GRU and RNN against ONNX Runtime, compiled and interpreted; DynamicQuantizeLSTM likewise."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

import lpt
from lpt.dialects.nn import RecurrentOp
from lpt.dialects.quant import params_of
from lpt.errors import LoadError, UnsupportedError

GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
RNG = np.random.default_rng(7)


def floats(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


class Layer:
    """A model of one layer of `hidden` units on [steps, batch, 5]."""

    def __init__(self, op: str, steps: int = 5, batch: int = 3, hidden: int = 7, *, directions: int = 1, **attributes: Any):
        gates = GATES[op.removeprefix("DynamicQuantize")]
        self.op, self.attributes, self.hidden, self.directions = op, attributes, hidden, directions
        self.steps, self.batch = steps, batch
        self.arrays = {
            "W": floats(directions, gates * hidden, 5) / 2,
            "R": floats(directions, gates * hidden, hidden) / hidden**0.5,
        }
        self.arrays["B"] = floats(directions, 2 * gates * hidden)
        self.nodes: list[onnx.NodeProto] = []
        self.inputs = ["x", "W", "R", "B", "", "", "", ""]
        self.feeds = {"x": floats(steps, batch, 5)}

    def give(self, index: int, name: str, array: np.ndarray, *, known: bool = False) -> Layer:
        self.inputs[index] = name
        (self.arrays if known else self.feeds)[name] = array
        return self

    def quantized(self, name: str, axis: int | None) -> Layer:
        """Weights as codes behind DequantizeLinear; with an axis behind it a Slice, a Concat and an Unsqueeze, as torch exports."""
        w = self.arrays.pop(name)
        w = w if axis is None else w[0]
        scale = np.abs(w).max(axis=None if axis is None else 1) / 127
        codes = np.clip(np.rint(w / np.reshape(scale, (-1, 1) if axis == 0 else ())), -127, 127).astype(np.int8)
        first = np.array(self.hidden)
        given = {"q": codes, "s": np.float32(scale), "z": np.zeros(np.shape(scale), np.int8), "ax": np.array([0]), "a": first[None]}
        self.arrays |= {name + key: np.asarray(value) for key, value in given.items()}
        self.arrays |= {name + "0": np.array([0]), name + "end": np.array([10000])}
        end = name if axis is None else name + "d"
        self.nodes.append(helper.make_node("DequantizeLinear", [name + k for k in "qsz"], [end], axis=axis or 0))
        if axis is not None:
            self.nodes += [
                helper.make_node("Slice", [end, name + "0", name + "a", name + "ax"], [name + "l"]),
                helper.make_node("Slice", [end, name + "a", name + "end", name + "ax"], [name + "h"]),
                helper.make_node("Concat", [name + "l", name + "h"], [name + "c"], axis=0),
                helper.make_node("Unsqueeze", [name + "c", name + "ax"], [name]),
            ]
        return self

    def proto(self) -> onnx.ModelProto:
        outputs = ["Y", "Y_h", "Y_c"][: 3 if self.op.endswith("LSTM") else 2]
        inputs = self.inputs[: max(i + 1 for i, name in enumerate(self.inputs) if name)]
        domain = "com.microsoft" if self.op.startswith("Dynamic") else ""
        node = helper.make_node(self.op, inputs, outputs, hidden_size=self.hidden, domain=domain, **self.attributes)
        infos = [helper.make_tensor_value_info(k, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape) for k, v in self.feeds.items()]
        results = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
        constants = [numpy_helper.from_array(v, k) for k, v in self.arrays.items()]
        graph = helper.make_graph([*self.nodes, node], "g", infos, results, constants)
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)

    def check(self, tolerance: float = 2e-6) -> lpt.Model:
        proto, options = self.proto(), ort.SessionOptions()
        options.graph_optimization_level, options.intra_op_num_threads = ort.GraphOptimizationLevel.ORT_DISABLE_ALL, 1
        session = ort.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
        want = session.run(None, self.feeds)
        loaded = lpt.load(proto)
        for got in (lpt.interpret(loaded, self.feeds), lpt.compile(loaded).run(self.feeds)):
            for expected, result in zip(want, got.values(), strict=True):
                assert result.shape == expected.shape
                np.testing.assert_allclose(result, expected, rtol=0, atol=tolerance)
        return loaded


def layer_of(loaded: lpt.Model) -> RecurrentOp:
    return next(op for op in loaded.module.walk() if isinstance(op, RecurrentOp))


@pytest.mark.parametrize("op", GATES)
def test_directions_states_and_lengths(op: str) -> None:
    Layer(op).check()
    both = Layer(op, directions=2, direction="bidirectional")
    both.give(4, "n", np.array([5, 2, 4], np.int32)).give(5, "h", floats(2, 3, 7))
    (both.give(6, "c", floats(2, 3, 7)) if op == "LSTM" else both).check()
    Layer(op, direction="reverse").give(4, "n", np.full(3, 5, np.int32), known=True).check()


def test_variants() -> None:
    Layer("GRU", linear_before_reset=1, directions=2, direction="bidirectional").check()
    Layer("LSTM", clip=0.4).give(7, "P", floats(1, 21), known=True).check()
    Layer("LSTM", input_forget=1).check()
    Layer("LSTM", activations=["HardSigmoid", "LeakyRelu", "Softsign"], activation_alpha=[0.3, 0.1], activation_beta=[0.4]).check()


@pytest.mark.parametrize("op", GATES)
def test_codes_stay_codes_under_float_activations(op: str) -> None:
    """W becomes floats, as in any product of float activations; R stays packed."""
    for axis in (None, 0):
        loaded = Layer(op).quantized("W", axis).quantized("R", axis).check()
        params = params_of(layer_of(loaded).r)
        assert params is not None and (params.axis == 1) == (axis == 0)


def test_what_is_said_of_it() -> None:
    """The report of the model names the codes of the state, that of the program its kernels."""
    loaded = Layer("LSTM", batch=1).quantized("W", 0).quantized("R", 0).check()
    (row,) = [row for row in lpt.explain(loaded) if row.operation == "lstm"]
    assert (row.precision, row.macs) == ("weight-only s8", 5 * 4 * 7 * 7) and "stay packed" in row.reason
    (kernel,) = [row for row in lpt.compile(loaded).report() if row.operation == "lstm"]
    assert (kernel.precision, kernel.macs) == ("weight-only s8", 5 * 4 * 7 * 7)


def test_the_product_of_quantized_data_is_integer() -> None:
    layer = Layer("LSTM").quantized("W", 0).quantized("R", 0)
    layer.arrays |= {"xs": np.float32(0.03), "xz": np.uint8(120)}
    layer.nodes += [
        helper.make_node("QuantizeLinear", ["x", "xs", "xz"], ["xq"]),
        helper.make_node("DequantizeLinear", ["xq", "xs", "xz"], ["xd"]),
    ]
    layer.inputs[0] = "xd"
    loaded = layer.check(1e-5)
    assert "u8s8" in str(lpt.explain(loaded))


@pytest.mark.parametrize("per_column", [False, True])
def test_dynamic_quantization(per_column: bool) -> None:
    """Of a batch of one, where ranges of rows and of the batch are the same."""
    layer = Layer("DynamicQuantizeLSTM", batch=1, directions=2, direction="bidirectional")
    layer.inputs += [""] * 4
    for index, name in ((8, "W"), (10, "R")):
        w = layer.arrays[name].transpose(0, 2, 1)
        scale = np.abs(w).max(axis=1 if per_column else (1, 2)) / 127
        codes = np.rint(w / scale.reshape(2, 1, -1)).astype(np.int8)
        layer.give(1 if name == "W" else 2, name, np.ascontiguousarray(codes), known=True)
        layer.give(index, name + "s", scale.astype(np.float32), known=True)
        layer.give(index + 1, name + "z", np.zeros(scale.shape, np.int8), known=True)
    loaded = layer.check(2e-5)
    assert layer_of(loaded).is_dynamic


def test_weights_that_are_inputs_get_a_program_for_each_value() -> None:
    layer = Layer("GRU")
    layer.feeds |= {name: layer.arrays.pop(name) for name in ("W", "R")}
    got = lpt.compile(layer.proto()).run(layer.feeds)
    known = Layer("GRU")
    known.arrays |= {name: layer.feeds[name] for name in ("W", "R")} | {"B": layer.arrays["B"]}
    known.feeds = {"x": layer.feeds["x"]}
    want = lpt.compile(known.proto()).run(known.feeds)
    np.testing.assert_array_equal(got["Y"], want["Y"])


def test_unknown_batches_are_filled_in_later() -> None:
    layer = Layer("LSTM", direction="reverse")
    proto = layer.proto()
    proto.graph.input[0].type.tensor_type.shape.dim[1].dim_param = "n"
    loaded = lpt.load(proto)
    x = floats(5, 2, 5)
    got = lpt.interpret(loaded, {"x": x})["Y"]
    assert got.shape == (5, 1, 2, 7)


def states_of_the_batch(fill: float, use: str) -> onnx.ModelProto:
    """First states as torch exports them for a batch that is not known: ConstantOfShape of a shape with the batch in it."""
    layer = Layer("LSTM", directions=2, direction="bidirectional")
    layer.arrays |= {"four": np.array([4]), "seven": np.array([7]), "zero": np.array([0]), "two": np.array([2])}
    value = numpy_helper.from_array(np.array([fill], np.float32))
    layer.nodes += [
        helper.make_node("Shape", ["x"], ["s"], start=1, end=2),
        helper.make_node("Concat", ["four", "s", "seven"], ["d"], axis=0),
        helper.make_node("ConstantOfShape", ["d"], ["all"], value=value),
        helper.make_node(use, ["all", "zero", "two", "zero"] if use == "Slice" else ["all"], ["h"]),
    ]
    layer.inputs[5] = layer.inputs[6] = "h"
    proto = layer.proto()
    proto.graph.input[0].type.tensor_type.shape.dim[1].dim_param = "n"
    return proto


@pytest.mark.parametrize("fill", [0.0, 0.3])
def test_first_states_of_an_unknown_batch(fill: float) -> None:
    proto = states_of_the_batch(fill, "Slice")
    session, compiled = ort.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"]), lpt.compile(proto)
    for batch in (3, 1):
        feeds = {"x": floats(5, batch, 5)}
        for expected, result in zip(session.run(None, feeds), compiled.run(feeds).values(), strict=True):
            np.testing.assert_allclose(result, expected, rtol=0, atol=2e-6)


def test_nothing_else_takes_them() -> None:
    with pytest.raises(UnsupportedError, match=r"Abs.*depends on a dimension that is not known"):
        lpt.load(states_of_the_batch(0.0, "Abs"))


@pytest.mark.parametrize(
    "attributes, error, message",
    [
        ({"direction": "sideways"}, LoadError, "direction 'sideways'"),
        ({"activations": ["Sine", "Tanh", "Tanh"]}, UnsupportedError, "the function 'Sine'"),
        ({"activations": ["Tanh"]}, LoadError, "1 activations for 1 directions of 3"),
        ({"activations": ["Affine", "Tanh", "Tanh"]}, LoadError, "needs alpha and beta"),
        ({"direction": "bidirectional"}, LoadError, "for 2 directions"),
    ],
)
def test_refusals(attributes: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        lpt.load(Layer("LSTM", **attributes).proto())


def test_unknown_numbers_of_steps() -> None:
    """One model, a program for each length."""
    layer = Layer("LSTM", directions=2, direction="bidirectional")
    proto = layer.proto()
    proto.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "t"
    session, compiled = ort.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"]), lpt.compile(proto)
    for steps in (5, 2):
        feeds = {"x": floats(steps, 3, 5)}
        for expected, result in zip(session.run(None, feeds), compiled.run(feeds).values(), strict=True):
            np.testing.assert_allclose(result, expected, rtol=0, atol=2e-6)
