"""The bundled model: a classifier of handwritten digits, and the images it was not trained on.

`docs/examples/make_digits.py` made both files and says how.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["bundled_data", "bundled_model_path"]

_FOLDER = Path(__file__).resolve().parent


def bundled_model_path() -> Path:
    """An ONNX file in Q/DQ form: `image` float32 N×1×8×8 in [0, 1] (pixels / 16) → `logits` float32 N×10."""
    return _FOLDER / "digits.onnx"


def bundled_data() -> dict[str, NDArray[np.uint8]]:
    """360 held-out examples, all uint8.

    `images` 360×1×8×8 with pixels from 0 to 16; `labels` and `float_predictions`, the digit that the network
    answered before quantization, both of shape 360.
    """
    import numpy as np

    with np.load(_FOLDER / "digits.npz", allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}
