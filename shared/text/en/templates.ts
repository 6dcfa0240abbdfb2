/** English names and help of the templates and of their settings: see text.ts. */
export const templateText = {
  'template.plain-or-residual.name': 'Plain or residual?',
  'template.plain-or-residual.help':
    'One input, two stacks of the same dense layers: one plain, one residual and normalised inside. Both learn the two spirals at the same time from the same batches. Look at the wires before the first step, then train and watch the two accuracies. The control adds a plain stack with the same normalisation.',
  'template.plain-mlp.name': 'Plain network',
  'template.plain-mlp.help':
    'Dense layers one after the other on the two spirals. Change depth, activation and normalisation and see what becomes of the gradient.',
  'template.residual-mlp.name': 'Residual network',
  'template.residual-mlp.help':
    'Blocks h + F(h) of two dense layers on the two spirals, normalised before the layers. Without normalisation a deep stack of sums explodes: switch it off to see that.',
  'template.digits-cnn.name': 'Drawn digits',
  'template.digits-cnn.help':
    'A small convolutional network: convolutions and pools in stages, then a dense layer. It learns to read digits that Gradloom draws itself, with noise, shift and slant.',
  'template.rla.name': 'Recurrence along depth',
  'template.rla.help':
    'One cell with one set of weights works N times on an image x and a memory h, as the notes on RLA tell it. The number of weights does not depend on N; compute and memory grow with it. The published Recurrent Layer Aggregation differs: there the main convolutions are not shared.',
  'template.sigmoid-chain.name': 'Sigmoid chain',
  'template.sigmoid-chain.help':
    'One number through sigmoid layers whose pre-activations are all exactly 0: before training, the gradient at the start is 0.25ⁿ of that at the end, and 1.25ⁿ with a skip around each layer.',
  'template.linear-rnn.name': 'Linear recurrence',
  'template.linear-rnn.help':
    'h ← ρQh with Q orthogonal, T times: before training, the norm of the gradient at the start is ρᵀ times that at the end. Here the spectral radius and the largest singular value are the same number; for other matrices they are not.',

  'template.setting.depth': 'Layers',
  'template.setting.width': 'Units per layer',
  'template.setting.activation': 'Activation',
  'template.setting.control': 'With control',
  'template.setting.normalisation': 'Normalisation',
  'template.setting.stages': 'Stages',
  'template.setting.filters': 'Filters of the first stage',
  'template.setting.units': 'Units of the dense layer',
  'template.setting.dropout': 'Dropout',
  'template.setting.iterations': 'Iterations',
  'template.setting.channels': 'Channels of x',
  'template.setting.memory': 'Channels of h',
  'template.setting.residual': 'Residual',
  'template.setting.steps': 'Steps T',
  'template.setting.radius': 'Radius ρ',
  'template.branch.plain': 'plain',
  'template.branch.residual': 'residual',
  'template.branch.control': 'plain, normalised',
  'template.frame.plain': 'Plain · {layers}',
  'template.frame.residual': 'Residual, normalised inside · {layers}',
  'template.frame.control': 'Plain, normalised · {layers}',
  'template.plain-or-residual.note':
    'Two stacks of the same dense layers learn to tell two spirals apart, at the same time and from the same batches. Before the first step, compare how much of the gradient reaches the first layers of each. Then train both and watch the accuracies.\nThe residual branch normalises before its layers, because un-normalised sums grow with depth. The setting "control" adds a plain stack with the same normalisation: before the first step its gradient arrives in full, and yet 20 sigmoid layers of width 32 learned in none of five seeds (in one of five at a constant rate of 1e-3). That is degradation, not vanishing. One seed is no evidence: try several.',
  'template.layers.one': '{depth} {activation} layer',
  'template.layers.many': '{depth} {activation} layers',
} as const;
