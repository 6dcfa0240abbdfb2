import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import { serialiseDocument } from '#shared/graph/serialise';
import type { Clipping, DataSource, Loss, Optimiser, Schedule } from '#shared/graph/training';
import { flatten } from '#shared/program/flatten';
import { lower } from '#shared/program/lower';
import { learningRateAt } from '#shared/program/schedule';
import type { NamedArrays } from '#shared/protocol/engine';
import { findPython, runPython, skipReason } from '#shared/testing/python';
import { exportKerasCode } from '../../formats/kerascode/export.ts';
import type { Export, ModelToExport } from '../../formats/model.ts';
import { writeNpz } from '../../formats/npz.ts';
import { exportTorch } from '../../formats/pytorch/export.ts';
import { makeDataSet } from '../data/dataSet.ts';
import { DataFeed } from '../data/feed.ts';
import { initialWeights, nameWeights, planDocument } from '../execute/network.ts';
import { nativeDevice } from '../testing/device.ts';
import { sketch } from '../testing/documents.ts';
import { Stepper } from './step.ts';
import { RunWeights } from './weights.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradloom-scripts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const steps = 3;
const examples = 16;
const classes = 3;

interface Case {
  readonly name: string;
  readonly optimiser?: Optimiser;
  readonly schedule?: Schedule;
  readonly clipping?: Clipping;
  readonly losses?: readonly Omit<Loss, 'output' | 'target'>[];
  /** Targets are numbers of classes; else three numbers for each example. */
  readonly isOfClasses?: boolean;
  readonly isPenalised?: boolean;
  readonly isFrozen?: boolean;
}

const sgd: Optimiser = { kind: 'sgd', learningRate: 0.05, momentum: 0 };
const adam = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-4 };
const crossEntropy = { kind: 'softmaxCrossEntropy', weight: 1 } as const;
const one = (loss: Omit<Loss, 'output' | 'target'>): Pick<Case, 'losses'> => ({ losses: [loss] });

const cases: readonly Case[] = [
  { name: 'SGD' },
  { name: 'momentum', optimiser: { ...sgd, momentum: 0.9 } },
  { name: 'Nesterov', optimiser: { ...sgd, momentum: 0.9, nesterov: true } },
  {
    name: 'Nesterov with a schedule',
    optimiser: { ...sgd, momentum: 0.9, nesterov: true },
    schedule: { kind: 'exponential', decay: 0.5 },
  },
  {
    name: 'momentum, warm-up',
    optimiser: { ...sgd, momentum: 0.9 },
    schedule: { kind: 'warmUp', steps: 3 },
  },
  { name: 'Adam', optimiser: { kind: 'adam', ...adam } },
  {
    name: 'AdamW',
    optimiser: { kind: 'adamW', ...adam, weightDecay: 0.3 },
    schedule: { kind: 'cosine', minimum: 0.1 },
  },
  { name: 'RMSprop', optimiser: { kind: 'rmsprop', learningRate: 0.01, rho: 0.8, momentum: 0, epsilon: 1e-4 } },
  {
    name: 'RMSprop with momentum',
    optimiser: { kind: 'rmsprop', learningRate: 0.01, rho: 0.9, momentum: 0.7, epsilon: 1e-4 },
    schedule: { kind: 'step', every: 2, factor: 0.5 },
  },
  {
    name: 'Adagrad',
    optimiser: { kind: 'adagrad', learningRate: 0.05, initialAccumulator: 0.1, epsilon: 1e-5 },
    schedule: { kind: 'oneCycle', start: 0.2, peak: 0.4 },
  },
  { name: 'clipped by the norm of all', clipping: { kind: 'globalNorm', threshold: 0.3 } },
  { name: 'clipped by each norm', clipping: { kind: 'norm', threshold: 0.1 } },
  { name: 'clipped by value', clipping: { kind: 'value', threshold: 0.02 } },
  { name: 'penalties', isPenalised: true },
  { name: 'frozen layers', isFrozen: true, isPenalised: true },
  { name: 'class numbers', isOfClasses: true, ...one(crossEntropy) },
  { name: 'classes smoothed', isOfClasses: true, ...one({ ...crossEntropy, labelSmoothing: 0.2 }) },
  { name: 'classes weighted', isOfClasses: true, ...one({ ...crossEntropy, classWeights: [1, 2, 0.5] }) },
  {
    name: 'classes smoothed and weighted',
    isOfClasses: true,
    ...one({ ...crossEntropy, weight: 3, labelSmoothing: 0.1, classWeights: [1, 4, 0.5] }),
  },
  {
    name: 'focal',
    isOfClasses: true,
    ...one({ kind: 'focal', weight: 1, gamma: 1.5, alpha: 0.4, labelSmoothing: 0.1, classWeights: [1, 2, 0.5] }),
  },
  { name: 'sigmoid cross-entropy', ...one({ kind: 'sigmoidCrossEntropy', weight: 2 }) },
  { name: 'sigmoid smoothed', ...one({ kind: 'sigmoidCrossEntropy', weight: 1, labelSmoothing: 0.2 }) },
  { name: 'absolute error', ...one({ kind: 'meanAbsoluteError', weight: 1 }) },
  { name: 'Huber', ...one({ kind: 'huber', weight: 1, delta: 0.6 }) },
  { name: 'linear', ...one({ kind: 'linear', weight: 0.1 }) },
  {
    name: 'two losses on one output',
    losses: [
      { kind: 'meanSquaredError', weight: 0.5 },
      { kind: 'huber', weight: 2 },
    ],
  },
];

