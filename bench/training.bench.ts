import { writeFileSync } from 'node:fs';
import { arch, availableParallelism, loadavg, platform } from 'node:os';
import { parseArgs } from 'node:util';
import { createTemplate } from '#shared/templates/templates';
import { RandomStream } from '#shared/program/random';
import { findPython, skipReason } from '#shared/testing/python';
import { loadEngine } from '../main/engine/backend/load.ts';
import { TensorFlowDevice } from '../main/engine/backend/tensorflow.ts';
import type { DataSet, Field } from '../main/engine/data/dataSet.ts';
import { makeDataSet } from '../main/engine/data/dataSet.ts';
import { initialWeights, nameWeights, planDocument } from '../main/engine/execute/network.ts';
import type { Plan } from '../main/engine/execute/plan.ts';
import { GraphStepper } from '../main/engine/trace/graphStepper.ts';
import { measuredAt } from '../main/engine/train/cadence.ts';
import type { Contestant } from './training/contestant.ts';
import { gradloomContestant } from './training/gradloom.ts';
import type { Network } from './training/networks.ts';
import { networks } from './training/networks.ts';
import { PythonContestants } from './training/python.ts';
import { stockContestant } from './training/stock.ts';

/*
 * Training speed: Gradloom against Keras, PyTorch and stock TensorFlow.js on the same networks, weights and batches, in
 * alternating segments of one run. `--json` prints all figures, `--write` writes docs/bench-training.md, `--networks a,b`
 * and `--only gradloom,kerasLoop` choose, `--rounds n` says how often the contestants take turns, `--seconds s` for how
 * long each: a few seconds, so that starting a segment hardly counts.
 */

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    networks: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
});

const only = options.only?.split(',');
const isWanted = (name: Name): boolean => only === undefined || only.includes(name);

const batchesHeld = 16;
/** The first losses of all contestants agree within this, relative to Gradloom's. */
const sameLoss = 1e-4;
const goal = 1.3;
const probesAllowed = 0.05;

type Name = 'gradloom' | 'withoutProbes' | 'kerasFit' | 'kerasLoop' | 'kerasOneDnn' | 'torch' | 'tfjs';

interface Result {
  readonly network: string;
  readonly title: string;
  readonly batch: number;
  /** Seconds from the document to the end of the first step, recording and compiling included. */
  readonly firstStep: number;
  /** Milliseconds a step, round by round. */
  readonly milliseconds: Readonly<Partial<Record<Name, readonly number[]>>>;
  readonly notes: Readonly<Partial<Record<Name, string>>>;
}

// Loading the engine turns oneDNN's kernels on for this process; the others begin as a person's shell has them.
const environment = { ...process.env };
const { device, report } = await loadEngine();
if (!(device instanceof TensorFlowDevice))
  throw new Error('this bench is about native TensorFlow; see gradloom doctor');
const native = device;

const kerasPackages = ['keras', 'tensorflow'];
const torchPackages = ['torch', 'numpy'];
const kerasPython = findPython(kerasPackages);
const torchPython = findPython(torchPackages);
const keras =
  kerasPython === undefined || !(isWanted('kerasFit') || isWanted('kerasLoop'))
    ? null
    : new PythonContestants(kerasPython, 'keras_contestant.py', environment);
const kerasOneDnn =
  kerasPython === undefined || !isWanted('kerasOneDnn')
    ? null
    : new PythonContestants(kerasPython, 'keras_contestant.py', { ...environment, TF_ENABLE_ONEDNN_OPTS: '1' });
const torch =
  torchPython === undefined || !isWanted('torch')
    ? null
    : new PythonContestants(torchPython, 'torch_contestant.py', environment);

