"""Writes the classifiers of torchvision as ONNX, the number of examples open, and those of Keras applications as `.keras`, with
weights drawn at random, and what ONNX Runtime and Keras predict; of torchvision also what PyTorch computes in float64.

Usage: classifiers.py FOLDER NAME... A name is `torchvision:resnet18` or `keras:MobileNetV2`. Each becomes a folder with
`model.onnx` or `model.keras`, `inputs.npz` and `outputs.npz`, or `error.txt`. What is there already is left.
"""

import os
import pathlib
import re
import sys
import traceback

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["KERAS_BACKEND"] = "tensorflow"

import numpy as np

EXAMPLES = 2
# Some models take pictures of one size only; the others take smaller ones, which is quicker and the same network.
TORCH_SIZES = {"vit": 224, "swin": 224, "maxvit": 224, "inception": 299, "alexnet": 224, "vgg": 224}
KERAS_SIZES = {"Inception": 139, "Xception": 139, "NASNetMobile": 224}


def size_of(name, sizes, usual):
    return next((size for start, size in sizes.items() if name.startswith(start)), usual)


def torchvision_module():
    import torch

    try:
        import torchvision
    except RuntimeError:
        # A torchvision for another torch: its operators for boxes cannot be loaded, and no classifier needs them.
        for loaded in [name for name in sys.modules if name.startswith("torchvision")]:
            del sys.modules[loaded]
        import importlib.util

        where = pathlib.Path(importlib.util.find_spec("torchvision").origin).parent
        source = (where / "_meta_registrations.py").read_text()
        names = set(re.findall(r"torchvision::(\w+)", source)) | set(re.findall(r'register_meta\("(\w+)"\)', source))
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in names:
            library.define(f"{name}(Tensor x) -> Tensor")
        torchvision_module.library = library
        import torchvision
    return torchvision


def write_torch(name, folder):
    import onnxruntime
    import torch

    torchvision = torchvision_module()
    torch.manual_seed(3)
    options = {"aux_logits": False} if name in ("googlenet", "inception_v3") else {}
    model = getattr(torchvision.models, name)(weights=None, **options)
    size = size_of(name, TORCH_SIZES, 96)
    with torch.no_grad():
        for parameter in model.parameters():
            # A head of zeros or a branch scaled by 1e-6 would hide what lies before it.
            if parameter.abs().max() < 1e-3:
                parameter.normal_(0, 0.02 if parameter.ndim > 1 else 0.5)
        model.train()
        for module in model.modules():
            if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
                module.momentum = None
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        if any(isinstance(module, torch.nn.modules.batchnorm._BatchNorm) for module in model.modules()):
            model(torch.randn(4, 3, size, size))
    model.eval()
    given = torch.randn(EXAMPLES, 3, size, size)
    path = folder / "model.onnx"
    options = {"input_names": ["image"], "dynamic_axes": {"image": {0: "batch"}}}
    torch.onnx.export(model, (given,), str(path), dynamo=False, opset_version=17, **options)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    outputs = session.run(None, {"image": given.numpy()})[0]
    with torch.no_grad():
        exact = model.double()(given.double()).numpy()
    # Images lie channels last in Gradloom.
    np.savez(folder / "inputs.npz", image=np.ascontiguousarray(given.numpy().transpose(0, 2, 3, 1)))
    np.savez(folder / "outputs.npz", output=outputs, exact=exact.astype(np.float32))


def write_keras(name, folder):
    import keras

    keras.utils.set_random_seed(3)
    size = size_of(name, KERAS_SIZES, 96)
    model = getattr(keras.applications, name)(weights=None, input_shape=(size, size, 3))
    random = np.random.default_rng(3)
    given = random.normal(size=(EXAMPLES, size, size, 3)).astype(np.float32)
    # What a Normalization has adapted to takes effect only when it is read anew.
    fixed = {id(w) for layer in model.layers if isinstance(layer, keras.layers.Normalization) for w in layer.weights}
    for weight in model.weights:
        if id(weight) in fixed:
            continue
        values = np.asarray(weight)
        if values.size and np.abs(values).max() < 1e-3 and "moving_mean" not in weight.path and "bias" not in weight.path:
            weight.assign(random.normal(size=values.shape, scale=0.5))
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.1
    if any(isinstance(layer, keras.layers.BatchNormalization) for layer in model.layers):
        for _ in range(3):
            model(random.normal(size=(4, size, size, 3)).astype(np.float32), training=True)
    model.save(folder / "model.keras")
    np.savez(folder / "inputs.npz", image=given)
    np.savez(folder / "outputs.npz", output=model.predict(given, verbose=0))


for full in sys.argv[2:]:
    library, name = full.split(":")
    folder = pathlib.Path(sys.argv[1]) / f"{library}-{name}"
    if (folder / "outputs.npz").exists():
        continue
    folder.mkdir(parents=True, exist_ok=True)
    try:
        {"torchvision": write_torch, "keras": write_keras}[library](name, folder)
    except Exception:
        (folder / "error.txt").write_text(traceback.format_exc())
        print(f"{full}: {traceback.format_exc(limit=-1)}", file=sys.stderr)
