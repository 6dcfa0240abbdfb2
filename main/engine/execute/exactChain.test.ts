import { describe, expect, test } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import type { GradientMeasures, NamedArray, WireMeasure } from '#shared/protocol/engine';
import { nativeDevice } from '../testing/device.ts';
import type { NodeSketch } from '../testing/documents.ts';
import { sketch } from '../testing/documents.ts';
import { measureGradients } from './gradients.ts';
import { initialWeights, planDocument } from './network.ts';

const one = (...values: number[]): NamedArray => ({
  shape: [1, values.length],
  dtype: 'float32',
  data: Float32Array.from(values),
});

function measure(document: GradloomDocument, inputs: Record<string, NamedArray>): GradientMeasures {
  const plan = planDocument(document);
  return measureGradients(nativeDevice(), { plan, weights: initialWeights(plan, 1), inputs, seed: 1, raw: true });
}

function wireInto(measures: GradientMeasures, document: GradloomDocument, node: string, port = 'in'): WireMeasure {
  const wire = document.graph.wires.find(({ to }) => to.node === node && to.port === port);
  const found = measures.wires.find((measured) => measured.wire === wire?.id);
  if (found === undefined) throw new Error(`no wire into ${node}.${port}`);
  return found;
}

const linearLoss = [{ output: nodeId('out'), kind: 'linear', weight: 1, target: 'goal' }] as const;

/** Input 0.5, n × (dense(1), kernel 1, bias −0.5, sigmoid): every pre-activation is 0, so dy/dx = 0.25^n. */
function chain(length: number, kernel = 1): GradloomDocument {
  const nodes: Record<string, NodeSketch> = { x: { type: 'input', params: { shape: [1] } } };
  const wires: string[] = [];
  let last = 'x';
  for (let layer = 1; layer <= length; layer++) {
    const id = `d${layer}`;
    nodes[id] = {
      type: 'dense',
      params: {
        units: 1,
        activation: 'sigmoid',
        kernelInitialiser: { kind: 'constant', value: kernel },
        biasInitialiser: { kind: 'constant', value: -0.5 },
      },
    };
    wires.push(`${last} > ${id}`);
    last = id;
  }
  nodes['out'] = { type: 'output' };
  wires.push(`${last} > out`);
  return sketch(nodes, wires, { losses: [...linearLoss] });
}

describe('results.md 1: the exact chain', () => {
  const document = chain(63);
  const measures = measure(document, { x: one(0.5), out: one(1) });

  test.each(Array.from({ length: 63 }, (_, index) => index + 1))(
    '0.25^%i reads right on the wire below that many layers',
    (n) => {
      // The wire into layer 64 − n sees n layers above it.
      const { rms, max, l2, mark } = wireInto(measures, document, `d${64 - n}`);
      expect(mark).toBe('none');
      for (const value of [rms, max, l2]) expect(Math.abs(value / 0.25 ** n - 1)).toBeLessThan(1e-5);
    },
  );

  test('the input wire of 10 layers reads 9.5367e-7', () => {
    const ten = chain(10);
    expect(wireInto(measure(ten, { x: one(0.5), out: one(1) }), ten, 'd1').rms).toBeCloseTo(9.5367e-7, 10);
  });

  test.each([70, 100])('%i layers: what no longer fits a float32 is underflow, never a silent zero', (length) => {
    const deep = chain(length);
    const found = measure(deep, { x: one(0.5), out: one(1) });
    for (let layer = 1; layer <= length; layer++) {
      const { mark, rms } = wireInto(found, deep, `d${layer}`);
      const above = length - layer + 1;
      expect(mark).toBe(above <= 63 ? 'none' : 'underflow');
      if (above > 63) expect(rms).toBe(0);
    }
  });

  test('a true zero is called zero', () => {
    const cut = chain(5, 0);
    const found = measure(cut, { x: one(0.5), out: one(1) });
    expect(wireInto(found, cut, 'out')).toMatchObject({ mark: 'none', rms: 1 });
    expect(wireInto(found, cut, 'd5')).toMatchObject({ mark: 'zero', rms: 0, max: 0 });
    expect(wireInto(found, cut, 'd1')).toMatchObject({ mark: 'zero', rms: 0 });
  });
});

describe('the residual twin', () => {
  /** h + sigmoid(h + b_k) with b_k = −h_k, where h_k = 0.5 + k/2: every branch sees 0, so dy/dx = 1.25^n. */
  function twin(length: number): GradloomDocument {
    const nodes: Record<string, NodeSketch> = { x: { type: 'input', params: { shape: [1] } } };
    const wires: string[] = [];
    let last = 'x';
    for (let layer = 1; layer <= length; layer++) {
      nodes[`d${layer}`] = {
        type: 'dense',
        params: {
          units: 1,
          activation: 'sigmoid',
          kernelInitialiser: { kind: 'constant', value: 1 },
          biasInitialiser: { kind: 'constant', value: -(0.5 + (layer - 1) / 2) },
        },
      };
      nodes[`a${layer}`] = { type: 'add' };
      wires.push(`${last} > d${layer}`, `d${layer} > a${layer}.in.0`, `${last} > a${layer}.in.1`);
      last = `a${layer}`;
    }
    nodes['out'] = { type: 'output' };
    wires.push(`${last} > out`);
    return sketch(nodes, wires, { losses: [...linearLoss] });
  }

  test('1.25^n at the input, as the sum of its two consumers', () => {
    for (const [length, expected] of [
      [10, 9.3132],
      [40, 1.25 ** 40],
    ] as const) {
      const document = twin(length);
      const measures = measure(document, { x: one(0.5), out: one(1) });
      const branch = wireInto(measures, document, 'd1').rms;
      const skip = wireInto(measures, document, 'a1', 'in.1').rms;
      expect(Math.abs((branch + skip) / expected - 1)).toBeLessThan(1e-4);
      expect(branch / skip).toBeCloseTo(0.25, 5);
    }
  });
});
