import { describe, expect, test } from 'vitest';
import type { GradloomDocument, GraphNode } from '../document.ts';
import type { NodeId } from '../identifiers.ts';
import { flatten } from '../../program/flatten.ts';
import { lower } from '../../program/lower.ts';
import type { FlatProgram } from '../../program/program.ts';
import { RandomStream } from '../../program/random.ts';
import { documentOf, SheetBuilder, WireNumbers } from '../../templates/sheetBuilder.ts';
import { createTemplate, templates } from '../../templates/templates.ts';
import { array64, relativeDifference } from '../../testing/array64.ts';
import type { Array64 } from '../../testing/array64.ts';
import { interpretFlat } from '../../testing/interpreter.ts';
import { randomBatch, randomDocument } from '../../testing/randomGraphs.ts';
import { applyOperations } from '../applyOperation.ts';
import { parseDocument, serialiseDocument } from '../serialise.ts';
import { removeCellDefinition } from './cells.ts';
import { withRepeatedCells } from './repeatCells.ts';

const name = (number: number): string => `Block ${number}`;

function flat(document: GradloomDocument): FlatProgram {
  const result = lower(document);
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return flatten(result.program);
}

/** Outputs with given weights, on the same inputs. */
function outputs(program: FlatProgram, weights: ReadonlyMap<string, Array64>): readonly Float64Array[] {
  const { batch } = randomBatch(program, 5, 2);
  const pass = interpretFlat(program, { ...batch, weights, training: false });
  return program.outputs.map(({ node }) => pass.outputs.get(node)?.values ?? new Float64Array());
}

/** What a document computes before and after its repeated blocks became cells, with the same numbers in its weights. */
function compare(document: GradloomDocument): ReturnType<typeof withRepeatedCells> {
  const made = withRepeatedCells(document, name);
  const [before, after] = [flat(document), flat(made.document)];
  const { batch } = randomBatch(before, 5, 2);
  const renamed = new Map([...batch.weights].map(([id, array]) => [made.renamed(id), array]));
  expect([...renamed.keys()].toSorted()).toEqual(after.weights.map(({ id }) => id as string).toSorted());
  const expected = outputs(before, batch.weights);
  outputs(after, renamed).forEach((values, index) => {
    expect(relativeDifference(values, expected[index] ?? [])).toBeLessThan(1e-12);
  });
  const again = parseDocument(serialiseDocument(made.document));
  expect(again.ok && again.document).toEqual(made.document);
  return made;
}

/** Numbers that depend on a weight's shape alone, so that it does not matter what a weight is called. */
function byShape({ weights }: FlatProgram): ReadonlyMap<string, Array64> {
  return new Map(weights.map(({ id, shape }) => [id, array64(shape, (index) => Math.cos(1 + index) / 2 + 0.1)]));
}

const between = ['tanh', 'relu', 'gelu', 'elu', 'softplus'];

/** A chain with a random block planted in some places, in each as wide as it likes, and another layer before each. */
function planted(seed: number): {
  readonly document: GradloomDocument;
  readonly places: number;
  readonly layers: number;
} {
  const random = new RandomStream(seed, 'planted');
  const sheet = new SheetBuilder(new WireNumbers());
  let count = 0;
  const put = (type: string, params: GraphNode['params'], ...from: readonly NodeId[]): NodeId => {
    count += 1;
    const id = sheet.node(`n${count}`, type, params);
    from.forEach((source, index) => sheet.wire(source, [id, from.length === 1 ? 'in' : `in.${index}`]));
    return id;
  };
  const layers = 5 + random.integer(4);
  const plan = Array.from({ length: layers }, (_, index) => ({
    kind: index === 0 ? 0 : index === layers - 1 ? 4 : random.integer(4),
    back: random.integer(Math.max(1, index)),
  }));
  const places = 2 + random.integer(4);
  let value = put('input', { shape: [6] });
  for (let place = 0; place < places; place += 1) {
    value = put('activation', { function: between[place] ?? 'linear' }, value);
    const width = 3 + random.integer(3);
    const inside: NodeId[] = [];
    for (const { kind, back } of plan) {
      const last = inside.at(-1) ?? value;
      const make = [
        () => put('dense', { units: width }, last),
        () => put('activation', { function: 'sigmoid' }, last),
        () => put('layerNormalisation', {}, last),
        () => put('concatenate', {}, last, inside[back] ?? last),
        // Once in a block, so that nothing smaller repeats within it.
        () => put('activation', { function: 'swish' }, last),
      ][kind];
      if (make !== undefined) inside.push(make());
    }
    value = inside.at(-1) ?? value;
  }
  put('output', { link: 'none' }, value);
  return { document: documentOf('Planted', sheet.graph(), {}), places, layers };
}

/** Settings that keep a template small enough for the interpreter. */
const small: Readonly<Record<string, Readonly<Record<string, number | string>>>> = {
  'resnet-cifar': { depth: '8', firstChannels: 2, side: 12 },
  resnet: { firstChannels: 2, classes: 10, side: '32' },
  densenet: { layersInBlock: 4, growth: 3, firstChannels: 4, side: 12 },
  unet: { filters: 2, side: '16' },
  rla: { iterations: 4, channels: 4, memory: 3 },
  'rla-net': { firstChannels: 2, classes: 10, side: '32', memory: 2 },
  dianet: { blocksInStage: 2, firstChannels: 2, side: 12 },
};

const seeds = Array.from({ length: 40 }, (_, index) => index + 1);

describe.each(seeds)('a random block planted into a random chain, %i', (seed) => {
  const { document, places, layers } = planted(seed);

  test('is found in every place, and the network computes the same', () => {
    const { cells, document: after } = compare(document);
    expect(cells.map((cell) => cell.places)).toContain(places);
    const kinds = document.graph.nodes.length - places * layers + places;
    expect(after.graph.nodes.length).toBeLessThanOrEqual(kinds);
  });

  test('and expanded again it is what it was', () => {
    const { cells, document: after } = withRepeatedCells(document, name);
    const expanded = cells.reduceRight((all, { id }) => applyOperations(all, removeCellDefinition(all, id)), after);
    expect(expanded.cells).toEqual([]);
    expect(expanded.graph.nodes.map(({ type }) => type).toSorted()).toEqual(
      document.graph.nodes.map(({ type }) => type).toSorted(),
    );
    const [before, back] = [flat(document), flat(expanded)];
    const expected = outputs(before, byShape(before));
    outputs(back, byShape(back)).forEach((values, index) => {
      expect(relativeDifference(values, expected[index] ?? [])).toBeLessThan(1e-12);
    });
  });
});

test('whatever repeats in random documents, with loops, frames, cells and shared weights, computes the same', () => {
  for (let seed = 1; seed <= 60; seed += 1) compare(randomDocument(seed, { dropout: true }));
});

test.each(templates.map((template) => template.name))('the template %s computes the same', (template) => {
  compare(createTemplate(template, small[template] ?? {}));
});

test('the ten residual blocks of an example become one cell, and no two cards lie on one place', () => {
  const { cells, document } = withRepeatedCells(createTemplate('plain-or-residual'), name);
  expect(cells.map(({ places }) => places)).toEqual([10]);
  const types = document.cells[0]?.graph.nodes.map(({ type }) => type).toSorted();
  expect(types).toEqual(['add', 'cellInput', 'cellOutput', 'dense', 'dense', 'layerNormalisation']);
  const places = document.graph.nodes.map(({ parent, position }) => `${parent ?? ''} ${position.x} ${position.y}`);
  expect(new Set(places).size).toBe(places.length);
});
