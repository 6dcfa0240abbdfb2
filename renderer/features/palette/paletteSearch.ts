import type { LayerFamily } from '#shared/layers/layer';
import type { PaletteEntry } from '#shared/layers/palette';
import { locales } from '#shared/text/locale';
import type { Locale } from '#shared/text/locale';
import { text } from '#shared/text/text';

/** What people also call a layer, in any language; never shown. By the entry's id. */
const otherNames: Readonly<Record<string, string>> = {
  input: 'placeholder data x 输入',
  dense:
    'fully connected fc linear affine perceptron mlp time distributed timedistributed pointwise 全连接 线性 逐时间步',
  convolution2d: 'conv conv2d cnn kernel filter 卷积',
  maxPooling2d: 'maxpool maxpool2d pool subsampling 池化',
  averagePooling2d: 'avgpool avgpool2d meanpool pool 池化',
  globalPooling2d: 'gap gmp global average pool 全局池化',
  flatten: 'vector 展平',
  linear: 'identity none activation',
  sigmoid: 'logistic activation squash',
  tanh: 'hyperbolic tangent activation',
  relu: 'rectifier rectified linear activation',
  leakyRelu: 'leaky rectifier activation',
  elu: 'exponential linear activation',
  gelu: 'gaussian activation',
  softmax: 'probabilities activation',
  selu: 'scaled exponential linear self-normalising activation',
  swish: 'silu sigmoid linear unit activation',
  hardSwish: 'hswish h-swish activation',
  relu6: 'rectifier limited activation',
  clip: 'clamp clip limit hardtanh hard tanh 截断 限幅',
  softplus: 'smooth rectifier activation',
  softsign: 'activation squash',
  hardSigmoid: 'activation squash piecewise',
  parametricRelu: 'prelu learned slope leaky rectifier activation',
  reshape: 'view resize axes 变形',
  permute: 'transpose swap axes channels first 转置 置换',
  repeatVector: 'repeat copy tile broadcast 重复',
  slice: 'narrow take part index range 切片 取出',
  split: 'chunk cut divide unbind parts 拆分 切分',
  zeroPadding: 'pad border zero 补零 填充',
  cropping: 'crop cut border trim 裁剪',
  scaleBias: 'layerscale rezero affine scale shift gain 缩放 偏置',
  rescaling: 'rescale normalise normalize scale offset factor 缩放 归一',
  batchNormalisation: 'bn batchnorm batch norm normalization normalisation 批归一化',
  layerNormalisation: 'ln layernorm layer norm normalization normalisation 层归一化',
  dropout: 'regularisation regularization mask spatial spatialdropout dropout2d channel 随机失活 空间失活',
  add: 'sum plus residual skip shortcut + 相加 残差',
  multiply: 'product gate times hadamard × 相乘 门控',
  concatenate: 'concat join merge stack 拼接',
  output: 'head prediction logits loss target 输出',
  upsampling2d: 'upsample resize enlarge interpolate nearest bilinear unpool 上采样 放大',
  transposedConvolution2d:
    'conv2dtranspose convtranspose deconvolution deconv fractionally strided upconv 反卷积 转置卷积',
  depthwiseConvolution2d: 'depthwise conv2d mobilenet 逐通道卷积 深度卷积',
  separableConvolution2d: 'separable conv2d xception depthwise pointwise 可分离卷积',
  convolution1d: 'conv conv1d temporal causal text 卷积',
  pooling1d: 'maxpool1d avgpool1d maxpool avgpool meanpool subsampling 池化',
  globalPooling1d: 'gap1d gmp global average max pool sequence 全局池化',
  convolution3d: 'conv conv3d volume video 卷积 体积',
  groupNormalisation: 'gn groupnorm group norm normalization instance norm 组归一化 实例归一化',
  gaussianNoise: 'noise regularisation regularization jitter 噪声',
  embedding: 'lookup table token word vectors word2vec 词嵌入 词向量',
  simpleRecurrent: 'rnn simplernn vanilla elman recurrent bidirectional birnn sequence 循环神经网络 双向',
  lstm: 'long short-term memory recurrent bidirectional bilstm sequence gate 长短期记忆 双向 循环',
  gru: 'gated recurrent unit bidirectional bigru sequence gate 门控循环单元 双向 循环',
  simpleCell: 'rnncell rnn cell step vanilla elman recurrent 循环单元',
  lstmCell: 'lstmcell long short-term memory step recurrent gate 长短期记忆',
  gruCell: 'grucell gated recurrent unit step gate 门控',
  attention: 'dot product scaled self-attention sdpa luong query key value transformer 自注意力',
  additiveAttention: 'bahdanau attention mlp score 注意力',
  multiHeadAttention: 'mha multihead self-attention transformer query key value 自注意力 多头',
  positionalEncoding: 'position encoding sinusoidal learned embedding transformer 位置嵌入',
  regionCoordinates: 'coordconv coordinates position meshgrid 坐标',
  formula: 'expression lambda custom equation math 表达式 自定义',
  exponential: 'exp e^x',
  logarithm: 'log ln',
  squareRoot: 'sqrt root',
  square: 'power pow2',
  absolute: 'abs modulus',
  negative: 'neg minus',
  reciprocal: 'inverse 1/x',
  sign: 'signum',
  sine: 'sin',
  cosine: 'cos',
  'binary.subtract': 'minus difference - 减',
  'binary.divide': 'quotient ratio / 除',
  'binary.power': 'pow exponent ^ 幂',
  'binary.maximum': 'max elementwise',
  'binary.minimum': 'min elementwise',
  'binary.add': 'plus sum bias',
  'binary.multiply': 'times product gate scale',
  'reduction.sum': 'reduce sum reducesum aggregate axis 归约 求和',
  'reduction.mean': 'reduce mean average reducemean aggregate axis 归约 平均',
  'reduction.maximum': 'reduce max reducemax aggregate axis 归约 最大',
  'reduction.minimum': 'reduce min reducemin aggregate axis 归约 最小',
  matrixProduct: 'matmul batched bmm dot product gemm 矩阵乘法',
  constant: 'number fill value ones zeros 常量',
  compare: 'mask equal greater less threshold 掩码',
  logical: 'and or not mask boolean 与或非',
  maskFill: 'masked fill where mask attention padding 掩码',
};

