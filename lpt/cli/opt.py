"""`lpt-opt FILE -p PIPELINE`: run passes on IR text or an ONNX model, and print the result.

A subclass of xDSL's own tool with our dialects, pipeline text and errors; `main(args)` works in process, which the tests use.
"""

from __future__ import annotations

import argparse
import functools
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NoReturn

from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.printer import Printer
from xdsl.utils.exceptions import ArgSpecParseError, ParseError, VerifyException
from xdsl.xdsl_opt_main import xDSLOptMain

from lpt import __version__
from lpt.cli.common import add_shapes
from lpt.dialects.blob import print_full
from lpt.dialects.kernel import KernelOp
from lpt.dialects.registry import DIALECTS
from lpt.errors import LoadError, LptError, TransformError
from lpt.model import Model, load
from lpt.passes.journal import Journal, PassRun
from lpt.passes.pipeline import TARGET, LptPass, Pipeline, set_target
from lpt.passes.registry import PASSES, PRESETS
from lpt.serialize import load_mlir, parse, write_text
from lpt.target import TARGETS, Target, get_target


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
        super().__init__("Run passes on IR text (.mlir), an ONNX model (.onnx) or an OpenVINO IR (.xml).", args)

    def register_all_dialects(self) -> None:
        for dialect in DIALECTS:
            self.ctx.load_dialect(dialect)

    def register_all_frontends(self) -> None:
        self.available_frontends["mlir"] = self._read_text
        self.available_frontends["onnx"] = self._read_onnx
        self.available_frontends["xml"] = self._read_xml

    def register_all_passes(self) -> None:
        """Passes are looked up by `lpt.passes.registry` when the pipeline is read."""

    def register_all_arguments(self, arg_parser: argparse.ArgumentParser) -> None:
        arg_parser.prog, arg_parser.usage = "lpt-opt", "lpt-opt [FILE] -p PIPELINE [options]"
        arg_parser.error = functools.partial(_refuse, arg_parser)  # type: ignore[method-assign]
        arg_parser.formatter_class = argparse.RawDescriptionHelpFormatter
        arg_parser.epilog = f"presets: {', '.join(PRESETS)}\npasses: {', '.join(PASSES)}"
        add = arg_parser.add_argument
        add("input_file", nargs="?", metavar="FILE", help="an .mlir, .onnx or .xml file; IR text from stdin if left out")
        add("-p", "--passes", default="", metavar="PIPELINE", help="passes and presets, such as lpt or lpt-normalize,dce")
        add("-o", "--output-file", metavar="FILE", help="where to write the result, and the data of an .mlir beside it")
        add("-f", "--frontend", choices=("mlir", "onnx", "xml"), help="read FILE as this, whatever its suffix")
        add("--target", dest="machine", metavar="T", help=f"the target to record: native, {', '.join(TARGETS)}")
        add_shapes(arg_parser, ", bound before the first pass")
        add("--split-input-file", action="store_true", help="treat what `// -----` separates as inputs of their own")
        add("--print-ir-after-all", action="store_true", help="print the module behind each pass, on stderr")
        add("--remarks", action="store_true", help="print each rewrite and each refusal with its reason, on stderr")
        add("--time-passes", action="store_true", help="print the milliseconds of each pass, on stderr")
        add("--full", action="store_true", help="print constants and scales in full")
        add("--print-op-generic", action="store_true", help="print operations in the generic form")
        add("--disable-verify", action="store_true", help="do not verify the module behind each pass")
        arg_parser.add_argument("-v", "--version", action="version", version=f"lpt-opt {__version__}")
        arg_parser.set_defaults(
            target="mlir",
            allow_unregistered_dialect=False,
            no_implicit_module=False,
            parsing_diagnostics=False,
            print_debuginfo=False,
            print_no_properties=False,
            shrink=False,
            syntax_highlight=False,
            verify_diagnostics=False,
        )

    def setup_pipeline(self) -> None:
        self.our_pipeline = Pipeline.parse(self.args.passes)

    def apply_passes(self, prog: ModuleOp) -> None:
        if self.args.machine is not None:
            _record_target(prog, get_target(self.args.machine))
        journal = Journal()
        verify = not self.args.disable_verify
        try:
            self.our_pipeline.run(prog, context=self.ctx, journal=journal, after=self._after, verify=verify)
        finally:
            if self.args.remarks:
                _print_remarks(journal)

    def _after(self, p: LptPass, module: ModuleOp, run: PassRun) -> None:
        if self.args.print_ir_after_all:
            print(f"// -----// IR after {p.name} //----- //", file=sys.stderr)
            Printer(stream=sys.stderr).print_op(module)
            print(file=sys.stderr)
        if self.args.time_passes:
            print(f"// {p.name}: {run.seconds * 1e3:.1f} ms, {run.rewrites} rewrites", file=sys.stderr)

    def prepare_output(self) -> IO[str]:
        return sys.stdout if self.args.output_file is None else self.output

    def write_output(self) -> None:
        """Write the file of `-o`, once all that goes into it is there; an .mlir with its .npz, so that it loads again."""
        if self.args.output_file is None:
            return
        path, text = Path(self.args.output_file), self.output.getvalue()
        if path.suffix == ".mlir":
            write_text(text, path)
        else:
            path.write_text(text)

    def output_resulting_program(self, prog: ModuleOp) -> str:
        self.results.append(prog)  # holds the data that its text names
        stream = io.StringIO()
        token = print_full.set(self.args.full)
        try:
            Printer(stream=stream, print_generic_format=self.args.print_op_generic).print_op(prog)
        finally:
            print_full.reset(token)
        return stream.getvalue() + "\n"

    def parse_chunk(self, chunk: IO[bytes], file_extension: str, start_offset: int = 0) -> ModuleOp | None:
        blank = b"\n" * start_offset  # so that errors name the line of the whole file
        module = super().parse_chunk(io.BytesIO(blank + chunk.read()), file_extension, start_offset)
        if module is None or not self.args.shapes:
            return module
        return Model(module, self.args.input_file or "stdin").specialize(dict(self.args.shapes)).module

    def _read_text(self, stream: IO[bytes]) -> ModuleOp:
        path = Path(self.args.input_file) if self.args.input_file else None
        if path and not self.args.split_input_file and path.with_suffix(".npz").exists():
            return load_mlir(path).module
        return parse(stream.read().decode(), path.name if path else "stdin")

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


