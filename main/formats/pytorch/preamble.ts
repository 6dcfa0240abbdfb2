/** Python that a module needs where PyTorch has nothing of its own, by name. */
export const preamble: Readonly<Record<string, string>> = {
  average_pool: `def average_pool(pool, x, size, stride, pads):
    """Average pooling that pads as TensorFlow does and does not count the padding."""
    inside = pool(F.pad(torch.ones_like(x), pads), size, stride=stride)
    return pool(F.pad(x, pads), size, stride=stride) / inside
`,
  Recurrent: `class Recurrent(nn.Module):
    """A recurrent layer as Keras computes it: every step, masks, both places of the GRU's reset gate."""

    functions = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": F.relu, "linear": lambda x: x}

    def __init__(self, features, units, cell, activation, gate="sigmoid", reset_after=False, reverse=False, bias=True):
        super().__init__()
        width = {"simple": 1, "gru": 3, "lstm": 4}[cell] * units
        self.units, self.cell, self.reset_after, self.reverse = units, cell, reset_after, reverse
        self.activation, self.gate = self.functions[activation], self.functions[gate]
        self.kernel = nn.Parameter(torch.zeros(features, width))
        self.recurrent_kernel = nn.Parameter(torch.zeros(units, width))
        self.bias = nn.Parameter(torch.zeros((2, width) if reset_after else (width,))) if bias else None

    def advance(self, x, h, c):
        if self.cell == "simple":
            return self.activation(x + h @ self.recurrent_kernel), c
        if self.cell == "lstm":
            i, f, candidate, o = (x + h @ self.recurrent_kernel).chunk(4, dim=-1)
            c = self.gate(f) * c + self.gate(i) * self.activation(candidate)
            return self.gate(o) * self.activation(c), c
        x_z, x_r, x_h = x.chunk(3, dim=-1)
        if self.reset_after:
            inner = h @ self.recurrent_kernel
            h_z, h_r, h_h = (inner if self.bias is None else inner + self.bias[1]).chunk(3, dim=-1)
            z, r = self.gate(x_z + h_z), self.gate(x_r + h_r)
            candidate = self.activation(x_h + r * h_h)
        else:
            u_z, u_r, u_h = self.recurrent_kernel.chunk(3, dim=-1)
            z, r = self.gate(x_z + h @ u_z), self.gate(x_r + h @ u_r)
            candidate = self.activation(x_h + (r * h) @ u_h)
        return z * h + (1 - z) * candidate, c

    def forward(self, x, mask=None):
        given = x @ self.kernel
        if self.bias is not None:
            given = given + (self.bias[0] if self.reset_after else self.bias)
        h = c = x.new_zeros(x.shape[0], self.units)
        steps = [None] * x.shape[1]
        for step in reversed(range(len(steps))) if self.reverse else range(len(steps)):
            h_next, c_next = self.advance(given[:, step], h, c)
            if mask is not None:
                kept = mask[:, step, None]
                h_next, c_next = torch.where(kept, h_next, h), torch.where(kept, c_next, c)
            h, c = h_next, c_next
            steps[step] = h
        return torch.stack(steps, dim=1)
`,
};
