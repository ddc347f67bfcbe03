"""Tables against the interpreter: every entry, every length around the vector width."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lpt.dialects.kernel import KernelLookupOp, Layout
from lpt.dialects.lpt import LookupOp
from lpt.dialects.quant import quantized_tensor
from lpt.dialects.quant_params import U8, QuantParams, Storage

Q = QuantParams(U8, 0.0921, 118)


def table(dtype: str = "u1") -> np.ndarray:
    info = np.iinfo(dtype)
    return np.random.default_rng(4).integers(info.min, info.max + 1, 256).astype(dtype)


@pytest.mark.parametrize("length", [1, 3, 15, 16, 17, 31, 33, 63, 64, 65, 127, 256, 20001])
def test_lengths(check_kernel: Any, length: int) -> None:
    x = np.resize(np.random.default_rng(1).permutation(256), length).astype(np.uint8)
    types = [quantized_tensor(Q, (length,))]
    check_kernel(KernelLookupOp, types, lambda v: LookupOp(v, table(), quantized_tensor(Q, (length,))).result, [x])


@pytest.mark.parametrize("channels", [3, 16, 30])
def test_channels_with_halo(check_kernel: Any, channels: int) -> None:
    shape = (1, channels, 4, 5)
    x = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    source, result = (Layout.channel_last(shape, (0, 0, h, h), (0, 0, h, h), 4) for h in (0, 1))
    check_kernel(
        KernelLookupOp,
        [quantized_tensor(Q, shape)],
        lambda v: LookupOp(v, table(), quantized_tensor(Q, shape)).result,
        [x],
        layouts=[source],
        result=result,
    )


@pytest.mark.parametrize("source, target", [("i1", "u1"), ("u1", "i1"), ("i1", "i2"), ("u1", "u2"), ("u1", "i4")])
def test_other_storage_types(check_kernel: Any, source: str, target: str) -> None:
    def params(code: str) -> QuantParams:
        return QuantParams(Storage.of(code[0] == "i", 8 * int(code[1])), 0.1)

    x = np.arange(256, dtype=np.uint8).view(source)
    check_kernel(
        KernelLookupOp,
        [quantized_tensor(params(source), (256,))],
        lambda v: LookupOp(v, table(target), quantized_tensor(params(target), (256,))).result,
        [x],
    )
