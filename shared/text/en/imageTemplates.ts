/** English names and help of the templates for images and of recurrence along depth as published: see text.ts. */
export const imageTemplateText = {
  'template.family.basics': 'First networks',
  'template.family.images': 'Images',
  'template.family.depth': 'Along the depth',
  'template.family.sequences': 'Sequences and attention',
  'template.family.exact': 'Known gradients',

  'template.resnet-cifar.name': 'ResNet for small images',
  'template.resnet-cifar.help':
    'The residual network of 6n + 2 layers: three stages of n blocks, two convolutions each, with 16, 32 and 64 channels. Without shortcuts it is the plain network that the paper compares it with. The paper trains it on CIFAR-10; here it learns to name ten coloured shapes. With 10 classes, 20 layers have 269,722 weights, 56 have 853,018.',

  'template.setting.shortcut': 'Shortcuts',
  'template.setting.shortcut.help':
    'How a block is skipped where channels double and the image halves. A: every second pixel, zeros for the new channels, no weights. B: a 1×1 convolution. None: the plain network.',
  'template.setting.firstChannels': 'First channels',
  'template.setting.firstChannels.help': 'Of the first layers; the other layers follow.',
  'template.setting.order': 'Normalisation and activation',
  'template.setting.order.help':
    'After each convolution as in the paper of 2015, with an activation after the sum; or before it as in the paper of 2016, where the way along the sums stays free of any.',
  'template.setting.side': 'Height and width',
  'template.setting.side.help': 'Of the images, in pixels. The number of weights does not depend on it; the time does.',
  'template.setting.depth.help': 'Layers with weights, counted along the longest way.',
  'template.option.shortcut.A': 'A: zeros',
  'template.option.shortcut.B': 'B: projection',
  'template.option.shortcut.none': 'None (plain)',
  'template.option.order.after': 'After the convolution',
  'template.option.order.before': 'Before the convolution',
  'template.option.normalisation.none': 'None',
  'template.option.normalisation.batch': 'Batch',
  'template.option.normalisation.group': 'Group',
  'template.option.normalisation.layer': 'Layer',

  'template.frame.stage': 'Stage {stage} · {channels} channels',
  'template.cell.block': 'Block, {channels} channels',
  'template.cell.down': 'Block, halving, to {channels} channels',
  'template.document.resnet': 'ResNet-{depth}',
  'template.document.plainCifar': 'Plain network, {depth} layers',

  'template.resnet.name': 'ResNet',
  'template.resnet.help':
    'The residual network for ImageNet with 50, 101 or 152 layers: four stages of bottleneck blocks, 1×1, 3×3 and 1×1. With 1000 classes ResNet-50 has 25,557,032 weights. Here it learns to name ten coloured shapes, on images of 64×64 so that a step does not take long; the weights are the same for 224×224.',
  'template.rla-net.name': 'RLA-Net, as published',
  'template.rla-net.help':
    "Recurrent Layer Aggregation: a ResNet whose blocks also read a memory h of 32 channels, which one small recurrent cell per stage carries along the depth. The cell's convolutions are shared by the blocks of a stage, its normalisation is not. With 1000 classes RLA-ResNet50 has 25,870,696 weights. The notes that Gradloom began from tell another network under this name: in theirs one cell does all the work, and the number of weights does not depend on N; here the main convolutions are not shared, and there are more weights than in ResNet-50.",
  'template.rla-net.note':
    'As published (Zhao et al. 2021): blocks b = BN(W3 ReLU(BN(W2 ReLU(BN(W1 [x; h]))))), x ← ReLU(b + shortcut), h ← U * tanh(BN(h + V * b)). U and V are shared by all blocks of a stage; BN and the main convolutions are not. The last normalisation of a block starts with γ = 0.\nThe name is short for Recurrent Layer Aggregation. The notes that Gradloom began from tell another network: one shared cell (x, h) ← R(x, h), N times; that one is the template “Recurrence along depth”.',
  'template.dianet.name': 'DIANet, as published',
  'template.dianet.help':
    "Dense-and-Implicit Attention for classification: a ResNet of 9n + 2 layers in which one LSTM-like unit per stage, shared by all its blocks, scales the channels of each block's branch. The units for 64, 128 and 256 channels have 10,784, 42,048 and 166,016 weights. The notes that Gradloom began from tell another network under this name: a memory-attention network that answers questions about pictures, which Gradloom calls iterative attention (the notes' DIANet).",
  'template.dianet.note':
    "As published (Huang et al. 2020): with z the global average of a block's branch b, [i, f, g, o] = A(z) + B(h); c ← σ(f)c + σ(i)tanh(g); h ← σ(o)σ(c); x ← ReLU(s + b ⊙ h), s the shortcut. One unit per stage, h = c = 0 at its start.\nThe network that the notes Gradloom began from call DIANet is another one: it answers questions about pictures with a memory and attention over regions, akin to SAN, DMN+ and MAC.",
  'template.densenet.name': 'DenseNet',
  'template.densenet.help':
    'Inside a block, each layer reads everything that the layers before it gave, joined, and adds k channels to it. The gradient of every layer has a short way to the loss. Three blocks of 12 layers with k = 12 are the DenseNet-40 of the paper, with 1,019,722 weights.',
  'template.unet.name': 'U-Net',
  'template.unet.help':
    'Names what each pixel belongs to: down to smaller images with more channels, and up again, where each level joins what the same level had on the way down. Learns to segment coloured shapes that cover one another. Convolutions keep the size here, so that nothing has to be cropped.',
  'template.autoencoder.name': 'Autoencoder',
  'template.autoencoder.help':
    'Draws a digit again from a code of few numbers: what comes in is also what should come out. Make the code smaller and see what is lost. From dense layers, or from convolutions.',
  'template.setting.classes': 'Classes',
  'template.setting.classes.help': 'Of the last layer. The data have ten; with more, the others are never right.',
  'template.setting.levels': 'Levels',
  'template.setting.levels.help': 'How often the image is halved on the way down.',
  'template.setting.enlargement': 'Way up',
  'template.setting.blocks': 'Dense blocks',
  'template.setting.layersInBlock': 'Layers in a block',
  'template.setting.growth': 'Growth k',
  'template.setting.growth.help': 'Channels that each layer adds.',
  'template.setting.blocksInStage': 'Blocks in a stage',
  'template.setting.form': 'Layers',
  'template.setting.code': 'Numbers in the code',
  'template.setting.start': 'Start of h',
  'template.option.enlargement.transposed': 'Transposed convolution',
  'template.option.enlargement.nearest': 'Nearest pixels',
  'template.option.form.dense': 'Dense',
  'template.option.form.convolution': 'Convolutions',
  'template.option.start.zeros': 'Zeros',
  'template.option.start.learned': 'Learned',
  'template.setting.cellWeights': 'Weights of the cell',
  'template.option.cellWeights.shared': 'Shared by all iterations',
  'template.option.cellWeights.perStep': 'Own for each iteration',
  'template.frame.dense': 'Dense block {block} · {from} to {to} channels',
  'template.frame.encoder': 'Encoder',
  'template.frame.decoder': 'Decoder',
  'template.cell.first': 'First block, {channels} channels',
  'template.cell.denseLayer': 'Dense layer, +{growth} channels',
  'template.cell.pair': 'Two convolutions, {channels} channels',
  'template.cell.recurrence': 'Recurrent cell of stage {stage}',
  'template.cell.dia': 'DIA-LSTM of stage {stage}, {channels} channels',
  'template.cell.recalibrate': 'Scale and add',
  'template.document.rlaNet': 'RLA-ResNet{depth}',
} as const;
