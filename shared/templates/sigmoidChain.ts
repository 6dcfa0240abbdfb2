import { Rows, cardPitch, gap, skipRowPitch } from './rows.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import type { Template } from './template.ts';

/** The value that every chain starts from, so that each pre-activation is exactly 0. */
const start = 0.5;

/**
 * The exact chain of results.md 1: `depth` dense layers of one unit with sigmoid, kernel 1 and bias −0.5, fed with 0.5.
 * Every pre-activation is 0 and every slope 1/4, so that the gradient at the chain's start is 0.25^depth of the one at
 * its end; with `residual`, h + sigmoid(h + b_k) with b_k = −h_k, it is 1.25^depth. Any data give this: a frozen layer
 * with kernel 0 and bias 0.5 stands first.
 */
export const sigmoidChain: Template = {
  name: 'sigmoid-chain',
  family: 'exact',
  settings: [
    { key: 'depth', kind: 'integer', default: 10, minimum: 1, maximum: 200 },
    { key: 'residual', kind: 'boolean', default: false },
  ],
  create(values) {
    const isResidual = values.boolean('residual');
    const sheet = new SheetBuilder(new WireNumbers());
    const rows = new Rows({ x: 0, y: 0 }, 8 * cardPitch - gap, skipRowPitch);
    const constant = (value: number) => ({ kind: 'constant', value });
    const [inputAt = origin, startAt = origin] = rows.place('card', 'card');
    const input = sheet.node('input', 'input', { shape: [1] }, inputAt, { label: 'Input' });
    const fixed = { units: 1, kernelInitialiser: constant(0), biasInitialiser: constant(start) };
    let current = sheet.node('start', 'dense', fixed, startAt, { label: 'Constant 0.5', frozen: true });
    sheet.wire(input, current);
    for (let layer = 1; layer <= values.number('depth'); layer += 1) {
      const [denseAt = origin, sumAt = origin] = isResidual ? rows.place('card', 'circle') : rows.place('card');
      // In the residual chain every block adds sigmoid(0) = 0.5 to what it was given.
      const arriving = isResidual ? start + 0.5 * (layer - 1) : start;
      const params = {
        units: 1,
        activation: 'sigmoid',
        kernelInitialiser: constant(1),
        biasInitialiser: constant(-arriving),
      };
      const before = current;
      current = sheet.node(`dense-${layer}`, 'dense', params, denseAt, { label: `Dense ${layer}` });
      sheet.wire(before, current);
      if (!isResidual) continue;
      const sum = sheet.node(`add-${layer}`, 'add', {}, sumAt, { label: `Add ${layer}` });
      sheet.wire(before, [sum, 'in.0']);
      sheet.wire(current, [sum, 'in.1']);
      current = sum;
    }
    const [outputAt = origin] = rows.placeLast('card');
    const output = sheet.node('output', 'output', {}, outputAt, { label: 'Output' });
    sheet.wire(current, output);
    return documentOf(isResidual ? 'Residual sigmoid chain' : 'Sigmoid chain', sheet.graph(), {
      losses: [{ output, kind: 'linear', weight: 1, target: 'target' }],
      optimiser: { kind: 'sgd', learningRate: 1e-3, momentum: 0 },
      epochs: 1,
      data: {
        source: { kind: 'random', size: 256, shape: [1], targetShape: [1] },
        seed: 1,
        validation: 0,
        inputs: { [input]: 'input' },
      },
    });
  },
};

const origin = { x: 0, y: 0 };
