"""Samples of tf2onnx: a TFLite model that TensorFlow's converter quantized (s8, NHWC), and a graph with fake_quant nodes.

    pip install tensorflow-cpu tf2onnx onnx onnxruntime
    python tests/data/make/with_tf2onnx.py
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import tensorflow as tf
import tf2onnx
from sample_data import INPUT, OUTPUT, SHAPE, images, save

N, C, H, W = SHAPE


def nhwc(seed: int) -> np.ndarray:
    return images(seed).transpose(0, 2, 3, 1)


def network() -> tf.keras.Model:
    """Convolution, depthwise, residual sum, max and average pooling, dense: [2, 8, 8, 3] → [2, 4]."""
    tf.keras.utils.set_random_seed(0)
    layers = tf.keras.layers
    image = layers.Input((H, W, C), batch_size=N, name=INPUT)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(layers.Conv2D(8, 3, padding="same")(image)))
    y = layers.ReLU(6.0)(layers.DepthwiseConv2D(3, padding="same")(x))
    x = layers.Add()([x, layers.Conv2D(8, 1)(y)])
    x = layers.Conv2D(16, 3, strides=2, padding="same", activation="relu")(layers.MaxPool2D(2)(x))
    x = layers.Dense(4)(layers.GlobalAveragePooling2D()(x))
    return tf.keras.Model(image, x)


def tflite(model: tf.keras.Model) -> bytes:
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]

    def samples() -> Iterator[list[np.ndarray]]:
        for seed in range(16):
            yield [nhwc(seed)]

    converter.representative_dataset = samples
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    return converter.convert()


def simulate(model: bytes, x: np.ndarray) -> np.ndarray:
    """What the TFLite interpreter gives."""
    interpreter = tf.lite.Interpreter(model_content=model)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


class FakeQuantized(tf.Module):
    """The same form as a graph of TensorFlow with fake_quant nodes, as quantization-aware training leaves it."""

    def __init__(self) -> None:
        super().__init__()
        generator = np.random.default_rng(0)
        self.stem = generator.normal(size=(3, 3, C, 8), scale=0.3).astype(np.float32)
        self.depthwise = generator.normal(size=(3, 3, 8, 1), scale=0.4).astype(np.float32)
        self.dense = generator.normal(size=(8, 4), scale=0.4).astype(np.float32)

    @tf.function(input_signature=[tf.TensorSpec((N, H, W, C), tf.float32, name=INPUT)])
    def __call__(self, image: tf.Tensor) -> tf.Tensor:
        def weights(array: np.ndarray) -> tf.Tensor:
            bound = float(np.abs(array).max())
            return tf.quantization.fake_quant_with_min_max_args(array, -bound, bound, narrow_range=True)

        def data(x: tf.Tensor, low: float, high: float) -> tf.Tensor:
            return tf.quantization.fake_quant_with_min_max_args(x, low, high)

        x = data(image, -1.0, 1.0)
        x = data(tf.nn.relu6(tf.nn.conv2d(x, weights(self.stem), 1, "SAME")), 0.0, 6.0)
        y = data(tf.nn.depthwise_conv2d(x, weights(self.depthwise), [1, 1, 1, 1], "SAME"), -6.0, 6.0)
        x = data(tf.nn.relu(x + y), 0.0, 8.0)
        x = data(tf.reduce_mean(tf.nn.max_pool2d(x, 2, 2, "VALID"), [1, 2]), 0.0, 3.7)
        return tf.matmul(x, weights(self.dense))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.tflite"
        path.write_bytes(tflite(network()))
        proto, _ = tf2onnx.convert.from_tflite(str(path), opset=17)
        save("tf2onnx_tflite", rename(proto), simulate(path.read_bytes(), nhwc(1000)), nhwc(1000))
    module = FakeQuantized()
    call = module.__call__
    proto, _ = tf2onnx.convert.from_function(call, call.input_signature, opset=17, inputs_as_nchw=[f"{INPUT}:0"])
    print("TensorFlow's own fake_quant gives", module(nhwc(1000)).numpy()[0])
    save("tf2onnx_fake_quant", rename(proto))  # TensorFlow rounds halves up and moves ranges, which the conversion loses


def rename(model: onnx.ModelProto) -> onnx.ModelProto:
    """Its input and output under the names that all samples have."""
    names = {model.graph.input[0].name: INPUT, model.graph.output[0].name: OUTPUT}
    model.graph.input[0].name, model.graph.output[0].name = INPUT, OUTPUT
    for node in model.graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    return model


if __name__ == "__main__":
    main()
