"""PyTorch, eager, in the bench; the same protocol as keras_contestant.py."""

import json
import sys
import time

answers, sys.stdout = sys.stdout, sys.stderr

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class Same(nn.Module):
    """A convolution with TensorFlow's "same" padding: an odd zero goes to the end."""

    def __init__(self, inputs, filters, size, stride, bias=True):
        super().__init__()
        self.convolution = nn.Conv2d(inputs, filters, size, stride, bias=bias)
        self.size, self.stride = size, stride

    def forward(self, x):
        pads = []
        for length in (x.shape[3], x.shape[2]):
            total = max((-(-length // self.stride) - 1) * self.stride + self.size - length, 0)
            pads += [total // 2, total - total // 2]
        return self.convolution(F.pad(x, pads) if any(pads) else x)


def channels_first(x):
    return x.permute(0, 3, 1, 2)


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleDict({"first": nn.Linear(784, 512), "second": nn.Linear(512, 512), "logits": nn.Linear(512, 10)})

    def forward(self, x):
        p = self.parts
        return p["logits"](F.relu(p["second"](F.relu(p["first"](x)))))


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleDict(
            {"first": nn.Conv2d(1, 32, 3), "second": nn.Conv2d(32, 64, 3), "hidden": nn.Linear(1600, 128), "logits": nn.Linear(128, 10)}
        )

    def forward(self, x):
        p = self.parts
        x = F.max_pool2d(F.relu(p["first"](channels_first(x))), 2)
        x = F.max_pool2d(F.relu(p["second"](x)), 2)
        # Rows of the dense kernel are in the order height, width, channel.
        return p["logits"](F.relu(p["hidden"](x.permute(0, 2, 3, 1).flatten(1))))


class Resnet(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleDict()
        self.convolve("stem", 3, 16, 1)
        before = 16
        for stage, filters in enumerate([16, 32, 64]):
            for block in range(3):
                first = stage > 0 and block == 0
                self.convolve(f"block-{stage}-{block}-a", before, filters, 2 if first else 1)
                self.convolve(f"block-{stage}-{block}-b", filters, filters, 1)
                if first:
                    self.convolve(f"block-{stage}-{block}-c", before, filters, 2, 1)
                before = filters
        self.parts["logits"] = nn.Linear(64, 10)

    def convolve(self, name, inputs, filters, stride, size=3):
        self.parts[name] = Same(inputs, filters, size, stride, bias=False)
        self.parts[name + "-norm"] = nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01)

    def run(self, name, x):
        return self.parts[name + "-norm"](self.parts[name](x))

    def forward(self, x):
        x = F.relu(self.run("stem", channels_first(x)))
        for stage in range(3):
            for block in range(3):
                name = f"block-{stage}-{block}"
                y = self.run(name + "-b", F.relu(self.run(name + "-a", x)))
                x = F.relu(y + (self.run(name + "-c", x) if name + "-c" in self.parts else x))
        return self.parts["logits"](x.mean((2, 3)))


class Gru(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleDict({"gru": nn.GRU(32, 64, batch_first=True), "logits": nn.Linear(64, 10)})

    def forward(self, x):
        return self.parts["logits"](self.parts["gru"](x)[0][:, -1])


class Rla(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleDict(
            {
                "stem-1": Same(1, 16, 3, 2),
                "stem-2": Same(16, 16, 3, 2),
                "norm": nn.LayerNorm(24, eps=1e-3),
                "conv-x": Same(24, 16, 3, 1),
                "conv-h": Same(24, 8, 3, 1),
                "logits": nn.Linear(16, 10),
            }
        )

    def forward(self, x):
        p = self.parts
        x = torch.tanh(p["stem-2"](torch.tanh(p["stem-1"](channels_first(x)))))
        h = x.new_zeros(x.shape[0], 8, 7, 7)
        for _ in range(20):
            # Over height, width and channels' axis only: moved to the end and back.
            joined = channels_first(p["norm"](torch.cat([x, h], 1).permute(0, 2, 3, 1)))
            x, h = torch.tanh(p["conv-x"](joined)) + x, torch.tanh(p["conv-h"](joined))
        return p["logits"](x.mean((2, 3)))


def sinusoids(steps, features):
    position, feature = np.arange(steps)[:, None], np.arange(features)[None]
    angle = position / 10000 ** ((feature - feature % 2) / features)
    return torch.tensor(np.where(feature % 2 == 0, np.sin(angle), np.cos(angle)).astype("float32"))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleDict({"words": nn.Embedding(200, 64), "logits": nn.Linear(64, 10)})
        self.positions = sinusoids(48, 64)
        for layer in ["one", "two"]:
            for name in ["query", "key", "value", "projection"]:
                self.parts[f"{layer}-{name}"] = nn.Linear(64, 64)
            self.parts[layer + "-norm-1"] = nn.LayerNorm(64, eps=1e-3)
            self.parts[layer + "-norm-2"] = nn.LayerNorm(64, eps=1e-3)
            self.parts[layer + "-wide"] = nn.Linear(64, 128)
            self.parts[layer + "-narrow"] = nn.Linear(128, 64)

    def forward(self, x):
        p = self.parts
        x = p["words"](x.long()) + self.positions
        for layer in ["one", "two"]:
            q, k, v = (p[f"{layer}-{n}"](x).unflatten(2, (4, 16)).transpose(1, 2) for n in ["query", "key", "value"])
            seen = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
            x = p[layer + "-norm-1"](x + p[layer + "-projection"](seen))
            x = p[layer + "-norm-2"](x + p[layer + "-narrow"](F.relu(p[layer + "-wide"](x))))
        return p["logits"](x.mean(1))


class Vqa(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleDict(
            {
                "words": nn.Embedding(40, 32),
                "gru": nn.GRU(32, 64, batch_first=True),
                "query": nn.Linear(128, 64),
                "memory": nn.GRUCell(64, 64),
                "logits": nn.Linear(128, 10),
            }
        )
        before = 3
        for at, filters in enumerate([24, 24, 32, 64]):
            self.parts[f"conv-{at}"] = Same(before, filters, 3, 2)
            before = filters

    def forward(self, x, question):
        p = self.parts
        x = channels_first(x)
        for at in range(4):
            x = F.relu(p[f"conv-{at}"](x))
        regions = x.permute(0, 2, 3, 1).flatten(1, 2)
        q = p["gru"](p["words"](question.long()))[0][:, -1]
        m = torch.zeros_like(q)
        for _ in range(4):
            u = p["query"](torch.cat([q, m], 1))
            a = F.softmax((regions @ u.unsqueeze(2)).squeeze(2), 1)
            m = p["memory"]((a.unsqueeze(1) @ regions).squeeze(1), m)
        return p["logits"](torch.cat([m, q], 1))


def gates(x):
    """From Keras's order z, r, h to PyTorch's r, z, n, along the first axis."""
    z, r, h = np.split(x, 3)
    return np.concatenate([r, z, h])


def arrays(name, part, weights):
    """What each parameter and buffer of a part starts with, in the order of its state."""
    get = lambda slot: weights[f"{name}/{slot}"]
    if isinstance(part, nn.Linear):
        return {"weight": get("kernel").T, "bias": get("bias")}
    if isinstance(part, nn.Conv2d):
        state = {"weight": get("kernel").transpose(3, 2, 0, 1)}
        return state if part.bias is None else {**state, "bias": get("bias")}
    if isinstance(part, nn.BatchNorm2d):
        state = {"weight": get("gamma"), "bias": get("beta")}
        return {**state, "running_mean": get("movingMean"), "running_var": get("movingVariance")}
    if isinstance(part, nn.LayerNorm):
        return {"weight": get("gamma"), "bias": get("beta")}
    if isinstance(part, nn.Embedding):
        return {"weight": get("table")}
    end = "_l0" if isinstance(part, nn.GRU) else ""
    bias = get("bias")
    return {
        "weight_ih" + end: gates(get("kernel").T),
        "weight_hh" + end: gates(get("recurrentKernel").T),
        "bias_ih" + end: gates(bias[0]),
        "bias_hh" + end: gates(bias[1]),
    }


NAMES = {"mlp": ["x"], "vqa": ["x", "question"]}


class Contestant:
    def __init__(self, name, folder):
        data, weights = np.load(f"{folder}/data.npz"), np.load(f"{folder}/weights.npz")
        self.batch = int(data["batch"][0])
        self.model = globals()[name.capitalize()]()
        for key, part in self.model.parts.items():
            inner = part.convolution if isinstance(part, Same) else part
            state = {k: torch.tensor(np.ascontiguousarray(v)) for k, v in arrays(key, inner, weights).items()}
            missing = set(inner.load_state_dict(state, strict=False).missing_keys) - {"num_batches_tracked"}
            assert not missing, f"{key} lacks {missing}"
        inputs = [torch.tensor(data[key]) for key in NAMES.get(name, ["x"])]
        labels = torch.tensor(data["label"]).long()
        self.ready = [
            ([x[at : at + self.batch].contiguous() for x in inputs], labels[at : at + self.batch])
            for at in range(0, len(labels), self.batch)
        ]
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3, eps=1e-7)
        x, y = self.ready[0]
        before = {k: v.clone() for k, v in self.model.state_dict().items()}
        with torch.no_grad():
            self.loss = F.cross_entropy(self.model(*x), y).item()
        self.model.load_state_dict(before)

    def eager(self, steps):
        start = time.perf_counter()
        for at in range(steps):
            x, y = self.ready[at % len(self.ready)]
            self.optimizer.zero_grad()
            loss = F.cross_entropy(self.model(*x), y)
            loss.backward()
            self.optimizer.step()
        loss.item()
        return time.perf_counter() - start


contestant = None
for line in sys.stdin:
    order = json.loads(line)
    if "load" in order:
        contestant = Contestant(order["load"], order["folder"])
        answer = {"loss": contestant.loss, "version": f"PyTorch {torch.__version__}"}
    else:
        answer = {"seconds": contestant.eager(order["steps"])}
    print(json.dumps(answer), file=answers, flush=True)
