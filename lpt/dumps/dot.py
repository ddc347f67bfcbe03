"""A module as a Graphviz graph: `lpt-opt model.onnx -p lpt -t dot | dot -Tsvg > model.svg`.

Operations that compute on codes are blue, those on floats orange, casts grey: colours that the colour-blind tell apart, and integer
operations have a thicker border. Constants are left out; edges carry shape and element type.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO

from xdsl.dialects.builtin import ModuleOp, TensorType
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Attribute, Block, Operation, SSAValue

from lpt.dialects.kernel import KernelOp
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, params_of, short_name
from lpt.errors import LptError
from lpt.passes.journal import NODE, place_of

__all__ = ["write_dot"]

_INTEGER, _FLOAT, _CAST = "#9ecae9", "#fdbe85", "#dddddd"


def write_dot(module: ModuleOp, stream: IO[str]) -> None:
    """Write one `digraph`, a cluster per function."""
    stream.write('digraph model {\n  node [shape=box, style=filled, fontname="sans-serif"];\n  edge [fontname="sans-serif"];\n')
    functions = [op for op in module.ops if isinstance(op, FuncOp) and op.body.blocks]
    for number, function in enumerate(functions):
        stream.write(f"  subgraph cluster_{number} {{\n    label={_quoted(function.sym_name.data)};\n")
        for line in _lines(function, f"n{number}_"):
            stream.write(f"    {line}\n")
        stream.write("  }\n")
    stream.write("}\n")


def _lines(function: FuncOp, prefix: str) -> Iterator[str]:
    names: dict[Operation | Block, str] = {}
    block = function.body.block
    for argument in block.args:
        label = _quoted(f"{argument.name_hint or f'input {argument.index}'}\n{_type_text(argument.type)}")
        yield f"{prefix}in{argument.index} [label={label}, shape=ellipse, fillcolor=white];"
    for number, op in enumerate(op for op in block.ops if not isinstance(op, ConstantOp)):
        names[op] = f"{prefix}{number}"
        yield f"{names[op]} [{_look(op)}];"
        for operand in op.operands:
            source = _source(operand, names, prefix)
            if source is not None:
                yield f"{source} -> {names[op]} [label={_quoted(_type_text(operand.type))}];"


def _source(value: SSAValue, names: dict[Operation | Block, str], prefix: str) -> str | None:
    owner = value.owner
    return f"{prefix}in{value.index}" if isinstance(owner, Block) else names.get(owner)  # type: ignore[attr-defined]


def _look(op: Operation) -> str:
    if isinstance(op, ReturnOp):
        return 'label="return", shape=ellipse, fillcolor=white'
    names = [op.name]
    if isinstance(op, KernelOp):
        names += [inner.name for inner in op.body.block.ops if not isinstance(inner, ConstantOp) and inner.next_op is not None]
    label = _quoted("\n".join([*names, place_of(op)] if NODE in op.attributes else names))
    if isinstance(op, QuantizeCastOp | DequantizeCastOp | FakeQuantizeOp):
        return f"label={label}, fillcolor={_quoted(_CAST)}"
    values = [value for value in (*op.operands, *op.results) if not isinstance(value.owner, ConstantOp)]
    integer = any(params_of(value) is not None for value in values)
    width = 2 if integer else 1
    return f"label={label}, fillcolor={_quoted(_INTEGER if integer else _FLOAT)}, penwidth={width}"


def _type_text(type_: Attribute) -> str:
    if not isinstance(type_, TensorType):
        return str(type_)
    try:
        element = short_name(type_)
    except LptError:
        element = str(type_.element_type)
    return "×".join("?" if extent < 0 else str(extent) for extent in type_.get_shape()) + f" {element}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
