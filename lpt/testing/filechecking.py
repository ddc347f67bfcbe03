"""FileCheck in one Python string: IR and, in its comments, what is expected of it."""

from __future__ import annotations

import contextlib
import io
from typing import Any

from lpt.errors import LptError
from lpt.testing.modules import parse


def assert_filecheck(subject: Any, text: str, *, prefix: str = "CHECK") -> None:
    """The subject, run on the module in `text`, prints what the `// CHECK` lines of `text` say.

        assert_filecheck(MyRule(), '''
            // CHECK-NOT: nn.mul
            // CHECK: lpt.requantize
            builtin.module { … }
        ''')

    What is dead behind the subject is removed. `subject` is a pattern, several, a pass, a pipeline or its text. Needs the package
    filecheck: raises LptError without it.
    """
    from lpt.testing import run

    module = parse(text)
    run(subject, module)
    match_text(text, str(module), prefix=prefix)


def match_text(checks: str, text: str, *, prefix: str = "CHECK") -> None:
    """`text` is what the check lines in `checks` say; AssertionError with FileCheck's message if not."""
    try:
        from filecheck.finput import FInput
        from filecheck.matcher import Matcher
        from filecheck.options import parse_argv_options
        from filecheck.parser import Parser, pattern_for_opts
    except ImportError as error:
        raise LptError("filecheck is not installed", way_out="pip install filecheck") from error
    options = parse_argv_options(["filecheck", "checks", "--check-prefix", prefix])
    message = io.StringIO()
    with contextlib.redirect_stderr(message), contextlib.redirect_stdout(message):
        parser = Parser(options, io.StringIO(checks), *pattern_for_opts(options))
        status = Matcher(options, FInput("module", text), parser).run()
    assert status == 0, f"{message.getvalue()}\nin\n{text}"
