import type { LayerFamily } from '#shared/layers/layer';
import type { PaletteEntry } from '#shared/layers/palette';
import { locales } from '#shared/text/locale';
import type { Locale } from '#shared/text/locale';
import { text } from '#shared/text/text';

/** What people also call a layer, in any language; never shown. By the entry's id. */
const otherNames: Readonly<Record<string, string>> = {
  input: 'placeholder data x 输入',
  dense: 'fully connected fc linear affine perceptron mlp 全连接 线性',
  convolution2d: 'conv conv2d cnn kernel filter 卷积',
  maxPooling2d: 'maxpool pool subsampling 池化',
  averagePooling2d: 'avgpool meanpool pool 池化',
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
  reduction: 'reduce sum mean average max min pool aggregate axis axes 求和 平均 最大 最小',
  slice: 'narrow take part index range 切片 取出',
  split: 'chunk cut divide unbind parts 拆分 切分',
  zeroPadding: 'pad border zero 补零 填充',
  cropping: 'crop cut border trim 裁剪',
  scaleBias: 'layerscale rezero affine scale shift gain 缩放 偏置',
  rescaling: 'normalise scale offset factor 缩放 归一',
  batchNormalisation: 'bn batchnorm batch norm normalization normalisation 批归一化',
  layerNormalisation: 'ln layernorm layer norm normalization normalisation 层归一化',
  dropout: 'regularisation mask 随机失活',
  add: 'sum plus residual skip shortcut + 相加 残差',
  multiply: 'product gate times hadamard × 相乘 门控',
  concatenate: 'concat join merge stack 拼接',
  output: 'head prediction logits loss target 输出',
};

/** Words as a search compares them. */
export function plain(words: string): string {
  return words.normalize('NFKC').toLowerCase();
}

/** How well an entry answers a query: 0 by its name's beginning, 1 within its name, 2 by another name; null: not at all. */
function rank(entry: PaletteEntry, query: string, locale: Locale): number | null {
  const name = plain(text(locale, entry.name));
  if (name.startsWith(query)) return 0;
  if (name.split(/[\s·-]+/).some((word) => word.startsWith(query))) return 1;
  const others = [...locales.map((one) => text(one, entry.name)), entry.id, entry.type, otherNames[entry.id] ?? ''];
  const parts = query.split(/\s+/);
  const all = plain(others.join(' '));
  return parts.every((part) => all.includes(part)) ? 2 : null;
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
