"""The network of most samples, and its export."""

from __future__ import annotations

from pathlib import Path

import torch
from sample_data import INPUT, OUTPUT, images
from torch import nn


def block(inputs: int, outputs: int, kernel: int, *, groups: int = 1, last: type[nn.Module] | None = nn.ReLU6) -> nn.Sequential:
    """Convolution without bias, batch normalization and, unless None, an activation; spatial size unchanged."""
    layers = [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, *([last()] if last is not None else []))


class Network(nn.Module):
    """What vision networks are made of: [2, 3, 8, 8] → [2, 4]."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.depthwise = block(3, 8, 3), block(8, 8, 3, groups=8)
        self.project, self.wide = block(8, 8, 1, last=None), block(8, 16, 3, last=nn.ReLU)
        self.pool, self.classify = nn.MaxPool2d(2), nn.Linear(16, 4)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = self.stem(image)
        x = x + self.project(self.depthwise(x))
        x = self.wide(self.pool(x))
        return self.classify(torch.flatten(nn.functional.adaptive_avg_pool2d(x, 1), 1))


def network(kind: type[Network] = Network) -> Network:
    """A network with weights of seed 0, and the means and variances that batches of `images` have in it."""
    torch.manual_seed(0)
    model = kind()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0.3, 0.2)
    model.train()
    for seed in range(40):
        model(torch.from_numpy(images(seed)))
    return model.eval()


def export(model: nn.Module, path: Path, *, opset: int = 17, fold: bool = True) -> None:
    """By torch's TorchScript exporter; without `fold`, batch normalization stays."""
    torch.onnx.export(
        model,
        (torch.from_numpy(images(0)),),
        str(path),
        input_names=[INPUT],
        output_names=[OUTPUT],
        opset_version=opset,
        dynamo=False,
        training=torch.onnx.TrainingMode.EVAL if fold else torch.onnx.TrainingMode.PRESERVE,
    )
