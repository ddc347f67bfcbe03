"""A module as a Graphviz graph: `lpt-opt model.onnx -p lpt -t dot | dot -Tsvg > model.svg`.

Operations that compute on codes are blue, those on floats orange, casts grey: colours that the colour-blind tell apart, and integer
operations have a thicker border. Constants, and what follows from them alone, are left out; edges carry shape and element type.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Set
from typing import IO

from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, BlockArgument, Operation, SSAValue

from lpt.dialects.kernel import KernelOp
from lpt.dumps.drawing import COLOURS, following_from_constants, kind_of, type_text
from lpt.passes.journal import NODE, place_of

__all__ = ["write_dot"]


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
    fixed = following_from_constants(block)
    for argument in block.args:
        label = _quoted(f"{argument.name_hint or f'input {argument.index}'}\n{type_text(argument.type)}")
        yield f"{prefix}in{argument.index} [label={label}, shape=ellipse, fillcolor=white];"
    for number, op in enumerate(op for op in block.ops if op not in fixed):
        names[op] = f"{prefix}{number}"
        yield f"{names[op]} [{_look(op, fixed)}];"
        for operand in op.operands:
            source = _source(operand, names, prefix)
            if source is not None:
                yield f"{source} -> {names[op]} [label={_quoted(type_text(operand.type))}];"


def _source(value: SSAValue, names: dict[Operation | Block, str], prefix: str) -> str | None:
    return f"{prefix}in{value.index}" if isinstance(value, BlockArgument) else names.get(value.owner)


def _look(op: Operation, fixed: Set[Operation]) -> str:
    if isinstance(op, ReturnOp):
        return 'label="return", shape=ellipse, fillcolor=white'
    names = [op.name]
    if isinstance(op, KernelOp):
        names += [inner.name for inner in op.operations()]
    label = _quoted("\n".join([*names, place_of(op)] if NODE in op.attributes else names))
    kind = kind_of(op, fixed)
    return f"label={label}, fillcolor={_quoted(COLOURS[kind])}, penwidth={2 if kind == 'integer' else 1}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
