import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyOperations } from '../graph/applyOperation.ts';
import { documentSchema } from '../graph/document.ts';
import type { Graph, GradloomDocument, GraphNode } from '../graph/document.ts';
import { nodeIdSchema, wireIdSchema } from '../graph/identifiers.ts';
import { defaultTraining } from '../graph/training.ts';
import { catalogue } from '../layers/catalogue.ts';
import { structuralTypes } from '../graph/portNames.ts';
import { check } from './check.ts';

// Few names, so that they meet: as nodes, parents, loops, terminals, cells, fields; and some that objects have anyway.
const nodeNames = ['a', 'b', 'c', 'd', 'e', 'f', 'constructor', 'toString'];
const terminals = ['h', 'x', 'y', 'constructor'];
const cellNames = ['one', 'two', 'three', 'valueOf'];
const ports = [
  'in',
  'out',
  'in.0',
  'in.1',
  'in.7',
  'bias',
  '__proto__',
  ...terminals.flatMap((id) =>
    ['init', 'state', 'next', 'in', 'input', 'result', 'out'].map((kind) => `${kind}.${id}`),
  ),
];

const name = fc.constantFrom(...nodeNames);
const terminal = fc.constantFrom(...terminals);
const length = fc.constantFrom(1, 2, 3, 4, 8, 1_000_000);
const shape = fc.array(length, { maxLength: 4 });
const initialiser = fc.constantFrom(
  { kind: 'glorotUniform' },
  { kind: 'constant', value: 0 },
  { kind: 'orthogonal', gain: 1 },
  { kind: 'values', values: [1, 2] },
);
const dtype = fc.constantFrom('float32', 'int32', 'bool');

const loopParameters = fc.record({
  iterations: fc.constantFrom(1, 3, 10_000),
  states: fc.array(
    fc.record(
      {
        id: terminal,
        shape,
        dtype,
        initial: fc.oneof(
          fc.constant({ kind: 'zeros' }),
          fc.constant({ kind: 'wired' }),
          initialiser.map((start) => ({ kind: 'learned', initialiser: start })),
        ),
        residual: fc.boolean(),
      },
      { requiredKeys: ['id', 'shape', 'initial'] },
    ),
    { maxLength: 2 },
  ),
  inputs: fc.array(fc.record({ id: terminal, kind: fc.constantFrom('constant', 'scan') }), { maxLength: 2 }),
  outputs: fc.array(fc.record({ id: terminal, kind: fc.constantFrom('last', 'all') }), { maxLength: 2 }),
});

const instanceParameters = fc.record({
  cell: fc.constantFrom(...cellNames, 'gone'),
  weights: fc.constantFrom('shared', 'own'),
  parameters: fc.dictionary(terminal, fc.oneof(fc.constantFrom(1, 4, 0), fc.jsonValue({ maxDepth: 1 })), {
    maxKeys: 2,
  }),
});

const opaqueParameters = fc.record({
  operator: fc.constant('Einsum'),
  source: fc.constant('model.onnx'),
  attributes: fc.constant({}),
  inputs: fc.array(fc.record({ id: terminal }), { maxLength: 2 }),
  outputs: fc.array(fc.record({ id: terminal, shape, dtype }), { maxLength: 2 }),
});

const layerParameters = fc.record(
  {
    shape,
    dtype,
    units: fc.constantFrom(1, 4, 8, 65_536, 0),
    filters: fc.constantFrom(1, 4, 2.5),
    kernelSize: fc.constantFrom([1, 1], [3, 3], [9, 9]),
    strides: fc.constantFrom([1, 1], [2, 2]),
    dilations: fc.constantFrom([1, 1], [2, 2]),
    padding: fc.constantFrom('same', 'valid'),
    activation: fc.constantFrom('linear', 'softmax', 'elu'),
    function: fc.constantFrom('relu', 'sigmoid', 'softmax'),
    axis: fc.constantFrom(-1, 0, 1, 5),
    kernelInitialiser: initialiser,
    biasInitialiser: initialiser,
    gammaInitialiser: initialiser,
    link: fc.constantFrom('none', 'softmax'),
  },
  { requiredKeys: [] },
);

