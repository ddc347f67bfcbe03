"""Reference pages of the command line, from the parsers themselves."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Iterator

from markup import escape, fence, prose, table

from lpt.cli import gui
from lpt.cli.main import make_parser
from lpt.cli.opt_arguments import configure


def pages() -> Iterator[tuple[str, str, str]]:
    """Path, title and text of the page of each program."""
    with _columns(100):
        texts = {"lpt": _lpt(), "lpt-opt": _lpt_opt(), "lpt-gui": _lpt_gui()}
    yield from ((f"reference/cli/{name}.md", name, text) for name, text in texts.items())


@contextlib.contextmanager
def _columns(count: int) -> Iterator[None]:
    """Within the block usage is as wide as that, which argparse takes from the environment."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(count)
    try:
        yield
    finally:
        del os.environ["COLUMNS"]
        if before is not None:
            os.environ["COLUMNS"] = before


def _lpt_opt() -> str:
    opt = argparse.ArgumentParser()
    configure(opt)
    text = "xDSL's optimizer driver with this project's dialects, passes and errors: [how it is used](../../pipelines.md)."
    return "\n\n".join(["# `lpt-opt`", text, _parser(opt, "##")])


def _lpt_gui() -> str:
    return "\n\n".join(["# `lpt-gui`", prose(gui.__doc__), _parser(gui.make_parser(), "##")])


def _lpt() -> str:
    parser = make_parser()
    (commands,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    told = {choice.dest: choice.help or "" for choice in commands._choices_actions}
    rows = [[f"[`lpt {name}`](#{name})", escape(told[name])] for name in commands.choices]
    parts = [
        "# `lpt`",
        escape(parser.description or ""),
        "Exit status 0 is success, 1 a failed check, 2 bad input: one line on stderr.",
    ]
    parts.append(table(["command", "what it does"], rows))
    for name, command in commands.choices.items():
        parts += [f"## `lpt {name}` {{ #{name} }}", escape(command.description or told[name]), _parser(command, "###", anchor=name)]
    return "\n\n".join(parts)


def _parser(parser: argparse.ArgumentParser, level: str, anchor: str = "") -> str:
    usage = parser.format_usage().removeprefix("usage: ")
    parts = [fence(usage, "text")]
    own = [group for group in parser._action_groups if group.title not in ("options",)]
    for group in [*own, *(group for group in parser._action_groups if group not in own)]:
        actions = [a for a in group._group_actions if a.help != argparse.SUPPRESS and not isinstance(a, argparse._HelpAction)]
        if not actions:
            continue
        title = (group.title or "").replace("positional arguments", "arguments")
        head = f"{level} {title[:1].upper()}{title[1:]}" + (f" {{ #{anchor}-{title.split()[0]} }}" if anchor else "")
        parts += [head if not anchor else "", table(["", ""], [[_names(parser, a), _help(parser, a)] for a in actions])]
    return "\n\n".join(part for part in parts if part)


def _names(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    formatter = parser.formatter_class(prog=parser.prog)
    if not action.option_strings:
        return f"`{formatter._metavar_formatter(action, action.dest)(1)[0]}`"
    shown = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    value = "" if action.nargs == 0 else f" {formatter._format_args(action, shown)}"
    anchors = "".join(f'<span id="{name}"></span>' for name in action.option_strings if parser.prog == "lpt-opt")
    return anchors + ", ".join(f"`{name}{value}`" for name in action.option_strings)


def _help(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    formatter = parser.formatter_class(prog=parser.prog)
    return escape(formatter._expand_help(action)) if action.help else ""
