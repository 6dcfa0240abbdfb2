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
} as const;
