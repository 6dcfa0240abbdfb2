/** Python that a network needs where Keras has no layer of its own, by name. */
export const preamble: Readonly<Record<string, string>> = {
  Parameter: `class Parameter(layers.Layer):
    """A weight as a value: the same for every example of what it is given."""

    def __init__(self, shape, **options):
        super().__init__(**options)
        self.value = self.add_weight(shape=shape, name="value", trainable=self.trainable)

    def call(self, x):
        return ops.broadcast_to(self.value, (ops.shape(x)[0], *self.value.shape))
`,
  Repeated: `class Repeated(layers.Layer):
    """Fixed numbers as a value: the same for every example of what it is given."""

    def __init__(self, values, shape, dtype="float32"):
        super().__init__()
        self.values = np.broadcast_to(np.reshape(values, shape) if np.ndim(values) else values, shape).astype(dtype)

    def call(self, x):
        return ops.broadcast_to(self.values, (ops.shape(x)[0], *self.values.shape))
`,
  ScaleBias: `class ScaleBias(layers.Layer):
    """x * scale + bias, with weights that broadcast."""

    def __init__(self, scale=None, bias=None, **options):
        super().__init__(**options)
        self.scale = None if scale is None else self.add_weight(shape=scale, initializer="ones", name="scale")
        self.bias = None if bias is None else self.add_weight(shape=bias, initializer="zeros", name="bias")

    def call(self, x):
        scaled = x if self.scale is None else x * self.scale
        return scaled if self.bias is None else scaled + self.bias
`,
};
