"""Each producer of quantized models on one network: used by `accuracy_by_producer.py`.

A producer is a function from a case to (form, file, what its own simulation answers for the held-out images). Packages are
imported where they are used: not all of them can be installed side by side.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from digit_networks import INPUT, OUTPUT, Digits, Network, export, train
from torch import nn

Forms = Iterator[tuple[str, Path, np.ndarray]]


@dataclass(frozen=True)
class Case:
    """A trained network and where its files go."""

    name: str
    model: Network
    digits: Digits
    folder: Path

    def file(self, form: str, suffix: str = ".onnx") -> Path:
        return self.folder / f"{self.name}_{form}{suffix}"

    @property
    def plain(self) -> Path:
        return self.file("fp32")

    @property
    def unfolded(self) -> Path:
        return self.file("unfolded")


class Batches:
    """What ONNX Runtime, Quark and Neural Compressor read to calibrate with."""

    def __init__(self, case: Case):
        self.images = case.digits.calibration()
        self.rewind()

    def rewind(self) -> None:
        self.left = iter(self.images)

    def get_next(self) -> dict[str, np.ndarray] | None:
        batch = next(self.left, None)
        return None if batch is None else {INPUT: batch}


def simulated(file: Path, case: Case) -> np.ndarray:
    """By ONNX Runtime, node by node as the model has them."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {INPUT: case.digits.held_out})[0])


