"""Samples of NVIDIA TensorRT Model Optimizer: its ONNX quantizer, and its torch quantizer by torch's TorchScript exporter.

    pip install torch "nvidia-modelopt[onnx]" onnx onnxruntime onnxscript
    python tests/data/make/with_modelopt.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import modelopt.torch.quantization as mtq
import numpy as np
import torch
from modelopt.onnx.quantization import quantize
from sample_data import INPUT, images, save
from sample_network import export, network
from torch import nn


def calibrate(model: nn.Module) -> None:
    for seed in range(16):
        model(torch.from_numpy(images(seed)))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain, out = (Path(folder) / f"{name}.onnx" for name in ("plain", "out"))
        export(network(), plain)
        data = {INPUT: np.concatenate([images(seed) for seed in range(16)])}
        for name, floats in (("modelopt_onnx", "fp32"), ("modelopt_fp16", "fp16")):
            options = {"calibration_eps": ["cpu"], "output_path": str(out), "high_precision_dtype": floats}
            quantize(str(plain), "int8", data, "max", **options)
            save(name, out)
        model = mtq.quantize(network(), mtq.INT8_DEFAULT_CFG, calibrate)
        result = model(torch.from_numpy(images(1000))).detach().numpy()
        export(model, out)
        save("modelopt_torch", out, result)


if __name__ == "__main__":
    main()