/** Random examples for every input, and labels. */
function drawData(plan: Plan, { batch, vocabulary }: Network): DataSet {
  const size = batch * batchesHeld;
  const inputs = plan.inputs.map(({ input: { node, type } }): Field => {
    const stream = new RandomStream(1, node);
    const length = type.shape.reduce((product, axis) => product * axis, size);
    const values =
      type.dtype === 'int32'
        ? Int32Array.from({ length }, () => Math.floor(stream.uniform() * vocabulary))
        : Float32Array.from({ length }, () => stream.normal());
    return { name: node, type, values };
  });
  const stream = new RandomStream(1, 'label');
  const labels = Int32Array.from({ length: size }, () => Math.floor(stream.uniform() * 10));
  const all = Int32Array.from({ length: size }, (_, index) => index);
  return {
    size,
    group: 1,
    fields: [...inputs, { name: 'label', type: { shape: [], dtype: 'int32' }, values: labels, classes: 10 }],
    drawn: [],
    training: all,
    validation: new Int32Array(0),
  };
}

async function measure(network: Network, rounds: number, seconds: number): Promise<Result> {
  const { name, title, batch } = network;
  const document = { ...network.document, training: { ...network.document.training, batch } };
  const planned = planDocument(document);
  const inputs = planned.inputs.map(({ input, value }) => ({
    input: { ...input, field: input.node as string },
    value,
  }));
  const plan = { ...planned, inputs };
  const dataSet = drawData(plan, network);
  const values = initialWeights(plan, 1);
  const material = {
    network: name,
    data: Object.fromEntries(
      dataSet.fields.map(({ name: field, type, values: data }) => [
        field,
        { shape: [dataSet.size, ...type.shape], dtype: type.dtype, data },
      ]),
    ),
    weights: nameWeights(plan, values),
    batch,
  };
  const racing = new Map<Name, Contestant>();
  const notes: Partial<Record<Name, string>> = {};
  const gradloom = await gradloomContestant(native, plan, dataSet, values, true);
  racing.set('gradloom', gradloom);
  racing.set('withoutProbes', await gradloomContestant(native, plan, dataSet, values, false));
  const enter = (entry: Name, contestant: Contestant | undefined, reason: string): void => {
    const note = contestant === undefined ? reason : contestant.note;
    if (note !== null) notes[entry] = note;
    if (contestant !== undefined) racing.set(entry, contestant);
  };
  const [fit, loop] = (await keras?.load(material, ['fit', 'loop'])) ?? [];
  enter('kerasFit', fit, skipReason(kerasPackages));
  enter('kerasLoop', loop, skipReason(kerasPackages));
  const [oneDnn] = (await kerasOneDnn?.load(material, ['loop'])) ?? [];
  enter('kerasOneDnn', oneDnn, skipReason(kerasPackages));
  const [eager] = (await torch?.load(material, ['eager'])) ?? [];
  enter('torch', eager, skipReason(torchPackages));
  const stock = isWanted('tfjs') ? await stockContestant(material) : 'not asked for';
  if (typeof stock === 'string') notes.tfjs = stock;
  else enter('tfjs', stock, '');
  const expected = gradloom.loss ?? Number.NaN;
  for (const [entry, { loss }] of racing) {
    if (loss === null || Math.abs(loss - expected) <= sameLoss * expected) continue;
    throw new Error(`${name}: the first loss of ${entry} is ${loss}, Gradloom's ${expected}: not the same network`);
  }

  const milliseconds: Partial<Record<Name, number[]>> = {};
  const entries: (readonly [Name, Contestant, number])[] = [];
  for (const [entry, contestant] of racing) {
    if (!isWanted(entry)) continue;
    // Compiles and warms up; the second time says how many steps a segment takes.
    await contestant.run(3);
    entries.push([entry, contestant, Math.max(3, Math.ceil((3 * seconds) / (await contestant.run(3))))]);
  }
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another contestant.
    const turn = round % entries.length;
    for (const [entry, contestant, steps] of [...entries.slice(turn), ...entries.slice(0, turn)]) {
      (milliseconds[entry] ??= []).push((1000 * (await contestant.run(steps))) / steps);
    }
  }
  for (const contestant of racing.values()) contestant.close();
  return { network: name, title, batch, firstStep: gradloom.prepareSeconds, milliseconds, notes };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** The median over rounds of one contestant's time over another's. */
