import type { GraphNode } from '../graph/document.ts';
import weights from './stemWeights.json' with { type: 'json' };

/** Rows and columns that the stem leaves of a picture of 75×75. */
export const stemSide = 10;

interface Stored {
  /** What a whole number stands for. */
  readonly step: number;
  readonly values: readonly number[];
}

/** Numbers that were stored as 16-bit whole ones; six digits are more than those hold. */
function values({ step, values: whole }: Stored): GraphNode['params'][string] {
  return { kind: 'values', values: whole.map((value) => Number((value * step).toPrecision(6))) };
}

function layer(
  name: keyof typeof weights,
  filters: number,
  size: number,
  stride: number,
  activation: 'relu' | 'sigmoid',
): GraphNode['params'] {
  const { kernel, bias } = weights[name];
  return {
    filters,
    kernelSize: [size, size],
    strides: [stride, stride],
    padding: 'same',
    activation,
    kernelInitialiser: values(kernel),
    biasInitialiser: values(bias),
  };
}

/**
 * The layers of a small network that was trained here (`npm run campaign -- stem`) to tell which shapes in which colours
 * are in a picture: 12 maps of 10×10, one for each colour and shape, near 1 where such an object lies and near 0
 * elsewhere. Its normalisations were folded into its convolutions. It stands in for the pre-trained ResNet that visual
 * question answering usually starts from.
 */
export const stemParameters = {
  'stem-1': layer('stem-1', 16, 3, 2, 'relu'),
  'stem-2': layer('stem-2', 24, 3, 2, 'relu'),
  'stem-3': layer('stem-3', 24, 3, 2, 'relu'),
  'stem-4': layer('stem-4', 32, 3, 1, 'relu'),
  'stem-maps': layer('stem-maps', 12, 1, 1, 'sigmoid'),
} as const;
