import { createTemplate } from '#shared/templates/templates';
import type { EngineMessage } from '#shared/protocol/engine';
import { loadEngine } from '../main/engine/backend/load.ts';
import { stepsPerEpoch } from '../main/engine/data/batches.ts';
import { makeDataSet } from '../main/engine/data/dataSet.ts';
import { initialWeights, planDocument } from '../main/engine/execute/network.ts';
import { Run } from '../main/engine/train/run.ts';

/*
 * Whether a long run grows: 20,000 steps with the default probes and an evaluation after each epoch. Prints the resident
 * memory after every 2,000 steps; ends with 1 where tensors or memory grew after the first 6,000.
 */

const steps = 20_000;
const every = 2000;
/** In MiB: what allocators and JavaScript's heap move by on their own. */
const allowed = 24;

const { device, report } = await loadEngine();
const template = createTemplate('residual-mlp');
const { data, batch } = template.training;
if (data === null) throw new Error('the template has no data');
const perEpoch = stepsPerEpoch(makeDataSet(data).training.length, batch);
const document = { ...template, training: { ...template.training, epochs: Math.ceil(steps / perEpoch) } };
const plan = planDocument(document);
const measured: { readonly step: number; readonly mebibytes: number; readonly tensors: number }[] = [];
const listen = (message: EngineMessage): void => {
  if (message.kind !== 'epoch' || message.step < (measured.length + 1) * every) return;
  globalThis.gc?.();
  const mebibytes = process.memoryUsage().rss / 2 ** 20;
  measured.push({ step: message.step, mebibytes, tensors: device.tensorCount() });
  process.stdout.write(`step ${message.step}: ${mebibytes.toFixed(1)} MiB, ${device.tensorCount()} tensors\n`);
};
const run = new Run(
  device,
  report.devices[0] ?? 'CPU',
  { name: 'growth', plan, weights: initialWeights(plan, 1), paused: false, folder: null },
  listen,
);
await run.start();
run.dispose();

const settled = measured.slice(2);
const [first] = settled;
const last = settled.at(-1);
if (run.state !== 'finished' || first === undefined || last === undefined)
  throw new Error(`the run ended ${run.state}`);
const growth = last.mebibytes - first.mebibytes;
const isSteady = last.tensors === first.tensors && growth <= allowed;
process.stdout.write(
  `from step ${first.step} to ${last.step}: ${growth.toFixed(1)} MiB; ${isSteady ? 'steady' : 'GREW'}\n`,
);
process.exitCode = isSteady ? 0 : 1;
