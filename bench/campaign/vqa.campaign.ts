import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { clevrKinds, clevrQuestions } from '#shared/graph/dataFields';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import { learningRateAt } from '#shared/program/schedule';
import { createTemplate } from '#shared/templates/templates';
import { loadEngine } from '../../main/engine/backend/load.ts';
import { epochOrder, stepIndices, stepsPerEpoch } from '../../main/engine/data/batches.ts';
import type { DataSet, Field } from '../../main/engine/data/dataSet.ts';
import { makeDataSet, valuesOf } from '../../main/engine/data/dataSet.ts';
import { initialWeights, planDocument } from '../../main/engine/execute/network.ts';
import type { Plan } from '../../main/engine/execute/plan.ts';
import { predict } from '../../main/engine/execute/predict.ts';
import { chooseWay } from '../../main/engine/train/stepTaker.ts';

/*
 * Iterative attention against the network that reads the picture at once, on Sort-of-CLEVR: same frozen stem, same
 * questions, same steps, weights within a tenth, three seeds. Writes docs/vqa.md. What the frozen stem sees is computed
 * once per picture; the accuracies are those of the whole networks, from pictures.
 */

const seeds = [1, 2, 3];
const images = 8000;
const tested = 200;
const steps = Number(process.env['VQA_STEPS'] ?? 16_000);
const contestants = ['iterative-attention', 'picture-at-once'] as const;
type Contestant = (typeof contestants)[number];

const { device, report } = await loadEngine();

/** Pictures, questions and answers of this seed. */
function pictures(count: number, seed: number): DataSet {
  const source = { kind: 'sortOfClevr', images: count } as const;
  return makeDataSet({ source, seed, validation: 0, inputs: {} });
}

function numbersOf(dataSet: DataSet, name: string, examples: Int32Array): Float32Array {
  const field = [...dataSet.fields, ...dataSet.drawn].find((each) => each.name === name);
  if (field === undefined) throw new Error(`the data set has no field ${name}`);
  return Float32Array.from(valuesOf(field, examples));
}

/** The template with an input in the place of picture and stem: what the frozen stem sees. */
function withoutStem(document: GradloomDocument): GradloomDocument {
  const { nodes, wires } = document.graph;
  const stem = new Set(
    nodes.filter(({ id, parent }) => id === 'stem' || id === 'image' || parent === 'stem').map(({ id }) => id),
  );
  const seen = { id: nodeId('seen'), type: 'input', params: { shape: [10, 10, 12] }, position: { x: 0, y: 0 } };
  return {
    ...document,
    graph: {
      nodes: [seen, ...nodes.filter(({ id }) => !stem.has(id))],
      wires: wires
        .filter(({ to }) => !stem.has(to.node))
        .map((wire) => (stem.has(wire.from.node) ? { ...wire, from: { node: seen.id, port: 'out' } } : wire)),
    },
    training: { ...document.training, data: null },
  };
}

/** Nothing but the stem, whose maps are the output. */
function stemAlone(document: GradloomDocument): GradloomDocument {
  const { nodes, wires } = document.graph;
  const kept = nodes.filter(({ id, parent }) => id === 'stem' || id === 'image' || parent === 'stem');
  const output = { id: nodeId('maps'), type: 'output', params: {}, position: { x: 0, y: 0 } };
  const names = new Set(kept.map(({ id }) => id));
  const last = wires.find(({ from, to }) => names.has(from.node) && !names.has(to.node));
  if (last === undefined) throw new Error('nothing reads the stem');
  return {
    ...document,
    graph: {
      nodes: [...kept, output],
      wires: [...wires.filter(({ to }) => names.has(to.node)), { ...last, to: { node: output.id, port: 'in' } }],
    },
    training: { ...document.training, losses: [], metrics: [], data: null },
  };
}

