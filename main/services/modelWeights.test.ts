import { expect, test } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import { flatten } from '#shared/program/flatten';
import { initialiseWeight } from '#shared/program/initialise';
import { createTemplate } from '#shared/templates/templates';
import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import { readNpz } from '../formats/npz.ts';
import { matchWeights, weightsFile } from './modelWeights.ts';
import { lowerOrFail } from './lowerOrFail.ts';
import { fitsWhole } from './takenWeights.ts';

const former = createTemplate('plain-mlp', { depth: 3, width: 4 });

function weightsOf(document: GradloomDocument, of: (index: number) => number): NamedArrays {
  const { weights } = flatten(lowerOrFail(document));
  return Object.fromEntries(
    weights.map(({ id, shape }, place): [string, NamedArray] => {
      const size = shape.reduce((product, length) => product * length, 1);
      return [id, { shape, dtype: 'float32', data: Float32Array.from({ length: size }, () => of(place)) }];
    }),
  );
}

const model = { document: former, weights: weightsOf(former, (place) => place + 1) };

/** The document with other ids, the labels as they were. */
function renamed(document: GradloomDocument): GradloomDocument {
  const other = (id: string) => nodeId(`other-${id}`);
  return {
    ...document,
    graph: {
      nodes: document.graph.nodes.map((node) => ({ ...node, id: other(node.id), label: node.label ?? node.id })),
      wires: document.graph.wires.map((wire) => ({
        ...wire,
        from: { ...wire.from, node: other(wire.from.node) },
        to: { ...wire.to, node: other(wire.to.node) },
      })),
    },
    training: { ...document.training, losses: [], metrics: [], data: null },
  };
}

test('weights are found by id, and by the name of the layer', () => {
  const own = matchWeights(former, model, null);
  expect([own.taken, own.all, own.missing]).toEqual([10, 10, []]);
  expect(own.weights).toEqual(model.weights);
  const byName = matchWeights(renamed(former), model, null);
  expect(byName.taken).toBe(10);
  expect(Object.values(byName.weights)).toEqual(Object.values(model.weights));
});

test('only those of one shape, and only those of the chosen nodes', () => {
  const wider = createTemplate('plain-mlp', { depth: 3, width: 5 });
  expect(matchWeights(wider, model, null).taken).toBe(1);
  const [first] = former.graph.nodes.filter(({ type }) => type === 'dense');
  const some = matchWeights(former, model, [first?.id ?? nodeId('none')]);
  expect([some.taken, some.all]).toEqual([2, 2]);
  expect(Object.keys(some.weights).every((id) => id.startsWith(`${first?.id ?? ''}/`))).toBe(true);
});

test('the file holds every weight: those taken, those from beside the document, those of the seed', () => {
  const { weights: wanted } = flatten(lowerOrFail(former));
  const [first, second, third] = wanted;
  if (first === undefined || second === undefined || third === undefined) throw new Error('too few weights');
  const beside = weightsOf(former, () => -1);
  const matched = { weights: { [first.id]: model.weights[first.id] as NamedArray }, taken: 1, all: 10, missing: [] };
  const kept = { [second.id]: beside[second.id] as NamedArray };
  const { bytes, reference } = weightsFile(former, matched, kept, 'net.gradloom.json');
  expect(reference.file).toBe(`net.weights-${reference.sha256.slice(0, 8)}.npz`);
  const arrays = readNpz(bytes);
  expect(fitsWhole(former, arrays)).toBe(true);
  expect(arrays[first.id]?.data[0]).toBe(1);
  expect(arrays[second.id]?.data[0]).toBe(-1);
  expect(arrays[third.id]?.data).toEqual(initialiseWeight(third, former.training.seed));
});
