"""`lpt-opt FILE -p PIPELINE`: run passes on IR text or an ONNX model, and print the result.

A subclass of xDSL's own tool with our dialects, pipeline text and errors; `main(args)` works in process, which the tests use.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import IO

from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.utils.exceptions import ArgSpecParseError, ParseError, VerifyException
from xdsl.xdsl_opt_main import xDSLOptMain

from lpt import __version__
from lpt.cli.common import check_output
from lpt.cli.opt_arguments import configure, normalized
from lpt.cli.opt_diagnostics import Diagnostic, expected_in, mismatches
from lpt.cli.opt_hooks import hooks_of, print_remarks, style_of
from lpt.cli.pass_help import help_pass, list_passes
from lpt.dialects.kernel import KernelOp
from lpt.dialects.registry import all_dialects
from lpt.dumps.dot import write_dot
from lpt.dumps.folder import DumpFolder
from lpt.dumps.printing import ModulePrinter
from lpt.errors import LoadError, LptError, TransformError
from lpt.model import Model, load
from lpt.passes.fuel import limited
from lpt.passes.journal import Journal
from lpt.passes.pipeline import TARGET, Pipeline, set_target
from lpt.passes.statistics import pattern_report, timing_report
from lpt.passes.stock import stock_dialects
from lpt.serialize import is_blank, parse, read_data, write_text
from lpt.target import Target, get_target


class _Output(io.StringIO):
    """What goes to a file, kept until all of it is there."""

    def close(self) -> None:
        """Stays open: the tool closes it before it is written."""


class LptOpt(xDSLOptMain):
    """xDSL's optimizer driver with this project's dialects, passes and frontends."""

    version_format = f"lpt-opt {__version__}, built on xdsl {{xdsl_version}}"

    def __init__(self, args: Sequence[str] | None = None):
        self.output = _Output()
        self.results: list[ModuleOp] = []
        self.journal, self.all_runs = Journal(), Journal()
        self.seconds = {"Parser": 0.0, "Output": 0.0}
        given = normalized(sys.argv[1:] if args is None else args)
        super().__init__("Run passes on IR text (.mlir), an ONNX model (.onnx) or an OpenVINO IR (.xml).", given)

    def register_all_dialects(self) -> None:
        for dialect in all_dialects():
            self.ctx.load_dialect(dialect)
        for name, make in stock_dialects().items():  # imported where a text names them
            if name not in self.ctx.registered_dialect_names:
                self.ctx.register_dialect(name, make)

    def register_all_frontends(self) -> None:
        self.available_frontends["mlir"] = self._read_text
        self.available_frontends["onnx"] = self._read_onnx
        self.available_frontends["xml"] = self._read_xml

    def register_all_passes(self) -> None:
        """Passes are looked up by `lpt.passes.registry` when the pipeline is read."""

    def register_all_targets(self) -> None:
        self.available_targets["mlir"] = self._print_mlir
        self.available_targets["dot"] = write_dot

    def register_all_arguments(self, arg_parser: argparse.ArgumentParser) -> None:
        configure(arg_parser)

    def setup_pipeline(self) -> None:
        if self.args.list_passes or self.args.help_pass:
            return
        self.our_pipeline = Pipeline(self.args.passes)
        if self.args.until is not None:
            self.our_pipeline = self.our_pipeline.until(self.args.until)
        if self.args.dump_pass_pipeline:
            print(self.our_pipeline, file=sys.stderr)
        self.hooks = hooks_of(self.args, self.our_pipeline)
        if self.args.output_file:
            check_output(Path(self.args.output_file))

    def prepare_input(self) -> tuple[list[tuple[IO[bytes], int]], str]:
        name = self.args.input_file
        if name is not None and self.args.frontend is None and Path(name).suffix[1:] not in self.available_frontends:
            if not Path(name).exists():
                raise LoadError("no such file", where=name, way_out="give an .mlir, .onnx or .xml file")
            what = "it is a folder" if Path(name).is_dir() else "the suffix names no format that is read"
            raise LoadError(what, where=name, way_out="give an .mlir, .onnx or .xml file, or its format: -f onnx")
        return super().prepare_input()

    def run(self) -> int:
        """All inputs; returns 1 where a diagnostic that was expected did not come, or another did."""
        if self.args.list_passes or self.args.help_pass:
            print(help_pass(self.args.help_pass) if self.args.help_pass else list_passes(self.args.list_passes))
            return 0
        chunks, extension = self.prepare_input()
        texts = [chunk.read() if extension == "mlir" else b"" for chunk, _ in chunks]
        self.annotated = any(expected_in(text.decode(errors="replace")) for text in texts)
        output, status = self.prepare_output(), 0
        try:
            for number, ((chunk, offset), text) in enumerate(zip(chunks, texts, strict=True)):
                output.write("// -----\n" if number else "")
                if len(chunks) > 1:
                    self.hooks = hooks_of(self.args, self.our_pipeline, number + 1)
                with io.BytesIO(text) if extension == "mlir" else chunk as stream:
                    status = max(status, self._piece(stream, extension, offset, text.decode(errors="replace"), output, len(chunks)))
                output.flush()
        finally:  # also of what ran before an error
            self._report()
        return status

    def _piece(self, stream: IO[bytes], extension: str, offset: int, text: str, output: IO[str], pieces: int) -> int:
        """One input; returns the status. A wrong one of several is told, and the next one is read."""
        if self.args.verify_diagnostics:
            wrong = self._checked(stream, extension, offset, text, output)
            for line in wrong:
                print(f"lpt-opt: {line}", file=sys.stderr)
            return 1 if wrong else 0
        try:
            output.write(self._converted(stream, extension, offset))
        except WRONG_INPUT as error:
            if pieces == 1:
                raise
            print(f"lpt-opt: {_one_line(error)}", file=sys.stderr)
            return 2
        return 0

    def _converted(self, stream: IO[bytes], extension: str, offset: int) -> str:
        start = perf_counter()
        module = self.parse_chunk(stream, extension, offset)
        self.seconds["Parser"] += perf_counter() - start
        assert module is not None
        self.apply_passes(module)
        start = perf_counter()
        text = self.output_resulting_program(module)
        self.seconds["Output"] += perf_counter() - start
        return text

    def _checked(self, stream: IO[bytes], extension: str, offset: int, text: str, output: IO[str]) -> list[str]:
        """One input under --verify-diagnostics: what was not as expected."""
        produced: list[Diagnostic] = []
        try:
            output.write(self._converted(stream, extension, offset))
        except WRONG_INPUT as error:
            produced.append(Diagnostic("error", _one_line(error), _line_of(error)))
        if not self.annotated:
            output.writelines(f"{diagnostic.text}\n" for diagnostic in produced)
            return []
        produced += [Diagnostic("remark", str(remark)) for remark in (*self.journal.rewrites, *self.journal.refusals)]
        return mismatches(expected_in(text, offset), produced)

    def apply_passes(self, prog: ModuleOp) -> None:
        if self.args.machine is not None:
            _record_target(prog, get_target(self.args.machine))
        self.journal = Journal()
        for hook in self.hooks:
            if isinstance(hook, DumpFolder):
                hook.write_input(prog)
        try:
            with limited(self.args.rewrite_limit, self.args.disable_patterns or ()) as fuel:
                self.our_pipeline.run(prog, context=self.ctx, journal=self.journal, verify=self.args.verify_each, hooks=self.hooks)
            if self.args.rewrite_limit and not fuel.left:
                print(f"// rewrite {self.args.rewrite_limit}, the last: {fuel.last}", file=sys.stderr)
        finally:
            self.all_runs.passes += self.journal.passes
            self.all_runs.merge_statistics(self.journal)
            if self.args.remarks:
                print_remarks(self.journal)

    def _report(self) -> None:
        if self.args.pattern_stats:
            print(pattern_report(self.all_runs), file=sys.stderr)
        if self.args.mlir_timing:
            print(timing_report(self.all_runs, self.seconds), file=sys.stderr)

    def prepare_output(self) -> IO[str]:
        return sys.stdout if self.args.output_file is None else self.output

    def write_output(self) -> None:
        """Write the file of `-o`, once all that goes into it is there; an .mlir with its .npz, so that it loads again."""
        if self.args.output_file is None:
            return
        path, text = Path(self.args.output_file), self.output.getvalue()
        try:
            if path.suffix == ".mlir":
                write_text(text, path)
            else:
                path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise LptError(f"cannot write: {error.strerror}", where=str(path), way_out="choose another -o FILE") from error

    def output_resulting_program(self, prog: ModuleOp) -> str:
        self.results.append(prog)  # holds the data that its text names
        stream = io.StringIO()
        self.available_targets[self.args.target](prog, stream)  # type: ignore[call-arg]
        return stream.getvalue()

    def _print_mlir(self, module: ModuleOp, stream: IO[str]) -> None:
        stream.write(ModulePrinter(style_of(self.args)).text(module))

    def parse_chunk(self, chunk: IO[bytes], file_extension: str, start_offset: int = 0) -> ModuleOp | None:
        blank = b"\n" * start_offset  # so that errors name the line of the whole file
        module = super().parse_chunk(io.BytesIO(blank + chunk.read()), file_extension, start_offset)
        if module is None or not self.args.shapes:
            return module
        return Model(module, self.args.input_file or "stdin").specialize(dict(self.args.shapes)).module

    def _read_text(self, stream: IO[bytes]) -> ModuleOp:
        path = Path(self.args.input_file) if self.args.input_file else None
        name = path.name if path else "stdin"
        try:
            text = stream.read().decode()
        except UnicodeDecodeError as error:
            raise LoadError("not a text file", where=name, way_out="name its format: -f onnx") from error
        if self.args.split_input_file and is_blank(text):
            return ModuleOp([])
        held = read_data(path, text) if path else []
        try:
            return parse(text, name, self.ctx)
        except LoadError as error:
            if path is None and "not loaded" in error.what:
                raise LoadError(error.what, where=name, way_out="print it with lpt-opt --full, or read a file") from error
            raise
        finally:
            del held

    def _read_onnx(self, stream: IO[bytes]) -> ModuleOp:
        path = self.args.input_file  # a path finds data outside of the file, bytes do not
        return load(path if path and Path(path).suffix == ".onnx" else stream.read()).module

    def _read_xml(self, _: IO[bytes]) -> ModuleOp:
        path = self.args.input_file
        if not path or Path(path).suffix.lower() != ".xml":
            raise LoadError("an OpenVINO IR is read from a file", where=path or "stdin", way_out="give the path of its .xml")
        return load(path).module


def _record_target(module: ModuleOp, target: Target) -> None:
    """What has been transformed stays its target's, as for `lpt.compile`: raises TransformError for another."""
    recorded = module.attributes.get(TARGET)
    name = recorded.data if isinstance(recorded, StringAttr) else str(recorded)
    if recorded is not None and name != target.name:
        raise TransformError(
            f"the model was transformed for {name}, not for {target.name}",
            way_out=f"leave --target out, or transform the original model for {target.name}",
        )
    if recorded is None and any(isinstance(op, KernelOp) for op in module.walk()):
        raise TransformError(
            f"the model is made of kernels already, not known to be for {target.name}",
            way_out=f"leave --target out, or lower the original model for {target.name}",
        )
    set_target(module, target)


WRONG_INPUT = (LptError, ParseError, VerifyException, OSError, ValueError, ArgSpecParseError)


def main(args: Sequence[str] | None = None) -> int:
    """The program. Returns the exit status: 0, 1 where --verify-diagnostics does, or 2 with one line on stderr for wrong input."""
    try:
        tool = LptOpt(args)
        status = tool.run()
        tool.write_output()
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output has left, such as `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except WRONG_INPUT as error:
        print(f"lpt-opt: {_one_line(error)}", file=sys.stderr)
        return 2
    return status


def _one_line(error: BaseException) -> str:
    match error:
        case ParseError():
            return f"{error.span.get_location()}: {error.msg.splitlines()[0]}"
        case OSError(strerror=str(reason), filename=name) if name:
            return f"{name}: {reason}"
        case _:
            lines = [line.strip() for line in str(error).splitlines() if line.strip()]
            return lines[0] if lines else type(error).__name__


def _line_of(error: BaseException) -> int | None:
    match error:
        case ParseError():
            return int(error.span.input.content.count("\n", 0, error.span.start)) + 1
        case LptError(where=str(where)) if match := re.search(r":(\d+)$", where):
            return int(match[1])
        case _:
            return None


if __name__ == "__main__":
    sys.exit(main())
