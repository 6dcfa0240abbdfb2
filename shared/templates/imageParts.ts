import type { GraphNode } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import type { Training } from '../graph/training.ts';
import type { Initialiser } from '../graph/values.ts';

type Parameters = GraphNode['params'];

/** What normalises the channels of an image. */
export const imageNormalisations = ['batch', 'group', 'layer', 'none'] as const;
export type ImageNormalisation = (typeof imageNormalisations)[number];

/** He's start counted by what a convolution hands on, as the residual networks' authors use it. */
export const heFanOut: Initialiser = { kind: 'heNormal', mode: 'fanOut' };

/**
 * Parameters of a convolution without activation. A stride of 2 pads by hand, the same on both sides, as the published
 * networks do; padding `same` would add its odd row at one side only.
 */
export function convolution(
  filters: number,
  size: number,
  { stride = 1, useBias = false, start = heFanOut }: { stride?: number; useBias?: boolean; start?: Initialiser } = {},
): Parameters {
  const margin = (size - 1) / 2;
  const pads = stride > 1 && margin > 0;
  return {
    filters,
    kernelSize: [size, size],
    ...(stride > 1 ? { strides: [stride, stride] } : {}),
    ...(pads
      ? {
          padding: 'explicit',
          explicitPadding: [
            [margin, margin],
            [margin, margin],
          ],
        }
      : {}),
    useBias,
    kernelInitialiser: start,
  };
}

/** Batch normalisation as in the published networks' code: its statistics follow within tens of steps. */
export const batchNormalisation: Parameters = { momentum: 0.9, epsilon: 1e-5 };

/** The layer of a normalisation over `channels`, null for none. `gamma`: what its scale starts from. */
export function normalisationOf(
  kind: ImageNormalisation,
  channels: number,
  gamma = 1,
): { readonly type: string; readonly params: Parameters } | null {
  const start: Parameters = gamma === 1 ? {} : { gammaInitialiser: { kind: 'constant', value: gamma } };
  switch (kind) {
    case 'batch':
      return { type: 'batchNormalisation', params: { ...batchNormalisation, ...start } };
    case 'group':
      return { type: 'groupNormalisation', params: { groups: channels % 4 === 0 ? 4 : 1, ...start } };
    case 'layer':
      return { type: 'layerNormalisation', params: start };
    case 'none':
      return null;
  }
}

/** Shapes of ten kinds in six colours, 1000 to train on and 250 held back; the class is the shape. */
export const colouredShapes = (input: NodeId, side: number): Pick<Training, 'data'> & { readonly target: 'shape' } => ({
  target: 'shape',
  data: {
    source: { kind: 'colouredShapes', size: 1250, side, shapes: 10, noise: 0.05 },
    seed: 1,
    validation: 0.2,
    inputs: { [input]: 'image' },
  },
});

/** How a network that names one of several classes is trained: cross-entropy of `output`, and its accuracy. */
export function classification(
  output: NodeId,
  { target, data }: { readonly target: string; readonly data: Training['data'] },
): Pick<Training, 'losses' | 'metrics' | 'data'> {
  return {
    losses: [{ output, kind: 'softmaxCrossEntropy', weight: 1, target }],
    metrics: [{ output, kind: 'accuracy', target }],
    data,
  };
}
