import { describe, expect, test } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import { RandomStream } from '#shared/program/random';
import type { TensorFlowDevice } from '../backend/tensorflow.ts';
import type { DataSet, DrawnField } from '../data/dataSet.ts';
import { DataFeed } from '../data/feed.ts';
import { initialWeights, planDocument } from '../execute/network.ts';
import type { Plan } from '../execute/plan.ts';
import { settledPart } from '../execute/settled.ts';
import type { NodeSketch } from '../testing/documents.ts';
import { sketch } from '../testing/documents.ts';
import { expectSameMeasures, order, takers } from '../testing/agreement.ts';
import { nativeDevice } from '../testing/device.ts';
import { RunWeights } from '../train/weights.ts';
import { Stepper } from '../train/step.ts';
import { SettledFeed } from './settledFeed.ts';

const frozen = { rest: { frozen: true } } as const;

/** A picture through a frozen convolution and a normalisation, beside a question, to one of three answers. */
function network(between: NodeSketch = { type: 'batchNormalisation', ...frozen }): GradloomDocument {
  return sketch(
    {
      picture: { type: 'input', params: { shape: [4, 4, 1] } },
      seen: { type: 'convolution2d', params: { filters: 3, kernelSize: [3, 3], activation: 'tanh' }, ...frozen },
      between,
      flat: { type: 'flatten' },
      question: { type: 'input', params: { shape: [2] } },
      together: { type: 'concatenate' },
      thought: { type: 'dense', params: { units: 5, activation: 'tanh' } },
      logits: { type: 'dense', params: { units: 3 } },
      out: { type: 'output', params: { link: 'softmax' } },
    },
    [
      'picture > seen',
      'seen > between',
      'between > flat',
      'flat > together.in.0',
      'question > together.in.1',
      'together > thought',
      'thought > logits',
      'logits > out',
    ],
    {
      losses: [{ output: nodeId('out'), kind: 'softmaxCrossEntropy', weight: 1, target: 'answer' }],
      metrics: [{ output: nodeId('out'), kind: 'accuracy', target: 'answer' }],
      optimiser: { kind: 'sgd', learningRate: 0.1, momentum: 0 },
      batch: 4,
    },
  );
}

/** The plan whose inputs read fields of their own names. */
function planOf(document: GradloomDocument): Plan {
  const plan = planDocument(document);
  return {
    ...plan,
    inputs: plan.inputs.map(({ input, value }) => ({ input: { ...input, field: input.node as string }, value })),
  };
}

const groups = 4;
const group = 2;
const size = groups * group;

/** Two questions on each of four pictures; `drawn` tells of each time that pictures were asked for. */
function questions(drawn: ArrayLike<number>[], rest: Partial<DrawnField> = { perGroup: true }): DataSet {
  const normal = (name: string, length: number): Float32Array => {
    const stream = new RandomStream(7, name);
    return Float32Array.from({ length }, () => stream.normal());
  };
  const pictures = normal('pictures', 16 * groups);
  const draw = (examples: ArrayLike<number>): Float32Array => {
    drawn.push(examples);
    return Float32Array.from(
      Array.from(examples, (example) => {
        const at = 16 * Math.floor(example / group);
        return [...pictures.subarray(at, at + 16)];
      }).flat(),
    );
  };
  return {
    size,
    group,
    fields: [
      { name: 'question', type: { shape: [2], dtype: 'float32' }, values: normal('questions', 2 * size) },
      {
        name: 'answer',
        type: { shape: [], dtype: 'int32' },
        values: Int32Array.from({ length: size }, (_, at) => at % 3),
      },
    ],
    drawn: [{ name: 'picture', type: { shape: [4, 4, 1], dtype: 'float32' }, draw, ...rest }],
    training: Int32Array.from({ length: size }, (_, at) => at),
    validation: new Int32Array(0),
  };
}

const device = nativeDevice() as TensorFlowDevice;

describe('the settled part', () => {
  const names = (plan: Plan, at: readonly boolean[] = []): string[] =>
    plan.operations.flatMap(({ operation }, index) => (at[index] === true ? [operation.origin.node] : []));

  test('ends where something is trained, and leaves the picture to itself', () => {
    const plan = planOf(network());
    const part = settledPart(plan, () => true);
    expect([...new Set(names(plan, part?.leftOut))]).toEqual(['seen', 'between', 'flat']);
    expect(part?.values.map((value) => plan.values[value]?.type.shape)).toEqual([[48]]);
    const asked = (at: readonly boolean[] = []): string[] =>
      plan.inputs.flatMap(({ input }, index) => (at[index] === true ? [input.node] : []));
    expect(asked(part?.reads)).toEqual(['picture']);
    expect(asked(part?.left)).toEqual(['question']);
  });

  test.each([
    ['a normalisation over the batch', { type: 'batchNormalisation' }],
    ['dropout', { type: 'dropout', params: { rate: 0.5 } }],
    ['a trained layer', { type: 'dense', params: { units: 2 } }],
  ])('ends before %s', (_name, between) => {
    const plan = planOf(network(between));
    expect([...new Set(names(plan, settledPart(plan, () => true)?.leftOut))]).toEqual(['seen']);
  });

  test('there is none where pictures change from step to step, or nothing is frozen', () => {
    expect(settledPart(planOf(network()), () => false)).toBeNull();
    const { graph, ...document } = network();
    const nodes = graph.nodes.map(({ frozen: _frozen, ...node }) => node);
    expect(settledPart(planOf({ ...document, graph: { ...graph, nodes } }), () => true)).toBeNull();
  });
});

