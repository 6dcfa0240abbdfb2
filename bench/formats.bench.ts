import { performance } from 'node:perf_hooks';
import { exportFormats } from '#shared/protocol/exports';
import { serialiseDocument } from '#shared/graph/serialise';
import { flatten } from '#shared/program/flatten';
import { lower } from '#shared/program/lower';
import { createTemplate } from '#shared/templates/templates';
import { formats } from '../main/services/exports.ts';

/** Times the writing of a model of 100 MB in every format: `npm run bench -- formats`. */
const wanted = 100_000_000;
const repeats = 5;

/** Matrices between as many layers of one width, just below the widest that the template has. */
const depth = 25;
const width = Math.floor(Math.sqrt(wanted / 4 / depth));
const document = createTemplate('plain-mlp', { depth, width });
const lowered = lower(document);
if (!lowered.ok) throw new Error(lowered.diagnostics.map(({ message }) => message).join('; '));
const flat = flatten(lowered.program);
const weights = Object.fromEntries(
  flat.weights.map(({ id, shape }) => {
    const count = shape.reduce((product, length) => product * length, 1);
    return [id, { shape, dtype: 'float32', data: new Float32Array(count).map((_, index) => Math.sin(index)) } as const];
  }),
);
const model = { name: document.name, program: lowered.program, flat, weights, document: serialiseDocument(document) };
const bytes = Object.values(weights).reduce((sum, { data }) => sum + data.byteLength, 0);
process.stdout.write(`${(bytes / 1e6).toFixed(0)} MB of weights, ${repeats} times each, median and range in seconds\n`);
for (const format of exportFormats) {
  const times: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const start = performance.now();
    await formats[format](model).write?.();
    times.push((performance.now() - start) / 1000);
  }
  const [least = 0, , median = 0, , most = 0] = times.toSorted((a, b) => a - b);
  process.stdout.write(`${format.padEnd(12)} ${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})\n`);
}
