import { describe, expect, test } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import { findingsOf } from '#shared/theory/detectors';
import type { Ailment, Finding } from '#shared/theory/detectors';
import type { Symptoms } from '#shared/theory/symptoms';
import { applyOperations } from '#shared/graph/applyOperation';
import { remediesOf } from '#shared/theory/remedies';
import { createTemplate } from '#shared/templates/templates';
import { nativeDevice } from '../testing/device.ts';
import { sketch } from '../testing/documents.ts';
import { cellLoop, nestedLoop, residualLoop } from '../testing/loops.ts';
import { observe } from '../testing/labelled.ts';

/* The reading along a loop against closed forms, on the engine itself. */

const device = nativeDevice();

/** h ← w·h, N times, on a state of one number; the value behind the last iteration goes to the loss. */
function scalar(w: number, iterations: number, outputs: readonly Record<string, string>[]): GradloomDocument {
  const inside = outputs.some((output) => 'state' in output) ? [] : ['map > loop.result.h'];
  return sketch(
    {
      x: { type: 'input', params: { shape: [1] } },
      loop: {
        type: 'loop',
        params: {
          iterations,
          states: [{ id: 'h', shape: [1], initial: { kind: 'wired' } }],
          inputs: [],
          outputs: outputs.map((output) => ({ ...output })),
        },
      },
      map: {
        type: 'dense',
        params: { units: 1, useBias: false, kernelInitialiser: { kind: 'constant', value: w } },
        rest: { parent: nodeId('loop') },
      },
      out: { type: 'output' },
    },
    ['x > loop.init.h', 'loop.state.h > map', 'map > loop.next.h', ...inside, 'loop.out.h > out'],
    {
      losses: [{ output: nodeId('out'), kind: 'linear', weight: 1, target: 'target' }],
      optimiser: { kind: 'sgd', learningRate: 1e-12, momentum: 0 },
      epochs: 1,
      batch: 16,
      data: {
        source: {
          kind: 'random',
          size: 16,
          shape: [1],
          targetShape: outputs[0]?.['kind'] === 'all' ? [iterations, 1] : [1],
        },
        seed: 1,
        validation: 0,
        inputs: { [nodeId('x')]: 'input' } as never,
      },
    },
  );
}

const last = [{ id: 'h', kind: 'last' }];

function found(findings: readonly Finding[], ailment: Ailment): Finding | undefined {
  return findings.find((one) => one.ailment === ailment);
}

describe('h ← w·h', () => {
  test.each([
    [0.5, 12],
    [0.9, 50],
    [1, 40],
    [1.1, 50],
    [2, 2],
    [-0.5, 9],
    [0.1, 30],
  ])('w = %d, N = %d: the ratio is |w|^(N − 1)', async (w, iterations) => {
    for (const outputs of [last, [{ id: 'h', kind: 'last', state: 'h' }]]) {
      const { firstLoops } = await observe(device, scalar(w, iterations, outputs));
      expect(firstLoops).toHaveLength(1);
      expect(firstLoops[0]).toMatchObject({
        loop: 'loop',
        step: 0,
        last: iterations,
        isReadOften: false,
        mark: 'none',
      });
      expect(Math.log(firstLoops[0]?.ratio ?? Number.NaN)).toBeCloseTo((iterations - 1) * Math.log(Math.abs(w)), 4);
    }
  });

  test('a factor too small for float32 is told as underflow, and as vanishing', async () => {
    const symptoms = await observe(device, scalar(0.1, 60, last));
    expect(symptoms.firstLoops[0]).toMatchObject({ ratio: 0, mark: 'underflow' });
    expect(found(findingsOf(symptoms), 'vanishing')).toMatchObject({
      verdict: 'found',
      code: 'vanishing.loopUnderflow',
      node: 'loop',
    });
  });

  test('an exact zero is a cut path: not sure', async () => {
    const symptoms = await observe(device, scalar(0, 5, last));
    expect(found(findingsOf(symptoms), 'vanishing')).toMatchObject({ verdict: 'unsure', code: 'vanishing.loopZero' });
  });

  test('one iteration has nothing to compare', async () => {
    const { firstLoops } = await observe(device, scalar(0.1, 1, last));
    expect(firstLoops).toEqual([]);
  });

  test.each([[[{ id: 'h', kind: 'all' }]], [[{ id: 'h', kind: 'all', state: 'h' }]]])(
    'each iteration read by the loss: what vanishes is not told from it, what explodes is',
    async (outputs) => {
      const small = await observe(device, scalar(0.1, 12, outputs));
      expect(small.firstLoops[0]).toMatchObject({ isReadOften: true });
      expect(found(findingsOf(small), 'vanishing')).toMatchObject({
        verdict: 'unmeasured',
        code: 'vanishing.loopReadOften',
      });
      const large = await observe(device, scalar(3, 12, outputs));
      expect(found(findingsOf(large), 'exploding')).toMatchObject({ verdict: 'found', code: 'exploding.loop' });
    },
  );
});

test('a loop in a loop is read on every way into it, by its own iterations', async () => {
  const { firstLoops } = await observe(device, nestedLoop(0.8, 10, 1));
  const inner = firstLoops.filter(({ loop }) => loop === 'inner');
  expect(inner.map(({ around }) => around)).toEqual([0, 1, 2].map((iteration) => [{ loop: 'outer', iteration }]));
  for (const { ratio } of inner) expect(ratio).toBeCloseTo(0.8 ** 9, 5);
  const outer = firstLoops.find(({ loop }) => loop === 'outer');
  // From behind the first of three times ten iterations to behind the last.
  expect(outer?.ratio).toBeCloseTo(0.8 ** 20, 6);
});