function timesAs({ milliseconds }: Result, above: Name, below: Name): number | null {
  const [one, other] = [milliseconds[above], milliseconds[below]];
  if (one === undefined || other === undefined) return null;
  return median(one.map((value, round) => value / (other[round] ?? Number.NaN)));
}

/** Gradloom's speed over the best of Keras's three. */
function overKeras(result: Result): number | null {
  const both = (['kerasFit', 'kerasLoop', 'kerasOneDnn'] as const).flatMap(
    (way) => timesAs(result, way, 'gradloom') ?? [],
  );
  return both.length === 0 ? null : Math.min(...both);
}

function probesCost(result: Result): number {
  return (timesAs(result, 'gradloom', 'withoutProbes') ?? Number.NaN) - 1;
}

const shown = (milliseconds: readonly number[] | undefined): string =>
  milliseconds === undefined ? '–' : median(milliseconds).toPrecision(3);

function table(results: readonly Result[]): string {
  const rows = results.map((result) => {
    const { title, batch, milliseconds, notes } = result;
    const ratio = overKeras(result);
    return [
      `${title}, b ${batch}`,
      shown(milliseconds.gradloom),
      `${(100 * probesCost(result)).toFixed(1)} %`,
      shown(milliseconds.kerasFit),
      shown(milliseconds.kerasLoop),
      shown(milliseconds.kerasOneDnn),
      shown(milliseconds.torch),
      `${shown(milliseconds.tfjs)}${notes.tfjs === undefined ? '' : ' ¹'}`,
      ratio === null ? '–' : ratio.toFixed(2),
      result.firstStep.toFixed(1),
    ].join(' | ');
  });
  const head =
    'network, batch | Gradloom | of it probes | Keras fit | Keras step loop | the loop, oneDNN on | PyTorch eager | tfjs fit | speed ÷ Keras | first step, s';
  return [`| ${head} |`, `|${' --- |'.repeat(10)}`, ...rows.map((row) => `| ${row} |`)].join('\n');
}

/** What was not reached, in words. */
function shortfalls(results: readonly Result[]): string[] {
  return results.flatMap((result) => {
    const ratio = overKeras(result);
    const cost = probesCost(result);
    return [
      ...(ratio !== null && ratio < goal
        ? [`${result.title}: ${ratio.toFixed(2)} times Keras; the goal is ${goal}.`]
        : []),
      ...(cost > probesAllowed
        ? [`${result.title}: the probes cost ${(100 * cost).toFixed(1)} %; ${100 * probesAllowed} % are allowed.`]
        : []),
    ];
  });
}

/** The way of ResNet-110 to its first step, in seconds from its document on. */
interface FirstStep {
  /** The graph is recorded, loaded, and holds weights and data. */
  readonly ready: number;
  /** The first step, which TensorFlow compiles, is taken. */
  readonly taken: number;
  /** A later step, the median of five. */
  readonly step: number;
}

/** As a run does it: the engine is there already, and the first step of so deep a network measures its wires. */
async function wayToFirstStep(): Promise<FirstStep> {
  const document = createTemplate('resnet-cifar', { depth: '110' });
  const began = performance.now();
  const since = (): number => (performance.now() - began) / 1000;
  const plan = planDocument(document);
  const { data, batch, seed, probes } = plan.program.training;
  if (data === null) throw new Error('the template has no data');
  const dataSet = makeDataSet(data);
  const stepper = await GraphStepper.prepare(native, plan, dataSet, initialWeights(plan, seed));
  if (stepper === null) throw new Error('nobody asked to stop');
  const ready = since();
  const take = (step: number): void => {
    const measured = measuredAt(step, { steps: 1000, probes, wires: plan.wires.length });
    stepper.run({ examples: dataSet.training.slice(0, batch), step, learningRate: 1e-3, ...measured, apply: true });
  };
  take(0);
  const taken = since();
  const later = Array.from({ length: 5 }, (_, at) => {
    const before = since();
    take(at + 1);
    return since() - before;
  });
  stepper.dispose();
  return { ready, taken, step: median(later) };
}

