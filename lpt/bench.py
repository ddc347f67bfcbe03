"""Compare the speed of executables and peers fairly: interleaved slices in alternating order, medians with their spread.

Peers compute what we compute: OpenVINO is pinned to f32 and without dynamic quantization, else it computes in bf16 and quantizes
activations behind one's back. All run on the same threads; with one thread, the process is pinned to one processor.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from lpt.errors import LptError

if TYPE_CHECKING:
    import numpy as np

    from lpt.runtime.executable import Executable
    from lpt.runtime.program import Port

Inputs = Mapping[str, "np.ndarray"]
Call = Callable[[], object]


@dataclass(frozen=True)
class BenchRow:
    """One engine. `median_ms` is the median over rounds of a round's median call; `low_ms` and `high_ms` the extreme rounds;
    `ratio` the engine's median over the first engine's; `calls` those timed."""

    engine: str
    version: str
    median_ms: float
    low_ms: float
    high_ms: float
    ratio: float
    rounds: int
    calls: int


@dataclass(frozen=True)
class Engine:
    """Something to time."""

    name: str
    version: str
    call: Call


def compare(engines: Sequence[Engine], *, rounds: int = 7, slice_seconds: float = 0.3) -> list[BenchRow]:
    """Time the engines in turns, the order reversed every other round, after one untimed round of warm-up."""
    times: dict[str, list[list[int]]] = {engine.name: [] for engine in engines}
    for engine in engines:
        _slice(engine.call, slice_seconds / 2)
    for turn in range(rounds):
        for engine in engines if turn % 2 == 0 else reversed(engines):
            # The peers' workers spin for a while after a call: let them settle, and let caches fill.
            _slice(engine.call, slice_seconds / 10)
            times[engine.name].append(_slice(engine.call, slice_seconds))
    medians = {name: [median(calls) / 1e6 for calls in slices] for name, slices in times.items()}
    base = median(medians[engines[0].name])
    return [
        BenchRow(
            engine.name,
            engine.version,
            median(found := medians[engine.name]),
            min(found),
            max(found),
            median(found) / base,
            rounds,
            sum(len(calls) for calls in times[engine.name]),
        )
        for engine in engines
    ]


def _slice(call: Call, seconds: float) -> list[int]:
    """Nanoseconds of each call, for so many seconds and at least one call."""
    calls: list[int] = []
    begin = now = time.perf_counter_ns()
    while not calls or now - begin < seconds * 1e9:
        call()
        after = time.perf_counter_ns()
        calls.append(after - now)
        now = after
    return calls


@contextmanager
def pinned(threads: int) -> Iterator[None]:
    """With one thread, keep this process on one processor; undone at the end."""
    allowed = os.sched_getaffinity(0)
    try:
        if threads == 1:
            os.sched_setaffinity(0, {max(allowed)})
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def random_inputs(ports: Sequence[Port], seed: int = 0) -> dict[str, np.ndarray]:
    """Standard normal floats and integers over their whole range; symbolic dimensions are 1."""
    import numpy as np

    rng = np.random.default_rng(seed)
    inputs = {}
    for port in ports:
        shape = [1 if n == -1 else n for n in port.shape]
        kind = np.dtype(port.dtype)
        if kind.kind == "f":
            inputs[port.name] = rng.standard_normal(shape).astype(kind)
        elif kind.kind == "b":
            inputs[port.name] = rng.integers(0, 2, shape).astype(kind)
        else:
            bounds = np.iinfo(kind)
            inputs[port.name] = rng.integers(bounds.min, bounds.max, shape, dtype=kind, endpoint=True)
    return inputs


def ours(executable: Executable, inputs: Inputs) -> Engine:
    """An executable on fixed inputs."""
    from lpt import __version__

    return Engine("lpt", __version__, lambda: executable.run(inputs))


def onnxruntime(model: Path, inputs: Inputs, threads: int) -> Engine:
    """ONNX Runtime with all its optimizations, on the processor."""
    try:
        import onnxruntime as ort
    except ImportError as error:
        raise _missing("onnxruntime") from error
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return Engine("onnxruntime", ort.__version__, lambda: session.run(None, dict(inputs)))


def openvino(model: Path, inputs: Inputs, threads: int) -> Engine:
    """OpenVINO's CPU plugin, in the precision that the model asks for."""
    try:
        import openvino as ov
    except ImportError as error:
        raise _missing("openvino") from error
    network = ov.Core().read_model(str(model))
    network.reshape({name: list(array.shape) for name, array in inputs.items()})
    settings = {
        "INFERENCE_PRECISION_HINT": "f32",
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0",
        "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": "1",
        "INFERENCE_NUM_THREADS": str(threads),
    }
    request = ov.Core().compile_model(network, "CPU", settings).create_infer_request()
    return Engine("openvino", ov.__version__.partition("-")[0], lambda: request.infer(dict(inputs)))


PEERS: dict[str, Callable[[Path, Inputs, int], Engine]] = {"onnxruntime": onnxruntime, "openvino": openvino}
"""What `--against` takes: (model file, inputs, threads) → engine."""


def _missing(package: str) -> LptError:
    return LptError(f"{package} is not installed", where=f"--against {package}", way_out="pip install 'lpt[bench]'")
