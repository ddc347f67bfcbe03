"""The networks of `digit_networks.py` in Keras, with their weights; TFLite models of them: used by `quantizers.py`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import tensorflow as tf
from digit_networks import BATCH, INPUT, InvertedResidual, Network, Residual
from torch import nn

layers = tf.keras.layers


def of_network(model: Network) -> tf.keras.Model:
    """[360, 8, 8, 1] → [360, 10]."""
    image = layers.Input((8, 8, 1), batch_size=BATCH, name=INPUT)
    x = add_blocks(model.stem, image)
    for block in model.blocks:
        x = add_blocks(block, x)
    dense = layers.Dense(10)
    y = dense(layers.GlobalAveragePooling2D()(x))
    dense.set_weights([model.classify.weight.detach().numpy().T, model.classify.bias.detach().numpy()])
    return tf.keras.Model(image, y)


def add_blocks(module: nn.Module, x: tf.Tensor) -> tf.Tensor:
    """The layers of a block of torch behind x."""
    match module:
        case nn.Sequential():
            for inner in module:
                x = add_blocks(inner, x)
            return x
        case InvertedResidual():
            y = add_blocks(module.body, x)
            return layers.Add()([x, y]) if module.adds else y
        case Residual():
            y = add_blocks(module.second, add_blocks(module.first, x))
            return layers.ReLU()(layers.Add()([y, add_blocks(module.shortcut, x)]))
        case nn.Conv2d():
            return add_convolution(module, x)
        case nn.BatchNorm2d():
            layer = layers.BatchNormalization(epsilon=module.eps)
            y = layer(x)
            layer.set_weights([a.detach().numpy() for a in (module.weight, module.bias, module.running_mean, module.running_var)])
            return y
        case nn.ReLU6():
            return layers.ReLU(6.0)(x)
        case _:
            return x


def add_convolution(module: nn.Conv2d, x: tf.Tensor) -> tf.Tensor:
    """Padded as in torch: alike on all sides, also where the stride is 2."""
    if padding := int(module.padding[0]):
        x = layers.ZeroPadding2D(padding)(x)
    kernel, stride = int(module.kernel_size[0]), int(module.stride[0])
    if module.groups > 1:
        layer = layers.DepthwiseConv2D(kernel, stride, use_bias=False)
        order = (2, 3, 0, 1)
    else:
        layer = layers.Conv2D(module.out_channels, kernel, stride, use_bias=False)
        order = (2, 3, 1, 0)
    y = layer(x)
    layer.set_weights([module.weight.detach().numpy().transpose(order)])
    return y


def tflite(model: tf.keras.Model, batches: list[np.ndarray]) -> bytes:
    """Integers inside, floats outside; batches are [360, 8, 8, 1]."""

    def samples() -> Iterator[list[np.ndarray]]:
        for batch in batches:
            yield [batch]

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = samples
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    return converter.convert()


def interpret(model: bytes, x: np.ndarray) -> np.ndarray:
    """What TFLite gives, by its reference kernels: the optimized ones differ between processors."""
    resolver = tf.lite.experimental.OpResolverType.BUILTIN_REF
    interpreter = tf.lite.Interpreter(model_content=model, experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
