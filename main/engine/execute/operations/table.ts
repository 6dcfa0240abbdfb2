import type { OperationKind } from '#shared/layers/operations';
import { activation } from './activation.ts';
import { dense } from './affine.ts';
import {
  convolution1d,
  convolution2d,
  convolution3d,
  depthwiseConvolution2d,
  transposedConvolution2d,
} from './convolution.ts';
import { binary, matrixProduct, reduce, unary } from './arithmetic.ts';
import { dropout, gaussianNoise } from './dropout.ts';
import { compare, logical, maskFill } from './masks.ts';
import { add, concatenate, multiply } from './merge.ts';
import { batchNormalisation, groupNormalisation, layerNormalisation } from './normalisation.ts';
import type { OperationImplementation } from './operation.ts';
import { globalPool2d, pool1d, pool2d } from './pooling.ts';
import { upsample2d } from './upsampling.ts';
import { recurrent } from './recurrent.ts';
import { constant, embedding } from './sequence.ts';
import { parametricRelu, rescale, scaleBias } from './scaling.ts';
import { identity, learned, pad, reshape, slice, stackSteps, takeStep, tile, transpose, zeros } from './structure.ts';

/** Every operation a Program may hold, as this engine computes it. A new kind is a compile error until it has an entry. */
export const implementations: { readonly [Kind in OperationKind]: OperationImplementation<Kind> } = {
  identity,
  dense,
  convolution1d,
  convolution2d,
  convolution3d,
  depthwiseConvolution2d,
  transposedConvolution2d,
  pool1d,
  pool2d,
  globalPool2d,
  upsample2d,
  reshape,
  pad,
  slice,
  transpose,
  tile,
  rescale,
  scaleBias,
  parametricRelu,
  activation,
  dropout,
  gaussianNoise,
  batchNormalisation,
  layerNormalisation,
  groupNormalisation,
  add,
  multiply,
  concatenate,
  zeros,
  learned,
  takeStep,
  stackSteps,
  embedding,
  constant,
  recurrent,
  unary,
  binary,
  reduce,
  matrixProduct,
  compare,
  logical,
  maskFill,
  opaque: ({ attributes }) => {
    throw new Error(`the operator ${attributes.operator} of a foreign file cannot be computed`);
  },
};