def _refuse(parser: argparse.ArgumentParser, message: str) -> NoReturn:
    parser.exit(2, f"lpt-opt: {message}; see lpt-opt --help\n")


def _print_remarks(journal: Journal) -> None:
    for rewrite in journal.rewrites:
        print(f"remark: {rewrite}", file=sys.stderr)
    for refusal in journal.refusals:
        print(f"refused: {refusal.pass_name}/{refusal}", file=sys.stderr)


def main(args: Sequence[str] | None = None) -> int:
    """The program. Returns the exit status: 0, or 2 with one line on stderr for wrong input."""
    try:
        tool = LptOpt(args)
        tool.run()  # type: ignore[no-untyped-call]
        tool.write_output()
    except (LptError, ParseError, VerifyException, OSError, ValueError, ArgSpecParseError) as error:
        print(f"lpt-opt: {_one_line(error)}", file=sys.stderr)
        return 2
    return 0


def _one_line(error: BaseException) -> str:
    match error:
        case ParseError():
            return f"{error.span.get_location()}: {error.msg.splitlines()[0]}"
        case OSError(strerror=str(reason), filename=name) if name:
            return f"{name}: {reason}"
        case _:
            lines = [line.strip() for line in str(error).splitlines() if line.strip()]
            return lines[0] if lines else type(error).__name__


if __name__ == "__main__":
    sys.exit(main())
