"""Quantize float ONNX models with NNCF, as ONNX and as OpenVINO IR: what `lpt` is to run entirely in integers.

    pip install nncf openvino onnx
    python docs/examples/quantize_with_nncf.py resnet50.onnx densenet121.onnx --out DIR

Writes DIR/NAME_nncf.onnx and DIR/NAME_nncf.xml with its .bin. Calibration data are normal noise by default, which suits
networks with random weights; give real ones, an array [samples, …] per input, with --calibration FILE.npz.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import nncf
import numpy as np
import onnx
import openvino

SAMPLES = 16


def samples(model: openvino.Model, file: Path | None) -> list[dict[str, np.ndarray]]:
    """Inputs to calibrate with, one batch each. Raises SystemExit where the file lacks an input."""
    names = [port.get_any_name() for port in model.inputs]
    shapes = [[n.get_length() if n.is_static else 1 for n in port.partial_shape] for port in model.inputs]
    if file is None:
        generator = np.random.default_rng(0)
        return [
            {name: generator.normal(size=shape).astype(np.float32) for name, shape in zip(names, shapes, strict=True)}
            for _ in range(SAMPLES)
        ]
    with np.load(file) as data:
        if missing := set(names) - set(data.files):
            raise SystemExit(f"{file}: no array for {', '.join(sorted(missing))}")
        arrays = {name: data[name].astype(np.float32) for name in names}
    batches = [shape[0] for shape in shapes]
    count = min(len(arrays[name]) // batch for name, batch in zip(names, batches, strict=True))
    return [
        {name: arrays[name][i * batch : (i + 1) * batch] for name, batch in zip(names, batches, strict=True)} for i in range(count)
    ]


def quantize(path: Path, folder: Path, calibration: Path | None) -> Iterator[Path]:
    """Quantize one model both ways; yields the files written."""
    ir = openvino.convert_model(path)
    data = samples(ir, calibration)
    ports = [port.get_any_name() for port in ir.inputs]
    target = folder / f"{path.stem.removesuffix('_fp32')}_nncf.xml"
    quantized = nncf.quantize(ir, nncf.Dataset(data), subset_size=len(data))
    openvino.save_model(quantized, target, compress_to_fp16=False)
    yield target
    proto = onnx.load(path)
    graph_names = [i.name for i in proto.graph.input if i.name not in {t.name for t in proto.graph.initializer}]
    renamed = [{g: sample[p] for g, p in zip(graph_names, ports, strict=True)} for sample in data]
    onnx.save(nncf.quantize(proto, nncf.Dataset(renamed), subset_size=len(data)), target.with_suffix(".onnx"))
    yield target.with_suffix(".onnx")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path, nargs="+", help="float .onnx files")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--calibration", type=Path, help=".npz with an array [samples, …] per input")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for path in arguments.models:
        for written in quantize(path, arguments.out, arguments.calibration):
            print(written)


if __name__ == "__main__":
    main()
