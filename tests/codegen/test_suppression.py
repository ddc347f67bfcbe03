"""non_max_suppression against the interpreter, that against ONNX's formula written down plainly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import TensorType, f32
from xdsl.dialects.test import TestOp
from xdsl.utils.exceptions import VerifyException

from lpt.dialects import nn
from lpt.dialects.interpreter import evaluate
from lpt.dialects.kernel import KernelScanOp


def boxes_and_scores(batch: int, classes: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Boxes that overlap, some equal, some with their corners the other way round, one without area; many equal scores."""
    rng = np.random.default_rng(count)
    boxes = rng.random((batch, count, 4)).astype(np.float32)
    boxes[..., 2:] = boxes[..., :2] + np.float32(0.3) * boxes[..., 2:]
    if count > 5:
        boxes[:, 1], boxes[:, 2], boxes[:, 3, 2] = boxes[:, 0], boxes[:, 0, [2, 3, 0, 1]], boxes[:, 3, 0]
    return boxes, np.round(rng.random((batch, classes, count)), 1).astype(np.float32)


def plainly(boxes: np.ndarray, scores: np.ndarray, limit: int, iou: float, least: float | None) -> list[list[int]]:
    def quotient(a: np.ndarray, b: np.ndarray) -> float:
        low, high = (
            np.maximum(np.minimum(a[:2], a[2:]), np.minimum(b[:2], b[2:])),
            np.minimum(np.maximum(a[:2], a[2:]), np.maximum(b[:2], b[2:])),
        )
        common = np.prod(np.clip(high - low, 0, None))
        areas = [abs(np.prod(box[2:] - box[:2])) for box in (a, b)]
        return float(common / (sum(areas) - common)) if min(areas) > 0 else 0.0

    rows = []
    for n, c in np.ndindex(*scores.shape[:2]):
        kept: list[int] = []
        for box in sorted(range(scores.shape[2]), key=lambda i: (-scores[n, c, i], i)):
            counts = (least is None or scores[n, c, box] > np.float32(least)) and len(kept) < limit
            if counts and all(quotient(boxes[n, box], boxes[n, other]) <= iou for other in kept):
                kept.append(box)
        rows += [[n, c, box] for box in kept]
    return rows


@pytest.mark.parametrize("batch, classes, count", [(2, 3, 20), (1, 1, 200), (1, 2, 1), (1, 2, 0)])
@pytest.mark.parametrize("limit, iou, least", [(5, 0.51, None), (300, 0.26, 0.35), (0, 0.5, None)])
def test_boxes(check_kernel: Any, batch: int, classes: int, count: int, limit: int, iou: float, least: float | None) -> None:
    boxes, scores = boxes_and_scores(batch, classes, count)
    properties: dict[str, Any] = {"limit": limit, "iou_threshold": iou, "score_threshold": least}
    kernel = check_kernel(
        *(KernelScanOp, [TensorType(f32, a.shape) for a in (boxes, scores)]),
        lambda b, s: nn.NonMaxSuppressionOp.make([b, s], **properties).result,
        [boxes, scores],
    )
    (got,) = evaluate(kernel, [boxes, scores])
    rows = plainly(boxes, scores, limit, iou, least)
    assert got[-1].tolist() == [len(rows), 0, 0]
    assert got[: len(rows)].tolist() == rows and not got[len(rows) : -1].any()


def test_middles_and_sizes() -> None:
    corners, scores = boxes_and_scores(1, 1, 50)
    low, high = corners[..., :2], corners[..., 2:]
    middles = np.concatenate([((low + high) / 2)[..., ::-1], (high - low)[..., ::-1]], axis=-1)
    keep = [i for i in range(50) if i not in (2, 3)]
    results = []
    for boxes, center in ((corners[:, keep], None), (np.ascontiguousarray(middles[:, keep]), 1)):
        values = TestOp(result_types=[TensorType(f32, a.shape) for a in (boxes, scores[..., keep])]).results
        op = nn.NonMaxSuppressionOp.make(values, limit=20, iou_threshold=0.4, center=center)
        results.append(evaluate(op, [boxes, scores[..., keep]])[0])
    np.testing.assert_array_equal(results[0], results[1])


def test_unknown_extents_are_refused() -> None:
    values = TestOp(result_types=[TensorType(f32, s) for s in ((1, -1, 4), (1, 2, -1))]).results
    with pytest.raises(VerifyException, match="must be known"):
        nn.NonMaxSuppressionOp.make(values, limit=3, iou_threshold=0.5)
