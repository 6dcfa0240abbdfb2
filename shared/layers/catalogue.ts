import { gaussianNoise } from './catalogue/gaussianNoise.ts';
import { groupNormalisation } from './catalogue/groupNormalisation.ts';
import { upsampling2d } from './catalogue/upsampling2d.ts';
import { globalPooling1d } from './catalogue/globalPooling1d.ts';
import { pooling1d } from './catalogue/pooling1d.ts';
import { transposedConvolution2d } from './catalogue/transposedConvolution2d.ts';
import { separableConvolution2d } from './catalogue/separableConvolution2d.ts';
import { depthwiseConvolution2d } from './catalogue/depthwiseConvolution2d.ts';
import { convolution3d } from './catalogue/convolution3d.ts';
import { convolution1d } from './catalogue/convolution1d.ts';
import { activation } from './catalogue/activation.ts';
import { add } from './catalogue/add.ts';
import { additiveAttention } from './catalogue/additiveAttention.ts';
import { attention } from './catalogue/attention.ts';
import { batchNormalisation } from './catalogue/batchNormalisation.ts';
import { binary } from './catalogue/binary.ts';
import { compare } from './catalogue/compare.ts';
import { concatenate } from './catalogue/concatenate.ts';
import { constant } from './catalogue/constant.ts';
import { convolution2d } from './catalogue/convolution2d.ts';
import { cropping } from './catalogue/cropping.ts';
import { dense } from './catalogue/dense.ts';
import { dropout } from './catalogue/dropout.ts';
import { embedding } from './catalogue/embedding.ts';
import { formula } from './catalogue/formula.ts';
import { flatten } from './catalogue/flatten.ts';
import { globalPooling2d } from './catalogue/globalPooling2d.ts';
import { gru } from './catalogue/gru.ts';
import { gruCell } from './catalogue/gruCell.ts';
import { input } from './catalogue/input.ts';
import { layerNormalisation } from './catalogue/layerNormalisation.ts';
import { logical } from './catalogue/logical.ts';
import { lstm } from './catalogue/lstm.ts';
import { lstmCell } from './catalogue/lstmCell.ts';
import { maskFill } from './catalogue/maskFill.ts';
import { matrixProduct } from './catalogue/matrixProduct.ts';
import { multiHeadAttention } from './catalogue/multiHeadAttention.ts';
import { multiply } from './catalogue/multiply.ts';
import { output } from './catalogue/output.ts';
import { parametricRelu } from './catalogue/parametricRelu.ts';
import { permute } from './catalogue/permute.ts';
import { pooling2d } from './catalogue/pooling2d.ts';
import { positionalEncoding } from './catalogue/positionalEncoding.ts';
import { regionCoordinates } from './catalogue/regionCoordinates.ts';
import { simpleCell } from './catalogue/simpleCell.ts';
import { simpleRecurrent } from './catalogue/simpleRecurrent.ts';
import { unary } from './catalogue/unary.ts';
import { reduction } from './catalogue/reduction.ts';
import { repeatVector } from './catalogue/repeatVector.ts';
import { rescaling } from './catalogue/rescaling.ts';
import { reshape } from './catalogue/reshape.ts';
import { scaleBias } from './catalogue/scaleBias.ts';
import { slice } from './catalogue/slice.ts';
import { split } from './catalogue/split.ts';
import { zeroPadding } from './catalogue/zeroPadding.ts';
import type { LayerDefinition } from './layer.ts';

const layers: readonly LayerDefinition[] = [
  input,
  dense,
  convolution2d,
  pooling2d,
  globalPooling2d,
  upsampling2d,
  transposedConvolution2d,
  depthwiseConvolution2d,
  separableConvolution2d,
  convolution1d,
  pooling1d,
  globalPooling1d,
  convolution3d,
  activation,
  parametricRelu,
  batchNormalisation,
  layerNormalisation,
  groupNormalisation,
  dropout,
  gaussianNoise,
  flatten,
  reshape,
  permute,
  repeatVector,
  slice,
  split,
  zeroPadding,
  cropping,
  add,
  multiply,
  concatenate,
  embedding,
  simpleRecurrent,
  lstm,
  gru,
  simpleCell,
  lstmCell,
  gruCell,
  attention,
  additiveAttention,
  multiHeadAttention,
  positionalEncoding,
  regionCoordinates,
  formula,
  unary,
  binary,
  reduction,
  matrixProduct,
  constant,
  compare,
  logical,
  maskFill,
  scaleBias,
  rescaling,
  output,
];

/** Every layer by its type, in the order of the palette. */
export const catalogue: ReadonlyMap<string, LayerDefinition> = new Map(layers.map((layer) => [layer.type, layer]));

/** The layer of a type, or undefined where the catalogue has none (or the type is structural). */
export function findLayer(type: string): LayerDefinition | undefined {
  return catalogue.get(type);
}
