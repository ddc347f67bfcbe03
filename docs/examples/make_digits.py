"""Train, quantize and write the bundled model: `lpt/data/digits.onnx` and `lpt/data/digits.npz`.

    pip install torch==2.13.0 onnx onnxruntime onnxscript scikit-learn sympy
    python docs/examples/make_digits.py [--out FOLDER]

The data is scikit-learn's `load_digits`: 1,797 handwritten digits, 8×8 pixels, values 0 to 16. A fifth is
held out. The network has what small vision networks have (a depthwise separable block, a residual block, both
kinds of pooling, a fully-connected layer), so compiling it touches most of the compiler. ONNX Runtime
quantizes it: u8 activations, s8 weights per channel, Q/DQ form. Seeds are fixed: the same versions give
the same bytes; another torch may give other weights, so accuracies are printed and stored, never assumed.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

HELD_OUT = 360
CHANNELS = 32
PACKAGE_DATA = Path(__file__).resolve().parents[2] / "lpt" / "data"


class Digits(nn.Module):
    """N×1×8×8 images in [0, 1] → N×10 logits."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = convolution(1, 16)
        self.depthwise = convolution(16, 16, groups=16)
        self.pointwise = convolution(16, CHANNELS, kernel=1)
        self.first = convolution(CHANNELS, CHANNELS)
        self.second = nn.Sequential(*list(convolution(CHANNELS, CHANNELS))[:-1])
        self.last = convolution(CHANNELS, 2 * CHANNELS)
        self.classify = nn.Linear(2 * CHANNELS, 10)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = self.pointwise(self.depthwise(self.stem(image)))
        x = torch.relu(x + self.second(self.first(x)))
        x = self.last(nn.functional.max_pool2d(x, 2))
        x = nn.functional.adaptive_avg_pool2d(x, 1)
        return self.classify(torch.flatten(x, 1))


def convolution(inputs: int, outputs: int, *, kernel: int = 3, groups: int = 1) -> nn.Sequential:
    """Convolution without bias, batch normalization, relu; spatial size unchanged."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


def train(images: np.ndarray, labels: np.ndarray, *, epochs: int = 40, batch: int = 64) -> Digits:
    """Adam with a one-cycle learning rate, each batch rolled by up to one pixel."""
    model, steps = Digits(), -(-len(images) // batch)
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-2, total_steps=epochs * steps)
    x, y = torch.from_numpy(images), torch.from_numpy(labels).long()
    for _ in range(epochs):
        for chosen in torch.randperm(len(x)).split(batch):
            row, column = torch.randint(-1, 2, (2,)).tolist()
            shifted = torch.roll(x[chosen], (row, column), (2, 3))
            loss = nn.functional.cross_entropy(model(shifted), y[chosen], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return model.eval()


class Batches(CalibrationDataReader):
    """Training images in batches of 64, under the model's input name."""

    def __init__(self, images: np.ndarray) -> None:
        self.batches: Iterator[np.ndarray] = iter(np.array_split(images, len(images) // 64))

    def get_next(self) -> dict[str, np.ndarray] | None:
        batch = next(self.batches, None)
        return None if batch is None else {"image": batch}


def export(model: Digits, path: Path) -> None:
    """The float model as ONNX opset 17, its batch dimension called N."""
    torch.onnx.export(
        model,
        (torch.zeros(1, 1, 8, 8),),
        str(path),
        input_names=["image"],
        output_names=["logits"],
        dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}},
        opset_version=17,
        dynamo=False,
    )


def quantize(source: Path, target: Path, images: np.ndarray) -> None:
    """Q/DQ form: u8 activations, s8 weights with a scale per output channel."""
    prepared = source.with_suffix(".prepared.onnx")
    quant_pre_process(str(source), str(prepared))
    quantize_static(
        str(prepared),
        str(target),
        Batches(images),
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
    )
    onnx.checker.check_model(str(target), full_check=True)


def logits(path: Path, images: np.ndarray) -> np.ndarray:
    """What ONNX Runtime answers."""
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (answer,) = session.run(None, {"image": images})
    return np.asarray(answer)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=PACKAGE_DATA)
    out: Path = parser.parse_args().out
    torch.manual_seed(0)
    torch.use_deterministic_algorithms(True)
    pixels, labels = load_digits(return_X_y=True)
    raw = pixels.reshape(-1, 1, 8, 8).astype(np.uint8)
    train_raw, test_raw, train_labels, test_labels = train_test_split(
        raw, labels.astype(np.uint8), test_size=HELD_OUT, random_state=0, stratify=labels
    )
    images, held_out = (part.astype(np.float32) / 16 for part in (train_raw, test_raw))
    model = train(images, train_labels)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "digits.onnx"
        export(model, source)
        quantize(source, out / "digits.onnx", images)
        predicted = logits(source, held_out).argmax(1).astype(np.uint8)
    np.savez_compressed(out / "digits.npz", images=test_raw, labels=test_labels, float_predictions=predicted)
    int8 = logits(out / "digits.onnx", held_out).argmax(1)
    print(f"float {np.mean(predicted == test_labels):.2%}, int8 {np.mean(int8 == test_labels):.2%}")


if __name__ == "__main__":
    main()
