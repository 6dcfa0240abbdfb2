import { describe, expect, test } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import type { LayerCase } from '../testing/layerCases.ts';
import { draw, testLayerCase } from '../testing/layerCases.ts';

/** A loop that reads one step in each iteration and hands all results out; it carries no state. */
const distributed: LayerCase = {
  name: 'a dense layer on each of five steps',
  nodes: {
    x: { type: 'input', params: { shape: [5, 3] } },
    before: { type: 'dense', params: { units: 3 } },
    loop: {
      type: 'loop',
      params: {
        iterations: 5,
        states: [],
        inputs: [{ id: 'x', kind: 'scan' }],
        outputs: [{ id: 'y', kind: 'all' }],
      },
    },
    step: { type: 'dense', params: { units: 2, activation: 'tanh' }, rest: { parent: nodeId('loop') } },
    end: { type: 'dense', params: { units: 2 } },
  },
  wires: ['x > before', 'before > loop.in.x', 'loop.input.x > step', 'step > loop.result.y', 'loop.out.y > end'],
};

describe('a layer on each step: a loop without a state', () => {
  testLayerCase(distributed);

  test('has the weights of one layer, used at every step', () => {
    const { plan } = draw(distributed);
    expect(plan.weights.filter(({ id }) => id.startsWith('step/')).map(({ id, shape }) => [id, shape])).toEqual([
      ['step/kernel', [3, 2]],
      ['step/bias', [2]],
    ]);
    expect(plan.program.wires.filter(({ wire }) => wire === 'w3')).toHaveLength(5);
  });
});