def in_torch(model: nn.Module, images: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return np.asarray(model(torch.from_numpy(images)))


def calibrate(model: nn.Module, case: Case) -> nn.Module:
    for batch in case.digits.calibration():
        in_torch(model, batch)
    return model


def onnxruntime(case: Case) -> Forms:
    """Static as Q/DQ and as QOperator, u8 and s8, and dynamic."""
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_dynamic, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    prepared = case.file("prepared")
    quant_pre_process(case.plain, prepared)
    for style in (QuantFormat.QDQ, QuantFormat.QOperator):
        for kind in (QuantType.QUInt8, QuantType.QInt8):
            form = f"onnxruntime_{style.name.lower()}_{'u8' if kind is QuantType.QUInt8 else 's8'}"
            types = {"activation_type": kind, "weight_type": QuantType.QInt8}
            quantize_static(prepared, case.file(form), Batches(case), quant_format=style, per_channel=True, **types)
            yield form, case.file(form), simulated(case.file(form), case)
    file = case.file("onnxruntime_dynamic")
    quantize_dynamic(prepared, file, op_types_to_quantize=["Conv", "MatMul", "Gemm"], weight_type=QuantType.QInt8, per_channel=True)
    yield "onnxruntime_dynamic", file, simulated(file, case)


def nncf(case: Case) -> Forms:
    """Both backends; OpenVINO simulates its IR in f32."""
    import nncf
    import onnx
    import openvino

    batches = case.digits.calibration()
    data = nncf.Dataset([{INPUT: batch} for batch in batches])
    file = case.file("nncf_onnx")
    onnx.save(nncf.quantize(onnx.load(case.unfolded), data, subset_size=len(batches)), file)
    yield "nncf_onnx", file, simulated(file, case)
    file = case.file("nncf_openvino", ".xml")
    ir = nncf.quantize(openvino.convert_model(case.unfolded), data, subset_size=len(batches))
    openvino.save_model(ir, file, compress_to_fp16=False)
    exact = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": 0, "LP_TRANSFORMS_MODE": "NO"}
    yield "nncf_openvino", file, np.asarray(openvino.compile_model(ir, "CPU", exact)({INPUT: case.digits.held_out})[0])


def torch_fx(case: Case) -> Forms:
    """Post-training, FBGEMM's kernels."""
    from torch.ao.quantization.qconfig_mapping import get_default_qconfig_mapping
    from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx

    torch.backends.quantized.engine = "fbgemm"
    example = (torch.from_numpy(case.digits.held_out),)
    prepared = prepare_fx(copy.deepcopy(case.model), get_default_qconfig_mapping("fbgemm"), example)
    model = convert_fx(calibrate(prepared, case))
    export(model, case.file("torch_fx"))
    yield "torch_fx", case.file("torch_fx"), in_torch(model, case.digits.held_out)


def torch_qat(case: Case) -> Forms:
    """Three epochs of training with FakeQuantize modules, activations of 7 and of 8 bits."""
    from torch.ao import quantization as tq
    from torch.ao.quantization.quantize_fx import prepare_qat_fx

    weights = tq.FakeQuantize.with_args(
        observer=tq.MovingAveragePerChannelMinMaxObserver,
        quant_min=-128,
        quant_max=127,
        dtype=torch.qint8,
        qscheme=torch.per_channel_symmetric,
    )
    for bits in (7, 8):
        limits = {"quant_min": 0, "quant_max": 2**bits - 1, "dtype": torch.quint8}
        data = tq.FakeQuantize.with_args(observer=tq.MovingAverageMinMaxObserver, **limits)
        mapping = tq.QConfigMapping().set_global(tq.QConfig(data, weights))
        example = (torch.from_numpy(case.digits.held_out),)
        model = train(prepare_qat_fx(copy.deepcopy(case.model).train(), mapping, example), case.digits, epochs=3, rate=1e-3)
        model.apply(tq.disable_observer)
        form = f"torch_qat_{bits}bit"
        export(model, case.file(form))
        yield form, case.file(form), in_torch(model, case.digits.held_out)


def torchao(case: Case) -> Forms:
    """PT2E with X86Inductor's quantizer, by the dynamo exporter."""
    from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e
    from torchao.quantization.pt2e.quantizer import x86_inductor_quantizer as x86

    example = (torch.from_numpy(case.digits.held_out),)
    quantizer = x86.X86InductorQuantizer().set_global(x86.get_default_x86_inductor_quantization_config())
    program = torch.export.export(case.model, example).module()
    model = convert_pt2e(calibrate(prepare_pt2e(program, quantizer), case))
    file = case.file("torchao_pt2e")
    torch.onnx.export(model, example, file, dynamo=True, external_data=False, input_names=[INPUT], output_names=[OUTPUT])
    yield "torchao_pt2e", file, in_torch(model, case.digits.held_out)


def brevitas(case: Case) -> Forms:
    """Post-training, exported as Q/Clip/DQ and as QONNX."""
    from brevitas.export import export_onnx_qcdq, export_qonnx
    from brevitas.graph.calibrate import calibration_mode
    from brevitas.graph.quantize import preprocess_for_quantize, quantize

    model = quantize(preprocess_for_quantize(copy.deepcopy(case.model)))
    with calibration_mode(model):
        calibrate(model, case)
    theirs = in_torch(model, case.digits.held_out)
    example = torch.from_numpy(case.digits.held_out)
    for form, write in (("brevitas_qcdq", export_onnx_qcdq), ("brevitas_qonnx", export_qonnx)):
        names = {"input_names": [INPUT], "output_names": [OUTPUT], "opset_version": 17, "dynamo": False}
        write(model, example, str(case.file(form)), **names)
        yield form, case.file(form), theirs


def modelopt(case: Case) -> Forms:
    """TensorRT Model Optimizer: its ONNX quantizer and its torch quantizer."""
    import modelopt.torch.quantization as mtq
    from modelopt.onnx.quantization import quantize

    file, data = case.file("modelopt_onnx"), {INPUT: np.concatenate(case.digits.calibration())}
    quantize(str(case.plain), "int8", data, "max", calibration_eps=["cpu"], output_path=str(file), high_precision_dtype="fp32")
    yield "modelopt_onnx", file, simulated(file, case)
    model = mtq.quantize(copy.deepcopy(case.model), mtq.INT8_DEFAULT_CFG, lambda m: calibrate(m, case))
    theirs = in_torch(model, case.digits.held_out)
    export(model, case.file("modelopt_torch"))
    yield "modelopt_torch", case.file("modelopt_torch"), theirs


def quark(case: Case) -> Forms:
    """AMD Quark with scales that are powers of two, and with any."""
    from quark.onnx import ModelQuantizer
    from quark.onnx.quantization.config.custom_config import A8W8_QCONFIG, XINT8_QCONFIG

    for form, config in (("quark_xint8", XINT8_QCONFIG), ("quark_a8w8", A8W8_QCONFIG)):
        ModelQuantizer(copy.deepcopy(config)).quantize_model(str(case.plain), str(case.file(form)), Batches(case))
        yield form, case.file(form), simulated(case.file(form), case)


def neural_compressor(case: Case) -> Forms:
    """Intel Neural Compressor for ONNX, static and with SmoothQuant."""
    from onnx_neural_compressor.data_reader import CalibrationDataReader
    from onnx_neural_compressor.quantization import QuantFormat, config, quantize

    class Reader(Batches, CalibrationDataReader):
        pass

    smooth = {"SmoothQuant": True, "SmoothQuantFolding": False}
    for form, extra in (("neural_compressor", {}), ("neural_compressor_smooth", smooth)):
        settings = config.StaticQuantConfig(Reader(case), quant_format=QuantFormat.QDQ, per_channel=True, extra_options=extra)
        quantize(str(case.plain), str(case.file(form)), settings)
        yield form, case.file(form), simulated(case.file(form), case)


def tf2onnx(case: Case) -> Forms:
    """TFLite's integers, of the same network in Keras."""
    import onnx
    import tf2onnx
    from keras_networks import interpret, of_network, tflite

    source, file = case.file("tf2onnx", ".tflite"), case.file("tf2onnx_tflite")
    source.write_bytes(tflite(of_network(case.model), [batch.transpose(0, 2, 3, 1) for batch in case.digits.calibration()]))
    proto, _ = tf2onnx.convert.from_tflite(str(source), opset=17)
    for node in proto.graph.node:
        node.input[:] = [INPUT if name == proto.graph.input[0].name else name for name in node.input]
        node.output[:] = [OUTPUT if name == proto.graph.output[0].name else name for name in node.output]
    proto.graph.input[0].name, proto.graph.output[0].name = INPUT, OUTPUT
    onnx.save(proto, file)
    yield "tf2onnx_tflite", file, interpret(source.read_bytes(), case.digits.held_out.transpose(0, 2, 3, 1))


PRODUCERS: dict[str, Callable[[Case], Forms]] = {
    f.__name__: f
    for f in (onnxruntime, nncf, torch_fx, torch_qat, torchao, brevitas, modelopt, quark, neural_compressor, tf2onnx)
}
