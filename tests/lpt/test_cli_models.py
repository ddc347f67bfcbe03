"""The subcommands on the bundled model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from lpt.cli.main import main
from lpt.data import bundled_data, bundled_model_path

REPORT = ["name", "operation", "precision", "instructions", "macs", "bytes", "ns"]


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def test_demo_shows_the_whole_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--json", str(tmp_path / "demo.json")]) == 0
    facts = read(tmp_path / "demo.json")
    assert facts["bits_equal"] is True
    assert facts["integer_macs"] == 1
    assert facts["images"] == 360
    data = bundled_data()
    assert facts["accuracy_float"] == np.mean(data["float_predictions"] == data["labels"])
    assert abs(facts["accuracy_int8"] - facts["accuracy_float"]) <= 0.01
    before, after = facts["operations_before"], facts["operations_after"]
    assert before["quant.dcast"] > after.get("quant.dcast", 0)
    assert [list(row) for row in facts["rows"]] == [REPORT] * len(facts["rows"])
    out = capsys.readouterr().out
    steps = ("load", "transform", "explain", "compile", "run", "check", "time")
    assert [word for line in out.splitlines() if (word := line.split(" ")[0]) in steps] == list(steps)


def test_compile_then_run_equals_the_interpreter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import lpt

    images = bundled_data()["images"][:5].astype(np.float32) / 16
    np.save(tmp_path / "x.npy", images)
    binding, out = f"image={tmp_path / 'x.npy'}", tmp_path / "y.npz"
    file = tmp_path / "digits.lpt"
    assert main(["compile", str(bundled_model_path()), "-o", str(file), "--shape", "image=5x1x8x8"]) == 0
    assert main(["run", str(file), "--input", binding, "-o", str(out)]) == 0
    model = lpt.transform(lpt.load(bundled_model_path()))
    with np.load(out) as archive:
        assert np.array_equal(archive["logits"], lpt.interpret(model, {"image": images})["logits"])
    np.save(tmp_path / "x.npy", images[:2])
    capsys.readouterr()
    assert main(["run", str(file), "--input", binding, "-o", str(out)]) == 2
    assert "not compiled for float32[2, 1, 8, 8]; compile the model again" in capsys.readouterr().err


def test_explain_has_a_row_per_operation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--json", str(tmp_path / "explain.json")]) == 0
    content = read(tmp_path / "explain.json")
    assert content["integer_macs"] == 1
    assert all(list(row) == ["name", "operation", "precision", "macs", "reason"] for row in content["rows"])
    assert "100.0% of multiply-accumulates are integer" in capsys.readouterr().out


def test_bench_has_a_row_per_engine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, page = tmp_path / "bench.json", tmp_path / "page.md"
    options = ["--against", "onnxruntime", "--rounds", "1", "--seconds", "0.01", "--kernels"]
    assert main(["bench", *options, "--json", str(path), "--markdown", str(page)]) == 0
    content = read(path)
    name = bundled_model_path().stem
    assert [(row["model"], row["threads"], row["engine"]) for row in content["rows"]] == [
        (name, 1, "lpt"),
        (name, 1, "onnxruntime"),
    ]
    assert all(set(row) >= {*REPORT, "gmacs", "peak_share", "roofline_ns"} for row in content["kernels"])
    assert [machine["threads"] for machine in content["machines"]] == [1]
    assert content["summaries"][0]["best_peer"] == "onnxruntime"
    assert f"| {name} | 1 |" in page.read_text()
    assert "best peer / lpt" in capsys.readouterr().out


def test_peers_get_what_they_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ir = str(Path(__file__).resolve().parents[1] / "data" / "nncf_openvino.xml")
    options = ["--rounds", "1", "--seconds", "0.01", "--json", str(tmp_path / "bench.json")]
    assert main(["bench", ir, "--against", "openvino", *options]) == 0
    assert [row["engine"] for row in read(tmp_path / "bench.json")["rows"]] == ["lpt", "openvino"]
    assert main(["bench", ir, "--against", "onnxruntime,openvino"]) == 2
    assert "onnxruntime reads .onnx only; --against openvino" in capsys.readouterr().err


def test_a_suite_is_every_model_of_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.onnx").write_bytes(bundled_model_path().read_bytes())
    path = tmp_path / "bench.json"
    options = ["--threads", "1,2", "--rounds", "1", "--seconds", "0", "--batch", "2", "--sparsity", "0.5"]
    assert main(["bench", "--suite", str(tmp_path), *options, "--json", str(path)]) == 0
    content = read(path)
    assert [(row["model"], row["threads"]) for row in content["rows"]] == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]
    assert content["batch"] == 2 and content["sparsity"] == 0.5
    (tmp_path / "c.onnx").write_bytes(b"no model")
    capsys.readouterr()
    assert main(["bench", "--suite", str(tmp_path), "--rounds", "1", "--seconds", "0", "--json", str(path)]) == 1
    assert [row["model"] for row in read(path)["rows"]] == ["a", "b"]
    assert [(f["model"], f["engine"]) for f in read(path)["failures"]] == [("c", "lpt")]
    assert "lpt failed on c with 1 threads" in capsys.readouterr().out


def test_validate_has_a_row_per_pass(tmp_path: Path) -> None:
    assert main(["validate", "--json", str(tmp_path / "validate.json")]) == 0
    rows = read(tmp_path / "validate.json")["rows"]
    names = [row["name"] for row in rows]
    assert names.index("lpt-normalize") < names.index("lpt-transform") < names.index("lpt-plan-memory")
    assert {row["claim"] for row in rows} <= {"exact", "real", "rounds"}
    assert all(row["worst"] <= 1 for row in rows)
    assert all(row["differing"] == 0 for row in rows if row["claim"] == "exact")


def test_a_batch_of_none_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.save(tmp_path / "none.npy", np.zeros((0, 1, 8, 8), np.float32))
    assert main(["run", str(bundled_model_path()), "--input", f"image={tmp_path / 'none.npy'}"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "no elements" in error


def test_a_file_that_cannot_be_written_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compile", str(bundled_model_path()), "-o", "/proc/x.lpt"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "/proc" in error


def test_an_input_given_twice_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.save(tmp_path / "x.npy", np.zeros((1, 1, 8, 8), np.float32))
    assert main(["run", str(bundled_model_path()), *["--input", f"image={tmp_path / 'x.npy'}"] * 2]) == 2
    assert "given twice" in capsys.readouterr().err


def test_an_output_may_have_any_name(tmp_path: Path) -> None:
    x = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [2])
    names = ["file", "allow_pickle"]
    outputs = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [2]) for name in names]
    nodes = [onnx.helper.make_node("Relu", ["x"], [names[0]]), onnx.helper.make_node("Neg", ["x"], [names[1]])]
    model = onnx.helper.make_model(
        onnx.helper.make_graph(nodes, "g", [x], outputs), opset_imports=[onnx.helper.make_opsetid("", 17)]
    )
    onnx.save(model, tmp_path / "m.onnx")
    np.save(tmp_path / "x.npy", np.array([-1, 2], np.float32))
    arguments = ["run", str(tmp_path / "m.onnx"), "--input", f"x={tmp_path / 'x.npy'}", "-o", str(tmp_path / "out.npz")]
    assert main(arguments) == 0
    with np.load(tmp_path / "out.npz") as archive:
        assert archive["file"].tolist() == [0, 2] and archive["allow_pickle"].tolist() == [1, -2]
