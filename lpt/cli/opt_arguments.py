"""The options of `lpt-opt`."""

from __future__ import annotations

import argparse
import functools
import re
from collections.abc import Sequence
from typing import NoReturn

from lpt import __version__
from lpt.cli.common import add_shapes, positive, way_out_of
from lpt.dialects.blob import INLINE_LIMIT
from lpt.passes.registry import PRESETS
from lpt.target import TARGETS

_LISTS = ("--print-ir-before", "--print-ir-after")
"""Options whose value may be left out, and is never the next argument."""


def normalized(arguments: Sequence[str]) -> list[str]:
    """Arguments as the parser takes them: `--print-ir-after` alone is that of all passes, mlir-opt's names are ours."""
    given = [argument for argument in arguments if argument != "-"]  # stdin is read where no file is named
    given = [re.sub("^--mlir-(?=print-ir|elide|print-debuginfo|print-op-generic)", "--", argument) for argument in given]
    return [f"{argument}=" if argument in (*_LISTS, "--verify-each", "--list-passes") else argument for argument in given]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add all options; a wrong one ends the program with status 2 and one line."""
    parser.prog, parser.usage = "lpt-opt", "lpt-opt [FILE] -p PIPELINE [options]"
    parser.error = functools.partial(_refuse, parser)  # type: ignore[method-assign]
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = f"presets: {', '.join(PRESETS)}\nlpt-opt --list-passes lists all passes, --help-pass NAME describes one."
    _add_input(parser.add_argument_group("input and output"))
    _add_passes(parser.add_argument_group("passes"))
    _add_printing(parser.add_argument_group("the IR between passes, on stderr or in a folder"))
    _add_style(parser.add_argument_group("how IR is printed"))
    _add_reports(parser.add_argument_group("reports, on stderr"))
    parser.add_argument("-v", "--version", action="version", version=f"lpt-opt {__version__}")
    parser.set_defaults(
        allow_unregistered_dialect=False,
        disable_verify=False,  # xDSL would turn its verifiers off for the whole process
        no_implicit_module=False,
        syntax_highlight=False,
        shrink=False,
    )


def _add_input(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("input_file", nargs="?", metavar="FILE", help="an .mlir, .onnx or .xml file; IR text from stdin if left out")
    add("-o", "--output-file", metavar="FILE", help="where to write the result, and the data of an .mlir beside it")
    add("-f", "--frontend", choices=("mlir", "onnx", "xml"), help="read FILE as this, whatever its suffix")
    add("-t", "--output-format", dest="target", default="mlir", metavar="FORMAT", help="mlir (default), or dot for Graphviz")
    add("--target", dest="machine", metavar="T", help=f"the machine to record: native, {', '.join(TARGETS)}")
    add_shapes(group, ", bound before the first pass")
    add("--split-input-file", action="store_true", help="treat what `// -----` separates as inputs of their own")
    add(
        "--verify-diagnostics",
        action="store_true",
        help="errors are what is looked for: each must be expected by `// expected-error {{text}}` (@above, @below, @+1); in a "
        "file without any such comment they are printed and the next input is read",
    )


def _add_passes(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    text = "passes and presets, such as lpt or lpt-normalize,dce"
    add("-p", "--passes", "--pass-pipeline", default="", dest="passes", metavar="PIPELINE", help=text)
    add("--until", metavar="PASS", help="the last pass to run")
    text = "no pattern fires after N rewrites; halve N to find the one that breaks what comes later"
    add("--rewrite-limit", type=_count, metavar="N", help=text)
    add("--disable-patterns", type=_names, metavar="NAME,…", help="these patterns do not fire")
    add("--verify-each", default=True, type=_switch, metavar="BOOL", help="verify the module behind each pass (default: true)")
    add("--disable-verify", dest="verify_each", action="store_false", help="the same as --verify-each=false")
    add("--dump-pass-pipeline", action="store_true", help="print the pipeline, presets spelt out, on stderr")
    text = "print all presets and passes, with =xdsl the names of xDSL's, and leave"
    add("--list-passes", type=_whose, metavar="WHOSE", help=text)
    add("--help-pass", metavar="NAME", help="print what a pass or preset does and its options, and leave")


def _add_printing(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    for when in ("before", "after"):
        add(f"--print-ir-{when}", type=_names, metavar="PASS,…", help=f"print the module {when} these passes (without names: all)")
        add(f"--print-ir-{when}-all", action="store_true", help=f"print the module {when} each pass")
    add("--print-ir-after-change", action="store_true", help="print the module behind each pass that changed it")
    add("--print-ir-after-failure", action="store_true", help="print the module behind a pass that raised an error")
    add("--reproducer", metavar="DIR", help="where a pass fails, write the smallest module found on which it does")
    add(
        "--print-ir-tree-dir",
        metavar="DIR",
        help="write the module after each pass as DIR/NN-pass.mlir with its data; with -t dot as .dot, too",
    )
    add("--journal", action="store_true", help="in DIR also after each rewrite, as DIR/NN-pass/NNNN-pattern.mlir")


def _add_style(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    for what, text in (("constants", "a constant"), ("scales", "a type's scales")):
        add(
            f"--elide-{what}-if-larger",
            type=positive,
            metavar="N",
            default=INLINE_LIMIT,
            help=f"print {text} of more than N as digest and range (default: {INLINE_LIMIT})",
        )
    add("--elide-elementsattrs-if-larger", type=positive, metavar="N", help="leave out other dense<…> of more than N elements")
    add("--full", action="store_true", help="print constants and scales in full, as upstream MLIR")
    add("--print-debuginfo", action="store_true", help='print source nodes as locations, loc("Conv_0"), not as lpt.node')
    add("--print-op-generic", action="store_true", help="print operations in the generic form")


def _add_reports(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--mlir-timing", action="store_true", help="a table of wall times: reading, each pass, verification, printing")
    add("--time-passes", action="store_true", help="the milliseconds of each pass behind it")
    add("--pattern-stats", action="store_true", help="per pattern: tried, matched, refused, milliseconds")
    add("--remarks", action="store_true", help="each rewrite and each refusal with its reason")


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a number from 0 on, not {text!r}")
    return int(text)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip()) or ("*",)


def _whose(text: str) -> str:
    if text not in ("", "xdsl"):
        raise argparse.ArgumentTypeError(f"expected nothing or xdsl, not {text!r}")
    return text or "ours"


def _switch(text: str) -> bool:
    known = {"": True, "true": True, "1": True, "false": False, "0": False}
    if text.lower() not in known:
        raise argparse.ArgumentTypeError(f"expected true or false, not {text!r}")
    return known[text.lower()]


def _refuse(parser: argparse.ArgumentParser, message: str) -> NoReturn:
    parser.exit(2, f"lpt-opt: {message}; {way_out_of(parser, message)}\n")