/** A convolution with a batch normalisation, a recurrent layer in a loop of its own, and a dense layer. */
function documentOf({ name, isOfClasses = false, ...given }: Case): GradloomDocument {
  const normal = (deviation: number) => ({ kind: 'normal', mean: 0, deviation });
  const source: DataSource = isOfClasses
    ? { kind: 'clusters', size: examples * steps, noise: 0.3, classes }
    : { kind: 'random', size: examples * steps, shape: [2], targetShape: [classes] };
  const frozen = given.isFrozen === true ? { rest: { frozen: true } } : {};
  return {
    ...sketch(
      {
        point: { type: 'input', params: { shape: [2] } },
        wide: { type: 'dense', params: { units: 12, activation: 'tanh', kernelInitialiser: normal(0.5) } },
        sheet: { type: 'reshape', params: { targetShape: [2, 3, 2] } },
        conv: {
          type: 'convolution2d',
          params: {
            filters: 4,
            kernelSize: [2, 2],
            strides: [1, 1],
            padding: 'same',
            activation: 'gelu',
            kernelInitialiser: normal(0.4),
            ...(given.isPenalised === true ? { kernelRegulariser: { l1: 0.002, l2: 0.01 } } : {}),
          },
        },
        norm: { type: 'batchNormalisation', params: { momentum: 0.9, epsilon: 0.001 }, ...frozen },
        steps: { type: 'reshape', params: { targetShape: [6, 4] } },
        state: { type: 'lstm', params: { units: 3 }, ...frozen },
        last: {
          type: 'dense',
          params: {
            units: classes,
            kernelInitialiser: normal(0.5),
            ...(given.isPenalised === true ? { kernelRegulariser: { l1: 0, l2: 0.03 } } : {}),
          },
        },
        out: { type: 'output' },
      },
      [
        'point > wide',
        'wide > sheet',
        'sheet > conv',
        'conv > norm',
        'norm > steps',
        'steps > state',
        'state > last',
        'last > out',
      ],
      {
        losses: (given.losses ?? [{ kind: 'meanSquaredError', weight: 1 }]).map((loss): Loss => ({
          ...loss,
          output: nodeId('out'),
          target: isOfClasses ? 'label' : 'target',
        })),
        metrics: [{ output: nodeId('out'), kind: 'accuracy', target: isOfClasses ? 'label' : 'target' }],
        optimiser: given.optimiser ?? sgd,
        schedule: given.schedule ?? { kind: 'constant' },
        clipping: given.clipping ?? { kind: 'none' },
        earlyStopping: { patience: 2, minimumChange: 0, keepBest: true },
        batch: examples,
        epochs: 2,
        data: {
          source,
          seed: 3,
          validation: 0.25,
          inputs: { [nodeId('point')]: isOfClasses ? 'point' : 'input' },
        },
      },
    ),
    name,
  };
}

