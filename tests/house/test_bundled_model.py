"""The bundled model against ONNX Runtime: what the demo reports must be true of the file."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime as ort
from sklearn.datasets import load_digits

from lpt.data import bundled_data, bundled_model_path


def test_size() -> None:
    folder = bundled_model_path().parent
    assert sum((folder / name).stat().st_size for name in ("digits.onnx", "digits.npz")) < 200_000


def test_images_are_scikit_learns() -> None:
    data = bundled_data()
    assert {name: (array.shape, array.dtype.name) for name, array in data.items()} == {
        "images": ((360, 1, 8, 8), "uint8"),
        "labels": ((360,), "uint8"),
        "float_predictions": ((360,), "uint8"),
    }
    pixels, labels = load_digits(return_X_y=True)
    known = {(row.astype(np.uint8).tobytes(), int(label)) for row, label in zip(pixels, labels, strict=True)}
    held_out = {(i.tobytes(), int(n)) for i, n in zip(data["images"], data["labels"], strict=True)}
    assert held_out <= known
    assert len(held_out) == 360


def test_int8_accuracy_is_the_float_models() -> None:
    data = bundled_data()
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(bundled_model_path(), options, providers=["CPUExecutionProvider"])
    (logits,) = session.run(["logits"], {"image": data["images"].astype(np.float32) / 16})
    int8 = np.mean(np.argmax(logits, axis=1) == data["labels"])
    reference = np.mean(data["float_predictions"] == data["labels"])
    assert min(int8, reference) >= 0.97
    assert abs(int8 - reference) <= 0.01


def test_it_touches_most_of_the_compiler() -> None:
    model = onnx.load(bundled_model_path())
    onnx.checker.check_model(model, full_check=True)
    operators = {node.op_type for node in model.graph.node}
    assert operators >= {"Conv", "Add", "MaxPool", "GlobalAveragePool", "Flatten", "Gemm", "QuantizeLinear"}
    groups = {a.i for node in model.graph.node for a in node.attribute if a.name == "group"}
    assert groups == {1, 16}
    assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "N"
