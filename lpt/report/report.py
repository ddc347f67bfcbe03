"""A report: what a pipeline made of a model, pass by pass, how fast its kernels are, and how far its values drift.

report = lpt.Report.of("model.onnx")
report.save("report.html")
"""

from __future__ import annotations

import html
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from xdsl.dialects.builtin import IntegerAttr, ModuleOp
from xdsl.ir import Operation, SSAValue

import lpt
from lpt.bench.kernels import KernelRow, kernel_rows
from lpt.bench.machine import measure
from lpt.bench.suite import processor
from lpt.compiling import compile
from lpt.dialects.blob import Array
from lpt.dialects.interpreter import main_function
from lpt.dialects.kernel import KernelOp
from lpt.dumps.drawing import following_from_constants, type_text
from lpt.errors import LptError, RunError
from lpt.interpreting import input_names
from lpt.model import Model, load
from lpt.passes.journal import Journal, Refusal, place_of
from lpt.passes.pipeline import TARGET, Element, Pipeline, set_target
from lpt.passes.validate import random_inputs
from lpt.report.advice import summarize
from lpt.report.drift import Drift, drift
from lpt.report.explain import Row, explain, integer_share
from lpt.report.graph import HEIGHT, Record, number
from lpt.report.recording import Recorder, level_of
from lpt.runtime.team import default_threads
from lpt.target import Target, get_target, runs_here


