import type { OperationKind } from '#shared/layers/operations';
import { activation } from './activation.ts';
import { convolution2d, dense } from './affine.ts';
import { binary, matrixProduct, reduce, unary } from './arithmetic.ts';
import { dropout } from './dropout.ts';
import { compare, logical, maskFill } from './masks.ts';
import { add, concatenate, multiply } from './merge.ts';
import { batchNormalisation, layerNormalisation } from './normalisation.ts';
import type { OperationImplementation } from './operation.ts';
import { globalPool2d, pool2d } from './pooling.ts';
import { recurrent } from './recurrent.ts';
import { constant, embedding } from './sequence.ts';
import { parametricRelu, rescale, scaleBias } from './scaling.ts';
import { identity, learned, pad, reshape, slice, stackSteps, takeStep, tile, transpose, zeros } from './structure.ts';

/** Every operation a Program may hold, as this engine computes it. A new kind is a compile error until it has an entry. */
export const implementations: { readonly [Kind in OperationKind]: OperationImplementation<Kind> } = {
  identity,
  dense,
  convolution2d,
  pool2d,
  globalPool2d,
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
  batchNormalisation,
  layerNormalisation,
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
