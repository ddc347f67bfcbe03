"""xDSL's explorer with our dialects, passes and pipeline text. Imports textual, so only `lpt.cli.gui` imports this."""

from __future__ import annotations

import inspect
import shlex
from pathlib import Path

from xdsl.dialects.builtin import ModuleOp
from xdsl.interactive.app import InputApp  # noqa: TID251 - the explorer has no other interface
from xdsl.interactive.passes import AvailablePass, get_condensed_pass_list  # noqa: TID251

from lpt.dialects.registry import DIALECTS, make_context
from lpt.model import Model
from lpt.passes.pipeline import Pipeline
from lpt.passes.registry import PASSES
from lpt.universe import guarded, our_dialects, our_passes


class Explorer(InputApp):
    """The explorer on one model. `model` holds the data that the text names by digest."""

    TITLE = "lpt-gui"
    CSS_PATH = str(Path(inspect.getfile(InputApp)).with_name(InputApp.CSS_PATH))  # else sought beside this file

    def __init__(self, model: Model, path: str, text: str, pipeline: Pipeline):
        self.model = model
        self._condensed: tuple[ModuleOp, tuple[AvailablePass, ...]] | None = None
        builtin = {dialect.name: (lambda dialect=dialect: dialect) for dialect in DIALECTS if dialect.name not in our_dialects()}
        dialects = {**builtin, **our_dialects()}
        passes = tuple((name, make()) for name, make in our_passes().items())
        chosen = tuple(guarded(p.name).from_spec(p.spec()) if p.name in PASSES else p for p in pipeline)
        super().__init__(tuple(dialects.items()), passes, path, text, chosen)

    def compute_available_pass_list(self) -> tuple[AvailablePass, ...]:
        """The passes offered; with `Condense` those that change the module. xDSL's runs all chosen ones for each key pressed."""
        module = self.current_module
        if isinstance(module, Exception):
            return ()
        if module is None or not self.condense_mode:
            return tuple(AvailablePass(p) for _, p in self.all_passes)
        if self._condensed is None or self._condensed[0] is not module:
            self._condensed = module, get_condensed_pass_list(make_context(), module, self.all_passes)
        return self._condensed[1]

    def get_query_string(self) -> str:
        """What `Copy Query` copies: the command that does the same."""
        pipeline = str(Pipeline(self.pass_pipeline)) if self.pass_pipeline else ""
        return shlex.join(["lpt-opt", *([self.current_file_path] if self.current_file_path else []), "-p", pipeline])