/** What measuring the parts of a step showed, for the report. */
const why = `Why: with oneDNN on, Keras runs the same kernels, and on these networks they are most of the step: what is left to gain is
what lies around them, the calls and the optimiser, and the probes are paid from it. With kernels of our own, which read each
tensor once (decision 0015), the wires of every step cost 0 to 4 % of one; a step with all details takes 1.15 to 1.4 times one
without (a GRU's 1.03), most of it the gradients at the data, which no other step computes, and what is measured at forks.
`;

const chosen = options.networks?.split(',');
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);
const results: Result[] = [];
const loadBefore = loadavg()[0] ?? Number.NaN;
for (const network of networks) {
  if (chosen !== undefined && !chosen.includes(network.name)) continue;
  const result = await measure(network, rounds, seconds);
  results.push(result);
  process.stderr.write(`${table([result]).split('\n').at(-1)}\n`);
}
const first = chosen === undefined || chosen.includes('resnet110') ? await wayToFirstStep() : null;
const firstStepInWords =
  first === null
    ? ''
    : `ResNet-110 on 32×32, from its document, the engine running: ready to train after ${first.ready.toFixed(1)} s, its first step ` +
      `taken after ${first.taken.toFixed(1)} s; a later step takes ${first.step.toFixed(1)} s.`;
const versions = [`TensorFlow ${report.version}`, keras?.version, torch?.version].filter(
  (version) => version !== undefined && version !== '',
);
keras?.close();
kerasOneDnn?.close();
torch?.close();

const missed = shortfalls(results);
if (options.json) {
  process.stdout.write(
    `${JSON.stringify({ versions, platform: `${platform()}-${arch()}`, cores: availableParallelism(), rounds, results, missed, first })}\n`,
  );
} else {
  process.stdout.write(`${table(results)}\n${missed.join('\n')}\n${firstStepInWords}\n`);
}
if (options.write) {
  const reasons = new Set(
    results.flatMap(({ title, notes }) => Object.values(notes).map((note) => `${title}: ${note}`)),
  );
  writeFileSync(
    'docs/bench-training.md',
    `# Training speed, measured

Milliseconds a step, medians of ${rounds} rounds in which the contestants take turns of ${seconds} s, on ${platform()}-${arch()} with
${availableParallelism()} cores. ${versions.join('; ')}. The same initial weights, batches, loss and Adam for all; the losses of the first
batch agree. The machine's load before and after, this bench included: ${loadBefore.toFixed(1)} and ${(loadavg()[0] ?? Number.NaN).toFixed(1)}; above the
number of cores, other work disturbed the figures. Written by \`npm run bench -- training --write\`.

${table(results)}

- **Gradloom** measures as a run does by default: RMS and largest magnitude of the gradient on every wire at every step, all other
  statistics at every twentieth; each step's telemetry frame is made, and messages are let in between steps. **Of it probes** is what
  that costs over the same network with no wire measured; losses and the norms of the weights' gradients are always taken.
- **Keras fit** is \`model.fit\` over one epoch a round, **Keras step loop** a \`tf.function\` of one step called in a loop on batches
  that lie ready as tensors. Gradloom turns TensorFlow's oneDNN kernels on, Keras leaves them to TensorFlow's default; so the
  loop runs a second time with **oneDNN on**, which runs the very kernels that Gradloom runs: there only what lies around the
  kernels can be gained, and the probes are to be paid from it. **Speed ÷ Keras** is against the best of the three, the median
  over rounds.
- **First step** counts from a document to the end of its first step: lowering, recording and compiling. ${firstStepInWords}
${[...reasons].map((reason) => `- ¹ ${reason}.\n`).join('')}- A GPU was not at hand: nothing is claimed for one.

The goal is ${goal} times the better Keras figure on each network, with the probes at no more than ${100 * probesAllowed} %. ${missed.length === 0 ? 'It is reached on all.' : `Not reached:\n\n${missed.map((line) => `- ${line}\n`).join('')}\n${why}`}
`,
  );
}