test('a step that is given the settled values is the plain step; so is the evaluation', async () => {
  const plan = planOf(network());
  const { plain, graph, dispose } = await takers({ plan, dataSet: questions([]), values: initialWeights(plan, 3) });
  try {
    for (let step = 0; step < 6; step++) {
      const examples = Int32Array.from({ length: 4 }, (_, at) => (3 * step + 5 * at) % size);
      const asked = order(examples, step, step % 3 === 2);
      expectSameMeasures(graph.run(asked), plain.run(asked));
    }
    const expected = plain.weights();
    graph
      .weights()
      .forEach((values, at) =>
        values.forEach((value, index) => expect(value).toBeCloseTo(expected[at]?.[index] ?? Number.NaN, 5)),
      );
    const all = Int32Array.from({ length: size }, (_, at) => at);
    const [evaluated, wanted] = [graph.evaluate(all), plain.evaluate(all)];
    expect(Array.from(evaluated, (value) => value.toFixed(5))).toEqual(Array.from(wanted, (value) => value.toFixed(5)));
  } finally {
    dispose();
  }
});

test('each picture is asked for once, and again only where a step shows all', async () => {
  const drawn: ArrayLike<number>[] = [];
  const plan = planOf(network());
  const { graph, dispose } = await takers({ plan, dataSet: questions(drawn), values: initialWeights(plan, 3) });
  try {
    const before = drawn.length;
    for (let step = 0; step < 8; step++) {
      graph.run(
        order(
          Int32Array.of(0, 1, 2, 3).map((at) => at + 4 * (step % 2)),
          step,
          false,
        ),
      );
    }
    graph.evaluate(Int32Array.from({ length: size }, (_, at) => at));
    const pictures = drawn
      .slice(before)
      .map((examples) => [...new Set(Array.from(examples, (at) => Math.floor(at / group)))]);
    expect(pictures).toEqual([
      [0, 1],
      [2, 3],
    ]);
    graph.run(order(Int32Array.of(0, 1, 2, 3), 8, true));
    expect(Array.from(drawn.at(-1) ?? [])).toEqual([0, 1, 2, 3]);
  } finally {
    dispose();
  }
});

test('pictures that are augmented are drawn for every step', async () => {
  const drawn: ArrayLike<number>[] = [];
  const plan = planOf(network());
  const dataSet = questions(drawn, { isAugmented: true });
  const { graph, dispose } = await takers({ plan, dataSet, values: initialWeights(plan, 3) });
  try {
    const before = drawn.length;
    for (let step = 0; step < 3; step++) graph.run(order(Int32Array.of(0, 1, 2, 3), step, false));
    expect(drawn.length - before).toBe(3);
  } finally {
    dispose();
  }
});

test('the plain way measures what is frozen with the details only', () => {
  const plan = planOf(network());
  const weights = new RunWeights(device, plan, initialWeights(plan, 3));
  const plain = new Stepper(device, plan, new DataFeed(device, plan, questions([])), weights);
  try {
    const frozenWeight = plan.weights.findIndex(({ id }) => id === 'seen/kernel');
    const seen = plan.wires.findIndex(({ wire: { wire } }) => wire === 'w2');
    const measured = (details: boolean): readonly (boolean | undefined)[] => {
      const { gradients } = plain.run({ ...order(Int32Array.of(0, 1, 2, 3), 0, details), apply: false });
      return [gradients.weights[frozenWeight]?.measured, gradients.wires[seen]?.measured];
    };
    expect(measured(false)).toEqual([false, false]);
    expect(measured(true)).toEqual([true, true]);
  } finally {
    plain.dispose();
  }
});

test('the plain way, too, computes what is settled once per example, and comes to the same', () => {
  const plan = planOf(network());
  const dataSet = questions([]);
  const made = (isKept: boolean): Stepper => {
    const feed = new DataFeed(device, plan, dataSet);
    const settled = isKept ? SettledFeed.of(plan, feed, dataSet) : null;
    expect(settled === null).toBe(!isKept);
    return new Stepper(device, plan, feed, new RunWeights(device, plan, initialWeights(plan, 3)), null, settled);
  };
  const [kept, whole] = [made(true), made(false)];
  try {
    for (let step = 0; step < 6; step++) {
      const asked = { ...order(Int32Array.of(0, 1, 2, 3), step, step === 3), wires: 'learning' as const };
      expectSameMeasures(kept.run(asked), whole.run(asked));
    }
    expect(Array.from(kept.evaluate(Int32Array.of(2, 5, 1)))).toEqual(
      Array.from(whole.evaluate(Int32Array.of(2, 5, 1)), (value) => expect.closeTo(value, 5) as unknown),
    );
    kept.weights().forEach((weight, at) => {
      const other = whole.weights()[at] ?? [];
      weight.forEach((value, place) => expect(value).toBeCloseTo(other[place] ?? Number.NaN, 5));
    });
  } finally {
    kept.dispose();
    whole.dispose();
  }
});
