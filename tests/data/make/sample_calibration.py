"""The samples' calibration data, as the quantizers that follow ONNX Runtime read it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from onnxruntime.quantization import CalibrationDataReader
from sample_data import INPUT, images


class Calibration(CalibrationDataReader):
    def __init__(self) -> None:
        self.batches: Iterator[np.ndarray] = iter([images(seed) for seed in range(16)])

    def get_next(self) -> dict[str, np.ndarray] | None:
        batch = next(self.batches, None)
        return None if batch is None else {INPUT: batch}
