"""Keras in the bench: the networks of networks.ts as a Keras user writes them.

Reads one JSON object a line and answers with one: {"load": name, "folder": ...} gives the loss of the first batch,
{"run": "fit" | "loop", "steps": n} gives seconds.
"""

import json
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
answers, sys.stdout = sys.stdout, sys.stderr

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops


def mlp():
    i = x = keras.Input((784,), name="x")
    x = layers.Dense(512, activation="relu", name="first")(x)
    x = layers.Dense(512, activation="relu", name="second")(x)
    return keras.Model(i, layers.Dense(10, name="logits")(x))


def cnn():
    i = x = keras.Input((28, 28, 1), name="x")
    x = layers.MaxPooling2D()(layers.Conv2D(32, 3, activation="relu", name="first")(x))
    x = layers.MaxPooling2D()(layers.Conv2D(64, 3, activation="relu", name="second")(x))
    x = layers.Dense(128, activation="relu", name="hidden")(layers.Flatten()(x))
    return keras.Model(i, layers.Dense(10, name="logits")(x))


def resnet():
    def convolve(x, name, filters, stride, size=3):
        x = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False, name=name)(x)
        return layers.BatchNormalization(name=name + "-norm")(x)

    i = x = keras.Input((32, 32, 3), name="x")
    x = layers.ReLU()(convolve(x, "stem", 16, 1))
    for stage, filters in enumerate([16, 32, 64]):
        for block in range(3):
            name = f"block-{stage}-{block}"
            first = stage > 0 and block == 0
            y = layers.ReLU()(convolve(x, name + "-a", filters, 2 if first else 1))
            y = convolve(y, name + "-b", filters, 1)
            x = layers.ReLU()(layers.Add()([y, convolve(x, name + "-c", filters, 2, 1) if first else x]))
    return keras.Model(i, layers.Dense(10, name="logits")(layers.GlobalAveragePooling2D()(x)))


def gru():
    i = keras.Input((50, 32), name="x")
    return keras.Model(i, layers.Dense(10, name="logits")(layers.GRU(64, name="gru")(i)))


def rla():
    def convolution(name, filters, stride):
        return layers.Conv2D(filters, 3, strides=stride, padding="same", activation="tanh", name=name)

    i = keras.Input((28, 28, 1), name="x")
    x = convolution("stem-2", 16, 2)(convolution("stem-1", 16, 2)(i))
    h = ops.zeros_like(x[..., :8])
    norm, to_x, to_h = layers.LayerNormalization(name="norm"), convolution("conv-x", 16, 1), convolution("conv-h", 8, 1)
    for _ in range(20):
        joined = norm(layers.Concatenate()([x, h]))
        x, h = layers.Add()([to_x(joined), x]), to_h(joined)
    return keras.Model(i, layers.Dense(10, name="logits")(layers.GlobalAveragePooling2D()(x)))


def sinusoids(steps, features):
    position, feature = np.arange(steps)[:, None], np.arange(features)[None]
    angle = position / 10000 ** ((feature - feature % 2) / features)
    return np.where(feature % 2 == 0, np.sin(angle), np.cos(angle)).astype("float32")


def transformer():
    i = keras.Input((48,), dtype="int32", name="x")
    x = layers.Embedding(200, 64, name="words")(i) + sinusoids(48, 64)
    for layer in ["one", "two"]:
        seen = layers.MultiHeadAttention(4, 16, name=layer)(x, x)
        x = layers.LayerNormalization(name=layer + "-norm-1")(x + seen)
        y = layers.Dense(128, activation="relu", name=layer + "-wide")(x)
        y = layers.Dense(64, name=layer + "-narrow")(y)
        x = layers.LayerNormalization(name=layer + "-norm-2")(x + y)
    return keras.Model(i, layers.Dense(10, name="logits")(layers.GlobalAveragePooling1D()(x)))


def vqa():
    i = x = keras.Input((75, 75, 3), name="x")
    for at, filters in enumerate([24, 24, 32, 64]):
        x = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu", name=f"conv-{at}")(x)
    regions = layers.Reshape((25, 64))(x)
    question = keras.Input((12,), dtype="int32", name="question")
    q = layers.GRU(64, name="gru")(layers.Embedding(40, 32, name="words")(question))
    query, memory = layers.Dense(64, name="query"), layers.GRUCell(64, name="memory")
    m = ops.zeros_like(q)
    for _ in range(4):
        u = query(layers.Concatenate()([q, m]))
        a = ops.softmax(ops.squeeze(ops.matmul(regions, ops.expand_dims(u, 2)), 2))
        clue = ops.squeeze(ops.matmul(ops.expand_dims(a, 1), regions), 1)
        m, _state = memory(clue, [m])
    return keras.Model([i, question], layers.Dense(10, name="logits")(layers.Concatenate()([m, q])))


