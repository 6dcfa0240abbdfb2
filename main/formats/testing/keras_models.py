"""Writes models of Keras's own layers as `.keras` and `.h5` files, with inputs and what Keras predicts for them.

Usage: keras_models.py FOLDER CASE... Each case becomes a folder with `model.keras`, `model.h5`, `inputs.npz` (by input layer)
and `outputs.npz` (in order: `0`, `1`, ...).
"""

import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
from keras import layers as L

random = np.random.default_rng(5)


def image(*shape, name=None):
    return L.Input(shape, name=name)


def windows():
    x = given = image(11, 12, 4, name="picture")
    x = L.ZeroPadding2D(((1, 0), (2, 1)))(x)
    x = L.Conv2D(6, (3, 2), strides=(2, 1), activation="relu", kernel_regularizer="l2")(x)
    x = L.Conv2D(6, 3, dilation_rate=2, padding="same", groups=2, use_bias=False)(x)
    x = L.BatchNormalization(momentum=0.9)(x)
    x = L.PReLU(shared_axes=[1, 2])(x)
    x = L.DepthwiseConv2D(3, depth_multiplier=2, padding="same", activation="silu")(x)
    x = L.SeparableConv2D(8, 3, padding="same", activation="gelu")(x)
    x = L.SpatialDropout2D(0.2)(x)
    x = L.Conv2DTranspose(4, 3, strides=2, padding="same")(x)
    x = L.UpSampling2D((1, 2))(x)
    x = L.Cropping2D(((1, 2), (0, 1)))(x)
    x = L.LeakyReLU(negative_slope=0.1)(x)
    x = L.AveragePooling2D(3, strides=2, padding="same")(x)
    x = L.GroupNormalization(2)(x)
    x = L.ReLU(max_value=3.0)(x)
    x = L.MaxPooling2D()(x)
    most = L.GlobalMaxPooling2D(keepdims=True)(x)
    x = L.Multiply()([x, most])
    x = L.GlobalAveragePooling2D()(x)
    x = L.LayerNormalization()(x)
    return keras.Model(given, L.Dense(3, activation="softmax")(L.Dropout(0.5)(x)))


def merges():
    a, b = image(6, 3, name="a"), image(6, 3, name="b")
    x = L.Average()([L.Add()([a, b]), L.Subtract()([a, b]), L.Maximum()([a, b]), L.Minimum()([a, b])])
    x = L.Concatenate(axis=1)([x, a * 2.0 + 1.0, 1.0 - b / 4.0])
    x = L.Permute((2, 1))(x)
    x = L.Conv1D(5, 3, padding="causal", activation="elu")(x)
    x = L.ZeroPadding1D((1, 2))(x)
    x = L.Reshape((-1, 5))(x)
    x = L.Conv1D(4, 2, strides=2)(x)
    x = L.MaxPooling1D(2)(x)
    flat = L.Flatten()(x)
    other = L.GlobalAveragePooling1D()(L.RepeatVector(3)(flat))
    return keras.Model([a, b], [L.Dense(2, activation="sigmoid")(flat), L.Dense(2)(other)])


def sequences():
    ids = L.Input((7,), dtype="int32", name="ids")
    x = L.Embedding(11, 6)(ids)
    x = L.Bidirectional(L.LSTM(3, return_sequences=True))(x)
    x = L.Bidirectional(L.GRU(3, return_sequences=True, reset_after=False), merge_mode="ave")(x)
    x = L.MultiHeadAttention(2, 4, value_dim=5)(x, x, use_causal_mask=True)
    x = L.TimeDistributed(L.Dense(4, activation="tanh"))(x)
    x = L.Attention(use_scale=True)([x, x])
    x = L.AdditiveAttention()([x, x])
    x = L.GRU(4, return_sequences=True)(x)
    back = L.LSTM(3, go_backwards=True)(x)
    x = L.SimpleRNN(3, activation="relu")(x)
    return keras.Model(ids, L.Dense(2)(L.Concatenate()([x, back])))


