/** English names and help of the layers: see text.ts. */
export const layerText = {
  'family.data': 'Data',
  'family.core': 'Basic layers',
  'family.convolution': 'Convolution and pooling',
  'family.activation': 'Activations',
  'family.normalisation': 'Normalisation and dropout',
  'family.shape': 'Shape and parts',
  'family.merge': 'Merges',
  'family.recurrent': 'Recurrent',
  'family.attention': 'Attention',
  'family.arithmetic': 'Arithmetic',
  'family.structure': 'Structure',
  'family.output': 'Outputs',

  'preset.maxPooling2d.name': 'Max pooling 2D',
  'preset.averagePooling2d.name': 'Average pooling 2D',
  'preset.maxPooling1d.name': 'Max pooling 1D',
  'preset.averagePooling1d.name': 'Average pooling 1D',

  'port.out': 'Output',

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

  'layer.parametricRelu.name': 'Parametric ReLU',
  'layer.parametricRelu.help':
    'ReLU with a slope below zero that is learned: one for each channel, for each element, or one for all. The slope’s own gradient comes from the negative values only.',
  'layer.parametricRelu.shape': 'Stays as it is; alpha has length 1 along the axes it is shared on.',

  'layer.scaleBias.name': 'Scale and bias',
  'layer.scaleBias.help':
    'Multiplies by learned numbers and adds learned numbers: for each channel, for each element, or one for all. A single scale that starts at 0 at the end of a residual branch (ReZero) makes the branch begin at 0, without any normalisation.',
  'layer.scaleBias.shape': 'Stays as it is.',

  'layer.rescaling.name': 'Rescaling',
  'layer.rescaling.help':
    'Multiplies by a fixed number and adds another one: bytes from 0 to 255 become numbers from 0 to 1. Nothing is learned; the gradient is multiplied by the factor.',
  'layer.rescaling.shape': 'Stays as it is.',

  'layer.reshape.name': 'Reshape',
  'layer.reshape.help':
    'Writes the values of an example into another shape, in the same order. One length may be −1: it is what is left over. Nothing is computed and the gradient passes unchanged.',
  'layer.reshape.shape': 'The shape that is set; the number of elements stays.',

  'layer.permute.name': 'Permute',
  'layer.permute.help':
    'Swaps axes: axis i of the result is the axis of the input that stands at place i of the list. It turns channels first into channels last, or a sequence of features into features over time.',
  'layer.permute.shape': 'The lengths of the axes, in the new order.',

  'layer.repeatVector.name': 'Repeat',
  'layer.repeatVector.help':
    'Puts the same value n times one after the other on a new first axis, for example to give a vector to each step of a sequence. Going back, the gradients of all copies add up.',
  'layer.repeatVector.shape': 'A new first axis of length n; all others stay.',

  'layer.slice.name': 'Slice',
  'layer.slice.help':
    'Takes a part along one axis: from start up to, but not including, end. Negative numbers count from the end of the axis. Going back, what was left out gets no gradient.',
  'layer.slice.shape': 'The axis becomes end − start long; all others stay.',

  'layer.split.name': 'Split',
  'layer.split.help':
    'Cuts a value along one axis into several, each with its own output: equal parts, or parts of given sizes. Going back, the parts’ gradients are put side by side again.',
  'layer.split.shape': 'Each output is as long along the axis as its part; all other axes stay.',

  'layer.zeroPadding.name': 'Zero padding',
  'layer.zeroPadding.help':
    'Puts zeros before and after along the first axes of an example: rows and columns of an image, the steps of a sequence.',
  'layer.zeroPadding.shape': 'Each axis grows by what is added before and after.',

  'layer.cropping.name': 'Cropping',
  'layer.cropping.help':
    'Cuts elements away at the beginning and the end of the first axes of an example: rows and columns of an image, the steps of a sequence. What is cut away gets no gradient.',
  'layer.cropping.shape': 'Each axis shrinks by what is cut away before and after.',

  'layer.convolution1d.name': 'Convolution 1D',
  'layer.convolution1d.help':
    'Slides a window along a sequence; the same weights look at every position. Causal padding adds zeros at the beginning only, so that no step sees a later one.',
  'layer.convolution1d.shape':
    'length×channels becomes positions×filters. Same and causal: ⌈length ÷ stride⌉. Valid: ⌊(length − window) ÷ stride⌋ + 1, with window = (kernel − 1)·dilation + 1.',

  'layer.convolution3d.name': 'Convolution 3D',
  'layer.convolution3d.help': 'Slides a box through a volume or a film; the same weights look at every place.',
  'layer.convolution3d.shape':
    'depth×height×width×channels becomes depth×rows×columns×filters, each counted as in two dimensions.',

  'layer.depthwiseConvolution2d.name': 'Depthwise convolution 2D',
  'layer.depthwiseConvolution2d.help':
    'Gives each channel windows of its own and never mixes channels. It has far fewer weights and multiplications than a full convolution; a 1×1 convolution after it mixes the channels.',
  'layer.depthwiseConvolution2d.shape':
    'height×width×channels becomes rows×columns×(channels · multiplier), counted as for a convolution.',

  'layer.separableConvolution2d.name': 'Separable convolution 2D',
  'layer.separableConvolution2d.help':
    'A depthwise convolution and then a 1×1 convolution that mixes the channels: about the reach of a full convolution for a fraction of its weights.',
  'layer.separableConvolution2d.shape':
    'height×width×channels becomes rows×columns×filters, counted as for a convolution.',

  'layer.transposedConvolution2d.name': 'Transposed convolution 2D',
  'layer.transposedConvolution2d.help':
    'What a convolution does to gradients, used forwards: each value is spread over a window, and where windows overlap they add up. With stride 2 it doubles height and width.',
  'layer.transposedConvolution2d.shape':
    'height×width×channels becomes rows×columns×filters. Same: size · stride. Valid: size · stride + max(kernel − stride, 0).',

  'layer.pooling1d.name': 'Pooling 1D',
  'layer.pooling1d.help': 'Keeps the largest value, or the average, of each window along a sequence.',
  'layer.pooling1d.shape':
    'length×channels becomes positions×channels. Same: ⌈length ÷ stride⌉. Valid: ⌊(length − window) ÷ stride⌋ + 1.',

  'layer.globalPooling1d.name': 'Global pooling 1D',
  'layer.globalPooling1d.help':
    'Reduces each channel of a sequence to one number, its average or its maximum over all steps.',
  'layer.globalPooling1d.shape': 'length×channels becomes channels.',

  'layer.upsampling2d.name': 'Up-sampling 2D',
  'layer.upsampling2d.help':
    'Makes an image larger by whole factors: each value is repeated, or values in between are interpolated. It learns nothing. Going back, each value gets the sum of the gradients of all places it went into.',
  'layer.upsampling2d.shape': 'height×width×channels becomes (height · factor)×(width · factor)×channels.',

  'layer.groupNormalisation.name': 'Group normalisation',
  'layer.groupNormalisation.help':
    'Divides the channels into groups and shifts and scales each example’s groups by their own mean and deviation over all positions, then by gamma and beta of each channel. It does not depend on the batch. One group normalises everything together; as many groups as channels is instance normalisation.',
  'layer.groupNormalisation.shape': 'Stays as it is; gamma and beta are as long as the last axis.',

  'layer.gaussianNoise.name': 'Gaussian noise',
  'layer.gaussianNoise.help':
    'While training, adds a random normal number to each value; while predicting it does nothing. The gradient passes unchanged.',
  'layer.gaussianNoise.shape': 'Stays as it is.',

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