interface Trained {
  readonly document: GradloomDocument;
  readonly losses: readonly number[];
  readonly before: NamedArrays;
  readonly after: NamedArrays;
  readonly data: NamedArrays;
}

/** A few steps of Gradloom's own, of as many as the whole run has. */
function trained(document: GradloomDocument): Trained {
  const device = nativeDevice();
  const plan = planDocument(document);
  const { data, optimiser, schedule } = document.training;
  if (data === null) throw new Error('the sketch has data');
  const dataSet = makeDataSet(data);
  const values = initialWeights(plan, 5);
  const weights = new RunWeights(device, plan, values);
  const stepper = new Stepper(device, plan, new DataFeed(device, plan, dataSet), weights);
  const losses = Array.from({ length: steps }, (_, step) => {
    const chosen = Int32Array.from({ length: examples }, (_each, index) => step * examples + index);
    const learningRate = learningRateAt(optimiser, schedule, step, totalSteps);
    return stepper.run({ examples: chosen, step, learningRate, wires: 'learning', details: false, apply: true }).loss;
  });
  const after = nameWeights(plan, weights.read());
  stepper.dispose();
  return {
    document,
    losses,
    before: nameWeights(plan, values),
    after,
    data: Object.fromEntries(
      dataSet.fields.map(({ name, type, values: numbers }) => [
        name,
        { shape: [dataSet.size, ...type.shape], dtype: type.dtype, data: numbers },
      ]),
    ),
  };
}

const totalSteps = 5;

async function writeFiles(
  place: string,
  { document }: Trained,
  weights: NamedArrays,
  write: (model: ModelToExport) => Export,
) {
  const lowered = lower(document);
  if (!lowered.ok) throw new Error(lowered.diagnostics.map(({ message }) => message).join('; '));
  const { program } = lowered;
  const model = {
    name: document.name,
    program,
    flat: flatten(program),
    weights,
    document: serialiseDocument(document),
  };
  for (const [path, bytes] of (await write(model).write?.()) ?? []) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), bytes);
  }
}

/** Takes the steps with the script's own functions, then lets the script run by itself on the same data. */
const shared = `
import importlib, json, os, pathlib, subprocess, sys
import numpy as np
asked = json.load(sys.stdin)
def judged(after, before, wanted):
    told = {}
    for name, value in wanted.items():
        moved = np.sqrt(np.sum((value - before[name]) ** 2.0))
        told[name] = [float(np.sqrt(np.sum((value - after[name]) ** 2.0))), float(moved)]
    return told
results = []
for place in map(pathlib.Path, asked["places"]):
    for name in ("train", "model"):
        sys.modules.pop(name, None)
    sys.path[0] = str(place)
    importlib.invalidate_caches()
    import train
    data = train.read(place / "data.npz")
    batches = [np.arange(step * ${examples}, (step + 1) * ${examples}) for step in range(${steps})]
    results.append(take_steps(place))
ran = subprocess.run([sys.executable, "train.py"], cwd=asked["places"][0], capture_output=True, text=True)
empty = subprocess.run([sys.executable, "train.py", "nothing.npz"], cwd=asked["places"][0], capture_output=True, text=True)
print(json.dumps({"results": results, "status": ran.returncode, "told": ran.stdout + ran.stderr[-3000:],
    "left": (pathlib.Path(asked["places"][0]) / asked["left"]).exists(), "missing": [empty.returncode, empty.stderr]}))
`;

