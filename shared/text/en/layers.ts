/** English names and help of the layers: see text.ts. */
export const layerText = {
  'family.data': 'Data',
  'family.core': 'Layers',
  'family.activation': 'Activations',
  'family.normalisation': 'Normalisation and dropout',
  'family.merge': 'Merges',
  'family.recurrent': 'Recurrent',
  'family.attention': 'Attention',
  'family.arithmetic': 'Arithmetic',
  'family.structure': 'Structure',
  'family.output': 'Outputs',

  'preset.maxPooling2d.name': 'Max pooling 2D',
  'preset.averagePooling2d.name': 'Average pooling 2D',

  'layer.input.name': 'Input',
  'layer.input.help':
    'Where the data enters the network. Each input reads one field of the data set. Its shape is that of one example: the batch is never written.',
  'layer.input.shape': 'The shape and element type that are set.',

  'layer.dense.name': 'Dense',
  'layer.dense.help':
    'Multiplies by a matrix of weights and adds a bias: every output is a weighted sum of all inputs. It works along the last axis; all other positions share the same weights. On the way back, the gradient is multiplied by the transposed matrix: with many layers in a row, these products can make it vanish or explode.',
  'layer.dense.shape': 'The last axis becomes the number of units; all others stay.',

  'layer.convolution2d.name': 'Convolution 2D',
  'layer.convolution2d.help':
    'Slides a small window over the image; the same weights look at every place. Each filter gives one channel of the result. “Same” padding adds zeros at the border, so that with stride 1 height and width stay as they are; “valid” adds none.',
  'layer.convolution2d.shape':
    'height×width×channels becomes rows×columns×filters. Same: ⌈size ÷ stride⌉. Valid: ⌊(size − window) ÷ stride⌋ + 1, with window = (kernel − 1)·dilation + 1.',

  'layer.pooling2d.name': 'Pooling 2D',
  'layer.pooling2d.help':
    'Keeps the largest value, or the average, of each window and so makes the image smaller. It has no weights. Going back, max pooling hands the whole gradient to the place that won; average pooling spreads it evenly over the window. Padding is never counted into the average.',
  'layer.pooling2d.shape':
    'height×width×channels becomes rows×columns×channels. Same: ⌈size ÷ stride⌉. Valid: ⌊(size − window) ÷ stride⌋ + 1.',

  'layer.globalPooling2d.name': 'Global pooling 2D',
  'layer.globalPooling2d.help':
    'Reduces each channel of an image to one number, its average or its maximum. It often stands between the convolutions and the classifier. The tensor shrinks here: with the average, each place gets 1/(height·width) of the gradient, so the RMS on the wire jumps without anything having vanished.',
  'layer.globalPooling2d.shape': 'height×width×channels becomes channels.',

  'layer.flatten.name': 'Flatten',
  'layer.flatten.help':
    'Writes all values of an example in one row, so that a dense layer can use every one of them. Nothing is computed and the gradient passes unchanged.',
  'layer.flatten.shape': 'All axes become one, as long as their product.',

  'layer.activation.name': 'Activation',
  'layer.activation.help':
    'Bends the signal: without such a function, a stack of dense layers computes no more than one of them. On the way back, the gradient is multiplied by the slope of the function at each value. That slope is at most 0.25 for the sigmoid, at most 1 for tanh, and 0 or 1 for ReLU; whether the gradient shrinks is decided together with the weights.',
  'layer.activation.shape': 'Stays as it is. Softmax works along the last axis.',

  'layer.batchNormalisation.name': 'Batch normalisation',
  'layer.batchNormalisation.help':
    'Shifts and scales each feature by its mean and deviation over the batch (and over all positions), then by two learned vectors, gamma and beta. While predicting it uses moving averages instead. What follows no longer depends on the scale of the weights before it; the weights themselves are not bounded. Starting gamma at 0 in the last one of a residual branch makes the branch begin at 0.',
  'layer.batchNormalisation.shape': 'Stays as it is; gamma, beta and the moving averages are as long as the last axis.',

  'layer.layerNormalisation.name': 'Layer normalisation',
  'layer.layerNormalisation.help':
    'Shifts and scales each example by the mean and deviation of its own last axis, then by gamma and beta. It does the same while training and predicting and does not depend on the batch.',
  'layer.layerNormalisation.shape': 'Stays as it is; gamma and beta are as long as the last axis.',

  'layer.dropout.name': 'Dropout',
  'layer.dropout.help':
    'While training, sets a random part of the values to 0 and scales the rest up so that the expected value stays; while predicting it does nothing. The gradient passes only where the value was kept. In a loop, the mask can be drawn anew at every iteration or once for all.',
  'layer.dropout.shape': 'Stays as it is.',

  'layer.add.name': 'Add',
  'layer.add.help':
    'Adds its inputs. Going back, it copies the gradient: every input gets the same. In a residual block y = F(x) + x, the two parts meet again at the fork where x branches off; there they add up and may also cancel each other.',
  'layer.add.shape': 'All inputs have one shape, and so has the sum.',

  'layer.multiply.name': 'Multiply',
  'layer.multiply.help':
    'Multiplies its inputs element by element, as a gate does: one of them says how much of the other passes. Going back, each input gets the gradient times the product of the others.',
  'layer.multiply.shape': 'All inputs have one shape, and so has the product.',

  'layer.concatenate.name': 'Concatenate',
  'layer.concatenate.help':
    'Puts its inputs side by side along one axis, in the order of their wires. Going back, each input gets its own part of the gradient. Axis −1 is the last one (the features or channels); the batch is not counted.',
  'layer.concatenate.shape': 'Along the axis the lengths add up; all other lengths are equal and stay.',

  'layer.output.name': 'Output',
  'layer.output.help':
    'An end of the network: what is predicted, exported and compared with the target. The link (softmax or sigmoid) turns the value into probabilities for prediction and export only. Losses read the value before it, the logits, because that is exact where probabilities round to 0 or 1.',
  'layer.output.shape': 'That of its input.',

  'layer.frame.name': 'Frame',
  'layer.frame.help': 'A box around nodes that belong together. It changes nothing in what is computed.',
  'layer.frame.shape': 'None.',

  'layer.loop.name': 'Loop',
  'layer.loop.help':
    'Runs what is inside N times. A state carries a value from one iteration to the next; all states change at the same moment. The weights inside are shared by all iterations unless a node says that it has its own at each step. The gradient of a shared weight is the sum of the shares of all iterations.',
  'layer.loop.shape':
    'A state keeps its shape. “Last” hands out the value of the last iteration, “all” stacks the N values on a new first axis.',

  'layer.cell.name': 'Cell',
  'layer.cell.help':
    'An instance of a cell: a network drawn once and used in several places. Instances with shared weights train one set together; an instance with its own weights has a copy.',
  'layer.cell.shape': 'As the definition computes it from what is wired in.',

  'layer.cellInput.name': 'Cell input',
  'layer.cellInput.help': 'Inside a definition: where the value of one of the cell’s input ports comes in.',
  'layer.cellInput.shape': 'That of the wire at the instance.',

  'layer.cellOutput.name': 'Cell output',
  'layer.cellOutput.help': 'Inside a definition: what goes out at one of the cell’s output ports.',
  'layer.cellOutput.shape': 'That of its input.',

  'layer.opaque.name': 'Unknown layer',
  'layer.opaque.help':
    'A layer read from another program’s file that Gradloom does not have. It is kept with all its attributes, drawn and saved; a network that contains it cannot run.',
  'layer.opaque.shape': 'As the file says.',
} as const;
