"""What detectors end in."""

from __future__ import annotations

import numpy as np
from xdsl.dialects.builtin import f32, i32
from xdsl.ir import SSAValue

from lpt.dialects.nn import AddOp, CastOp, ConcatOp, GatherOp, MulOp, NonMaxSuppressionOp, ReshapeOp, SliceOp
from lpt.importers.openvino.node import Node
from lpt.importers.openvino.table import handles
from lpt.importers.rows import count_of, rows_of
from lpt.importers.value import Value


@handles("NonMaxSuppression", first=5)
def non_max_suppression(node: Node) -> list[SSAValue]:
    """Rows (batch, class, box), rows (batch, class, score), and how many there are; `lpt.importers.rows`."""
    shape = node.shape(1)
    if node.known_scalar(5, "soft_nms_sigma"):
        raise node.unsupported("soft suppression is not handled", "set soft_nms_sigma to 0")
    if node.flag("sort_result_descending", True) and (len(shape) != 3 or shape[0] * shape[1] != 1):
        raise node.unsupported("boxes of several classes sorted by score are not handled", "set sort_result_descending to false")
    result = node.one(
        *(NonMaxSuppressionOp, node.f32(0), node.f32(1)),
        limit=max(int(node.known_scalar(2, "max_output_boxes_per_class") or 0), 0),
        iou_threshold=float(node.known_scalar(3, "iou_threshold") or 0.0),
        score_threshold=float(node.known_scalar(4, "score_threshold") or 0.0),
        center=1 if node.choice("box_encoding", "corner", "center") == "center" else None,
    )
    rows, count = rows_of(result, node.builder), count_of(result, node.builder)
    scores = _scores(node, rows)
    if node.choice("output_type", "i64", "i32") == "i32":
        rows, count = (node.one(CastOp, value, to=i32) for value in (rows, count))
    return [rows, scores, count]


def _scores(node: Node, rows: SSAValue) -> SSAValue:
    """(batch, class, score) of each row, as floats."""
    shape = node.shape(1)
    batch, number, box = (node.one(SliceOp, rows, starts=[i], ends=[i + 1], axes=[1], steps=[1]) for i in range(3))

    def constant(value: int) -> SSAValue:
        return node.builder.constant(Value(np.array(value, np.int64)))

    place = node.one(AddOp, node.one(MulOp, batch, constant(shape[1])), number)
    place = node.one(AddOp, node.one(MulOp, place, constant(shape[2])), box)
    score = node.one(GatherOp, node.one(ReshapeOp, node.f32(1), shape=[-1]), place, axis=0)
    return node.one(ConcatOp, [*(node.one(CastOp, value, to=f32) for value in (batch, number)), score], axis=1)
