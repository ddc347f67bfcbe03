"""Run a model at any level in numpy: the oracle for kernels and for passes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, overload

from xdsl.dialects.builtin import ArrayAttr, ModuleOp, StringAttr
from xdsl.dialects.func import FuncOp
from xdsl.ir import SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import as_array, main_function, run_function
from lpt.dialects.kernel import KernelOp
from lpt.dialects.quant import storage_dtype
from lpt.dialects.shapes import fits, tensor_shape
from lpt.errors import LptError, RunError
from lpt.passes.journal import NODE
from lpt.runtime.program import cut_rows

if TYPE_CHECKING:
    from lpt.model import Model

Tap = SSAValue | str


@overload
def interpret(
    model: Model | ModuleOp,
    inputs: Mapping[str, object],
    taps: None = None,
    force: Mapping[SSAValue, Array] | None = None,
) -> dict[str, Array]: ...


@overload
def interpret(
    model: Model | ModuleOp,
    inputs: Mapping[str, object],
    taps: Collection[Tap],
    force: Mapping[SSAValue, Array] | None = None,
) -> tuple[dict[str, Array], dict[Tap, Array]]: ...


def interpret(
    model: Model | ModuleOp,
    inputs: Mapping[str, object],
    taps: Collection[Tap] | None = None,
    force: Mapping[SSAValue, Array] | None = None,
) -> dict[str, Array] | tuple[dict[str, Array], dict[Tap, Array]]:
    """The outputs by name; with `taps`, also the tapped values.

    A tap is an SSA value of @main, the name of a kernel, or the name of a source node (`lpt.node`): its last operation's first
    result. `force` replaces computed values. Quantized inputs and outputs are their storage arrays. Raises RunError for a missing,
    unknown or unfitting input and for an unknown tap.
    """
    module = getattr(model, "module", model)
    if not isinstance(module, ModuleOp):
        raise RunError(f"a {type(model).__name__} is no model", way_out="lpt.load(…) gives one")
    function = main_function(module)
    names, values = input_names(function), function.body.block.args
    _check_names(names, inputs)
    arguments = [_argument(name, value, inputs[name]) for name, value in zip(names, values, strict=True)]
    tapped = {tap: tap if isinstance(tap, SSAValue) else _named(function, tap) for tap in taps or ()}
    results, found = run_function(function, arguments, taps=set(tapped.values()), force=force)
    outputs = dict(zip(output_names(function, len(results)), results, strict=True))
    if rows := row_counts(function):
        outputs = cut_rows(outputs, rows)
    return outputs if taps is None else (outputs, {tap: found[value] for tap, value in tapped.items()})


def _names(function: FuncOp, attribute: str) -> tuple[str, ...] | None:
    names = function.attributes.get(attribute)
    if not isinstance(names, ArrayAttr):
        return None
    return tuple(name.data for name in names if isinstance(name, StringAttr))


def input_names(function: FuncOp) -> tuple[str, ...]:
    """`lpt.inputs`, or the arguments' own names, or input0, input1 … Raises LptError where that attribute names more or fewer."""
    own = tuple(arg.name_hint or f"input{i}" for i, arg in enumerate(function.body.block.args))
    return _named_alike(function, "lpt.inputs", own)


def output_names(function: FuncOp, count: int) -> tuple[str, ...]:
    """`lpt.outputs`, or output0, output1 … Raises LptError where that attribute names more or fewer."""
    return _named_alike(function, "lpt.outputs", tuple(f"output{i}" for i in range(count)))


def _named_alike(function: FuncOp, attribute: str, own: tuple[str, ...]) -> tuple[str, ...]:
    """The names that an attribute gives, `own` if it gives none."""
    names = _names(function, attribute) or own
    if len(names) != len(own):
        what = f"{attribute} names {', '.join(names)}, where there are {len(own)} values"
        raise LptError(what, where=f"@{function.sym_name.data}", way_out="name each once")
    return names


def row_counts(function: FuncOp) -> dict[str, tuple[str, int]]:
    """Of each output with rows that are not all real, the output that counts them and the dimension: `lpt.rows`, `"count:0"` each.

    Raises LptError where that attribute is not so.
    """
    names, notes = _names(function, "lpt.outputs") or (), _names(function, "lpt.rows") or ()
    if wrong := [note for note in notes if note and not re.fullmatch(r".+:\d+", note)]:
        raise LptError(f"lpt.rows has {wrong[0]!r}", where=f"@{function.sym_name.data}", way_out="give OUTPUT:DIMENSION")
    split = ((name, note.rpartition(":")) for name, note in zip(names, notes, strict=False) if note)
    return {name: (count, int(axis)) for name, (count, _, axis) in split}


def _check_names(names: tuple[str, ...], inputs: Mapping[str, object]) -> None:
    missing = [name for name in names if name not in inputs]
    unknown = [name for name in inputs if name not in names]
    if missing or unknown:
        what = f"missing input {missing[0]!r}" if missing else f"unknown input {unknown[0]!r}"
        raise RunError(what, way_out=f"the model takes {', '.join(map(repr, names)) or 'no inputs'}")


def _argument(name: str, value: SSAValue, given: object) -> Array:
    array, shape = as_array(given), tensor_shape(value)
    dtype = storage_dtype(value)
    if array.dtype != dtype or not fits(array.shape, shape):
        expected, got = (
            f"{d}[{', '.join('?' if n < 0 else str(n) for n in s)}]" for d, s in ((dtype, shape), (array.dtype, array.shape))
        )
        raise RunError(f"expected {expected}, got {got}", where=f"input {name!r}", way_out="convert it before the call")
    return array


def _named(function: FuncOp, name: str) -> SSAValue:
    found: SSAValue | None = None
    for op in function.body.block.ops:
        node = op.attributes.get(NODE)
        named = node.data if isinstance(node, StringAttr) else None
        if op.results and (name == named or (isinstance(op, KernelOp) and op.kernel_name.data == name)):
            found = op.results[0]
    if found is None:
        raise RunError(f"unknown tap {name!r}", way_out="give a kernel's name, a source node's name or an SSA value")
    return found
