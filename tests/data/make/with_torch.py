"""Samples of torch's own quantizers, each by the exporter its users take: torch.ao's FX graph mode, torchao's PT2E
(X86Inductor), and quantization-aware training with FakeQuantize modules.

    pip install torch==2.13.0 torchao==0.18.0 onnx onnxruntime onnxscript
    python tests/data/make/with_torch.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from sample_data import INPUT, OUTPUT, images, save
from sample_network import Network, export, network
from torch import nn
from torch.ao.quantization import FakeQuantize, MovingAverageMinMaxObserver, MovingAveragePerChannelMinMaxObserver, QConfig
from torch.ao.quantization.qconfig_mapping import QConfigMapping, get_default_qconfig_mapping
from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx, prepare_qat_fx
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e
from torchao.quantization.pt2e.quantizer.x86_inductor_quantizer import (
    X86InductorQuantizer,
    get_default_x86_inductor_quantization_config,
)

EXAMPLE = (torch.from_numpy(images(0)),)


def calibrated(model: nn.Module) -> nn.Module:
    for seed in range(16):
        model(torch.from_numpy(images(seed)))
    return model


def simulation(model: nn.Module) -> torch.Tensor:
    with torch.no_grad():
        return model(torch.from_numpy(images(1000)))


def fx(path: Path) -> None:
    """Integer kernels of FBGEMM, exported with Q/DQ; u8 of 7 bits."""
    torch.backends.quantized.engine = "fbgemm"
    model = convert_fx(calibrated(prepare_fx(network(), get_default_qconfig_mapping("fbgemm"), EXAMPLE)))
    export(model, path)
    save("torch_fx", path, simulation(model).numpy())


def pt2e(path: Path) -> None:
    """Q/DQ in front of convolutions and linear layers alone, by the dynamo exporter."""
    quantizer = X86InductorQuantizer().set_global(get_default_x86_inductor_quantization_config())
    model = convert_pt2e(calibrated(prepare_pt2e(torch.export.export(network(), EXAMPLE).module(), quantizer)))
    names = {"input_names": [INPUT], "output_names": [OUTPUT]}
    torch.onnx.export(model, EXAMPLE, path, dynamo=True, external_data=False, **names)
    save("torchao_pt2e", path, simulation(model).numpy())


def qat(path: Path, *, reduced: bool) -> None:
    """FakeQuantize modules, batch normalization behind convolutions in its training form (divided by the folded scale)."""
    top = 127 if reduced else 255
    activations = FakeQuantize.with_args(observer=MovingAverageMinMaxObserver, quant_min=0, quant_max=top, dtype=torch.quint8)
    weights = FakeQuantize.with_args(
        observer=MovingAveragePerChannelMinMaxObserver,
        quant_min=-128,
        quant_max=127,
        dtype=torch.qint8,
        qscheme=torch.per_channel_symmetric,
    )
    mapping = QConfigMapping().set_global(QConfig(activations, weights))
    model = Network()
    model.load_state_dict(network().state_dict())
    model = calibrated(prepare_qat_fx(model.train(), mapping, EXAMPLE)).eval()
    model.apply(torch.ao.quantization.disable_observer)
    export(model, path)
    save("torch_qat_7bit" if reduced else "torch_qat", path, simulation(model).numpy())


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        fx(path)
        pt2e(path)
        qat(path, reduced=True)
        qat(path, reduced=False)


if __name__ == "__main__":
    main()