function predictAll(
  plan: Plan,
  weights: readonly Float32Array[],
  inputs: Readonly<Record<string, readonly [Float32Array, readonly number[]]>>,
): Float32Array {
  const arrays = Object.fromEntries(
    Object.entries(inputs).map(([name, [data, shape]]) => [
      name,
      { shape: [...shape], dtype: 'float32' as const, data },
    ]),
  );
  const [output] = device.scope(() => {
    const tensors = plan.weights.map(({ shape }, at) =>
      device.tensor(weights[at] ?? new Float32Array(0), shape, 'float32'),
    );
    return Object.values(predict(device, plan, tensors, arrays));
  });
  if (output === undefined) throw new Error('the network has no output');
  return Float32Array.from(output.data);
}

const full = (name: Contestant): GradloomDocument => {
  const document = createTemplate(name);
  return { ...document, training: { ...document.training, data: null } };
};

/** What the stem sees on the first question of each picture. */
function seenOf(dataSet: DataSet, count: number): Float32Array {
  const plan = planDocument(stemAlone(full('iterative-attention')));
  const weights = initialWeights(plan, 1);
  const whole = new Float32Array(count * 1200);
  for (let from = 0; from < count; from += 100) {
    const part = Int32Array.from({ length: Math.min(100, count - from) }, (_, at) => (from + at) * clevrQuestions);
    const image = numbersOf(dataSet, 'image', part);
    whole.set(predictAll(plan, weights, { image: [image, [part.length, 75, 75, 3]] }), from * 1200);
  }
  return whole;
}

const trainingPictures = pictures(images, 1);
const testPictures = pictures(tested, 900);
const seen = seenOf(trainingPictures, images);
process.stderr.write('the stem has seen all pictures\n');

const everyExample = Int32Array.from({ length: images * clevrQuestions }, (_, at) => at);
const field = (name: string, shape: readonly number[], values: Float32Array | Int32Array): Field => ({
  name,
  type: { shape: [...shape], dtype: values instanceof Int32Array ? 'int32' : 'float32' },
  values,
});
const headData: DataSet = {
  size: everyExample.length,
  group: 1,
  fields: [
    field('question', [11], numbersOf(trainingPictures, 'question', everyExample)),
    field('answer', [], Int32Array.from(numbersOf(trainingPictures, 'answer', everyExample))),
  ],
  drawn: [
    {
      name: 'seen',
      type: { shape: [10, 10, 12], dtype: 'float32' },
      draw: (examples) => {
        const values = new Float32Array(examples.length * 1200);
        Array.from(examples).forEach((example, at) => {
          const picture = Math.floor(example / clevrQuestions);
          values.set(seen.subarray(picture * 1200, (picture + 1) * 1200), at * 1200);
        });
        return values;
      },
    },
  ],
  training: everyExample,
  validation: new Int32Array(0),
};

interface Outcome {
  readonly contestant: Contestant;
  readonly seed: number;
  readonly weights: number;
  readonly seconds: number;
  /** Share of right answers by kind of question, in the order of `clevrKinds`. */
  readonly right: readonly number[];
}

