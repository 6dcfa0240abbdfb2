"""Reads exported models with the frameworks they are made for, and writes what these predict.

Usage: readers.py READER FOLDER. Each folder in FOLDER holds `model…` and `inputs.npz`; `outputs.npz` is written beside
them, or `error.txt`. Outputs are in the order of `outputs.json`.
"""

import importlib.util
import json
import os
import pathlib
import sys
import traceback

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["KERAS_BACKEND"] = "tensorflow"

import numpy as np


def as_list(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


def read_keras(folder, inputs, outputs, suffix):
    import keras

    model = keras.saving.load_model(folder / f"model{suffix}", compile=False)
    values = [inputs[tensor.name.split(":")[0]] for tensor in model.inputs]
    predicted = as_list(model(values if len(values) > 1 else values[0], training=False))
    return dict(zip(outputs, [np.asarray(value) for value in predicted]))


def read_saved_model(folder, inputs, outputs):
    import tensorflow as tf

    model = tf.saved_model.load(str(folder / "model"))
    predict = model.signatures["serving_default"]
    predicted = predict(**{name: tf.constant(value) for name, value in inputs.items()})
    return {name: predicted[name].numpy() for name in outputs}


def read_tflite(folder, inputs, outputs):
    import tensorflow as tf

    interpreter = tf.lite.Interpreter(model_path=str(folder / "model.tflite"))
    runner_inputs = {detail["name"]: detail for detail in interpreter.get_input_details()}
    for name, value in inputs.items():
        interpreter.resize_tensor_input(runner_inputs[name]["index"], value.shape)
    interpreter.allocate_tensors()
    for name, value in inputs.items():
        interpreter.set_tensor(runner_inputs[name]["index"], value)
    interpreter.invoke()
    found = {detail["name"]: detail for detail in interpreter.get_output_details()}
    return {name: interpreter.get_tensor(found[name]["index"]) for name in outputs}


def load_module(folder, name):
    specification = importlib.util.spec_from_file_location(name, folder / "model" / "model.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def read_torch(folder, inputs, outputs):
    import torch

    module = load_module(folder, f"torch_{folder.name}")
    network = module.load(folder / "model" / "weights.safetensors")
    with torch.no_grad():
        given = {name: torch.from_numpy(value) for name, value in inputs.items()}
        predicted = network.predict(**given)
        # A device without memory stands for a GPU: an operation that mixes devices ends there as it would on one.
        elsewhere = network.to("meta").predict(**{name: value.to("meta") for name, value in given.items()})
        assert all(value.device.type == "meta" for value in elsewhere.values()), "a value stays on the processor"
    return {name: predicted[name].detach().numpy() for name in outputs}


def read_keras_code(folder, inputs, outputs):
    module = load_module(folder, f"keras_{folder.name}")
    model = module.load(folder / "model" / "weights.npz")
    predicted = module.predict(model, **inputs)
    return {name: np.asarray(predicted[name]) for name in outputs}


readers = {
    "keras": lambda *given: read_keras(*given, ".keras"),
    "h5": lambda *given: read_keras(*given, ".h5"),
    "savedmodel": read_saved_model,
    "tflite": read_tflite,
    "pytorch": read_torch,
    "keras-code": read_keras_code,
}

reader, where = sys.argv[1:]
for case in sorted(pathlib.Path(where).iterdir()):
    if (case / "outputs.npz").exists() or (case / "error.txt").exists():
        continue
    try:
        given = dict(np.load(case / "inputs.npz"))
        np.savez(case / "outputs.npz", **readers[reader](case, given, json.loads((case / "outputs.json").read_text())))
    except Exception as error:
        (case / "error.txt").write_text("".join(traceback.format_exception_only(error))[-600:])
