"""What OpenVINO's LPT makes of a model: compile it with the tracing of LowPrecision on, and read the one dump that this writes."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import openvino as ov

HINTS = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0", "INFERENCE_NUM_THREADS": "1"}
DTYPES = {
    "f32": "f4",
    "f16": "f2",
    "i8": "i1",
    "u8": "u1",
    "i16": "i2",
    "u16": "u2",
    "i32": "i4",
    "u32": "u4",
    "i64": "i8",
    "boolean": "?",
}


@dataclass
class Layer:
    """A node of a dump. `inputs` are (layer, port) pairs, `value` is a constant's data."""

    name: str
    type: str
    data: dict[str, str]
    fused: tuple[str, ...]
    outputs: dict[int, tuple[str, tuple[int, ...]]]
    inputs: list[tuple[Layer, int]] = field(default_factory=list)
    users: list[tuple[Layer, int]] = field(default_factory=list)
    value: np.ndarray | None = None

    def precision(self, port: int) -> str:
        """The element type of an output."""
        return self.outputs[port][0]


def compile_model(model: ov.Model, folder: Path) -> tuple[ov.CompiledModel, list[Layer] | None]:
    """The compiled model and the graph behind LPT, None where LPT did not run."""
    os.environ["OV_ENABLE_SERIALIZE_TRACING"] = "LowPrecision"
    before = Path.cwd()
    os.chdir(folder)  # where the dump is written
    try:
        compiled = ov.Core().compile_model(model, "CPU", HINTS)
    finally:
        os.chdir(before)
    dumps = sorted(folder.glob("*LowPrecision.xml"))
    layers = read_dump(dumps[0]) if dumps else None
    for dump in folder.glob("*LowPrecision.*"):
        dump.unlink()
    return compiled, layers


def read_dump(path: Path) -> list[Layer]:
    """The layers of a dump, in its order, linked both ways."""
    blob = path.with_suffix(".bin").read_bytes()
    root = ElementTree.parse(path).getroot()
    layers: dict[str, Layer] = {}
    for element in root.iterfind("layers/layer"):
        layers[element.get("id", "")] = _layer(element, blob)
    edges = sorted(root.iterfind("edges/edge"), key=lambda e: int(e.get("to-port", "0")))
    for edge in edges:
        source, target = layers[edge.get("from-layer", "")], layers[edge.get("to-layer", "")]
        target.inputs.append((source, int(edge.get("from-port", "0"))))
        source.users.append((target, len(target.inputs) - 1))
    return list(layers.values())


def _layer(element: ElementTree.Element, blob: bytes) -> Layer:
    data = element.find("data")
    attributes = dict(data.attrib) if data is not None else {}
    fused = [a.get("value", "") for a in element.iterfind("rt_info/attribute") if a.get("name") == "fused_names"]
    outputs = {
        int(port.get("id", "0")): (port.get("precision", "").lower().replace("fp", "f"), tuple(int(d.text or 0) for d in port))
        for port in element.iterfind("output/port")
    }
    layer = Layer(
        element.get("name", ""), element.get("type", ""), attributes, tuple(",".join(fused).replace(" ", "").split(",")), outputs
    )
    if layer.type == "Const" and attributes["element_type"] in DTYPES:
        start, size = int(attributes["offset"]), int(attributes["size"])
        shape = [int(n) for n in attributes["shape"].split(",") if n.strip()]
        layer.value = np.frombuffer(blob[start : start + size], DTYPES[attributes["element_type"]]).reshape(shape)
    return layer


def show(layers: list[Layer]) -> str:
    """A row per layer, constants inlined."""
    rows = []
    index = {id(layer): number for number, layer in enumerate(layers)}

    def operand(layer: Layer, port: int) -> str:
        if layer.value is not None:
            return f"{layer.data['element_type']}{list(layer.value.shape)}{np.unique(layer.value).tolist()[:6]}"
        return f"%{index[id(layer)]}" + (f".{port}" if len(layer.outputs) > 1 else "")

    for layer in layers:
        if layer.type != "Const":
            types = ",".join(kind for kind, _ in layer.outputs.values())
            rows.append(f"%{index[id(layer)]} {layer.name} = {layer.type} {types} <- {[operand(*i) for i in layer.inputs]}")
    return "\n".join(rows)
