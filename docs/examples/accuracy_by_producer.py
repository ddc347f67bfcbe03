"""Networks quantized by every producer that is installed: does `lpt` recognize as many digits as the producer's own simulation?

    pip install torch==2.13.0 scikit-learn onnx onnxruntime onnxscript sympy     and of the producers:
    pip install nncf openvino | torchao==0.18.0 | brevitas onnxoptimizer | "nvidia-modelopt[onnx]" | amd-quark |
                onnx-neural-compressor prettytable | tensorflow-cpu tf2onnx
    python docs/examples/accuracy_by_producer.py --out DIR

Trains a MobileNetV2-like and a ResNet-like network (`digit_networks.py`) in a minute or two, quantizes each by what can be
imported (`quantizers.py`), and prints for 360 held-out images how many are right by the simulation and by lpt. Not all producers
can be installed side by side: run it in several environments with one DIR, where the weights are kept.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from digit_networks import INPUT, NETWORKS, OUTPUT, Digits, export, trained
from quantizers import PRODUCERS, Case

import lpt

HEAD = """
| network | producer | right by its simulation | by lpt | other answers | products in integers |
|---|---|---|---|---|---|"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Accuracy of quantized networks in lpt and in the producer's simulation.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", nargs="+", choices=sorted(PRODUCERS), default=sorted(PRODUCERS))
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    digits = Digits.load()
    rows = []
    for name in NETWORKS:
        model = trained(name, digits, options.out)
        case = Case(name, model, digits, options.out)
        export(model, case.plain)
        export(model, case.unfolded, fold=False)
        for producer in options.only:
            try:
                for form, file, theirs in PRODUCERS[producer](case):
                    rows.append(row(name, form, file, theirs, digits))
            except ImportError as error:
                print(f"{producer} left out: {error}")
    print("\n".join((HEAD, *rows)))


def row(network: str, form: str, file: Path, theirs: np.ndarray, digits: Digits) -> str:
    """A row of the table."""
    image = digits.held_out
    if lpt.load(file).inputs[INPUT].get_shape()[-1] == 1:
        image = image.transpose(0, 2, 3, 1)
    ours = lpt.compile(file).run({INPUT: image})[OUTPUT].argmax(1)
    expected, labels = theirs.argmax(1), digits.held_out_labels
    macs = [(r.macs, "f32" not in r.precision) for r in lpt.explain(file) if r.macs]
    share = sum(m for m, integer in macs if integer) / sum(m for m, _ in macs)
    right = [int((answers == labels).sum()) for answers in (expected, ours)]
    return f"| {network} | {form} | {right[0]} | {right[1]} | {int((ours != expected).sum())} | {share:.0%} |"


if __name__ == "__main__":
    main()
