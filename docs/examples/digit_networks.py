"""Two small vision networks for scikit-learn's handwritten digits, and their training: used by `accuracy_by_producer.py`.

The data are 1,797 images of 8×8 pixels, values 0 to 16; 360 of them are held out. Shapes are [360, 1, 8, 8] everywhere, so that
the test images are one batch, as is every batch to calibrate with.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

BATCH = 360
INPUT, OUTPUT = "image", "logits"


@dataclass(frozen=True)
class Digits:
    """Images in [0, 1] as [N, 1, 8, 8], f32, and labels."""

    images: np.ndarray
    labels: np.ndarray
    held_out: np.ndarray
    held_out_labels: np.ndarray

    @classmethod
    def load(cls) -> Digits:
        pixels, labels = load_digits(return_X_y=True)
        images = (pixels / 16).astype(np.float32).reshape(-1, 1, 8, 8)
        parts = train_test_split(images, labels, test_size=BATCH, random_state=0, stratify=labels)
        return cls(parts[0], parts[2], parts[1], parts[3])

    def calibration(self) -> list[np.ndarray]:
        """Batches of training images."""
        return [self.images[start : start + BATCH] for start in range(0, len(self.images) - BATCH + 1, BATCH)]


def convolution(inputs: int, outputs: int, kernel: int, *, stride: int = 1, groups: int = 1, last: bool = True) -> nn.Sequential:
    """Convolution, batch normalization, and ReLU6 if `last`."""
    layers = [
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        *([nn.ReLU6()] if last else []),
    ]
    return nn.Sequential(*layers)


class InvertedResidual(nn.Module):
    """Widened, filtered per channel, narrowed; added to where shapes allow it (MobileNetV2)."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        wide = 4 * inputs
        self.body = nn.Sequential(
            convolution(inputs, wide, 1),
            convolution(wide, wide, 3, stride=stride, groups=wide),
            convolution(wide, outputs, 1, last=False),
        )
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.body(x)
        return x + y if self.adds else y


class Residual(nn.Module):
    """Two convolutions and what they are added to, through a convolution where shapes differ (ResNet)."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.first = convolution(inputs, outputs, 3, stride=stride)
        self.second = convolution(outputs, outputs, 3, last=False)
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else convolution(inputs, outputs, 1, stride=stride, last=False)
        self.last = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(self.second(self.first(x)) + self.shortcut(x))


class Network(nn.Module):
    """[N, 1, 8, 8] → [N, 10]: stem, blocks, mean over pixels, linear."""

    def __init__(self, *blocks: nn.Module, stem: int, last: int):
        super().__init__()
        self.stem, self.blocks = convolution(1, stem, 3), nn.Sequential(*blocks)
        self.pool, self.flatten, self.classify = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(last, 10)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.classify(self.flatten(self.pool(self.blocks(self.stem(image)))))


def mobilenet() -> Network:
    """MobileNetV2's blocks."""
    shapes = [(12, 12, 1), (12, 16, 2), (16, 16, 1), (16, 24, 1), (24, 24, 1)]
    return Network(*(InvertedResidual(*shape) for shape in shapes), convolution(24, 64, 1), stem=12, last=64)


def resnet() -> Network:
    """ResNet's basic blocks."""
    shapes = [(12, 12, 1), (12, 20, 2), (20, 20, 1), (20, 32, 2)]
    return Network(*(Residual(*shape) for shape in shapes), stem=12, last=32)


NETWORKS = {"mobilenet": mobilenet, "resnet": resnet}


def train(model: nn.Module, digits: Digits, *, epochs: int = 30, rate: float = 1e-2, batch: int = 64) -> nn.Module:
    """AdamW with a one-cycle learning rate, each batch moved by up to one pixel."""
    steps = -(-len(digits.images) // batch)
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=epochs * steps)
    x, y = torch.from_numpy(digits.images), torch.from_numpy(digits.labels).long()
    for _ in range(epochs):
        for chosen in torch.randperm(len(x)).split(batch):
            moved = torch.roll(x[chosen], torch.randint(-1, 2, (2,)).tolist(), (2, 3))
            loss = nn.functional.cross_entropy(model(moved), y[chosen], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def trained(name: str, digits: Digits, folder: Path) -> Network:
    """The network by name, with weights of an earlier run in this folder if there is one."""
    torch.manual_seed(0)
    model, weights = NETWORKS[name](), folder / f"{name}.pt"
    if weights.exists():
        model.load_state_dict(torch.load(weights))
    else:
        train(model, digits)
        torch.save(model.state_dict(), weights)
    return model.eval()


def export(model: nn.Module, path: Path, *, fold: bool = True) -> None:
    """As ONNX by torch's TorchScript exporter; without `fold`, batch normalization stays."""
    mode = torch.onnx.TrainingMode
    torch.onnx.export(
        model,
        (torch.zeros(BATCH, 1, 8, 8),),
        str(path),
        input_names=[INPUT],
        output_names=[OUTPUT],
        opset_version=17,
        dynamo=False,
        training=mode.EVAL if fold else mode.PRESERVE,
    )
