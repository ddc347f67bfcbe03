"""What detectors end in."""

from __future__ import annotations

from xdsl.ir import SSAValue

from lpt.dialects.nn import NonMaxSuppressionOp
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles
from lpt.importers.rows import rows_of


@handles("NonMaxSuppression", first=10)
def non_max_suppression(node: Node) -> SSAValue:
    """As many rows as run time finds (`lpt.importers.rows`)."""
    limit = int(node.known_scalar(2, "max_output_boxes_per_class") or 0)
    if node.int_attr("center_point_box", 0) not in (0, 1):
        raise node.malformed(f"center_point_box is {node.int_attr('center_point_box', 0)}, not 0 or 1")
    result = node.one(
        *(NonMaxSuppressionOp, node.f32(0), node.f32(1)),
        limit=max(limit, 0),
        iou_threshold=float(node.known_scalar(3, "iou_threshold") or 0.0),
        score_threshold=node.known_scalar(4, "score_threshold"),
        center=node.int_attr("center_point_box", 0) or None,
    )
    return rows_of(result, node.builder)
