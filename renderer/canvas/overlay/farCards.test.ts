import { expect, it } from 'vitest';
import { check } from '#shared/check/check';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId, wireId } from '#shared/graph/identifiers';
import { newDocument } from '#shared/graph/queries';
import { FlowModel } from '../flow.ts';
import { farCards } from './farCards.ts';

const document: GradloomDocument = {
  ...newDocument(),
  graph: {
    nodes: [
      { id: nodeId('a'), type: 'input', params: {}, position: { x: 0, y: 0 } },
      { id: nodeId('b'), type: 'add', params: {}, position: { x: 200, y: 0 } },
      { id: nodeId('c'), type: 'dense', params: { units: 'many' }, position: { x: 400, y: 0 } },
      { id: nodeId('f'), type: 'frame', params: {}, position: { x: 0, y: 300 } },
    ],
    wires: [{ id: wireId('w'), from: { node: nodeId('a'), port: 'out' }, to: { node: nodeId('b'), port: 'in.0' } }],
  },
};
const source = {
  document,
  check: check(document),
  sheet: null,
  locale: 'en',
  selectedNodes: new Set<ReturnType<typeof nodeId>>(),
  selectedWires: new Set<ReturnType<typeof wireId>>(),
  moved: new Map(),
  dragging: false,
  area: null,
} as const;

it('are all cards and circles but the selected ones, with their hue and the worst that is wrong', () => {
  const model = new FlowModel();
  const flow = model.update(source);
  const cards = farCards(flow);
  expect(cards.map(({ shape, hue, problem, box }) => [shape, hue, problem, box.left, box.top, box.bottom])).toEqual([
    ['card', 'var(--family-data)', null, 0, 0, 48],
    ['round', 'var(--family-merge)', expect.anything(), 200, 7, 41],
    ['card', 'var(--family-core)', 'error', 400, 0, 48],
  ]);
  expect(farCards(flow)).toBe(cards);
  expect(
    farCards(model.update({ ...source, selectedNodes: new Set([nodeId('c')]) })).map(({ box }) => box.left),
  ).toEqual([0, 200]);
});