/** Parameters that mostly belong to the type, and sometimes are anything at all. */
function parametersFor(type: string): fc.Arbitrary<unknown> {
  const anything = fc.dictionary(fc.constantFrom('shape', 'units', 'iterations', 'cell', '__proto__'), fc.jsonValue(), {
    maxKeys: 2,
  });
  const own = (): fc.Arbitrary<unknown> => {
    const definition = catalogue.get(type);
    if (definition !== undefined) {
      const known = new Set(Object.keys(definition.parameters));
      return layerParameters.map((all) => Object.fromEntries(Object.entries(all).filter(([key]) => known.has(key))));
    }
    if (type === 'loop') return loopParameters;
    if (type === 'cell') return instanceParameters;
    if (type === 'opaque') return opaqueParameters;
    if (type === 'cellInput' || type === 'cellOutput') return fc.record({ terminal });
    return fc.constant({});
  };
  return fc.oneof({ weight: 9, arbitrary: own() }, { weight: 1, arbitrary: anything });
}

const types = [
  ...catalogue.keys(),
  ...structuralTypes,
  'loop',
  'loop',
  'cell',
  'add',
  'dense',
  'spline',
  'constructor',
];

const node = fc.constantFrom(...types).chain((type) =>
  fc.record(
    {
      id: name,
      type: fc.constant(type),
      params: parametersFor(type),
      position: fc.constant({ x: 0, y: 0 }),
      label: fc.constantFrom('', 'same', '“quoted” {name}'),
      parent: name,
      perStep: fc.array(name, { maxLength: 2 }),
      perInstance: fc.boolean(),
      frozen: fc.boolean(),
    },
    { requiredKeys: ['id', 'type', 'params', 'position'] },
  ),
);

const end = fc.record({ node: name, port: fc.constantFrom(...ports) });
const wire = fc.record({
  id: fc.integer({ min: 0, max: 30 }).map((number) => `w${number}`),
  from: fc.oneof(
    { weight: 4, arbitrary: fc.record({ node: name, port: fc.constant('out') }) },
    { weight: 3, arbitrary: end },
  ),
  to: fc.oneof(
    { weight: 4, arbitrary: fc.record({ node: name, port: fc.constantFrom('in', 'in.0', 'in.1') }) },
    { weight: 3, arbitrary: end },
  ),
});

const graph = fc.record({ nodes: fc.array(node, { maxLength: 8 }), wires: fc.array(wire, { maxLength: 12 }) });

const cell = fc.record({
  id: fc.constantFrom(...cellNames),
  name: fc.constantFrom('One', 'Two'),
  inputs: fc.array(fc.record({ id: terminal }), { maxLength: 2 }),
  outputs: fc.array(fc.record({ id: terminal }), { maxLength: 2 }),
  parameters: fc.array(
    fc.record({ id: terminal, node: name, parameter: fc.constantFrom('units', 'iterations', 'shape', '__proto__') }),
    { maxLength: 2 },
  ),
  graph,
});

const data = fc.record({
  source: fc.oneof(
    fc.constant({ kind: 'twoSpirals', size: 10, noise: 0 }),
    fc.constant({ kind: 'digits', size: 10, noise: 0, shift: 0, slant: 0 }),
    fc.record({ kind: fc.constant('random'), size: fc.constant(5), shape, targetShape: shape }),
  ),
  seed: fc.constant(1),
  validation: fc.constantFrom(0, 0.5, 0.9),
  inputs: fc.dictionary(name, fc.constantFrom('point', 'label', 'image', 'input', 'target', 'constructor'), {
    maxKeys: 3,
  }),
});
const comparison = { output: name, target: fc.constantFrom('label', 'target', 'point', 'toString') };
const training = fc.record({
  losses: fc.array(
    fc.record({
      ...comparison,
      kind: fc.constantFrom('softmaxCrossEntropy', 'sigmoidCrossEntropy', 'meanSquaredError', 'linear'),
      weight: fc.constant(1),
    }),
    { maxLength: 3 },
  ),
  metrics: fc.array(fc.record({ ...comparison, kind: fc.constantFrom('accuracy', 'meanAbsoluteError') }), {
    maxLength: 2,
  }),
  batch: fc.constantFrom(1, 64),
  data: fc.option(data),
});

const absurd = fc
  .record({ graph, cells: fc.array(cell, { maxLength: 3 }), training })
  .map((parts): GradloomDocument => {
    const whole = {
      format: 'gradloom',
      version: 1,
      name: 'Absurd',
      graph: parts.graph,
      cells: parts.cells,
      training: { ...defaultTraining, ...parts.training },
    };
    return documentSchema.parse(whole);
  });