test('a residual state is read at its sum', async () => {
  const document = residualLoop(6, 3);
  const still = {
    ...document,
    graph: {
      ...document.graph,
      nodes: document.graph.nodes.map((node) =>
        node.id === 'map'
          ? {
              ...node,
              params: { ...node.params, activation: 'linear', kernelInitialiser: { kind: 'constant', value: 0 } },
            }
          : node,
      ),
    },
  };
  // h + 0·h: every iteration hands the gradient on as it is.
  const { firstLoops } = await observe(device, still);
  expect(firstLoops[0]?.ratio).toBeCloseTo(1, 6);
});

test('the two states of an LSTM count together', async () => {
  const { firstLoops } = await observe(device, cellLoop({ type: 'lstmCell', steps: 5 }, 1));
  expect(firstLoops).toHaveLength(1);
});

test('what happens inside a recurrent layer is said not to be measured', async () => {
  const made = createTemplate('adding-problem', { sequenceLength: 8, cell: 'lstm', drawing: 'layer' });
  const symptoms = await observe(device, { ...made, training: { ...made.training, epochs: 1 } });
  expect(symptoms.unseen).toEqual(['reader']);
  expect(found(findingsOf(symptoms), 'vanishing')).toMatchObject({
    verdict: 'unmeasured',
    code: 'vanishing.unseen',
    node: 'reader',
  });
});

/* Each edit that is offered, tried: what becomes of the reading that called for it. Harm included. */
describe('remedies along a loop', () => {
  const tanh = (gain: number, steps: number): GradloomDocument =>
    cellLoop({ type: 'simpleCell', steps, params: { recurrentInitialiser: { kind: 'orthogonal', gain } } }, 7);
  const linear = (gain: number): GradloomDocument => nestedLoop(gain, 40, 7);

  /** The worst ratio before, and after each edit that is offered. */
  async function tried(document: GradloomDocument, ailment: 'vanishing' | 'exploding') {
    const worst = (symptoms: Symptoms): number => {
      const all = symptoms.firstLoops.map(({ ratio }) => ratio);
      return ailment === 'vanishing' ? Math.min(...all) : Math.max(...all);
    };
    const symptoms = await observe(device, document);
    const finding = found(findingsOf(symptoms), ailment);
    if (finding === undefined) throw new Error(`nothing is said of ${ailment}`);
    expect(finding).toMatchObject({ verdict: 'found', code: `${ailment}.loop` });
    const after: Record<string, number> = {};
    for (const fix of remediesOf(document, finding)) {
      after[fix.code] = worst(await observe(device, applyOperations(document, fix.operations)));
    }
    return { before: worst(symptoms), after };
  }

  test('vanishing in a tanh cell: an orthogonal start helps, gates do more', async () => {
    const { before, after } = await tried(tanh(0.5, 20), 'vanishing');
    expect(Object.keys(after)).toEqual(['startOrthogonal', 'gateLstm']);
    expect(after['startOrthogonal']).toBeGreaterThan(100 * before);
    expect(after['gateLstm']).toBeGreaterThan(0.1);
    expect(after['gateLstm']).toBeLessThan(10);
  });

  test('vanishing in an LSTM: open forget gates', async () => {
    const { before, after } = await tried(cellLoop({ type: 'lstmCell', steps: 40 }, 7), 'vanishing');
    expect(Object.keys(after)).toEqual(['openForgetGates']);
    expect(before).toBeLessThan(1e-3);
    expect(after['openForgetGates']).toBeGreaterThan(0.1);
    expect(after['openForgetGates']).toBeLessThan(10);
  });

  test('a linear recurrence: orthogonal, it is 1; clipping leaves the raw gradient as it is', async () => {
    const vanishing = await tried(linear(0.8), 'vanishing');
    expect(Object.keys(vanishing.after)).toEqual(['startOrthogonal']);
    expect(vanishing.after['startOrthogonal']).toBeCloseTo(1, 4);
    const { before, after } = await tried(linear(1.25), 'exploding');
    expect(Object.keys(after)).toEqual(['clipGradient', 'startOrthogonal', 'normaliseLayers']);
    expect(after['clipGradient']).toBe(before);
    expect(after['startOrthogonal']).toBeCloseTo(1, 4);
    // The normalisation divides by the deviation of a state that the map has made as much larger.
    expect(after['normaliseLayers']).toBeLessThan(10);
  });

  test('a residual state: an orthogonal map still explodes, normalised before the map it does not', async () => {
    const { before, after } = await tried(residualLoop(40, 7), 'exploding');
    expect(Object.keys(after)).toEqual(['clipGradient', 'startOrthogonal', 'normaliseLayers']);
    expect(after['clipGradient']).toBe(before);
    expect(after['startOrthogonal']).toBeGreaterThan(1e3);
    expect(after['normaliseLayers']).toBeLessThan(100);
  });

  test('exploding in a tanh cell: an orthogonal start turns it into vanishing', async () => {
    const { before, after } = await tried(tanh(4, 40), 'exploding');
    expect(Object.keys(after)).toEqual(['clipGradient', 'startOrthogonal']);
    expect(after['clipGradient']).toBe(before);
    expect(after['startOrthogonal']).toBeLessThan(1e-3);
  });
});
