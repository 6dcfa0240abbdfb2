import { describe, expect, test } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import type { GradloomDocument } from '#shared/graph/document';
import type { UnitHealth } from '#shared/protocol/engine';
import { makeDataSet } from '../data/dataSet.ts';
import { nativeDevice } from '../testing/device.ts';
import { sketch } from '../testing/documents.ts';
import { cellLoop } from '../testing/loops.ts';
import { unitsSubject } from '../subject.ts';
import { initialWeights, planDocument } from './network.ts';

/** One dense layer on sin's input, uniform in [−1, 1): z = kernel·x + bias, given unit by unit. */
function unitsOf(activation: string, kernel: readonly number[], bias: readonly number[]): readonly UnitHealth[] {
  const document = sketch(
    {
      x: { type: 'input', params: { shape: [1] } },
      d: {
        type: 'dense',
        params: {
          units: kernel.length,
          activation,
          kernelInitialiser: { kind: 'values', values: [...kernel] },
          biasInitialiser: { kind: 'values', values: [...bias] },
        },
      },
      y: { type: 'output' },
    },
    ['x > d', 'd > y'],
    {
      data: { source: { kind: 'sine', size: 512, noise: 0 }, seed: 1, validation: 0, inputs: { [nodeId('x')]: 'x' } },
    },
  );
  return healthOf(document);
}

/** How the units of a document stand at its start. */
function healthOf(document: GradloomDocument): readonly UnitHealth[] {
  const device = nativeDevice();
  const plan = planDocument(document);
  const { data } = plan.program.training;
  if (data === null) throw new Error('the document has data');
  const values = initialWeights(plan, 1);
  const tensors = () =>
    plan.weights.map(({ shape }, at) => device.tensor(Float32Array.from(values[at] ?? []), shape, 'float32'));
  return unitsSubject(device, { document, plan, dataSet: makeDataSet(data), step: null, tensors }).units;
}

describe('how units stand', () => {
  test('a ReLU is dead where its input is never above 0', () => {
    // −2 + x and −1.5 − x stay below 0, x and 1 + x do not.
    expect(unitsOf('relu', [1, -1, 1, 1], [-2, -1.5, 0, 1])).toMatchObject([
      { node: 'd', function: 'relu', units: 4, examples: 512, dead: 2, flat: null },
    ]);
  });

  test('tanh is flat from |z| = artanh √0.95 = 2.178 on, sigmoid from |z| = 4.357', () => {
    // z = 10·x, uniform in ±10: a share of 1 − 2.178/10 and 1 − 4.357/10, within what 512 draws leave open.
    expect(unitsOf('tanh', [10], [0])[0]?.flat).toBeCloseTo(0.782, 1);
    expect(unitsOf('sigmoid', [10], [0])[0]?.flat).toBeCloseTo(0.564, 1);
    expect(unitsOf('tanh', [2], [0])).toMatchObject([{ dead: null, flat: 0 }]);
    expect(unitsOf('sigmoid', [0], [5])).toMatchObject([{ flat: 1 }]);
  });

  test('a sigmoid that is only a factor is a gate, one that goes on to other weights is none', () => {
    const units = healthOf(cellLoop({ type: 'lstmCell', steps: 3 }, 1));
    // Three gates and two tanh in each step.
    expect(units.filter(({ isGate }) => isGate)).toHaveLength(9);
    expect(units.filter(({ isGate }) => isGate).every((unit) => unit.function === 'sigmoid')).toBe(true);
    expect(units.filter(({ isGate }) => !isGate).every((unit) => unit.function === 'tanh')).toBe(true);
    expect(unitsOf('sigmoid', [1], [0])).toMatchObject([{ isGate: false }]);
  });

  test('functions that neither die nor squash are left out', () => {
    expect(unitsOf('gelu', [1], [0])).toEqual([]);
  });
});