test('check never throws, says the same twice, and knows every node', { timeout: 560_000 }, () => {
  fc.assert(
    fc.property(absurd, (document) => {
      const result = check(document);
      expect(result.ok).toBe(!result.diagnostics.some(({ severity }) => severity === 'error'));
      for (const { id } of document.graph.nodes) expect(result.nodes.has(id)).toBe(true);
      for (const { message, fixes } of result.diagnostics) {
        expect(message).not.toBe('');
        for (const { operations } of fixes) expect(operations.length).toBeGreaterThan(0);
      }
      const facts = [...result.nodes.values()];
      expect(facts.reduce((sum, { trainableWeights }) => sum + trainableWeights, 0)).toBe(result.totals.trainable);
      expect(check(structuredClone(document)).diagnostics).toEqual(result.diagnostics);
    }),
    { numRuns: 5000 },
  );
});

function unique<Item extends { readonly id: string }>(items: readonly Item[]): Item[] {
  return items.filter(({ id }, index) => items.findIndex((item) => item.id === id) === index);
}

/**
 * The same document with its ids made unique, wires to nowhere left out and parents that are frames or loops: such a
 * document opens, and an edit can say which node it means.
 */
function sound(document: GradloomDocument): GradloomDocument {
  const repair = (graph: Graph, prefix: string): Graph => {
    const once = unique(graph.nodes);
    const seen = new Set<string>(once.map(({ id }) => id));
    const parents = new Map(
      once.filter(({ type }) => type === 'frame' || type === 'loop').map(({ id }, index) => [id, index]),
    );
    const rename = (id: string) => nodeIdSchema.parse(`${prefix}${id}`);
    const nodes = once.map(({ parent, perStep, ...node }): GraphNode => {
      // A container lies only in one that comes before it: so no circle.
      const place = parent === undefined ? undefined : parents.get(parent);
      const lies = place !== undefined && place < (parents.get(node.id) ?? parents.size);
      return {
        ...node,
        id: rename(node.id),
        ...(perStep === undefined ? {} : { perStep: perStep.map(rename) }),
        ...(lies && parent !== undefined ? { parent: rename(parent) } : {}),
      };
    });
    const wires = graph.wires
      .filter(({ from, to }) => seen.has(from.node) && seen.has(to.node))
      .map(({ from, to }, index) => ({
        id: wireIdSchema.parse(`${prefix}w${index}`),
        from: { ...from, node: rename(from.node) },
        to: { ...to, node: rename(to.node) },
      }));
    return { nodes, wires };
  };
  const cells = unique(document.cells).map((definition, index) => ({
    ...definition,
    inputs: unique(definition.inputs),
    outputs: unique(definition.outputs),
    parameters: unique(definition.parameters).map((exposed) => ({
      ...exposed,
      node: nodeIdSchema.parse(`k${index}_${exposed.node}`),
    })),
    graph: repair(definition.graph, `k${index}_`),
  }));
  return { ...document, graph: repair(document.graph, ''), cells };
}

test('every offered fix fits the document it is offered for', { timeout: 560_000 }, () => {
  let tried = 0;
  fc.assert(
    fc.property(absurd.map(sound), (document) => {
      for (const { code, fixes } of check(document).diagnostics) {
        for (const fix of fixes) {
          const fixed = applyOperations(document, fix.operations);
          expect(documentSchema.safeParse(fixed).success, `${code} ${fix.code}`).toBe(true);
          check(fixed);
          tried += 1;
        }
      }
    }),
    { numRuns: 1500 },
  );
  expect(tried).toBeGreaterThan(500);
});

import { lower } from '../program/lower.ts';
import { flatten } from '../program/flatten.ts';
test('ok lowers', { timeout: 560_000 }, () => {
  let oks = 0, flat = 0;
  fc.assert(fc.property(absurd.map(sound), (document) => {
    const r = check(document);
    // drop nodes with errors repeatedly to get ok documents
    let d = document; let c = r;
    for (let k = 0; k < 12 && !c.ok; k++) {
      const e = c.diagnostics.find((x) => x.severity === 'error' && x.fixes.length > 0);
      if (!e) break;
      d = applyOperations(d, e.fixes[0]!.operations); c = check(d);
    }
    if (!c.ok) return;
    oks++;
    const l = lower(d);
    expect(l.ok).toBe(true);
    if (l.ok && c.totals.multiplyAdds < 1e7 && !JSON.stringify(d).includes('10000')) {
      const f = flatten(l.program); flat++;
      const trainable = f.weights.filter((w) => w.trainable).reduce((s, w) => s + w.shape.reduce((a, b) => a * b, 1), 0);
      const other = f.weights.filter((w) => !w.trainable).reduce((s, w) => s + w.shape.reduce((a, b) => a * b, 1), 0);
      expect({ trainable, other }).toEqual({ trainable: c.totals.trainable, other: c.totals.other });
    }
  }), { numRuns: 3000 });
  console.log('oks', oks, 'flat', flat);
});
