"""Trained networks recognize as many digits as ONNX Runtime, which quantized them, simulates.

Their files: docs/examples/accuracy_by_producer.py.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import lpt

DIGITS = Path(__file__).resolve().parents[2] / "data" / "digits"
HELD_OUT = 360


@pytest.mark.parametrize(("network", "least"), [("mobilenet", 355), ("resnet", 352)])
def test_accuracy_is_the_simulations(network: str, least: int) -> None:
    pixels, labels = load_digits(return_X_y=True)
    _, held_out, _, expected = train_test_split(pixels, labels, test_size=HELD_OUT, random_state=0, stratify=labels)
    feeds = {"image": (held_out / 16).astype(np.float32).reshape(-1, 1, 8, 8)}
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(str(DIGITS / f"{network}.onnx"), options, providers=["CPUExecutionProvider"])
    simulated = np.argmax(session.run(["logits"], feeds)[0], 1)
    answers = np.argmax(lpt.compile(DIGITS / f"{network}.onnx").run(feeds)["logits"], 1)
    right = [int((a == expected).sum()) for a in (simulated, answers)]
    assert right[0] >= least
    assert abs(right[1] - right[0]) <= 1
