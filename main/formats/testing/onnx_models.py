"""Writes ONNX models as PyTorch and onnx.helper make them, with inputs; ONNX Runtime is the judge of what they predict.

Usage: onnx_models.py FOLDER CASE... Each case becomes `CASE.onnx`.
"""

import pathlib
import sys

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn import functional

random = np.random.default_rng(5)
torch.manual_seed(5)


class Residual(nn.Module):
    def __init__(self, before, after, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)
        shortcut = [nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after)]
        self.downsample = nn.Sequential(*shortcut) if stride > 1 else None

    def forward(self, x):
        kept = x if self.downsample is None else self.downsample(x)
        x = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.bn2(self.conv2(x)) + kept)


class ResNet(nn.Module):
    """ResNet-18 with an eighth of the channels."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        widths = [8, 8, 16, 32, 64]
        for index in range(1, 5):
            before, after = widths[index - 1], widths[index]
            blocks = [Residual(before, after, 1 if index == 1 else 2), Residual(after, after, 1)]
            setattr(self, f"layer{index}", nn.Sequential(*blocks))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x = self.maxpool(functional.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class Inverted(nn.Module):
    def __init__(self, before, after, stride, activation=nn.ReLU6, squeezed=False):
        super().__init__()
        wide = 4 * before
        self.expand = nn.Sequential(nn.Conv2d(before, wide, 1, bias=False), nn.BatchNorm2d(wide), activation())
        depthwise = nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False)
        self.depthwise = nn.Sequential(depthwise, nn.BatchNorm2d(wide), activation())
        parts = [nn.AdaptiveAvgPool2d(1), nn.Conv2d(wide, before, 1), nn.ReLU(), nn.Conv2d(before, wide, 1)]
        self.gate = nn.Sequential(*parts, nn.Hardsigmoid()) if squeezed else None
        self.project = nn.Sequential(nn.Conv2d(wide, after, 1, bias=False), nn.BatchNorm2d(after))
        self.is_residual = stride == 1 and before == after

    def forward(self, given):
        x = self.depthwise(self.expand(given))
        x = x if self.gate is None else x * self.gate(x)
        x = self.project(x)
        return x + given if self.is_residual else x


def mobilenet_v2():
    blocks = [Inverted(8, 12, 2), Inverted(12, 12, 1), Inverted(12, 16, 2), Inverted(16, 16, 1)]
    stem = [nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU6()]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(16, 7), nn.Softmax(1)]
    return nn.Sequential(*stem, *blocks, *head)


def mobilenet_v3():
    hard, swish = nn.Hardswish, nn.SiLU
    blocks = [Inverted(8, 12, 2, hard, True), Inverted(12, 12, 1, swish, True), Inverted(12, 16, 2, nn.GELU)]
    stem = [nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), hard()]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 8), hard(), nn.Linear(8, 5)]
    return nn.Sequential(*stem, *blocks, *head)


def vgg():
    """Its image is flattened before it is one pixel: the rows of the first dense layer take the order on."""
    convolutions = [nn.Conv2d(3, 8, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 12, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(2)]
    dense = [nn.Flatten(), nn.Linear(12 * 7 * 5, 20), nn.ReLU(), nn.Dropout(), nn.Linear(20, 6)]
    return nn.Sequential(*convolutions, nn.AdaptiveAvgPool2d((7, 5)), *dense)


class ShuffleDense(nn.Module):
    """DenseNet's concatenations, ShuffleNet's halves and shuffle, Inception's and SqueezeNet's pooling."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 6, 3, 2)
        self.norm = nn.BatchNorm2d(9)
        self.second = nn.Conv2d(6, 3, 3, padding=1)
        self.grouped = nn.Conv2d(10, 10, (1, 3), padding=(0, 1), groups=5)
        self.prelu = nn.PReLU(10)
        self.mix = nn.Conv2d(9, 10, 1)
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        x = functional.relu(self.first(x * 2.0 - 1.0))
        x = functional.leaky_relu(self.norm(torch.cat([x, self.second(x)], 1)), 0.1)
        x = functional.max_pool2d(functional.relu(self.mix(x)), 3, 2, ceil_mode=True)
        x = x + functional.avg_pool2d(x, 3, 1, 1)
        batch, channels, height, width = x.shape
        x = x.view(batch, 2, channels // 2, height, width).transpose(1, 2).reshape(batch, channels, height, width)
        left, right = x.chunk(2, 1)
        x = torch.cat([left, functional.elu(right)], 1)
        x = self.prelu(self.grouped(x))
        return functional.log_softmax(self.fc(x.mean([2, 3])), 1)


class Windows(nn.Module):
    """Attention within windows, which are shifted the second time, with a table of positions, as Swin has it."""

    def __init__(self, size, shift, cosine):
        super().__init__()
        self.shift, self.cosine = shift, cosine
        self.qkv, self.out = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.norm = nn.LayerNorm(size)
        self.table = nn.Parameter(torch.randn(9, 2))
        self.scale = nn.Parameter(torch.rand(2, 1, 1) + 4.2)
        self.positions = nn.Sequential(nn.Linear(2, 6), nn.ReLU(), nn.Linear(6, 2, bias=False))
        places = torch.stack(torch.meshgrid(torch.arange(2), torch.arange(2), indexing="ij")).flatten(1)
        offsets = (places[:, :, None] - places[:, None, :] + 1).permute(1, 2, 0)
        self.register_buffer("index", (offsets[..., 0] * 3 + offsets[..., 1]).flatten())
        self.register_buffer("grid", torch.randn(3, 3, 2))

    def forward(self, x):
        n, h, w, c = x.shape
        kept, x = x, self.norm(x)
        x = functional.pad(x, (0, 0, 0, (2 - w % 2) % 2, 0, (2 - h % 2) % 2))
        rows, columns = x.shape[1], x.shape[2]
        if self.shift:
            x = torch.roll(x, shifts=(-1, -1), dims=(1, 2))
        windows = (rows // 2) * (columns // 2)
        x = x.view(n, rows // 2, 2, columns // 2, 2, c).permute(0, 1, 3, 2, 4, 5).reshape(n * windows, 4, c)
        q, k, v = self.qkv(x).reshape(x.size(0), 4, 3, 2, c // 2).permute(2, 0, 3, 1, 4)
        if self.cosine:
            scores = functional.normalize(q, dim=-1) @ functional.normalize(k, dim=-1).transpose(-2, -1)
            scores = scores * torch.clamp(self.scale, max=4.6).exp()
            table = 16 * torch.sigmoid(self.positions(self.grid).view(9, 2))
        else:
            scores = (q * (c // 2) ** -0.5).matmul(k.transpose(-2, -1))
            table = self.table
        scores = scores + table[self.index].view(4, 4, 2).permute(2, 0, 1).contiguous().unsqueeze(0)
        if self.shift:
            parts = x.new_zeros((rows, columns))
            for count, (above, below) in enumerate([(0, -2), (-2, -1), (-1, rows)]):
                parts[above:below, -1:] = count
                parts[above:below, :-1] = count + 3
            parts = parts.view(rows // 2, 2, columns // 2, 2).permute(0, 2, 1, 3).reshape(windows, 4)
            apart = parts.unsqueeze(1) - parts.unsqueeze(2)
            apart = apart.masked_fill(apart != 0, -100.0).masked_fill(apart == 0, 0.0)
            scores = scores.view(n, windows, 2, 4, 4) + apart.unsqueeze(1).unsqueeze(0)
            scores = scores.view(-1, 2, 4, 4)
        x = self.out(scores.softmax(-1).matmul(v).transpose(1, 2).reshape(x.size(0), 4, c))
        x = x.view(n, rows // 2, columns // 2, 2, 2, c).permute(0, 1, 3, 2, 4, 5).reshape(n, rows, columns, c)
        if self.shift:
            x = torch.roll(x, shifts=(1, 1), dims=(1, 2))
        return kept + x[:, :h, :w, :]


class Vision(nn.Module):
    """What vision transformers of torchvision are made of: windows, patches that merge, heads in the batch, a class token."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, 4)
        self.windows = nn.Sequential(Windows(8, False, False), Windows(8, True, False), Windows(8, True, True))
        self.merged = nn.Linear(32, 6)
        self.qkv = nn.Linear(6, 18)
        self.token = nn.Parameter(torch.randn(1, 1, 6))
        self.places = nn.Parameter(torch.randn(1, 10, 6))
        self.encoder = nn.TransformerEncoderLayer(6, 2, 12, 0.0, nn.functional.gelu, batch_first=True)
        self.head = nn.Linear(6, 4)

    def forward(self, x):
        x = self.windows(self.patches(x).permute(0, 2, 3, 1))
        x = torch.cat([x[:, 0::2, 0::2], x[:, 1::2, 0::2], x[:, 0::2, 1::2], x[:, 1::2, 1::2]], -1)
        x = self.merged(x).flatten(1, 2)
        q, k, v = self.qkv(x).reshape(x.shape[0], 1, 9, 18).chunk(3, dim=3)
        scores = torch.einsum("B G I D, B G J D -> B G I J", q, k).softmax(-1)
        x = x + torch.einsum("B G I J, B G J D -> B G I D", scores, v).flatten(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1) + self.places
        torch.backends.mha.set_fastpath_enabled(False)
        return self.head(self.encoder(x)[:, 0])


torch_cases = {
    "vision": (Vision, (1, 3, 24, 24)),
    "vision-open": (Vision, (3, 3, 24, 24)),
    "resnet": (ResNet, (2, 3, 64, 64)),
    "mobilenet-v2": (mobilenet_v2, (2, 3, 32, 32)),
    "mobilenet-v3": (mobilenet_v3, (2, 3, 32, 32)),
    "vgg": (vgg, (2, 3, 28, 20)),
    "shuffle-dense": (ShuffleDense, (2, 3, 30, 34)),
}


def from_torch(name, path):
    build, shape = torch_cases[name]
    model = build().eval()
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.running_mean.normal_(0, 0.1)
                module.running_var.uniform_(0.6, 1.4)
                module.weight.uniform_(0.7, 1.3)
                module.bias.normal_(0, 0.1)
    options = {"input_names": ["image"], "output_names": ["scores"], "dynamic_axes": {"image": {0: "batch"}}}
    # VGG and one of the transformers keep the batch that they were traced with; MobileNetV2 its batch normalisations.
    if name in ("vgg", "vision"):
        options.pop("dynamic_axes")
    kept = {"do_constant_folding": False, "training": torch.onnx.TrainingMode.PRESERVE} if name == "mobilenet-v2" else {}
    torch.onnx.export(model, (torch.randn(shape),), str(path), dynamo=False, opset_version=17, **options, **kept)


def tensor(name, *shape):
    return numpy_helper.from_array(random.standard_normal(shape).astype(np.float32), name)


def model_of(nodes, inputs, outputs, tensors, opset=13):
    graph = helper.make_graph(
        nodes,
        "made",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *shape]) for name, shape in inputs],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *shape]) for name, shape in outputs],
        tensors,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def channels_last():
    """As tf2onnx writes a Keras model: turned at the start and before the dense layer."""
    return model_of(
        [
            helper.make_node("Transpose", ["x"], ["t"], perm=[0, 3, 1, 2]),
            helper.make_node("Conv", ["t", "k"], ["c"], auto_pad="SAME_UPPER", strides=[2, 2]),
            helper.make_node("Add", ["c", "b"], ["d"]),
            helper.make_node("Relu", ["d"], ["r"]),
            helper.make_node("AveragePool", ["r"], ["p"], kernel_shape=[2, 2], auto_pad="SAME_UPPER"),
            helper.make_node("Transpose", ["p"], ["u"], perm=[0, 2, 3, 1]),
            helper.make_node("Reshape", ["u", "s"], ["f"]),
            helper.make_node("MatMul", ["f", "w"], ["m"]),
            helper.make_node("Add", ["m", "v"], ["a"]),
            helper.make_node("Softmax", ["a"], ["y"]),
        ],
        [("x", (8, 6, 3))],
        [("y", (4,))],
        [
            tensor("k", 5, 3, 3, 3),
            tensor("b", 1, 5, 1, 1),
            tensor("w", 60, 4),
            tensor("v", 4),
            numpy_helper.from_array(np.array([-1, 60], np.int64), "s"),
        ],
    )


def sequences():
    """Along one axis, and with arithmetic that meets axes of other lengths."""
    return model_of(
        [
            helper.make_node("Conv", ["x", "k"], ["c"], pads=[2, 0], dilations=[2]),
            helper.make_node("MaxPool", ["c"], ["p"], kernel_shape=[2], strides=[2]),
            helper.make_node("ReduceMax", ["p"], ["m"], axes=[1], keepdims=1),
            helper.make_node("Sub", ["p", "m"], ["d"]),
            helper.make_node("Exp", ["d"], ["e"]),
            helper.make_node("ReduceMean", ["e"], ["n"], axes=[2], keepdims=1),
            helper.make_node("Div", ["e", "n"], ["q"]),
            helper.make_node("Transpose", ["q"], ["t"], perm=[0, 2, 1]),
            helper.make_node("MatMul", ["t", "w"], ["g"]),
            helper.make_node("Slice", ["g", "one", "three", "axis"], ["l"]),
            helper.make_node("Squeeze", ["m", "axis"], ["z"]),
            helper.make_node("Sum", ["l", "l", "l"], ["y"]),
            helper.make_node("Mul", ["z", "h"], ["o"]),
        ],
        [("x", (4, 12))],
        [("y", (2, 6)), ("o", (6,))],
        [
            tensor("k", 5, 4, 2),
            tensor("w", 5, 6),
            tensor("h", 6),
            *(numpy_helper.from_array(np.array([number], np.int64), name) for name, number in [("one", 1), ("three", 3), ("axis", 1)]),
        ],
    )


helper_cases = {"channels-last": channels_last, "sequences": sequences}

if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    for case in sys.argv[2:]:
        target = folder / f"{case}.onnx"
        if case in torch_cases:
            from_torch(case, target)
        else:
            onnx.save(helper_cases[case](), target)
