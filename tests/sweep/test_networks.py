"""The benchmark networks, whole: integer wherever the file quantizes, right kernel by kernel on every target, and within a tie of
ONNX Runtime.

`LPT_MODELS` names a folder of NAME_VARIANT.onnx and .xml files (docs/CONTRIBUTING.md tells how they are made). Run by hand:
`pytest -m sweep`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue

import lpt
from lpt.checking import compare_kernels, lower, run_kernels
from lpt.dialects.blob import Array
from lpt.dialects.interpreter import main_function
from lpt.dialects.kernel import KernelOp
from lpt.dialects.nn import ConvOp, ConvTransposeOp, MatMulOp
from lpt.model import Model
from lpt.passes.pipeline import set_target
from lpt.report.explain import Row
from lpt.target import TARGETS, get_target, runs_here
from lpt.transforming import validate_passes

sys.path.insert(0, str(Path(__file__).parent))

import agreement
import products

pytestmark = pytest.mark.sweep

FOLDER = os.environ.get("LPT_MODELS", "")
ONNX = sorted(p for p in Path(FOLDER).glob("*.onnx") if "_fp32" not in p.stem) if FOLDER else []
IR = sorted(Path(FOLDER).glob("*.xml")) if FOLDER else []
MODELS = [*ONNX, *IR]
HERE = [name for name, target in TARGETS.items() if runs_here(target)]
Taps = Mapping[str, Array]


def test_there_are_models() -> None:
    assert MODELS, "set LPT_MODELS to a folder of benchmark models"


def make_inputs(path: Path, seed: int = 7) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    return {name: rng.standard_normal(t.get_shape()).astype(np.float32) for name, t in lpt.load(path).inputs.items()}


def product_rows(model: Model) -> tuple[list[Row], list[Row]]:
    """The products that are computed in integers, and those computed in floats."""
    rows = [row for row in lpt.explain(model) if row.operation in ("conv", "conv_transpose", "matmul", "gemm")]
    floats = [row for row in rows if row.precision.startswith("f")]
    return [row for row in rows if row not in floats], floats


@pytest.mark.parametrize("path", MODELS, ids=lambda p: p.name)
def test_every_quantized_product_is_integer(path: Path) -> None:
    """A file may leave some as they are: products of two activations, say."""
    quantized, left = products.products(path)
    integer, floats = product_rows(lpt.load(path))
    assert {row.name for row in floats} <= left
    assert quantized <= {row.name for row in integer}
    assert sum(row.macs for row in integer) > 0
    report = [row for row in lpt.compile(path).report(repeats=0) if row.macs]
    assert len([row for row in report if not row.instructions or row.precision == "f32"]) == len(floats)


# --- kernels on every target ---


def taps_of(lowered: Model, target: str, inputs: Mapping[str, Array]) -> dict[str, Array]:
    """Each kernel's result. What passes make does not depend on the target, which they only record."""
    module = lowered.module.clone()
    set_target(module, get_target(target))
    return run_kernels(Model(module), inputs, target, threads=2)


def behind_float_products(module: ModuleOp) -> set[str]:
    """The kernels whose bits may depend on the target: float products, and all that use them."""
    found: set[str] = set()
    reached: set[SSAValue] = set()
    for op in main_function(module).body.block.ops:
        if isinstance(op, KernelOp) and (is_float_product(op) or reached.intersection(op.operands)):
            found.add(op.kernel_name.data)
            reached.update(op.results)
    return found


def is_float_product(kernel: KernelOp) -> bool:
    return any(is_product(op) and not op.is_quantized for op in kernel.operations())  # type: ignore[attr-defined]


def is_product(op: Operation) -> bool:
    return isinstance(op, ConvOp | ConvTransposeOp | MatMulOp)


@pytest.mark.parametrize("path", MODELS, ids=lambda p: p.name)
def test_every_kernel_equals_the_interpreter_on_every_target(path: Path) -> None:
    inputs = make_inputs(path)
    lowered = lower(lpt.load(path))
    free = behind_float_products(lowered.module)
    judged: list[Taps] = []
    for target in HERE:
        taps = taps_of(lowered, target, inputs)
        assert [name for other in judged for name in taps if name not in free and not same(taps[name], other[name])] == []
        if not any(all(same(taps[name], other[name]) for name in taps) for other in judged):
            assert [check for check in compare_kernels(lowered, inputs, taps) if not check.ok] == []
            judged.append(taps)


def same(a: Array, b: Array) -> bool:
    return np.array_equal(a, b, equal_nan=a.dtype.kind == "f")


@pytest.mark.parametrize("path", MODELS, ids=lambda p: p.name)
def test_all_targets_give_the_same_bits(path: Path) -> None:
    """Threads too; but float products, summed in each target's own order, are free of it."""
    inputs = make_inputs(path)
    targets = HERE if not product_rows(lpt.load(path))[1] else ["native"]
    results = [lpt.compile(path, target=target, threads=threads).run(inputs) for target in targets for threads in (1, 2)]
    for other in results[1:]:
        for name, value in results[0].items():
            np.testing.assert_array_equal(other[name], value)


# --- beside ONNX Runtime, and pass by pass ---


@pytest.mark.parametrize("path", IR, ids=lambda p: p.name)
def test_every_pass_keeps_its_claim(path: Path) -> None:
    """FakeQuantize by its formula before, integers behind: each value on the one's own inputs."""
    for check in validate_passes(lpt.load(path), inputs=make_inputs(path)):
        assert check.worst <= 1, str(check)


@pytest.mark.parametrize("path", ONNX, ids=lambda p: p.name)
def test_differences_from_onnx_runtime_are_ties(path: Path) -> None:
    rows = agreement.groups(path, make_inputs(path))
    assert len(rows) > 2
    assert [row for row in rows if row.bad] == []
    pooled: dict[str, list[int]] = {}
    for row in rows:
        total = pooled.setdefault(row.operation, [0, 0])
        total[0] += row.elements
        total[1] += row.differing
    assert {op: n / total for op, (total, n) in pooled.items() if n > 0.0005 * total} == {}