/** Words as a search compares them. */
export function plain(words: string): string {
  return words.normalize('NFKC').toLowerCase();
}

function joined(words: string): string {
  return words.replaceAll(/[\s·_-]+/g, '');
}

/** How well an entry answers a query: 0 by its name's beginning, 1 within its name, 2 by another name; null: not at all. */
function rank(entry: PaletteEntry, query: string, locale: Locale): number | null {
  const name = plain(text(locale, entry.name));
  if (name.startsWith(query)) return 0;
  if (name.split(/[\s·-]+/).some((word) => word.startsWith(query))) return 1;
  const others = [...locales.map((one) => text(one, entry.name)), entry.id, entry.type, otherNames[entry.id] ?? ''];
  const parts = query.split(/\s+/);
  const all = plain(others.join(' '));
  if (parts.every((part) => all.includes(part))) return 2;
  // "hard-swish", "hardswish" and "hard swish" are one word to whoever looks for it.
  return others.some((other) => joined(plain(other)).includes(joined(query))) ? 2 : null;
}

/** The entries that answer a query, best first; all of them, in the palette's order, where it is empty. */
export function searchPalette(
  entries: readonly PaletteEntry[],
  query: string,
  locale: Locale,
): readonly PaletteEntry[] {
  const wanted = plain(query).trim();
  if (wanted === '') return entries;
  return entries
    .flatMap((entry) => {
      const place = rank(entry, wanted, locale);
      return place === null ? [] : [{ entry, place }];
    })
    .sort((one, other) => one.place - other.place)
    .map(({ entry }) => entry);
}

/** Entries by family, families in the order in which they first come. */
export function byFamily(
  entries: readonly PaletteEntry[],
): readonly { readonly family: LayerFamily; readonly entries: readonly PaletteEntry[] }[] {
  const groups = new Map<LayerFamily, PaletteEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.family);
    if (group === undefined) groups.set(entry.family, [entry]);
    else group.push(entry);
  }
  return [...groups].map(([family, group]) => ({ family, entries: group }));
}
