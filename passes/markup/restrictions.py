"""What a user allows operands to be, beyond what the kernels can do: a parameter of the pipeline.

    lpt-markup{restrictions="conv(u8 per-tensor, i8); matmul(u8|i8, i8); mul(float)"}

One rule per operation: the storage types that its operands may have, in order, with `per-tensor` where scales may not vary. `float`
instead keeps the operation out of integers. `group_conv` rules over `conv` for groups. An operand that is not named may be
anything. A fake_quantize in front of a restricted operand takes a type that all its users allow.
`openvino-cpu` stands for what OpenVINO's CPU plugin asks for. OpenVINO: PrecisionsRestriction, QuantizationGranularityRestriction.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.ir import Operation, SSAValue

from lpt.dialects.nn import OPERATIONS, ConvOp, NnOp
from lpt.dialects.nn.base import int_of
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.errors import TransformError
from lpt.passes.matching import is_movable

RESTRICTIONS = "lpt.restrictions"
"""The module attribute that holds the text."""

PRECISIONS = "lpt.precisions"
"""What lpt-markup writes on a fake_quantize: the storage types that all its users allow."""

NAMED = {
    "openvino-cpu": "conv(u8 per-tensor, i8); group_conv(u8, i8); conv_transpose(u8|i8 per-tensor, i8); matmul(u8|i8, i8)",
}

_RULE = re.compile(r"\s*(\w+)\s*\(([^()]*)\)\s*")
_OPERAND = re.compile(r"([iu]\d+(?:\s*\|\s*[iu]\d+)*)(\s+per-tensor)?")


@dataclass(frozen=True)
class Operand:
    """The storage types an operand may have (`u8`, `i8` …), and whether it must have one scale."""

    storages: tuple[str, ...]
    per_tensor: bool

    def refusal(self, index: int, storage: Storage, params: QuantParams | None) -> str | None:
        """Why an operand of this storage, or with these parameters where they are known, is not allowed."""
        if storage.short not in self.storages:
            return f"operand {index} is {storage.short}, the restrictions allow {' or '.join(self.storages)}"
        if self.per_tensor and params is not None and not params.is_per_tensor:
            return f"operand {index} is quantized per axis, the restrictions allow per tensor"
        return None


Restrictions = dict[str, tuple[Operand, ...] | None]
"""Operation → its operands' rules; None keeps it in floats."""


@cache
def parse(text: str) -> Restrictions:
    """Raises TransformError where the text cannot be read or names no operation."""
    found: Restrictions = {}
    for rule in filter(str.strip, NAMED.get(text.strip(), text).split(";")):
        match = _RULE.fullmatch(rule)
        if match is None:
            raise _error(f"cannot read {rule.strip()!r}")
        name, operands = match.groups()
        if name not in _names():
            raise _error(f"there is no operation {name!r}")
        found[name] = None if operands.strip() == "float" else tuple(_operand(part) for part in operands.split(","))
    return found


def _operand(text: str) -> Operand:
    match = _OPERAND.fullmatch(text.strip())
    if match is None:
        raise _error(f"cannot read the operand {text.strip()!r}")
    return Operand(tuple(re.split(r"\s*\|\s*", match.group(1))), match.group(2) is not None)


def _error(what: str) -> TransformError:
    way_out = f"write conv(u8 per-tensor, i8); mul(float), or one of {', '.join(NAMED)}"
    return TransformError(what, where="restrictions", way_out=way_out)


@cache
def _names() -> frozenset[str]:
    return frozenset({"group_conv", *(op.name.partition(".")[2] for op in OPERATIONS)})


def restrictions_of(op: Operation) -> Restrictions:
    """What the module that holds `op` restricts; nothing where it says nothing."""
    while (parent := op.parent_op()) is not None:
        op = parent
    text = op.attributes.get(RESTRICTIONS)
    return parse(text.data) if isinstance(text, StringAttr) else {}


def restrict(module: ModuleOp, text: str) -> None:
    """Record restrictions in the module; an empty text lifts them. Raises TransformError where the text cannot be read."""
    if parse(text):
        module.attributes[RESTRICTIONS] = StringAttr(text)
    else:
        module.attributes.pop(RESTRICTIONS, None)


def _rule(op: NnOp) -> tuple[Operand, ...] | None:
    """The rules of an operation's operands: () if there are none, None if it may not be quantized."""
    restrictions, name = restrictions_of(op), op.name.partition(".")[2]
    if isinstance(op, ConvOp) and int_of(op.group) > 1 and "group_conv" in restrictions:
        name = "group_conv"
    return restrictions.get(name, ())


def refusal(op: NnOp, operands: Sequence[tuple[Storage, QuantParams | None]]) -> str | None:
    """Why the restrictions keep an operation on such operands in floats, or None if they do not."""
    rules = _rule(op)
    if rules is None:
        return f"the restrictions keep {op.name} in floats"
    reasons = (rule.refusal(i, *operand) for i, (rule, operand) in enumerate(zip(rules, operands, strict=False)))
    return next((reason for reason in reasons if reason is not None), None)


def allowed_storages(value: SSAValue) -> tuple[str, ...] | None:
    """The storage types that all users of a value allow, seen through operations that move its elements; None: any."""
    allowed: tuple[str, ...] | None = None
    for use in value.uses:
        user = use.operation
        if not isinstance(user, NnOp):
            continue
        if is_movable(user):
            found = [allowed_storages(result) for result in user.results]
        else:
            rules = _rule(user) or ()
            found = [rules[use.index].storages if use.index < len(rules) else None]
        for storages in found:
            if storages is not None:
                allowed = storages if allowed is None else tuple(s for s in allowed if s in storages)
    return allowed
