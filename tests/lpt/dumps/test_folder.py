"""Dump folders: numbered files that load again, per pass and per rewrite, short, with data stored once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp

import lpt
from lpt.cli.opt import main
from lpt.data import bundled_model_path
from lpt.dumps.folder import DumpFolder
from lpt.dumps.printing import ModulePrinter, Style
from lpt.passes.journal import Rewrite
from lpt.passes.pipeline import Pipeline
from lpt.serialize import parse


@pytest.fixture(scope="module")
def model() -> lpt.Model:
    return lpt.load(bundled_model_path())


@pytest.fixture(scope="module")
def folder(model: lpt.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dumps")
    lpt.transform(model, "lpt", dump_dir=folder, dump_rewrites=True)
    return folder


def test_each_pass_has_its_number(folder: Path) -> None:
    names = ["input", *Pipeline("lpt").names]
    assert sorted(p.name for p in folder.glob("*.mlir")) == [f"{i:02d}-{name}.mlir" for i, name in enumerate(names)]
    assert all(path.with_suffix(".npz").exists() for path in folder.glob("*.mlir"))


def test_each_dump_loads_and_computes_the_same(folder: Path, model: lpt.Model) -> None:
    x = {"image": np.random.default_rng(0).random((2, 1, 8, 8), np.float32)}
    expected = lpt.interpret(lpt.transform(model, "prepare"), x)["logits"]
    paths = sorted([*folder.glob("*.mlir"), *folder.glob("*/*.mlir")])
    assert len(paths) > 30
    for path in (*paths[:2], *paths[2::6]):
        found = lpt.interpret(lpt.load(path), x)["logits"]
        np.testing.assert_allclose(found, expected, rtol=0, atol=0.5, err_msg=path.name)


def test_a_file_per_rewrite_names_its_pattern(folder: Path, model: lpt.Model) -> None:
    journal = lpt.transform(model, "lpt").journal
    assert journal is not None
    patterns = {rewrite.pattern for rewrite in journal.rewrites if rewrite.whole}
    assert {path.stem[5:] for path in folder.glob("*/*.mlir")} == patterns
    assert len(list(folder.glob("*/*.mlir"))) == sum(rewrite.whole for rewrite in journal.rewrites)
    log = (folder / "journal.txt").read_text()
    assert all(str(rewrite) in log for rewrite in journal.rewrites)


def test_files_of_an_earlier_run_go_and_no_others(tmp_path: Path, model: lpt.Model) -> None:
    mine = ["2024-photos/beach.jpg", "2024-photos/data.npz", "01-lpt-normalize/notes.txt", "notes.mlir", "01-piece/journal.md"]
    theirs = ["01-piece/03-cse/0001-some.mlir", "01-piece/03-cse/data.npz", "01-piece/00-input.mlir", "01-piece/journal.txt"]
    theirs += ["90-gone.mlir", "90-gone.dot", "01-lpt-normalize/0099-gone.mlir", "04-broken/data.npz"]
    for name in (*mine, *theirs):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    Pipeline("lpt-normalize").run(model.clone(), hooks=[DumpFolder(tmp_path, rewrites=True)])
    assert [name for name in mine if (tmp_path / name).read_text() != name] == []
    assert [name for name in theirs if (tmp_path / name).exists()] == []
    assert not (tmp_path / "01-piece" / "03-cse").exists() and not (tmp_path / "04-broken").exists()
    for path in tmp_path.glob("0[01]-*/*.mlir"):
        lpt.load(path)


def test_equal_data_are_stored_once(folder: Path) -> None:
    files = sorted(folder.rglob("*.npz"))
    assert len(files) > len(Pipeline("lpt")) and len({path.stat().st_ino for path in files}) == 1
    with np.load(files[0]) as data:
        assert len(set(data.files)) == len(data.files)


def test_a_second_run_leaves_nothing_of_the_first(model: lpt.Model, tmp_path: Path) -> None:
    (tmp_path / "mine.mlir").write_text("// mine\n")
    lpt.transform(model, "lpt-normalize,dce,cse", dump_dir=tmp_path, dump_rewrites=True)
    lpt.transform(model, "dce", dump_dir=tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix != ".npz") == [
        "00-input.mlir",
        "01-dce.mlir",
        "journal.txt",
        "mine.mlir",
    ]


def test_a_folder_is_a_hook(model: lpt.Model, tmp_path: Path) -> None:
    module = model.clone().module
    Pipeline("lpt-normalize").run(module, hooks=[DumpFolder(tmp_path / "a" / "b")])
    assert str(lpt.load(tmp_path / "a" / "b" / "01-lpt-normalize.mlir")) == str(module)


STYLES = (Style(), Style(constants=1, scales=1), Style(locations=True), Style(generic=True, locations=True), Style(full=True))


@pytest.mark.parametrize("style", STYLES, ids=str)
def test_every_style_reads_back(style: Style, model: lpt.Model) -> None:
    module = lpt.transform(model, "all" if model.is_static else "lpt").module
    assert str(parse(ModulePrinter(style).text(module))) == str(module)


def test_what_is_printed_again_is_what_is_there(model: lpt.Model) -> None:
    """Operations are printed when they change only: after each rewrite the text must be that of a printer that knows nothing."""
    printer, module = ModulePrinter(), model.specialize({"image": (1, 1, 8, 8)}).module
    counted = 0

    class Compare(lpt.Instrumentation):
        def on_rewrite(self, rewrite: Rewrite, module: ModuleOp) -> None:
            nonlocal counted
            counted += 1
            if rewrite.whole and counted % 5 == 0:
                assert str(parse(printer.text(module))) == str(module)

    Pipeline("all").run(module, hooks=[Compare()])
    assert counted > 30 and str(parse(printer.text(module))) == str(module)


def test_values_keep_their_names(model: lpt.Model) -> None:
    printer, module = ModulePrinter(), model.clone().module
    before = set(printer.text(module).splitlines())
    Pipeline("lpt-normalize").run(module)
    assert len(before - set(printer.text(module).splitlines())) <= 6


def test_graphs_stand_beside_the_dumps_of_passes(model: lpt.Model, tmp_path: Path) -> None:
    arguments = ["-p", "lpt-normalize,dce", "-t", "dot", f"--print-ir-tree-dir={tmp_path}", "-o", str(tmp_path / "end.txt")]
    assert main([str(bundled_model_path()), *arguments]) == 0
    names = [path.stem for path in sorted(tmp_path.glob("*.dot"))]
    assert names == ["00-input", "01-lpt-normalize", "02-dce"]
    assert (tmp_path / "02-dce.dot").read_text().startswith("digraph model {")
    Pipeline("dce").run(lpt.Model(model.module.clone()), hooks=[DumpFolder(tmp_path)])
    assert not list(tmp_path.glob("*.dot"))
