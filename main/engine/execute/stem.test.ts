import { expect, test } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import { createTemplate } from '#shared/templates/templates';
import { makeDataSet, valuesOf } from '../data/dataSet.ts';
import { nativeDevice } from '../testing/device.ts';
import { initialWeights, planDocument } from './network.ts';
import { predict } from './predict.ts';

test('the stem that ships tells which shapes in which colours lie in pictures it never saw', () => {
  const pictures = 30;
  const data = makeDataSet({
    source: { kind: 'sortOfClevr', images: pictures },
    seed: 4321,
    validation: 0,
    inputs: {},
  });
  const examples = Int32Array.from({ length: pictures }, (_, at) => 20 * at);
  const numbers = (name: string): Float32Array => {
    const field = [...data.fields, ...data.drawn].find((each) => each.name === name);
    if (field === undefined) throw new Error(`Sort-of-CLEVR has no field ${name}`);
    return Float32Array.from(valuesOf(field, examples));
  };
  const { graph, ...rest } = createTemplate('picture-at-once');
  const nodes = graph.nodes.filter(({ id, parent }) => id === 'image' || id === 'stem' || parent === 'stem');
  const kept = new Set<string>(nodes.map(({ id }) => id));
  const plan = planDocument({
    ...rest,
    graph: {
      nodes: [...nodes, { id: nodeId('maps'), type: 'output', params: {}, position: { x: 0, y: 0 } }],
      wires: graph.wires.flatMap((wire) => {
        if (!kept.has(wire.from.node)) return [];
        return [kept.has(wire.to.node) ? wire : { ...wire, to: { node: nodeId('maps'), port: 'in' } }];
      }),
    },
    training: { ...rest.training, losses: [], metrics: [], data: null },
  });
  const device = nativeDevice();
  const { maps } = device.scope(() => {
    const weights = initialWeights(plan, 1).map((values, at) =>
      device.tensor(values, plan.weights[at]?.shape ?? [], 'float32'),
    );
    const image = { shape: [pictures, 75, 75, 3], dtype: 'float32', data: numbers('image') } as const;
    return predict(device, plan, weights, { image });
  });
  const objects = numbers('objects');
  let right = 0;
  for (let picture = 0; picture < pictures; picture++) {
    for (let kind = 0; kind < 12; kind++) {
      let most = 0;
      for (let place = 0; place < 100; place++)
        most = Math.max(most, maps?.data[(picture * 100 + place) * 12 + kind] ?? 0);
      if (most > 0.5 === (objects[picture * 12 + kind] === 1)) right += 1;
    }
  }
  expect(right / (12 * pictures)).toBeGreaterThan(0.99);
});
