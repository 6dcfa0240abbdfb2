import type { GraphNode } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { newOptimiser } from '../graph/trainingKinds.ts';
import { classification, convolution } from './imageParts.ts';
import { cardPitch, plainRowPitch } from './rows.ts';
import type { End } from './sheetBuilder.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import type { Template } from './template.ts';

const side = 32;
const shapes = 4;
const kinds = ['additive', 'dot', 'heads'] as const;

/** One look at a picture: what it is on the whole asks where to look, and what is found there names the shape. */
export const regionAttention: Template = {
  name: 'region-attention',
  family: 'sequences',
  settings: [
    { key: 'features', kind: 'integer', default: 32, minimum: 2, maximum: 1024 },
    { key: 'attention', kind: 'choice', default: 'additive', options: kinds },
  ],
  source:
    'Bahdanau, Cho, Bengio 2015, arXiv:1409.0473; over the regions of a picture: Xu et al. 2015, "Show, Attend and Tell", arXiv:1502.03044',
  create(values) {
    const units = values.number('features');
    const sheet = new SheetBuilder(new WireNumbers());
    const at = (column: number, row: number) => ({ x: column * cardPitch, y: row * plainRowPitch });
    const put = (
      id: string,
      type: string,
      label: string,
      params: GraphNode['params'],
      position: GraphNode['position'],
      wires: Readonly<Record<string, End>>,
    ): NodeId => {
      const node = sheet.node(id, type, params, position, { label });
      for (const [port, end] of Object.entries(wires)) sheet.wire(end, [node, port]);
      return node;
    };
    const say = (key: 'image' | 'coordinates' | 'regions' | 'query' | 'attention' | 'shape') =>
      values.say(`template.label.${key}`);
    const relu = { activation: 'relu', useBias: true };
    const input = put('image', 'input', say('image'), { shape: [side, side, 3] }, at(0, 0.5), {});
    const first = { ...convolution(16, 3, { stride: 2 }), ...relu };
    const second = { ...convolution(32, 3, { stride: 2 }), ...relu };
    const low = put('conv-1', 'convolution2d', 'Conv 1', first, at(1, 0.5), { in: input });
    const high = put('conv-2', 'convolution2d', 'Conv 2', second, at(2, 0.5), { in: low });
    const pooled = put('pool', 'globalPooling2d', 'Global pool', {}, at(3, -0.2), { in: high });
    const query = put('query', 'dense', say('query'), { units }, at(4, -0.2), { in: pooled });
    const placed = put('coordinates', 'regionCoordinates', say('coordinates'), {}, at(3, 1.2), { in: high });
    const listed = put('listed', 'reshape', say('regions'), { targetShape: [(side / 4) ** 2, -1] }, at(4, 1.2), {
      in: placed,
    });
    const regions = put('regions', 'dense', 'Dense v', { units }, at(5, 1.2), { in: listed });
    const kind = values.choice('attention', kinds);
    const types = { additive: 'additiveAttention', dot: 'attention', heads: 'multiHeadAttention' } as const;
    const own = {
      additive: { attentionUnits: units },
      dot: {},
      heads: { heads: 2, keySize: Math.max(1, Math.floor(units / 2)) },
    };
    const looked = put('attention', types[kind], say('attention'), own[kind], at(6, 0.3), { query, value: regions });
    const logits = put('logits', 'dense', 'Logits', { units: shapes }, at(7, 0.5), { in: looked });
    const output = put('output', 'output', say('shape'), { link: 'softmax' }, at(8, 0.5), { in: logits });
    return documentOf(values.say('template.region-attention.name'), sheet.graph(), {
      ...classification(output, {
        target: 'shape',
        data: {
          source: { kind: 'colouredShapes', size: 3000, side, shapes, noise: 0.05 },
          seed: 1,
          validation: 1 / 6,
          inputs: { [input]: 'image' },
        },
      }),
      optimiser: newOptimiser('adam', 3e-3),
      schedule: { kind: 'cosine', minimum: 0 },
      epochs: 12,
      batch: 50,
    });
  },
};
