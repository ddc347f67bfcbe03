"""What can be timed: an executable of ours, and the peers.

Peers compute what we compute: OpenVINO is pinned to f32 and without dynamic quantization, else it computes in bf16 and quantizes
activations behind one's back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lpt.bench.timing import Engine
from lpt.errors import LptError

if TYPE_CHECKING:
    import numpy as np

    from lpt.runtime.executable import Executable
    from lpt.runtime.program import Port

Inputs = Mapping[str, "np.ndarray"]
"""Name of an input → its array."""


def random_inputs(ports: Sequence[Port], seed: int = 0) -> dict[str, np.ndarray]:
    """Standard normal floats, codes over their whole range, and wider integers that are 0 or 1; symbolic dimensions are 1.

    Integers of 32 and 64 bits are indices, lengths and masks: 0 and 1 are within every table.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    inputs = {}
    for port in ports:
        shape = [1 if n == -1 else n for n in port.shape]
        kind = np.dtype(port.dtype)
        if kind.kind == "f":
            inputs[port.name] = rng.standard_normal(shape).astype(kind)
        elif kind.kind == "b" or kind.itemsize >= 4:
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
    options.log_severity_level = 3
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
    infer = partial(request.infer, dict(inputs), share_inputs=True, share_outputs=True)
    return Engine("openvino", ov.__version__.partition("-")[0], infer)


PEERS: dict[str, Callable[[Path, Inputs, int], Engine]] = {"onnxruntime": onnxruntime, "openvino": openvino}
"""What `--against` takes: (model file, inputs, threads) → engine."""

READS: dict[str, tuple[str, ...]] = {"onnxruntime": (".onnx",), "openvino": (".onnx", ".xml")}
"""What a peer's files end in."""


def _missing(package: str) -> LptError:
    return LptError(f"{package} is not installed", where=f"--against {package}", way_out="pip install 'lpt[bench]'")
