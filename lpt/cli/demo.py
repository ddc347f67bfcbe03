"""Transform, compile, run, check and time the bundled model, a classifier of handwritten digits."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lpt.cli.bench import print_kernels
from lpt.cli.common import add_json, add_target, add_threads, write_json

if TYPE_CHECKING:
    import numpy as np

    from lpt.model import Model
    from lpt.runtime.executable import Executable, ReportRow

_WORST_LOSS = 0.02


def configure(parser: argparse.ArgumentParser) -> None:
    add_target(parser)
    add_threads(parser, default=1)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    import lpt
    from lpt.data import bundled_data, bundled_model_path
    from lpt.report.explain import integer_share

    path = bundled_model_path()
    facts: dict[str, Any] = {"model": path.name}
    _say("load", f"{path.name}, {path.stat().st_size / 1000:.0f} kB, quantized ONNX")
    original = lpt.load(path)
    model = lpt.transform(original, target=options.target)
    facts |= _compare_operations(_count(original), _count(model))

    facts["integer_macs"] = integer_share((row.macs, row.precision) for row in lpt.explain(model))
    _say("explain", f"{facts['integer_macs']:.1%} of multiply-accumulates are integer")

    executable = lpt.compile(model, target=options.target, threads=options.threads)
    facts |= {"target": executable.target, "threads": executable.threads}
    _say("compile", f"for {executable.target}")

    data = bundled_data()
    inputs = {"image": data["images"].astype("float32") / 16}
    answers = executable.run(inputs)["logits"]
    facts |= _accuracy(data, answers)
    _say(
        "run",
        f"{facts['images']} held-out images: accuracy {facts['accuracy_float']:.2%} in float, {facts['accuracy_int8']:.2%} in int8",
    )

    facts["bits_equal"] = answers.tobytes() == lpt.interpret(model, inputs)["logits"].tobytes()
    _say("check", f"every bit equals the interpreter's: {'yes' if facts['bits_equal'] else 'NO'}")

    facts["latency_us"] = _latency_us(executable, inputs["image"][:1])
    _say("time", f"{facts['latency_us']:.1f} µs per image, {executable.threads} thread{'s' * (executable.threads > 1)}")
    rows = executable.report()
    print()
    _print_kernels(executable, rows)
    write_json(options.json, rows, **facts)
    good = facts["bits_equal"] and facts["accuracy_int8"] >= facts["accuracy_float"] - _WORST_LOSS
    return 0 if good else 1


def _print_kernels(executable: Executable, rows: Sequence[ReportRow]) -> None:
    from lpt.bench import kernel_rows, measure

    program = executable.programs[-1]
    machine = measure(executable.target, executable.threads, program.constants.nbytes + program.arena_size)
    print_kernels(kernel_rows(rows, machine), machine, "one image")


def _say(step: str, text: str) -> None:
    print(f"{step:<11}{text}", flush=True)


def _count(model: Model) -> Counter[str]:
    """Operations of the function by name, constants left out."""
    names = (op.name for function in model.module.ops for region in function.regions for op in region.block.ops)
    return Counter(name for name in names if name not in ("lpt.constant", "func.return"))


def _compare_operations(before: Counter[str], after: Counter[str]) -> dict[str, dict[str, int]]:
    _say("transform", f"{before.total()} operations → {after.total()}")
    for name in sorted(before | after, key=lambda n: (-before[n], n)):
        _say("", f"  {name:<24}{before[name]:>4} → {after[name]}")
    return {"operations_before": dict(before), "operations_after": dict(after)}


def _accuracy(data: dict[str, np.ndarray], logits: np.ndarray) -> dict[str, float]:
    labels = data["labels"]
    return {
        "images": len(labels),
        "accuracy_float": float((data["float_predictions"] == labels).mean()),
        "accuracy_int8": float((logits.argmax(axis=1) == labels).mean()),
    }


def _latency_us(executable: Executable, image: np.ndarray) -> float:
    from lpt import bench

    engine = bench.ours(executable, {"image": image})
    return bench.compare([engine], rounds=5, slice_seconds=0.1)[0].median_ms * 1000
