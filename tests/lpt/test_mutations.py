"""Damaged models end in a result or in an LptError of one line: no crash, no other exception, no hang, no flood of memory.

Each mutant follows from its number. `pytest tests/lpt/test_mutations.py -m sweep` tries 10,000.
"""

from __future__ import annotations

import json
import math
import tarfile
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import numpy as np
import onnx
import pytest

import lpt
from lpt.data import bundled_model_path
from lpt.errors import LptError, ValuesNeeded
from lpt.testing.choices import Seeded
from lpt.testing.isolation import Outcome, isolated
from lpt.testing.mutating import mutate_bytes, mutate_ir, mutate_mlir
from lpt.testing.mutating_onnx import mutate_graph
from lpt.testing.networks import random_network

TESTS = Path(__file__).parents[1]
NETWORKS = 60
PARTS = 40
FEEDS = 1 << 26
"""Bytes of inputs from which on a mutant is only compiled."""


class Mutants:
    """The bundled model, what other tools write, ONNX's node cases, OpenVINO's IRs and random networks, each with a few changes."""

    def __init__(self, folder: Path):
        from onnx.backend.test.loader import load_node_model_tests

        read = set(json.loads((TESTS / "conformance" / "node_cases.json").read_text())["compiled"])
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            self._nodes = [model for case in load_node_model_tests() if case.name in read and (model := case.model) is not None]
        with tarfile.open(TESTS / "conformance" / "openvino_lpt.tar.xz") as archive:
            archive.extractall(folder, filter="data")
        data = TESTS / "data"
        self._irs = sorted(folder.glob("*.xml"))
        self._written = [onnx.load(path) for path in (bundled_model_path(), *sorted(data.glob("*.onnx")))]
        self._written_irs = sorted(data.glob("*.xml"))

    def whole(self, folder: Path) -> Sequence[bytes | Path]:
        """A model of each kind without changes."""
        lpt.save(lpt.Model(random_network(Seeded(0)).module), folder / "m.mlir")
        return self._written[0].SerializeToString(), self._irs[0], folder / "m.mlir"

    def make(self, number: int, folder: Path) -> bytes | Path:
        """A mutant: the bytes of an ONNX model, or a file in the folder."""
        random = Random(number)
        match random.randrange(10):
            case 0 | 1 | 2:
                return _onnx(random.choice(self._written), random)
            case 3 | 4 | 5:
                return _onnx(random.choice(self._nodes), random)
            case 6 | 7:
                return _ir(random.choice(random.choice((self._irs, self._written_irs or self._irs))), random, folder)
            case _:
                return _mlir(random.randrange(NETWORKS), random, folder)


def _onnx(model: onnx.ModelProto, random: Random) -> bytes:
    if random.random() < 0.2:
        return mutate_bytes(model.SerializeToString(), random)
    return bytes(mutate_graph(model, random).SerializeToString())


def _ir(source: Path, random: Random, folder: Path) -> Path:
    text, data = source.read_bytes(), source.with_suffix(".bin").read_bytes()
    kind = random.random()
    if kind < 0.15:
        data = mutate_bytes(data, random)
    elif kind < 0.25:
        text = mutate_bytes(text, random)
    else:
        text = mutate_ir(text.decode(), random).encode()
    path = folder / "m.xml"
    path.write_bytes(text)
    path.with_suffix(".bin").write_bytes(data)
    return path


def _mlir(seed: int, random: Random, folder: Path) -> Path:
    path = folder / "m.mlir"
    lpt.save(lpt.Model(random_network(Seeded(seed)).module), path)
    text = path.read_text()
    path.write_bytes(mutate_bytes(text.encode(), random) if random.random() < 0.1 else mutate_mlir(text, random).encode())
    return path


def attempt(source: bytes | Path) -> str:
    """Load, explain, compile, run: what that ends with. Raises whatever is no LptError of one line."""
    try:
        try:
            model = lpt.load(source)
        except ValuesNeeded:
            executable = lpt.compile(source, threads=1)
        else:
            lpt.explain(model)
            executable = lpt.compile(model, threads=1)
        feeds = {port.name: (port.dtype, tuple(2 if n < 0 else n for n in port.shape)) for port in executable.inputs}
        if sum(math.prod(shape) * np.dtype(dtype).itemsize for dtype, shape in feeds.values()) > FEEDS:
            return "compiled"
        generator = np.random.default_rng(0)
        executable.run({name: generator.integers(0, 4, shape).astype(dtype) for name, (dtype, shape) in feeds.items()})
    except LptError as error:
        message = str(error)
        assert message and "\n" not in message, message
        return f"refused, {type(error).__name__}: {message}"
    return "run"


@pytest.fixture(scope="module")
def outcome_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Outcome]:
    mutants = Mutants(tmp_path_factory.mktemp("irs"))
    for source in mutants.whole(tmp_path_factory.mktemp("whole")):  # loads here what every process would load
        assert attempt(source) == "run"

    def outcome(number: int) -> Outcome:
        with tempfile.TemporaryDirectory() as folder, np.errstate(all="ignore"):
            return isolated(lambda: attempt(mutants.make(number, Path(folder))))

    return outcome


def offenders(outcome_of: Callable[[int], Outcome], numbers: range) -> dict[int, Outcome]:
    outcomes = {number: outcome_of(number) for number in numbers}
    assert any(outcome.text == "run" for outcome in outcomes.values())
    assert any(outcome.text.startswith("refused") for outcome in outcomes.values())
    return {number: outcome for number, outcome in outcomes.items() if outcome.kind != "result"}


@pytest.mark.slow
def test_some_mutants(outcome_of: Callable[[int], Outcome]) -> None:
    assert offenders(outcome_of, range(10_000, 10_160)) == {}


@pytest.mark.sweep
@pytest.mark.parametrize("part", range(PARTS))
def test_ten_thousand_mutants(outcome_of: Callable[[int], Outcome], part: int) -> None:
    assert offenders(outcome_of, range(part, 10_000, PARTS)) == {}


def test_what_a_task_may_not_do_is_seen() -> None:
    def crash() -> str:
        import ctypes

        return str(ctypes.string_at(0))

    def hang() -> str:
        while True:
            pass

    assert isolated(lambda: "x").kind == "result"
    assert isolated(lambda: str(1 // 0)).text.endswith("ZeroDivisionError: integer division or modulo by zero\n")
    assert isolated(crash).text == "SIGSEGV"
    assert isolated(hang, seconds=1).kind == "hang"
    assert isolated(lambda: str(np.ones(1 << 28, np.int8)[-1]), memory=1 << 27).kind == "memory"