@dataclass(frozen=True)
class Report:
    """What `lpt report` shows. `data` is what its page is given (docs/report.md), as JSON has it."""

    data: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        model: Model | str | os.PathLike[str],
        pipeline: Element = "all",
        target: str = "native",
        threads: int | None = None,
        inputs: Mapping[str, Array] | None = None,
        source_url: str | None = None,
    ) -> Self:
        """Run `pipeline` on a copy of a model, compile and time it, and compare it with itself without rounding.

        `inputs` (name → array) are what drift is measured on, random numbers if left out; they also give symbolic dimensions, which
        are 1 otherwise. Kernels are timed where this processor runs `target`, on `threads` threads (default: all physical cores).
        `source_url` is the address of lpt's sources, for links. Raises LptError for what cannot be loaded, transformed or compiled.
        """
        loaded = model if isinstance(model, Model) else load(model)
        data = _Making(loaded, Pipeline(pipeline), get_target(target), threads, inputs).data()
        text = pipeline if isinstance(pipeline, str) else str(Pipeline(pipeline))
        return cls(data | {"pipeline": text, "source_url": source_url})

    @property
    def page(self) -> str:
        """The whole report as one HTML page that needs nothing else."""
        from lpt.report.page import render

        return render(self.data)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page. Raises LptError for a file that cannot be written."""
        from lpt.runtime.cache import public_mode, written_whole

        page = self.page.encode()
        try:
            with written_whole(Path(path), public_mode()) as file:
                file.write(page)
        except OSError as error:
            raise LptError(f"cannot write: {error.strerror}", where=str(path), way_out="choose another -o FILE") from error

    def save_json(self, path: str | os.PathLike[str]) -> None:
        """Write what the page is given. Raises LptError for a file that cannot be written."""
        try:
            Path(path).write_text(json.dumps(self.data, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
        except OSError as error:
            raise LptError(f"cannot write: {error.strerror}", where=str(path), way_out="choose another --json FILE") from error

    @property
    def summary(self) -> str:
        """One line: `resnet50.onnx, 28 passes, 299 rewrites, 100.0% of multiply-accumulates integer, 18.7 ms in 58 kernels`."""
        facts = self.data["summary"]
        parts = [
            self.data["model"]["name"],
            _counted(len(self.data["stages"]) - 1, "pass", "passes"),
            _counted(len(self.data["rewrites"]), "rewrite", "rewrites"),
            f"{facts['integer_macs']:.1%} of multiply-accumulates integer",
        ]
        if facts["ns"] is not None:
            parts.append(f"{facts['ns'] / 1e6:.3g} ms in {_counted(len(self.data['kernels']), 'kernel', 'kernels')}")
        return ", ".join(parts)

    def __repr__(self) -> str:
        return f"<Report of {self.summary}>"

    def _repr_html_(self) -> str:
        """The page in a frame, for notebooks."""
        style = "width: 100%; height: 720px; border: 1px solid #8886"
        frame = f'title="lpt report" sandbox="allow-scripts allow-popups" style="{style}"'
        return f'<iframe {frame} srcdoc="{html.escape(self.page, quote=True)}"></iframe>'


class _Making:
    """The parts of a report, as they are made."""

    def __init__(self, model: Model, pipeline: Pipeline, target: Target, threads: int | None, inputs: Mapping[str, Array] | None):
        self.given, self.pipeline, self.target, self.threads = inputs or {}, pipeline, target, threads or default_threads()
        given_shapes = {name: array.shape for name, array in self.given.items() if name in model.inputs}
        self.model = model.clone() if model.is_static else model.made_static(given_shapes)
        set_target(self.model.module, target)
        self.inputs = self._inputs()
        self.recorder, self.journal = Recorder(), Journal()

    def data(self) -> dict[str, Any]:
        """What the page is given."""
        before, values = _copy(self.model.module)
        self.recorder.begin(self.model.module)
        first = next((i for i, p in enumerate(self.pipeline) if ".passes.lower." in type(p).__module__), len(self.pipeline))
        self._run(self.pipeline[:first])
        refusals, rows = self.journal.refusals, explain(self.model)
        low, copies = _copy(self.model.module)
        drifts, no_drift = self._drift(before, values, low, copies)
        self._run(self.pipeline[first:])
        kernels, machine, no_kernels = self._kernels()
        nodes = {op.kernel_name.data: op for op in main_function(self.model.module).body.block.ops if isinstance(op, KernelOp)}
        return {
            "version": 1,
            "lpt": lpt.__version__,
            "model": self._model_record(),
            "target": self.target.name,
            "threads": self.threads,
            "summary": _summary(rows, kernels, self.model.module),
            "machine": machine,
            "versions": self.recorder.versions,
            "stages": self.recorder.stages,
            "node_height": HEIGHT,
            "patterns": self.recorder.patterns,
            "rewrites": self.recorder.rewrites,
            "refusals": _refusal_records(refusals),
            "operations": [vars(row) for row in rows],
            "kernels": [self._kernel_record(row, nodes.get(row.name)) for row in kernels],
            "no_kernels": no_kernels,
            "drift": drifts,
            "no_drift": no_drift,
            "drift_inputs": "given" if self.given else "random",
        }

    def _inputs(self) -> list[Array]:
        names = input_names(self.model.function)
        if not self.given:
            return random_inputs(self.model.module)
        if set(names) != set(self.given):
            raise RunError(f"inputs are {', '.join(self.given)}", way_out=f"give {', '.join(names)}")
        return [self.given[name] for name in names]

    def _run(self, pipeline: Pipeline) -> None:
        pipeline.run(self.model, journal=self.journal, hooks=[self.recorder])

    def _model_record(self) -> Record:
        path = Path(self.model.source)
        interface = {
            key: [[name, type_text(type_)] for name, type_ in ports.items()]
            for key, ports in (("inputs", self.model.inputs), ("outputs", self.model.outputs))
        }
        return {"name": path.name, "source": self.model.source, **interface}

    def _drift(
        self, before: ModuleOp, values: Mapping[SSAValue, SSAValue], low: ModuleOp, copies: Mapping[SSAValue, SSAValue]
    ) -> tuple[list[Record], str]:
        """The rows, or why there are none."""
        now, casts = self.journal.value_map(), self.recorder.dequantized

        def latest(value: SSAValue) -> SSAValue:
            value = now.get(value, value)
            return latest(casts[value]) if value not in copies and value in casts else value

        fixed = following_from_constants(main_function(before).body.block)
        drifting = {value: old for value, old in values.items() if old.owner not in fixed}
        stands_for = {old: copies[current] for value, old in drifting.items() if (current := latest(value)) in copies}
        originals = {old: value for value, old in values.items()}
        try:
            found = list(drift(before, low, stands_for, self.inputs))
        except LptError as error:
            return [], str(error)
        return [self._drift_record(one, originals[one.value]) for one in found], ""

    def _drift_record(self, found: Drift, value: SSAValue) -> Record:
        op = value.owner
        assert isinstance(op, Operation)
        return {
            "id": self.recorder.catalogue.id_of(op),
            "place": place_of(op),
            "operation": op.name,
            "sqnr": None if found.sqnr is None else number(found.sqnr),
            "max_error": number(found.max_error),
            "range": [number(end) for end in found.range],
        }

    def _kernels(self) -> tuple[Sequence[KernelRow], Record | None, str]:
        """Rows and what the machine can do, or why there are none. Timed is what the pipeline left, lowered if it is not."""
        if not runs_here(self.target):
            return [], None, f"this processor does not run {self.target.name}"
        model = self.model.clone()
        if level_of(model.module) == "model":
            del model.module.attributes[TARGET]  # so that `compile` transforms it
        try:
            executable = compile(model, self.target.name, self.threads)
        except LptError as error:
            return [], None, str(error)
        program = executable.programs[-1]
        machine = measure(executable.target, executable.threads, program.constants.nbytes + program.arena_size)
        facts = {"name": processor(), "peaks": {k: number(v) for k, v in machine.peaks.items()}, "read_gb": number(machine.read_gb)}
        return kernel_rows(executable.report(), machine, program.steps), facts, ""

    def _kernel_record(self, row: KernelRow, op: KernelOp | None) -> Record:
        facts = {key: value for key, value in vars(row).items() if key != "widened"}
        rounded = {key: number(value) if isinstance(value, float) else value for key, value in facts.items()}
        return {"id": None if op is None else self.recorder.catalogue.id_of(op), **rounded}


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _copy(module: ModuleOp) -> tuple[ModuleOp, dict[SSAValue, SSAValue]]:
    """A copy, and which of its values is whose."""
    copies: dict[SSAValue, SSAValue] = {}
    return module.clone(copies), copies


def _summary(rows: Sequence[Row], kernels: Sequence[KernelRow], module: ModuleOp) -> Record:
    times = [row.ns for row in kernels]
    sizes = {name: module.attributes.get(f"lpt.{name}") for name in ("arena", "arena_bound")}
    return {
        "integer_macs": round(integer_share((row.macs, row.precision) for row in rows), 6),
        "macs": sum(row.macs for row in rows),
        "ns": sum(ns for ns in times if ns is not None) if times and None not in times else None,
        **{name: size.value.data if isinstance(size, IntegerAttr) else None for name, size in sizes.items()},
        "advice": [list(entry) for entry in summarize(row.reason for row in rows).items()],
    }


def _refusal_records(refusals: Sequence[Refusal]) -> list[Record]:
    """Each once: equal operations of a place refuse alike."""
    keys = dict.fromkeys((r.pattern, r.pass_name, r.place, r.operation, r.reason) for r in refusals)
    return [dict(zip(("pattern", "pass", "place", "operation", "reason"), key, strict=True)) for key in keys]


__all__ = ["Report"]
