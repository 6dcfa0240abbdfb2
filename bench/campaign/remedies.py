"""What layer normalisation, loops and recurrent kernels do to a gradient, in float64: the values that docs/remedies.md
calls told in those rows. Shares no code with Gradloom. Run by hand: python bench/campaign/remedies.py"""

import numpy as np

WIDTH, BATCH, EPSILON, SEEDS = 64, 256, 1e-3, range(9)


def glorot(stream, rows, columns):
    limit = np.sqrt(6 / (rows + columns))
    return stream.uniform(-limit, limit, (rows, columns))


def he(stream, rows, columns):
    return stream.normal(0, np.sqrt(2 / rows), (rows, columns))


def orthogonal(gain):
    def start(stream, rows, _columns):
        factor, triangle = np.linalg.qr(stream.normal(size=(rows, rows)))
        return gain * factor * np.sign(np.diag(triangle))

    return start


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


FUNCTIONS = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "linear": (lambda z: z, np.ones_like),
}


def normalise(h):
    deviation = np.sqrt(h.var(1, keepdims=True) + EPSILON)
    return (h - h.mean(1, keepdims=True)) / deviation, deviation


def through_normalisation(normalised, deviation, gradient):
    along = (gradient * normalised).mean(1, keepdims=True)
    return (gradient - gradient.mean(1, keepdims=True) - normalised * along) / deviation


def stack(seed, name, start, depth, residual=False, normalised=True, shared=False):
    """L2 of the gradient at the bottom, and behind the first layer, over that at the top."""
    stream = np.random.default_rng(seed)
    function, slope = FUNCTIONS[name]
    h, layers, matrix = stream.normal(size=(BATCH, WIDTH)), [], None
    for _ in range(depth):
        matrix = matrix if shared and matrix is not None else start(stream, WIDTH, WIDTH)
        read, deviation = normalise(h) if normalised else (h, None)
        z = read @ matrix
        layers.append((matrix, read, deviation, z))
        h = h + function(z) if residual else function(z)
    gradient = stream.normal(size=h.shape)
    top = first = np.linalg.norm(gradient)
    for at, (matrix, read, deviation, z) in enumerate(reversed(layers)):
        if at == depth - 1:
            first = np.linalg.norm(gradient)
        branch = (gradient * slope(z)) @ matrix.T
        branch = through_normalisation(read, deviation, branch) if normalised else branch
        gradient = gradient + branch if residual else branch
    return np.linalg.norm(gradient) / top, first / top


def cell(seed, gain, steps=50, features=16, batch=64):
    """L2 of the gradient at the state before the first step over that behind the last, of a tanh cell."""
    stream = np.random.default_rng(seed)
    recurrent, kernel = orthogonal(gain)(stream, WIDTH, WIDTH), glorot(stream, features, WIDTH)
    h, layers = np.zeros((batch, WIDTH)), []
    for _ in range(steps):
        z = stream.normal(size=(batch, features)) @ kernel + h @ recurrent
        h = np.tanh(z)
        layers.append(z)
    gradient = stream.normal(size=h.shape)
    top = np.linalg.norm(gradient)
    for z in reversed(layers):
        gradient = (gradient * (1 - np.tanh(z) ** 2)) @ recurrent.T
    return np.linalg.norm(gradient) / top


def told(words, values):
    print(f"{words}: {np.median(list(values)):.2g}")


told("sigmoid, layer normalisation, 50 layers", (stack(s, "sigmoid", glorot, 50)[0] for s in SEEDS))
told("ReLU + He, layer normalisation, 50 layers", (stack(s, "relu", he, 50)[0] for s in SEEDS))
told("ReLU + He, residual, layer normalisation, 50", (stack(s, "relu", he, 50, residual=True)[0] for s in SEEDS))
told("loop, 1.25·Q, layer normalisation, 40", (stack(s, "linear", orthogonal(1.25), 40, shared=True)[1] for s in SEEDS))
told(
    "loop, ReLU + He, residual, 40",
    (stack(s, "relu", he, 40, residual=True, normalised=False, shared=True)[1] for s in SEEDS),
)
told(
    "loop, ReLU + He, residual, layer normalisation, 40",
    (stack(s, "relu", he, 40, residual=True, shared=True)[1] for s in SEEDS),
)
for gain in (0.5, 1, 4):
    told(f"tanh cell, {gain}·Q, 50 steps", (cell(s, gain) for s in SEEDS))
