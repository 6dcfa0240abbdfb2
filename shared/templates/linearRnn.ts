import type { LoopParameters } from '../graph/document.ts';
import { terminalId } from '../graph/identifiers.ts';
import { cardHeight, cardPitch, cardWidth, gap } from './rows.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import type { Template } from './template.ts';

const firstStateRow = 78;

/**
 * The linear recurrence of results.md 2: h ← h·W, `steps` times, W = ρQ with Q orthogonal. The gradient's norm is
 * multiplied by ρ at every step, so that at the start it is ρ^steps of that at the end: here the spectral radius and the
 * largest singular value are one number, which they are not for other matrices.
 */
export const linearRnn: Template = {
  name: 'linear-rnn',
  family: 'exact',
  settings: [
    { key: 'steps', kind: 'integer', default: 50, minimum: 1, maximum: 1000 },
    { key: 'width', kind: 'integer', default: 32, minimum: 1, maximum: 512 },
    { key: 'radius', kind: 'number', default: 0.9, minimum: 0.01, maximum: 4 },
  ],
  create(values) {
    const width = values.number('width');
    const sheet = new SheetBuilder(new WireNumbers());
    const stateY = firstStateRow - cardHeight / 2;
    const loopWidth = cardWidth + 2 * 72;
    const input = sheet.node('start', 'input', { shape: [width] }, { x: 0, y: stateY }, { label: 'Start' });
    const parameters: LoopParameters = {
      iterations: values.number('steps'),
      states: [{ id: terminalId('h'), shape: [width], initial: { kind: 'wired' } }],
      inputs: [],
      outputs: [{ id: terminalId('h'), kind: 'last' }],
    };
    const loop = sheet.node(
      'steps',
      'loop',
      parameters,
      { x: cardPitch + gap, y: 0 },
      {
        label: 'Linear recurrence',
        size: { width: loopWidth, height: 172 },
      },
    );
    const weights = {
      units: width,
      useBias: false,
      kernelInitialiser: { kind: 'orthogonal', gain: values.number('radius') },
    };
    const dense = sheet.node('recurrent', 'dense', weights, { x: 72, y: stateY }, { label: 'W = ρQ', parent: loop });
    const after = cardPitch + gap + loopWidth + 2 * gap;
    const output = sheet.node('output', 'output', {}, { x: after, y: stateY }, { label: 'Output' });
    sheet.wire(input, [loop, 'init.h']);
    sheet.wire([loop, 'state.h'], dense);
    sheet.wire(dense, [loop, 'next.h']);
    sheet.wire(dense, [loop, 'result.h']);
    sheet.wire([loop, 'out.h'], output);
    return documentOf('Linear recurrence', sheet.graph(), {
      losses: [{ output, kind: 'linear', weight: 1, target: 'target' }],
      optimiser: { kind: 'sgd', learningRate: 1e-3, momentum: 0 },
      epochs: 1,
      data: {
        source: { kind: 'random', size: 256, shape: [width], targetShape: [width] },
        seed: 1,
        validation: 0,
        inputs: { [input]: 'input' },
      },
    });
  },
};
