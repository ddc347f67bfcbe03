"""What the samples share: data to calibrate with, and how a sample is written. Needs no torch.

A sample is NAME.onnx (or NAME.xml and .bin) and NAME.npz: the model's inputs under their own names, and under `=NAME` of each
output what the producer's own simulation gave for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort

FOLDER = Path(__file__).resolve().parents[1]
SHAPE = (2, 3, 8, 8)
INPUT, OUTPUT = "image", "logits"


def images(seed: int) -> np.ndarray:
    """[2, 3, 8, 8] in −1 … 1, smooth enough to have structure."""
    noise = np.random.default_rng(seed).normal(size=SHAPE)
    smooth = noise + np.roll(noise, 1, 2) + np.roll(noise, 1, 3)
    return np.tanh(smooth).astype(np.float32)


def tidy(model: onnx.ModelProto) -> onnx.ModelProto:
    """Without the places in source files that exporters note."""
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.value_info, *graph.input, *graph.output, *model.functions):
        part.doc_string = ""
        del part.metadata_props[:]
    for function in model.functions:
        for node in function.node:
            node.doc_string = ""
            del node.metadata_props[:]
    return model


def run(model: onnx.ModelProto | Path, feeds: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What ONNX Runtime gives, node by node as the model has them: where this is the producer's own simulation."""
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    source = str(model) if isinstance(model, Path) else model.SerializeToString()
    session = ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    return dict(zip([o.name for o in session.get_outputs()], session.run(None, dict(feeds)), strict=True))


def note(name: str, feeds: Mapping[str, np.ndarray], results: Mapping[str, np.ndarray]) -> None:
    """Write NAME.npz."""
    arrays = {**feeds, **{f"={key}": np.asarray(value) for key, value in results.items()}}
    np.savez_compressed(FOLDER / f"{name}.npz", **arrays)
    sizes = [f"{p.name} {p.stat().st_size}" for p in sorted(FOLDER.glob(f"{name}.*"))]
    print(", ".join(sizes), {k: np.asarray(v).ravel()[:4].round(4) for k, v in results.items()})


def write(name: str, model: onnx.ModelProto) -> None:
    """Write NAME.onnx."""
    onnx.save(tidy(model), FOLDER / f"{name}.onnx")


def save(name: str, model: onnx.ModelProto | Path, result: np.ndarray | None = None, image: np.ndarray | None = None) -> None:
    """Write NAME.onnx and NAME.npz; `result` is the producer's, by default ONNX Runtime's simulation of the model."""
    proto = onnx.load(model) if isinstance(model, Path) else model
    write(name, proto)
    feeds = {INPUT: images(1000) if image is None else image}
    note(name, feeds, run(proto, feeds) if result is None else {proto.graph.output[0].name: result})