# The slots of each kind of layer in the order of Keras's get_weights.
SLOTS = {
    "Dense": ["kernel", "bias"],
    "Conv2D": ["kernel", "bias"],
    "BatchNormalization": ["gamma", "beta", "movingMean", "movingVariance"],
    "LayerNormalization": ["gamma", "beta"],
    "GRU": ["kernel", "recurrentKernel", "bias"],
    "GRUCell": ["kernel", "recurrentKernel", "bias"],
    "Embedding": ["table"],
}


def set_weights(model, weights):
    used = set()

    def take(name, shape):
        used.add(name)
        return weights[name].reshape(shape)

    for layer in model.layers:
        shapes = [w.shape for w in layer.get_weights()]
        if not shapes:
            continue
        if isinstance(layer, layers.MultiHeadAttention):
            parts = ["query", "key", "value", "projection"]
            names = [f"{layer.name}-{part}/{slot}" for part in parts for slot in ["kernel", "bias"]]
        else:
            names = [f"{layer.name}/{slot}" for slot in SLOTS[type(layer).__name__]]
        layer.set_weights([take(name, shape) for name, shape in zip(names, shapes)])
    unused = set(weights.files) - used
    assert not unused, f"weights that Keras has no place for: {unused}"


class Contestant:
    def __init__(self, name, folder):
        keras.backend.clear_session()
        data = np.load(f"{folder}/data.npz")
        self.labels = data["label"]
        self.batch = int(data["batch"][0])
        build = globals()[name]
        self.models, self.losses = {}, {}
        for way in ["fit", "loop"]:
            self.models[way] = model = build()
            set_weights(model, np.load(f"{folder}/weights.npz"))
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
            model.compile(optimizer=keras.optimizers.Adam(1e-3, epsilon=1e-7), loss=loss)
        self.inputs = [data[i.name] for i in model.inputs]
        # Batches of the loop lie ready as tensors, one after the other.
        self.ready = [
            ([tf.constant(x[at : at + self.batch]) for x in self.inputs], tf.constant(self.labels[at : at + self.batch]))
            for at in range(0, len(self.labels), self.batch)
        ]
        model = self.models["loop"]
        optimizer, loss = keras.optimizers.Adam(1e-3, epsilon=1e-7), model.loss
        optimizer.build(model.trainable_variables)

        @tf.function
        def step(x, y):
            with tf.GradientTape() as tape:
                value = loss(y, model(x, training=True))
            optimizer.apply_gradients(zip(tape.gradient(value, model.trainable_variables), model.trainable_variables))
            return value

        self.step = step
        x, y = self.ready[0]
        # Not through the model that trains: batch normalisation would move its statistics.
        other = build()
        set_weights(other, np.load(f"{folder}/weights.npz"))
        self.loss = float(loss(y, other(x, training=True)))

    def fit(self, steps):
        # The examples over and over, so that one epoch is one segment.
        count = steps * self.batch
        tiled = lambda x: np.resize(x, (count, *x.shape[1:]))
        x, y = [tiled(x) for x in self.inputs], tiled(self.labels)
        model = self.models["fit"]
        start = time.perf_counter()
        model.fit(x, y, batch_size=self.batch, epochs=1, shuffle=False, verbose=0)
        return time.perf_counter() - start

    def loop(self, steps):
        start = time.perf_counter()
        for at in range(steps):
            value = self.step(*self.ready[at % len(self.ready)])
        value.numpy()
        return time.perf_counter() - start


contestant = None
for line in sys.stdin:
    order = json.loads(line)
    if "load" in order:
        contestant = Contestant(order["load"], order["folder"])
        answer = {"loss": contestant.loss, "version": f"Keras {keras.__version__}, TensorFlow {tf.__version__}"}
    else:
        answer = {"seconds": getattr(contestant, order["run"])(order["steps"])}
    print(json.dumps(answer), file=answers, flush=True)
