/** English names and help of the layers of sequences, arithmetic, masks and attention: see text.ts. */
export const sequenceText = {
  'preset.binary.add.name': 'Add, broadcasting',
  'preset.binary.subtract.name': 'Subtract',
  'preset.binary.multiply.name': 'Multiply, broadcasting',
  'preset.binary.divide.name': 'Divide',
  'preset.binary.maximum.name': 'Larger of two',
  'preset.binary.minimum.name': 'Smaller of two',
  'preset.binary.power.name': 'Power',
  'preset.reduction.sum.name': 'Sum over axes',
  'preset.reduction.mean.name': 'Mean over axes',
  'preset.reduction.maximum.name': 'Largest over axes',
  'preset.reduction.minimum.name': 'Smallest over axes',

  'layer.embedding.name': 'Embedding',
  'layer.embedding.help':
    'Gives each whole number, such as the number of a word, a learned vector: the row of that number in a table. On the way back, only the rows that were read receive a gradient; a row that is read several times receives the sum. The numbers run from 0 to the vocabulary less one.',
  'layer.embedding.shape': 'One axis more at the end, as long as the dimension.',

  'layer.attention.name': 'Attention (dot product)',
  'layer.attention.help':
    'For each query, shares out one whole over the values, more to those whose key points the way the query does, and gives the sum of the values by their shares. The shares are the output “map”. Without a key of their own, the values are their keys; a query may also be a single vector. The scores are divided by √d so that the softmax does not start out saturated, where its gradient vanishes. The map shows where values were gathered, not why.',
  'layer.attention.shape':
    'queries×features and keys×size give queries×size, and a map of queries×keys. A single query: size, and a map of keys.',

  'layer.additiveAttention.name': 'Additive attention',
  'layer.additiveAttention.help':
    'Attention whose scores come from a small network: query and key are added, squashed by tanh and weighed. With units, both are first multiplied by a kernel of their own (Bahdanau), so that they may differ in length; without, they are added as they are (Keras).',
  'layer.additiveAttention.shape':
    'queries×features and keys×size give queries×size, and a map of queries×keys. A single query: size, and a map of keys.',

  'layer.multiHeadAttention.name': 'Multi-head attention',
  'layer.multiHeadAttention.help':
    'Several attentions side by side, each on its own projection of query, key and value; their results are joined and projected once more. Wired three times to one sequence it is self-attention; the gradient then comes back over all three wires. Each head has a map of its own.',
  'layer.multiHeadAttention.shape':
    'queries×features and keys×features give queries×output size, and a map of heads×queries×keys.',

  'layer.positionalEncoding.name': 'Positional encoding',
  'layer.positionalEncoding.help':
    'Adds to each step of a sequence a vector that says where it stands; attention would otherwise not see the order. Either fixed waves of many lengths, or a learned vector for each position.',
  'layer.positionalEncoding.shape': 'steps×features stays as it is.',

  'layer.regionCoordinates.name': 'Region coordinates',
  'layer.regionCoordinates.help':
    'Puts two more channels on an image or feature map: how far down and how far right each place lies, from −1 to 1. With them, what looks at single regions (attention, relations) knows where they are.',
  'layer.regionCoordinates.shape':
    'height×width×channels becomes height×width×(channels + 2), with places height×width×(channels + 2 + height + width).',

  'layer.simpleRecurrent.name': 'Simple RNN',
  'layer.simpleRecurrent.help':
    'Reads a sequence step by step and carries one vector h from step to step. Going back in time, the gradient is multiplied by the same recurrent kernel at every step: over many steps it vanishes or explodes. A step whose mask is false is passed over; h stays as it was.',
  'layer.simpleRecurrent.shape':
    'steps×features becomes units (the last step) or steps×units (all). Both directions, concatenated: twice the units.',

  'layer.lstm.name': 'LSTM',
  'layer.lstm.help':
    'Reads a sequence and carries two vectors: the hidden state h and the cell state c. Gates decide how much of c is kept, written and shown. The gradient along c is multiplied by the forget gate only, so that it can last over many steps. A step whose mask is false is passed over; h and c stay as they were.',
  'layer.lstm.shape':
    'steps×features becomes units (the last step) or steps×units (all). Both directions, concatenated: twice the units.',

  'layer.gru.name': 'GRU',
  'layer.gru.help':
    'Reads a sequence and carries one vector h. The update gate decides how much of h stays, the reset gate how much of it the new candidate sees. It has three kernels where the LSTM has four. A step whose mask is false is passed over; h stays as it was.',
  'layer.gru.shape':
    'steps×features becomes units (the last step) or steps×units (all). Both directions, concatenated: twice the units.',

  'layer.simpleCell.name': 'Simple cell',
  'layer.simpleCell.help':
    'One step of a simple RNN, to be put into a loop: h is a state of the loop. The gradient of every iteration can be seen there, which the whole layer does not show.',
  'layer.simpleCell.shape': 'features and a state as long as the units give the new state.',

  'layer.lstmCell.name': 'LSTM cell',
  'layer.lstmCell.help':
    'One step of an LSTM, to be put into a loop: h and c are two states of the loop. With the same weights it computes what the LSTM layer does, and each iteration’s gradient and share of the weights can be seen.',
  'layer.lstmCell.shape': 'features and two states as long as the units give the two new states.',

  'layer.gruCell.name': 'GRU cell',
  'layer.gruCell.help':
    'One step of a GRU, to be put into a loop: h is a state of the loop. With the same weights it computes what the GRU layer does, and each iteration’s gradient and share of the weights can be seen.',
  'layer.gruCell.shape': 'features and a state as long as the units give the new state.',

  'layer.formula.name': 'Formula',
  'layer.formula.help':
    'A formula of its inputs, element by element: a is the first, b the second and so on; the ports are the letters that the formula reads. There are + − * / ^, parentheses, pi, functions such as exp, log, sqrt, abs, sin, tanh, sigmoid, relu and softmax, max and min of two values, and sum, mean, max and min along the last axis, which stays with length 1. Shapes are aligned at the last axis, and an axis of length 1 is repeated. The gradient is exact, by the chain rule.',
  'layer.formula.shape': 'That of the inputs, which broadcast, aligned at the last axis.',

  'layer.unary.name': 'Function of one value',
  'layer.unary.help':
    'Applies a function to each element. Going back, the gradient is multiplied by its slope there. Logarithm and square root have no value for negative numbers; their slopes grow without bound near 0, as that of the reciprocal does. The sign has slope 0 everywhere.',
  'layer.unary.shape': 'Stays as it is.',

  'layer.binary.name': 'Arithmetic of two values',
  'layer.binary.help':
    'Combines two values element by element. Shapes need not be equal: they are aligned at the last axis, and an axis of length 1 is repeated, as in NumPy. Going back, the gradient of a repeated value is the sum over its copies. Of two equal values, the larger (or smaller) is the first one. The exponent of a power receives a gradient only where the base is positive.',
  'layer.binary.shape':
    'Aligned at the last axis, lengths are equal or one of them is 1; the result has the longer one.',

  'layer.reduction.name': 'Reduction',
  'layer.reduction.help':
    'Sum, mean, largest or smallest value over one axis or several. Going back, a sum gives each element the whole gradient and a mean gives each its share 1/n; of the largest or smallest value, only the element that it is receives a gradient, and equal ones share it.',
  'layer.reduction.shape': 'Without the axes that are reduced; or with length 1 in their places.',

  'layer.matrixProduct.name': 'Matrix product',
  'layer.matrixProduct.help':
    'Multiplies two matrices that are both computed, such as queries and keys. With more than two axes, each pair of matrices is multiplied by itself; the axes before the last two broadcast.',
  'layer.matrixProduct.shape': '…×n×m times …×m×k gives …×n×k, after the transpositions that are set.',

  'layer.constant.name': 'Constant',
  'layer.constant.help': 'The same number everywhere, for every example. It has no gradient.',
  'layer.constant.shape': 'The shape that is set.',

  'layer.compare.name': 'Compare',
  'layer.compare.help':
    'Compares each element with a number, or with that of a second input, and gives true or false. This is how masks are made: “not equal to 0” tells words from padding where 0 stands for padding. No gradient passes.',
  'layer.compare.shape': 'That of the input; two inputs broadcast, aligned at the last axis.',

  'layer.logical.name': 'Logic of masks',
  'layer.logical.help': 'And, or, not: joins masks or turns one round. No gradient passes.',
  'layer.logical.shape': 'That of the input; two inputs broadcast, aligned at the last axis.',

  'layer.maskFill.name': 'Fill by mask',
  'layer.maskFill.help':
    'Keeps a value where the mask is true and puts a number in its place elsewhere. Before a softmax, −1000000000 makes a position receive no weight. The gradient passes only where the mask is true.',
  'layer.maskFill.shape': 'Input and mask broadcast, aligned at the last axis.',

  'port.a': 'a',
  'port.b': 'b',
  'port.d': 'd',
  'port.e': 'e',
  'port.f': 'f',
  'port.g': 'g',
  'port.in': 'in',
  'port.mask': 'mask',

  'port.query': 'query',
  'port.value': 'value',
  'port.key': 'key',
  'port.map': 'map',

  'port.h': 'h',
  'port.c': 'c',
  'port.nextH': 'next h',
  'port.nextC': 'next c',

  'parameter.recurrentActivation.name': 'Function of the gates',
  'parameter.recurrentActivation.help': 'What squashes the gates. A sigmoid keeps them between 0 and 1.',
  'parameter.resetAfter.name': 'Reset after the product',
  'parameter.resetAfter.help':
    'Whether the reset gate acts on h·U (Keras, PyTorch, cuDNN; the bias then has two rows) or on h before the product (the paper).',
  'parameter.result.name': 'Result',
  'parameter.result.help': 'The hidden state after the last step read, or those of all steps.',
  'parameter.direction.name': 'Direction',
  'parameter.direction.help':
    'From the first step to the last, from the last to the first, or both with weights of their own. The results of all steps stand in the order of the input.',
  'parameter.merge.name': 'Merge',
  'parameter.merge.help': 'How the results of both directions become one.',
  'parameter.recurrentInitialiser.name': 'Initial recurrent kernel',
  'parameter.recurrentInitialiser.help':
    'How the weights from h to h start. Orthogonal keeps the length of a vector (Keras’s choice; PyTorch draws them evenly).',
  'parameter.recurrentRegulariser.name': 'Penalty on the recurrent kernel',
  'parameter.recurrentRegulariser.help': 'Added to the loss: l1·Σ|w| + l2·Σw².',
  'parameter.forgetBias.name': 'Initial forget bias',
  'parameter.forgetBias.help':
    'Where the bias of the forget gate starts; the others start at 0. With 1, the cell keeps most of what it holds at the beginning.',
  'parameter.scaling.name': 'Scale of the scores',
  'parameter.scaling.help':
    'One over the square root of the features (Vaswani et al.), a learned number that starts at 1 (Keras’s use_scale), or none.',
  'parameter.causal.name': 'Causal',
  'parameter.causal.help': 'Whether a query sees only the keys up to its own place: nothing of the future.',
  'parameter.dropoutRate.name': 'Dropout of the map',
  'parameter.dropoutRate.help':
    'Which part of the shares is left out while training; the others are raised to make up for it. The map that is handed out is the whole one.',
  'parameter.attentionUnits.name': 'Units',
  'parameter.attentionUnits.help':
    'How long the projections of query and key are before they are added. Empty: no projections.',
  'parameter.heads.name': 'Heads',
  'parameter.heads.help': 'How many attentions stand side by side.',
  'parameter.keySize.name': 'Size of query and key',
  'parameter.keySize.help':
    'The length of the projected query and key in each head; usually the features divided by the heads.',
  'parameter.valueSize.name': 'Size of value',
  'parameter.valueSize.help': 'The length of the projected value in each head. Empty: as long as the key.',
  'parameter.outputSize.name': 'Output size',
  'parameter.outputSize.help': 'The length of each result. Empty: as many features as the query has.',
  'parameter.formula.name': 'Formula',
  'parameter.formula.help':
    'What is computed from the inputs a, b, c, … It is read, never run as code. −a^2 is −(a²), and 2^3^2 is 2^9.',
  'parameter.attentionUnits.empty': 'none',
  'parameter.valueSize.empty': 'as the key',
  'parameter.outputSize.empty': 'as the query',
  'parameter.vocabulary.name': 'Vocabulary',
  'parameter.vocabulary.help':
    'How many different numbers can come in: 0 up to one less than this. A larger number stops the run with a message.',
  'parameter.dimension.name': 'Dimension',
  'parameter.dimension.help': 'The length of the vector that each number is given.',
  'parameter.tableInitialiser.name': 'Initial table',
  'parameter.tableInitialiser.help':
    'How the vectors start. Keras draws them evenly from −0.05 to 0.05; PyTorch from a normal of deviation 1.',
  'parameter.tableRegulariser.name': 'Penalty on the table',
  'parameter.tableRegulariser.help': 'Added to the loss: l1·Σ|w| + l2·Σw², over all rows.',
  'parameter.coordinates.name': 'Coordinates',
  'parameter.coordinates.help':
    'How far down and how far right; or also one channel for each row and each column, which is 1 there and falls off within two places. With these, attention can learn to look to one side in few steps.',
  'parameter.encoding.name': 'Encoding',
  'parameter.encoding.help': 'Fixed waves, or a learned vector for each position.',
  'parameter.positionInitialiser.name': 'Initial positions',
  'parameter.positionInitialiser.help': 'How the learned vectors start.',
  'parameter.transposeA.name': 'Transpose a',
  'parameter.transposeA.help': 'Whether the last two axes of a change places before the product.',
  'parameter.transposeB.name': 'Transpose b',
  'parameter.transposeB.help':
    'Whether the last two axes of b change places before the product. Queries times keys need it.',
  'parameter.fill.name': 'Number',
  'parameter.fill.help': 'The number that is put in.',
  'parameter.against.name': 'Compare with',
  'parameter.against.help': 'A number, or a second input b.',
  'parameter.threshold.name': 'Threshold',
  'parameter.threshold.help': 'The number that each element is compared with.',

  'option.scaling.dimension': 'One over √features',
  'option.scaling.learned': 'Learned',
  'option.scaling.none': 'None',
  'option.coordinates.axes': 'Down and right',
  'option.coordinates.places': 'Also each row and column',
  'option.encoding.sinusoidal': 'Waves (fixed)',
  'option.encoding.learned': 'Learned',
  'option.against.number': 'A number',
  'option.against.input': 'A second input',
  'option.recurrentActivation.tanh': 'Tanh',
  'option.recurrentActivation.sigmoid': 'Sigmoid',
  'option.recurrentActivation.relu': 'ReLU',
  'option.recurrentActivation.linear': 'Linear (none)',
  'option.result.last': 'Last step',
  'option.result.all': 'All steps',
  'option.direction.forward': 'Forward',
  'option.direction.backward': 'Backward',
  'option.direction.both': 'Both',
  'option.merge.concatenate': 'Concatenate',
  'option.merge.sum': 'Sum',
  'option.merge.average': 'Average',
  'option.merge.multiply': 'Product',
  'option.function.exponential': 'Exponential',
  'option.function.logarithm': 'Natural logarithm',
  'option.function.squareRoot': 'Square root',
  'option.function.square': 'Square',
  'option.function.absolute': 'Absolute value',
  'option.function.negative': 'Negative',
  'option.function.reciprocal': 'Reciprocal',
  'option.function.sign': 'Sign',
  'option.function.sine': 'Sine',
  'option.function.cosine': 'Cosine',
  'option.function.add': 'a + b',
  'option.function.subtract': 'a − b',
  'option.function.multiply': 'a · b',
  'option.function.divide': 'a ÷ b',
  'option.function.maximum': 'Maximum',
  'option.function.minimum': 'Minimum',
  'option.function.sum': 'Sum',
  'option.function.mean': 'Mean',
  'option.function.power': 'a to the power b',
  'option.function.equal': 'Equal',
  'option.function.notEqual': 'Not equal',
  'option.function.greater': 'Greater',
  'option.function.greaterEqual': 'Greater or equal',
  'option.function.less': 'Less',
  'option.function.lessEqual': 'Less or equal',
  'option.function.and': 'And',
  'option.function.or': 'Or',
  'option.function.not': 'Not',

  'problem.broadcast':
    '“{name}” cannot combine {expected} with {received} from “{from}”: aligned at the last axis, two lengths must be equal, or one of them 1.',
  'problem.matrixProduct':
    '“{name}” multiplies {first} by {second} from “{from}”: the inner lengths must be equal, but are {expected} and {received}. Transpose one of them, or project it.',
  'problem.sequenceRank':
    '“{name}” needs a sequence of steps×features; received {shape} from “{from}”. Reshape it, or put an embedding before it.',
  'problem.constantTooLarge':
    '“{name}” would have to work out {received} numbers for what “{from}” gives; at most {limit} are kept. Make it smaller.',
  'problem.vectorRank':
    '“{name}” takes one vector at a time; received {shape} from “{from}”. Put it into a loop that reads the steps, or flatten the value.',
  'problem.stateShape':
    '“{name}” needs a state of {expected}, as long as its units; received {received} from “{from}”. Change the units, or what the state starts from.',
  'problem.maskShape':
    '“{name}” needs a mask of {expected}, one value for each step; received {received} from “{from}”. Make it with Compare from what the steps were made of.',
  'problem.attentionKeys':
    '“{name}” has {expected} values but {received} keys from “{from}”: each value needs one key. Take both from the same sequence.',
  'problem.attentionFeatures':
    '“{name}” compares queries of {expected} features with keys of {received} from “{from}”: the lengths must be equal. Put a dense layer before one of them, or use multi-head attention, which projects both.',
  'problem.attentionMask':
    '“{name}” needs a mask of {expected}, true where a key may be seen; received {received} from “{from}”. Make it with Compare from what the keys were made of.',
  'problem.formulaBroadcast':
    '“{name}” cannot combine {expected} with {received} within its formula: aligned at the last axis, two lengths must be equal, or one of them 1.',
  'problem.formulaAxis':
    '“{name}”: {function} works along the last axis, but a single number has none. Leave it out, or wire something with an axis.',
  'formula.empty': 'Write a formula, such as a * sigmoid(b).',
  'formula.tooLong': 'At most {limit} characters.',
  'formula.tooDeep': 'At most {limit} parentheses and functions within each other.',
  'formula.character': 'Character {position}: “{found}” has no meaning in a formula.',
  'formula.value': 'Character {position}: a value is missing before “{found}”.',
  'formula.end': 'It ends where a value was expected.',
  'formula.operator': 'Character {position}: an operator is missing before “{found}”.',
  'formula.parenthesis': 'The parenthesis at character {position} is not closed.',
  'formula.name': 'Character {position}: “{found}” is neither an input nor a function. Known are {known}.',
  'formula.arguments': 'Character {position}: {found} takes {expected} in its parentheses, not {received}.',
  'formula.inputs': 'It reads no input. Name at least one: a, b, c, …',
  'problem.parameter.formula.empty':
    '“{name}”: the formula {received} cannot be read. Write a formula, such as a * sigmoid(b).',
  'problem.parameter.formula.tooLong': '“{name}”: the formula {received} cannot be read. At most {limit} characters.',
  'problem.parameter.formula.tooDeep':
    '“{name}”: the formula {received} cannot be read. At most {limit} parentheses and functions within each other.',
  'problem.parameter.formula.character':
    '“{name}”: the formula {received} cannot be read. Character {position}: “{found}” has no meaning in a formula.',
  'problem.parameter.formula.value':
    '“{name}”: the formula {received} cannot be read. Character {position}: a value is missing before “{found}”.',
  'problem.parameter.formula.end':
    '“{name}”: the formula {received} cannot be read. It ends where a value was expected.',
  'problem.parameter.formula.operator':
    '“{name}”: the formula {received} cannot be read. Character {position}: an operator is missing before “{found}”.',
  'problem.parameter.formula.parenthesis':
    '“{name}”: the formula {received} cannot be read. The parenthesis at character {position} is not closed.',
  'problem.parameter.formula.name':
    '“{name}”: the formula {received} cannot be read. Character {position}: “{found}” is neither an input nor a function. Known are {known}.',
  'problem.parameter.formula.arguments':
    '“{name}”: the formula {received} cannot be read. Character {position}: {found} takes {expected} in its parentheses, not {received}.',
  'problem.parameter.formula.inputs':
    '“{name}”: the formula {received} cannot be read. It reads no input. Name at least one: a, b, c, …',
  'problem.parameter.formula':
    '“{name}”: {parameter} must be a formula such as a * sigmoid(b), as a text; received {received}.',
  'problem.vocabulary':
    '“{name}” has {received} rows, but “{input}” reads “{field}”, whose numbers need {expected} (0 to one less).',
  'problem.portNeeded': '“{name}” needs something wired to {port} for what is set. Wire it, or choose another setting.',
  'problem.portSurplus':
    '“{name}” makes no use of {port} with what is set. Remove the wire, or choose another setting.',

  'failure.engine.wordNumber':
    'The input "{input}" holds the number {received}; the embedding "{node}" behind it has rows for 0 to {maximum} only. Raise its vocabulary, or correct the numbers.',
} as const;
