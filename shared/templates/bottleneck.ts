import type { CellDefinition, GraphNode } from '../graph/document.ts';
import type { CellSketch } from './cells.ts';
import { cellPlace, drawCell } from './cells.ts';
import { batchNormalisation, convolution } from './imageParts.ts';
import type { Link } from './chain.ts';
import type { End, WireNumbers } from './sheetBuilder.ts';
import type { TemplateSetting, TemplateValues } from './template.ts';

/** Blocks in the four stages of the networks for ImageNet (He et al. 2015, table 1). */
export const imagenetDepths = ['50', '101', '152'] as const;
export type ImagenetDepth = (typeof imagenetDepths)[number];
export const imagenetBlocks: Readonly<Record<ImagenetDepth, readonly [number, number, number, number]>> = {
  '50': [3, 4, 6, 3],
  '101': [3, 4, 23, 3],
  '152': [3, 8, 36, 3],
};

/** A bottleneck hands on four times the channels that its 3×3 convolution has. */
export const expansion = 4;

export const imagenetSides = ['32', '64', '96', '128', '224'] as const;

/** What can be set of the networks for ImageNet. */
export const imagenetSettings: readonly TemplateSetting[] = [
  { key: 'depth', kind: 'choice', default: '50', options: imagenetDepths },
  { key: 'firstChannels', kind: 'integer', default: 64, minimum: 1, maximum: 256 },
  { key: 'classes', kind: 'integer', default: 1000, minimum: 10, maximum: 10_000 },
  { key: 'side', kind: 'choice', default: '64', options: imagenetSides },
];

/** A bottleneck block. */
export interface Bottleneck {
  readonly id: string;
  readonly name: string;
  readonly colour: string | undefined;
  /** Channels of the first two convolutions. */
  readonly channels: number;
  readonly stride: 1 | 2;
  /** Whether the shortcut is a 1×1 convolution: where the shape changes. */
  readonly projects: boolean;
  /** What the last normalisation's scale starts from: at 0 the block starts as its shortcut. */
  readonly gamma: 0 | 1;
  /**
   * What else the block reads and hands out. `none`: x → y. `joined`: it reads [x; h] and also gives its branch `b`.
   * `branch`: it gives its branch `b` and its shortcut `s` apart, to be joined outside.
   */
  readonly form: 'none' | 'joined' | 'branch';
}

/**
 * Three convolutions with normalisations: 1×1, 3×3, and 1×1 to four times the channels; the way around them above. The
 * stride is at the 3×3 convolution, as in the code that both published networks build on, not at the first 1×1 as in the
 * paper's table; the number of weights is the same.
 */
export function drawBottleneck(numbers: WireNumbers, block: Bottleneck): CellDefinition {
  const { id, name, colour, channels, stride, projects, gamma, form } = block;
  const isJoined = form === 'joined';
  const first = isJoined ? 2 : 1;
  const end = first + 10;
  const ends: Pick<CellSketch, 'inputs' | 'outputs'> = {
    inputs: { x: cellPlace(0, 1), ...(isJoined ? { h: cellPlace(0, 2) } : {}) },
    outputs:
      form === 'branch'
        ? { s: cellPlace(end - 2, 0), b: cellPlace(end - 2, 1) }
        : { y: cellPlace(end, 1), ...(isJoined ? { b: cellPlace(end - 2, 2) } : {}) },
  };
  return drawCell(numbers, { id, name, colour, ...ends }, (put, input): Readonly<Record<string, End>> => {
    const x = input('x');
    let branch: End = isJoined ? put('join', 'concatenate', 'Join x and h', {}, cellPlace(1, 1), [x, input('h')]) : x;
    const wide = expansion * channels;
    const layers: readonly (readonly [number, GraphNode['params']])[] = [
      [1, convolution(channels, 1)],
      [2, convolution(channels, 3, { stride })],
      [3, convolution(wide, 1)],
    ];
    for (const [layer, params] of layers) {
      const column = first + 3 * (layer - 1);
      branch = put(`conv-${layer}`, 'convolution2d', `Conv ${layer}`, params, cellPlace(column, 1), [branch]);
      const start: GraphNode['params'] =
        layer === 3 && gamma === 0
          ? { ...batchNormalisation, gammaInitialiser: { kind: 'constant', value: 0 } }
          : batchNormalisation;
      branch = put(`norm-${layer}`, 'batchNormalisation', `Norm ${layer}`, start, cellPlace(column + 1, 1), [branch]);
      if (layer < 3)
        branch = put(`relu-${layer}`, 'activation', `ReLU ${layer}`, { function: 'relu' }, cellPlace(column + 2, 1), [
          branch,
        ]);
    }
    let shortcut: End = x;
    if (projects) {
      const project = convolution(wide, 1, { stride });
      const projected = put('project', 'convolution2d', 'Project', project, cellPlace(first + 3, 0), [x]);
      shortcut = put(
        'project-norm',
        'batchNormalisation',
        'Project norm',
        batchNormalisation,
        cellPlace(first + 4, 0),
        [projected],
      );
    }
    if (form === 'branch') return { s: shortcut, b: branch };
    const sum = put('add', 'add', 'Add', {}, cellPlace(first + 8, 1), [shortcut, branch]);
    const y = put('relu-3', 'activation', 'ReLU 3', { function: 'relu' }, cellPlace(first + 9, 1), [sum]);
    return { y, ...(isJoined ? { b: branch } : {}) };
  });
}

/** The first layers of the networks for ImageNet: 7×7 convolution with stride 2, then a 3×3 pool with stride 2. */
export function imagenetStem(side: number, channels: number): readonly Link[] {
  const margins = [
    [1, 1],
    [1, 1],
  ];
  return [
    { id: 'image', type: 'input', label: 'Image', params: { shape: [side, side, 3] } },
    { id: 'stem', type: 'convolution2d', label: 'Stem 7×7', params: convolution(channels, 7, { stride: 2 }) },
    { id: 'stem-norm', type: 'batchNormalisation', label: 'Norm', params: batchNormalisation },
    { id: 'stem-relu', type: 'activation', label: 'ReLU', params: { function: 'relu' } },
    // After ReLU, a border of zeros is never larger than what is there: it pools like the published border.
    { id: 'stem-border', type: 'zeroPadding', label: 'Border', params: { margins } },
    { id: 'stem-pool', type: 'pooling2d', label: 'Pool', params: { size: [3, 3], strides: [2, 2] } },
  ];
}

/** The two kinds of blocks in a stage of `wide` channels: the first, which projects and from stage 2 on halves, and the others. */
export function stageCells(
  values: TemplateValues,
  stage: number,
  wide: number,
): Record<'first' | 'other', Pick<Bottleneck, 'id' | 'name' | 'stride' | 'projects'>> {
  return {
    first: {
      id: `first-${wide}`,
      name: values.say('template.cell.first', { channels: wide }),
      stride: stage === 1 ? 1 : 2,
      projects: true,
    },
    other: {
      id: `block-${wide}`,
      name: values.say('template.cell.block', { channels: wide }),
      stride: 1,
      projects: false,
    },
  };
}
