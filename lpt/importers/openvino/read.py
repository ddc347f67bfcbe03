"""From an .xml file to layers, ports and edges. Whatever is wrong with it is a LoadError of one line.

Read by expat without a document type: so there are no entities to expand and nothing outside the file is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from lpt.dialects.shapes import Shape
from lpt.errors import LoadError, UnsupportedError
from lpt.importers.files import one_line, read_file, require_regular

VERSIONS = ("10", "11")
SIZE_LIMIT = 1 << 28
"""Bytes of XML: a network of 10,000 layers has some 10 MB."""

_DEPTH_LIMIT = 100
_REEXPORT = "save the model again with openvino.save_model"


@dataclass(frozen=True)
class Port:
    """One output or input of a layer: its declared element type (`FP32` …; empty if not given), shape and tensor names."""

    element: str
    shape: Shape
    names: tuple[str, ...]


@dataclass(frozen=True)
class Layer:
    """One operation as the file has it. `inputs` and `outputs` are by port id, in the file's order, which is the operation's."""

    id: str
    name: str
    type: str
    version: str
    attributes: dict[str, str]
    inputs: dict[str, Port]
    outputs: dict[str, Port]
    output_names: tuple[str, ...]

    @property
    def where(self) -> str:
        """Name, type and operator set, for messages."""
        return one_line(f"layer {self.name!r} ({self.type}, {self.version})")


@dataclass(frozen=True)
class Network:
    """Layers in the file's order; `sources` gives each connected input (layer id, port id) the output that it reads."""

    where: str
    layers: tuple[Layer, ...]
    sources: dict[tuple[str, str], tuple[str, str]]


def read_network(path: Path) -> Network:
    """The network of an .xml file. Raises LoadError for a damaged one, UnsupportedError for another version."""
    where = str(path)
    if (size := require_regular(path)) > SIZE_LIMIT:
        raise LoadError(f"{size} bytes of XML are no model", where=where, way_out="give the .xml file of a model")
    root = _parse(read_file(path), where)
    if root.tag != "net":
        raise LoadError(f"not an OpenVINO IR: its root is <{one_line(root.tag)}>", where=where, way_out="give the .xml of a model")
    if (version := root.get("version", "")) not in VERSIONS:
        what = f"IR version {one_line(version)!r} is not one of {', '.join(VERSIONS)}"
        raise UnsupportedError(what, where=where, way_out=_REEXPORT)
    layers = tuple(_layer(element, where) for element in _children(root, "layers", "layer"))
    return Network(where, layers, _sources(root, layers, where))


def _parse(data: bytes, where: str) -> Element:
    builder, depth = TreeBuilder(), 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH_LIMIT:
            raise LoadError("its elements nest too deeply", where=where, way_out=_REEXPORT)
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def doctype(*_: object) -> None:
        raise LoadError("it declares a document type, which no model needs", where=where, way_out="remove the DOCTYPE")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = builder.data, doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise LoadError(f"not well-formed XML: {one_line(error)}", where=where, way_out=_REEXPORT) from error
    except (ValueError, LookupError) as error:  # an encoding that Python does not know
        raise LoadError(f"not readable XML: {one_line(error)}", where=where, way_out=_REEXPORT) from error
    return builder.close()


def _children(parent: Element, group: str, tag: str) -> Iterator[Element]:
    """The elements `tag` in all groups directly inside `parent`."""
    for found in parent.findall(group):
        yield from found.findall(tag)


def _layer(element: Element, where: str) -> Layer:
    for name in ("id", "name", "type"):
        if name not in element.keys():  # noqa: SIM118
            raise LoadError(f"a layer has no {name}", where=where, way_out=_REEXPORT)
    data = element.find("data")
    name = element.get("name", "")
    layer = f"layer {one_line(name)!r}"
    return Layer(
        element.get("id", ""),
        name,
        element.get("type", ""),
        element.get("version", "opset1"),
        {} if data is None else dict(data.items()),
        dict(_ports(element, "input", layer)),
        dict(_ports(element, "output", layer)),
        _names(element.get("output_names")),
    )


def _ports(element: Element, group: str, where: str) -> Iterator[tuple[str, Port]]:
    seen = set()
    for port in _children(element, group, "port"):
        key = port.get("id", "")
        if key in seen:
            raise LoadError(f"two of its ports have id {one_line(key)!r}", where=where, way_out=_REEXPORT)
        seen.add(key)
        shape = tuple(_extent(dim.text, where) for dim in port.findall("dim"))
        yield key, Port(port.get("precision", ""), shape, _names(port.get("names")))


def _extent(text: str | None, where: str) -> int:
    """An extent; one that is not known (`-1`, `?`, `1..8`) is -1."""
    text = (text or "").strip()
    if re.fullmatch(r"[0-9]{1,18}", text):
        return int(text)
    if text in ("?", "-1") or re.fullmatch(r"[0-9]{0,18}\.\.[0-9]{0,19}", text):
        return -1
    raise LoadError(f"extent {one_line(text, 40)!r} is no number", where=where, way_out=_REEXPORT)


def parse_shape(text: str, where: str) -> Shape:
    """The shape of an attribute: `1,3,?,224`, `1..8,10`, or empty for a scalar."""
    return tuple(_extent(part, where) for part in text.split(",")) if text.strip() else ()


def _names(text: str | None) -> tuple[str, ...]:
    """Tensor names: a list with commas, in which `\\,` stands for a comma inside a name."""
    if not text:
        return ()
    return tuple(name.replace("\\,", ",") for name in re.split(r"(?<!\\),", text) if name)


def _sources(root: Element, layers: tuple[Layer, ...], where: str) -> dict[tuple[str, str], tuple[str, str]]:
    by_id: dict[str, Layer] = {}
    for layer in layers:
        if layer.id in by_id:
            raise LoadError(f"layer id {one_line(layer.id)!r} is given twice", where=layer.where, way_out=_REEXPORT)
        by_id[layer.id] = layer
    sources: dict[tuple[str, str], tuple[str, str]] = {}
    for edge in _children(root, "edges", "edge"):
        source = (edge.get("from-layer", ""), edge.get("from-port", "0"))
        target = (edge.get("to-layer", ""), edge.get("to-port", "0"))
        for (layer_id, port), side in ((source, "output"), (target, "input")):
            if layer_id not in by_id:
                raise LoadError(f"an edge names layer {one_line(layer_id)!r}, which is not there", where=where, way_out=_REEXPORT)
            named = by_id[layer_id]
            if port not in (named.outputs if side == "output" else named.inputs):
                what = f"an edge names its {side} port {one_line(port)!r}, which is not there"
                raise LoadError(what, where=named.where, way_out=_REEXPORT)
        if target in sources:
            what = f"two edges lead to its input port {one_line(target[1])!r}"
            raise LoadError(what, where=by_id[target[0]].where, way_out=_REEXPORT)
        sources[target] = source
    return sources