const torchSteps = `
import torch
from safetensors.torch import load_file
def take_steps(place):
    network = train.load(place / "weights.safetensors")
    before = {name: value.clone().numpy() for name, value in network.state_dict().items()}
    optimiser = train.make_optimiser(network)
    losses = []
    for step, batch in enumerate(batches):
        train.training_mode(network)
        losses.append(train.train_step(network, optimiser, train.take(data, batch), step, ${totalSteps}))
    after = {name: value.numpy() for name, value in network.state_dict().items()}
    wanted = load_file(place / "after.safetensors")
    skipped = ("running_var", "num_batches_tracked")
    return losses, judged(after, before, {n: v.numpy() for n, v in wanted.items() if not n.endswith(skipped)})
`;

const kerasSteps = `
def take_steps(place):
    model = train.trained(${totalSteps}, place / "weights.npz")
    named = lambda: {f"{l.name}/{w.name}": np.array(w) for l in train.layers_of(model.network) for w in l.weights}
    model.run_eagerly = True
    before, losses = named(), []
    for batch in batches:
        model.reset_metrics()
        losses.append(float(model.train_on_batch(*train.take(data, batch), return_dict=True)["loss"]))
    return losses, judged(named(), before, dict(np.load(place / "after.npz")))
`;

interface Answer {
  readonly results: readonly (readonly [readonly number[], Readonly<Record<string, readonly [number, number]>>])[];
  readonly status: number;
  readonly told: string;
  readonly left: boolean;
  readonly missing: readonly [number, string];
}

describe.each([
  {
    framework: 'PyTorch',
    packages: ['torch', 'safetensors'],
    write: exportTorch,
    ending: '.safetensors',
    take: torchSteps,
  },
  { framework: 'Keras', packages: ['keras', 'tensorflow'], write: exportKerasCode, ending: '.npz', take: kerasSteps },
])('train.py in $framework', ({ framework, packages, write, ending, take }) => {
  const python = findPython(packages);
  if (python === undefined) {
    test.skip(`not run: ${skipReason(packages)}`, () => undefined);
    return;
  }
  const ours: Trained[] = [];
  let answer: Answer | null = null;

  beforeAll(async () => {
    const places: string[] = [];
    for (const [index, given] of cases.entries()) {
      const made = trained(documentOf(given));
      const place = join(folder, `${framework}-${index}`);
      await writeFiles(join(place, 'after'), made, made.after, write);
      await writeFiles(place, made, made.before, write);
      writeFileSync(join(place, 'data.npz'), writeNpz(made.data));
      ours.push(made);
      places.push(place);
    }
    const program = `${take}\n${shared}`.replaceAll(`"after${ending}"`, `"after" / "weights${ending}"`);
    answer = runPython(python, program, { places, left: `trained${ending}` }) as Answer;
  }, 600_000);

  test.each(cases.map(({ name }, index) => ({ name, index })))(
    '$name: the losses and weights of three steps are Gradloom’s',
    ({ index }) => {
      const [losses = [], weights = {}] = answer?.results[index] ?? [];
      const wanted = ours[index]?.losses ?? [];
      expect(losses.length).toBe(steps);
      losses.forEach((loss, step) => {
        const expected = wanted[step] ?? Number.NaN;
        expect(Math.abs(loss - expected), `loss of step ${step}`).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
      });
      const isFrozen = cases[index]?.isFrozen === true;
      let moving = 0;
      for (const [name, [apart, moved]] of Object.entries(weights)) {
        // Judged by what training changed, not by the weight itself.
        expect(apart, name).toBeLessThanOrEqual(2e-4 * moved + (isFrozen && moved === 0 ? 0 : 1e-6));
        if (moved > 0) moving += 1;
      }
      expect(moving).toBe(isFrozen ? 6 : Object.keys(weights).length - (framework === 'PyTorch' ? 1 : 0));
    },
  );

  test('runs by itself, says what happens and leaves weights', () => {
    expect(answer?.told).toContain('poch 2');
    expect(answer?.status).toBe(0);
    expect(answer?.left).toBe(true);
  });

  test('says what to bring where there are no data', () => {
    const [status, told] = answer?.missing ?? [0, ''];
    expect(status).toBe(1);
    expect(told).toContain('There is no nothing.npz. What it has to hold stands at the top of train.py.');
  });
});