def nested():
    base = keras.Sequential(
        [L.Input((8, 8, 3)), L.Conv2D(4, 3, padding="same", activation="relu"), L.BatchNormalization(), L.GlobalAveragePooling2D()],
        name="base",
    )
    a, b = image(8, 8, 3, name="left"), image(8, 8, 3, name="right")
    shared = L.Dense(5, activation="tanh", name="shared")
    x = L.Concatenate()([shared(base(a)), shared(base(b))])
    # The same class within and without a nested model: files number them apart.
    x = L.BatchNormalization()(x)
    return keras.Model([a, b], L.Dense(3, activation="softmax", name="class")(x))


def sequential():
    layers = [L.Rescaling(1 / 255), L.Conv2D(4, 3, activation="selu"), L.Flatten(), L.Dense(4, activation="softplus")]
    model = keras.Sequential([*layers, L.Activation("hard_sigmoid"), L.Dense(1, activation="sigmoid")])
    model.build((None, 6, 6, 2))
    return model


def strange():
    """A layer that Gradloom lacks, between layers that it has."""
    given = image(6, 6, 2, name="picture")
    x = L.Conv2D(3, 3, activation="mish", name="bent")(given)
    x = L.UnitNormalization(name="unit")(x)
    return keras.Model(given, L.Dense(2)(L.Flatten()(x)))


def lambdas():
    return keras.Sequential([L.Input((3,)), L.Lambda(lambda x: x * 2, name="doubled"), L.Dense(2)])


def open_length():
    return keras.Sequential([L.Input((None, 3)), L.LSTM(2)])


def application(name, side, **more):
    return lambda: getattr(keras.applications, name)(
        weights=None, input_shape=(side, side, 3), classes=5, **more
    )


applications = {
    "mobilenet-v2": application("MobileNetV2", 32, alpha=0.35),
    "resnet-50": application("ResNet50", 32),
    "densenet-121": application("DenseNet121", 32),
    "efficientnet-b0": application("EfficientNetB0", 32),
    "efficientnet-v2-b0": application("EfficientNetV2B0", 32),
    "xception": application("Xception", 71),
    "vgg-16": application("VGG16", 32),
    "inception-v3": application("InceptionV3", 75),
    "convnext-tiny": application("ConvNeXtTiny", 32),
    "mobilenet-v3": application("MobileNetV3Small", 32),
    "nasnet-mobile": application("NASNetMobile", 32),
}

cases = {
    "windows": windows,
    "merges": merges,
    "sequences": sequences,
    "nested": nested,
    "sequential": sequential,
    "strange": strange,
    "lambdas": lambdas,
    "open-length": open_length,
    **applications,
}


def give_numbers(model):
    """No weight hides a term behind a zero or a one; none is so large that depth blows it up."""
    for variable in model.variables:
        value = np.asarray(variable)
        if "variance" in variable.name:
            variable.assign(0.6 + random.random(value.shape))
        elif np.issubdtype(value.dtype, np.floating) and "seed" not in variable.path:
            variable.assign(value + 0.05 * random.standard_normal(value.shape))


for case in sys.argv[2:]:
    keras.utils.clear_session()
    folder = pathlib.Path(sys.argv[1]) / case
    folder.mkdir()
    model = cases[case]()
    give_numbers(model)
    model.save(folder / "model.keras")
    model.save(folder / "model.h5")
    inputs = {}
    for tensor in model.inputs:
        shape = (1 if case in applications else 2, *[4 if length is None else length for length in tensor.shape[1:]])
        isIndex = tensor.dtype == "int32"
        inputs[tensor.name] = random.integers(0, 11, shape).astype("int32") if isIndex else random.standard_normal(shape).astype("float32")
    outputs = model(list(inputs.values()) if len(inputs) > 1 else list(inputs.values())[0], training=False)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    np.savez(folder / "inputs.npz", **inputs)
    np.savez(folder / "outputs.npz", **{str(index): np.asarray(value) for index, value in enumerate(outputs)})
