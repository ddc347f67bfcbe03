"""Compare the speed of executables and peers fairly."""

from lpt.bench.engines import PEERS, READS, Inputs, onnxruntime, openvino, ours, random_inputs
from lpt.bench.kernels import KernelRow, kernel_rows, widened
from lpt.bench.machine import Machine, measure
from lpt.bench.suite import Bench, Failure, Summary, geometric_mean, summarize
from lpt.bench.timing import BenchRow, Engine, compare, pinned
from lpt.bench.variants import variant

__all__ = [
    "PEERS",
    "READS",
    "Bench",
    "BenchRow",
    "Engine",
    "Failure",
    "Inputs",
    "KernelRow",
    "Machine",
    "Summary",
    "compare",
    "geometric_mean",
    "kernel_rows",
    "measure",
    "onnxruntime",
    "openvino",
    "ours",
    "pinned",
    "random_inputs",
    "summarize",
    "variant",
    "widened",
]