async function outcome(contestant: Contestant, seed: number): Promise<Outcome> {
  const document = withoutStem(full(contestant));
  const planned = planDocument({ ...document, training: { ...document.training, seed } });
  const plan: Plan = {
    ...planned,
    inputs: planned.inputs.map((entry) => ({ ...entry, input: { ...entry.input, field: entry.input.node as string } })),
  };
  const { training } = plan.program;
  const started = performance.now();
  const chosen = await chooseWay(device, {
    plan,
    dataSet: headData,
    weights: initialWeights(plan, seed),
    memory: null,
  });
  if (chosen === null) throw new Error('nobody asked to stop');
  const inEpoch = stepsPerEpoch(everyExample.length, training.batch);
  let order: Int32Array = everyExample;
  let loss = 0;
  for (let step = 0; step < steps; step++) {
    if (step % inEpoch === 0) order = epochOrder(everyExample, seed, Math.floor(step / inEpoch));
    const examples = stepIndices(order, training.batch, step % inEpoch);
    const learningRate = learningRateAt(training.optimiser, training.schedule, step, steps);
    const numbers = chosen.taker.run({ examples, step, learningRate, wires: 'none', details: false, apply: true });
    if (numbers.notFinite !== null) throw new Error(`${contestant}, seed ${seed}: not finite at step ${step}`);
    loss += (numbers.loss - loss) * 0.01;
    if (step % 1000 === 999)
      process.stderr.write(
        `${contestant} ${seed} ${step + 1} ${loss.toFixed(4)} ${((performance.now() - started) / 1000).toFixed(0)} s\n`,
      );
  }
  const seconds = (performance.now() - started) / 1000;
  const trained = new Map(chosen.taker.weights().map((values, at) => [plan.weights[at]?.id as string, values]));
  chosen.taker.dispose();

  const whole = planDocument(full(contestant));
  const weights = initialWeights(whole, seed).map(
    (values, at) => trained.get(whole.weights[at]?.id as string) ?? values,
  );
  const right = clevrKinds.map(() => [0, 0]);
  for (let from = 0; from < tested * clevrQuestions; from += 400) {
    const examples = Int32Array.from({ length: 400 }, (_, at) => from + at);
    const question = numbersOf(testPictures, 'question', examples);
    const answers = numbersOf(testPictures, 'answer', examples);
    const shares = predictAll(whole, weights, {
      image: [numbersOf(testPictures, 'image', examples), [400, 75, 75, 3]],
      question: [question, [400, 11]],
    });
    examples.forEach((_, at) => {
      const part = shares.subarray(at * 10, at * 10 + 10);
      const said = part.indexOf(Math.max(...part));
      const kind =
        (question[at * 11 + 7] === 1 ? 3 : 0) + [8, 9, 10].findIndex((place) => question[at * 11 + place] === 1);
      const count = right[kind];
      if (count === undefined) throw new Error(`question ${at} is of no kind`);
      count[1] = (count[1] ?? 0) + 1;
      if (said === answers[at]) count[0] = (count[0] ?? 0) + 1;
    });
  }
  const count = plan.weights
    .filter(({ trainable }) => trainable)
    .reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
  return { contestant, seed, weights: count, seconds, right: right.map(([good = 0, all = 1]) => good / all) };
}

const outcomes: Outcome[] = [];
for (const seed of seeds) {
  for (const contestant of contestants) {
    const result = await outcome(contestant, seed);
    outcomes.push(result);
    process.stderr.write(`${JSON.stringify(result)}\n`);
    write();
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Points by which iterative attention is ahead on one kind of question, over the seeds that both have done. */
function lead(kind: number): string {
  const [own, other] = contestants.map((name) => outcomes.filter(({ contestant }) => contestant === name));
  const both = (own ?? []).flatMap(({ right }, at) => {
    const against = other?.[at]?.right[kind];
    return against === undefined ? [] : [(right[kind] ?? Number.NaN) - against];
  });
  return (100 * mean(both)).toFixed(1);
}

function write(): void {
  const percent = (share: number): string => (100 * share).toFixed(1);
  const rows = outcomes.map(({ contestant, seed, weights, seconds, right }) =>
    [
      '',
      contestant,
      seed,
      weights,
      percent(mean(right.slice(0, 3))),
      percent(mean(right.slice(3))),
      ...right.slice(3).map(percent),
      seconds.toFixed(0),
      '',
    ]
      .join(' | ')
      .trim(),
  );
  const text = `# Questions on pictures

Written by \`npm run campaign -- vqa\`: ${availableParallelism()} processor cores, TensorFlow ${report.version}, ${steps} steps of 64 questions on ${images} pictures
of Sort-of-CLEVR, tested on ${tested * clevrQuestions} questions on ${tested} other pictures. Both networks have the same frozen stem, the same questions, the same steps and
rates. What the frozen stem sees was computed once per picture; the accuracies are those of the whole networks, from pictures.

Accuracy in percent, means over the kinds of questions:

| network | seed | trainable weights | non-relational | relational | closest | furthest | count | seconds |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Iterative attention is ahead by ${lead(3)} points on the closest, ${lead(4)} on the furthest object and ${lead(5)} in counting: nearly all
of its lead on relational questions is in counting.
`;
  writeFileSync('docs/vqa.md', text);
}
