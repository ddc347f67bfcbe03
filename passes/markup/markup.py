"""Say of each operation whether it may run in integers, before anything is rewritten.

    %y = nn.conv %xf, %wf                   →    %y = nn.conv %xf, %wf {lpt.storage = "u8s8"}
    %z = nn.add %y, %r                      →    %z = nn.add %y, %r {lpt.float = "operand 1 is not quantized: …"}

`lpt.storage` names the storage of each operand, found behind its dcast and the operations that move its elements; `lpt.float`
is the reason where an operand has none, or one that the operation cannot take on any target (`limits`). The rules of the
transform stage consult the same limits on the codes they see, and what they rewrite to codes has no `lpt.storage`; cleanup takes
it from what stays in floats, which keeps `lpt.float`. `lpt.precisions` on a fake_quantize names the storage types that all its
users allow, where the pipeline restricts them (`restrictions`). Exactness: exact, only attributes change. OpenVINO:
MarkupPrecisions, MarkupQuantizationGranularity, MarkupCanBeQuantized (attributes that no dump of a release build shows).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.ir import Block, SSAValue

from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp
from lpt.dialects.nn import AddOp, NnOp, SubOp
from lpt.dialects.quant import DequantizeCastOp, params_of, short_name
from lpt.dialects.quant_params import Storage
from lpt.passes.markup.limits import limits_of
from lpt.passes.markup.restrictions import PRECISIONS, allowed_storages, restrict
from lpt.passes.matching import is_movable, not_quantized, shifted_constant_of
from lpt.passes.pipeline import Exactness, LptPass

STORAGE, FLOAT = "lpt.storage", "lpt.float"


def storage_behind(value: SSAValue) -> Storage | None:
    """The storage of the codes that a float stands for, None if it stands for none."""
    owner = value.owner
    match owner:
        case DequantizeCastOp():
            params = params_of(owner.input)
            return None if params is None else params.storage
        case FakeQuantizeOp():
            levels = owner.levels.value.data
            return Storage.of(False, 8 if levels <= 256 else 16) if levels <= 65536 else None
        case AddOp() if (shifted := shifted_constant_of(value)) is not None:
            params = params_of(shifted[0].result)
            return None if params is None else params.storage
        case Block():
            return None
        case NnOp() if is_movable(owner):
            found = {storage_behind(operand) for operand in owner.data_operands}
            return found.pop() if len(found) == 1 else None
        case _:
            return None


def is_constant(value: SSAValue) -> bool:
    """Whether a float is a constant, or the dcast of one, with an offset or without."""
    owner = value.owner
    if isinstance(owner, DequantizeCastOp):
        owner = owner.input.owner
    return isinstance(owner, ConstantOp) or shifted_constant_of(value) is not None


def judge(op: NnOp) -> tuple[str, str] | None:
    """(`lpt.storage`, names) or (`lpt.float`, reason); None for an operation on codes, one that moves elements, or a bias."""
    limits = limits_of(op)
    if limits is None or op.is_quantized or is_movable(op) or _is_bias(op):
        return None
    names = ""
    for index, (limit, operand) in enumerate(zip(limits, op.operands, strict=False)):
        storage = storage_behind(operand)
        if storage is None:
            return FLOAT, not_quantized(op, index)
        if (reason := limit.refusal(index, storage, is_constant=is_constant(operand))) is not None:
            return FLOAT, reason
        names += short_name(storage)
    return STORAGE, names


def _is_bias(op: NnOp) -> bool:
    return isinstance(op, AddOp | SubOp) and any(is_constant(operand) for operand in op.operands)


@dataclass(frozen=True)
class Markup(LptPass):
    """Which operations may run in integers, and why others may not."""

    name = "lpt-markup"
    exactness: ClassVar[Exactness] = Exactness.EXACT
    restrictions: str | None = None
    """What operands may be (`restrictions`); what the module says already if not given."""

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        if self.restrictions is not None:
            restrict(op, self.restrictions)
        for inner in op.walk():
            if isinstance(inner, NnOp) and (verdict := judge(inner)) is not None:
                key, text = verdict
                inner.attributes[key] = StringAttr(text)
            elif isinstance(inner, FakeQuantizeOp) and (allowed := allowed_storages(inner.result)) is not None:
                inner.attributes[PRECISIONS] = StringAttr("|".join(allowed))
