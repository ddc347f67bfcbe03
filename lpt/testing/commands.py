"""Lines of a shell as pages show them: `lpt` and `lpt-opt` run in process, which saves seconds each; all else by the shell."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

import lpt
from lpt.errors import ValidationError

_STATUS = re.compile(r"#\s*status (\d+)\s*$")
_OWN = re.compile(r"(lpt|lpt-opt) ")
_INSTALL = re.compile(r"pip install (-e )?\.")
_LIMIT_S = 300


def run_commands(text: str, where: str) -> None:
    """Run each line in the current folder, and print on stdout and stderr what it prints.

    Raises ValidationError where one does not end with status 0, or N where the line ends in `# status N`.
    """
    for line in text.replace("\\\n", " ").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        expected = _STATUS.search(line)
        status = run_command(line)
        if status != (int(expected[1]) if expected else 0):
            raise ValidationError(f"status {status} of: {line.strip()}{_printed()}", where=where)


def _printed() -> str:
    """What has been printed so far, where that is kept."""
    return f"\n{sys.stdout.getvalue()}" if isinstance(sys.stdout, io.StringIO) else ""


def run_command(line: str) -> int:
    """Run one line; returns its exit status, that of the last command of a pipe."""
    if _INSTALL.match(line):
        install(Path.cwd())
        return 0
    if not _OWN.match(line):
        return _by_shell(line)
    words = _split(line)
    place = next((at for at, word in enumerate(words) if word in ("|", ">")), len(words))
    if place == len(words):
        return _own(words)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = _own(words[:place])
    if words[place] == ">":
        Path(words[place + 1]).write_text(out.getvalue(), encoding="utf-8")
        return status
    return status or _by_shell(line.split(" | ", 1)[1], out.getvalue())


def _split(line: str) -> list[str]:
    """Words, `|` and `>` that stand alone among them; a pipeline's text in quotes stays one word."""
    return shlex.split(line, comments=True)


def _own(words: Sequence[str]) -> int:
    from lpt.cli.main import main
    from lpt.cli.opt import main as opt

    programs: dict[str, Callable[[Sequence[str]], int]] = {"lpt": main, "lpt-opt": opt}
    merged = "2>&1" in words
    arguments = [word for word in words[1:] if word != "2>&1"]
    try:
        with contextlib.redirect_stderr(sys.stdout if merged else sys.stderr):
            return programs[words[0]](arguments)
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else int(leave.code is not None)


def _by_shell(line: str, given: str = "") -> int:
    """By the shell, in an environment whose `python` is this one and imports this lpt."""
    found = os.pathsep.join([str(Path(lpt.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": paths, "PYTHONPATH": found}
    done = subprocess.run(
        ["sh", "-c", line], input=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
        timeout=_LIMIT_S, check=False,
    )  # fmt: skip
    print(done.stdout, end="")
    return done.returncode


def install(folder: Path) -> None:
    """What `pip install .` changes for who imports from `folder`: the entry points of its pyproject.toml are found.

    Raises ValidationError where there is no pyproject.toml.
    """
    file = folder / "pyproject.toml"
    if not file.is_file():
        raise ValidationError("no pyproject.toml to install", where=str(folder))
    project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
    info = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(exist_ok=True)
    metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    groups = project.get("entry-points", {})
    text = "".join(f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in entries.items()) for group, entries in groups.items())
    (info / "entry_points.txt").write_text(text, encoding="utf-8")
    importlib.invalidate_caches()
