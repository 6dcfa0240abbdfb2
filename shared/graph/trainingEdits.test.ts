import { describe, expect, test } from 'vitest';
import type { GradloomDocument } from './document.ts';
import { nodeId } from './identifiers.ts';
import { newDocument } from './queries.ts';
import { defaultTraining, trainingSchema } from './training.ts';
import type { Training } from './training.ts';
import { newSchedule, optimiserKinds, scheduleKinds } from './trainingKinds.ts';
import { addLoss, changeLoss, lossOperations, removeLoss, switchClipping, switchOptimiser } from './trainingEdits.ts';

const output = nodeId('output');
const spirals: Training = {
  ...defaultTraining,
  data: { source: { kind: 'twoSpirals', size: 1000, noise: 0.02 }, seed: 1, validation: 0.2, inputs: {} },
};
const random: Training = {
  ...defaultTraining,
  data: { source: { kind: 'random', size: 10, shape: [4], targetShape: [3] }, seed: 1, validation: 0, inputs: {} },
};

describe('losses', () => {
  test('a new loss on labels counts classes and reports accuracy', () => {
    const { losses, metrics } = addLoss(spirals, output);
    expect(losses).toEqual([{ output, kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }]);
    expect(metrics).toEqual([{ output, kind: 'accuracy', target: 'label' }]);
  });

  test('a new loss on numbers is a mean squared error without accuracy', () => {
    const { losses, metrics } = addLoss(random, output);
    expect(losses).toEqual([{ output, kind: 'meanSquaredError', weight: 1, target: 'target' }]);
    expect(metrics).toBeUndefined();
  });

  test('taking a loss away takes its metrics along', () => {
    const added = { ...spirals, ...addLoss(spirals, output) };
    expect(removeLoss(added, 0)).toEqual({ losses: [], metrics: [] });
  });

  test('one of two losses of an output goes alone, and leaves the metrics to the other', () => {
    const added = { ...spirals, ...addLoss(spirals, output) };
    const two = { ...added, losses: [...added.losses, { output, kind: 'focal', weight: 1, target: 'label' } as const] };
    expect(removeLoss(two, 0)).toEqual({ losses: two.losses.slice(1), metrics: added.metrics });
    expect(removeLoss(two, 1)).toEqual({ losses: added.losses, metrics: added.metrics });
  });

  test('one of two losses of an output changes alone: what the other is measured by keeps its kind and its target', () => {
    const added = { ...spirals, ...addLoss(spirals, output) };
    const two = { ...added, losses: [...added.losses, { output, kind: 'focal', weight: 1, target: 'label' } as const] };
    for (const index of [0, 1]) {
      expect(changeLoss(two, index, { kind: 'meanSquaredError' }).metrics).toEqual(added.metrics);
      expect(changeLoss(two, index, { target: 'point' }).metrics).toEqual(added.metrics);
    }
    const squared = { ...two, metrics: [{ output, kind: 'meanAbsoluteError', target: 'label' } as const] };
    const mixed = changeLoss(squared, 0, { kind: 'meanSquaredError' });
    expect(changeLoss({ ...squared, ...mixed }, 0, { kind: 'focal' }).metrics).toEqual(squared.metrics);
  });

  test('another weight of a loss leaves every metric as it is', () => {
    const added = { ...spirals, ...addLoss(spirals, output) };
    const metrics = [...(added.metrics ?? []), { output, kind: 'meanAbsoluteError', target: 'point' } as const];
    expect(changeLoss({ ...added, metrics }, 0, { weight: 2 })).toEqual({
      losses: [{ output, kind: 'softmaxCrossEntropy', weight: 2, target: 'label' }],
      metrics,
    });
  });

  test('accuracy goes when the loss no longer counts classes, and follows the target otherwise', () => {
    const added = { ...spirals, ...addLoss(spirals, output) };
    expect(changeLoss(added, 0, { kind: 'meanSquaredError' }).metrics).toEqual([]);
    expect(changeLoss(added, 0, { kind: 'focal' }).metrics).toEqual(added.metrics);
    expect(changeLoss(added, 0, { target: 'point' }).metrics).toEqual([{ output, kind: 'accuracy', target: 'point' }]);
  });
});

test('accuracy comes with a loss that counts classes, and the mean absolute error goes', () => {
  const squared: Training = {
    ...spirals,
    losses: [{ output, kind: 'meanSquaredError', weight: 1, target: 'label' }],
    metrics: [{ output, kind: 'meanAbsoluteError', target: 'label' }],
  };
  expect(changeLoss(squared, 0, { kind: 'softmaxCrossEntropy' }).metrics).toEqual([
    { output, kind: 'accuracy', target: 'label' },
  ]);
});

test('accuracy that a person turned off stays off as long as classes count', () => {
  const silent = { ...spirals, ...addLoss(spirals, output), metrics: [] };
  expect(changeLoss(silent, 0, { kind: 'focal' }).metrics).toEqual([]);
});

describe('the link of an output', () => {
  const linked = (link: string | undefined, training: Training): GradloomDocument => ({
    ...newDocument('Linked'),
    training,
    graph: {
      wires: [],
      nodes: [{ id: output, type: 'output', params: link === undefined ? {} : { link }, position: { x: 0, y: 0 } }],
    },
  });
  const classifier = { ...spirals, ...addLoss(spirals, output) };
  const links = (document: GradloomDocument, set: Partial<Training>): readonly unknown[] =>
    lossOperations(document, set).flatMap((one) => (one.kind === 'setParameters' ? [one.set['link']] : []));

  test('goes with a loss of another kind', () => {
    expect(links(linked(undefined, spirals), addLoss(spirals, output))).toEqual(['softmax']);
    expect(links(linked('softmax', classifier), changeLoss(classifier, 0, { kind: 'meanSquaredError' }))).toEqual([
      'none',
    ]);
    expect(links(linked('softmax', classifier), removeLoss(classifier, 0))).toEqual(['none']);
  });

  test('stays where a person chose another, or where the kind asks for the same', () => {
    expect(links(linked('none', classifier), changeLoss(classifier, 0, { kind: 'sigmoidCrossEntropy' }))).toEqual([]);
    expect(links(linked('softmax', classifier), changeLoss(classifier, 0, { kind: 'focal' }))).toEqual([]);
  });
});

test('a loss keeps no setting of another kind', () => {
  const huber = { ...random, ...changeLoss({ ...random, ...addLoss(random, output) }, 0, { kind: 'huber', delta: 2 }) };
  expect(huber.losses[0]).toEqual({ output, kind: 'huber', weight: 1, target: 'target', delta: 2 });
  expect(changeLoss(huber, 0, { kind: 'meanAbsoluteError' }).losses).toEqual([
    { output, kind: 'meanAbsoluteError', weight: 1, target: 'target' },
  ]);
});

describe('switching kinds', () => {
  test('gives settings that the document accepts', () => {
    for (const kind of optimiserKinds) {
      for (const schedule of scheduleKinds) {
        for (const clipping of ['none', 'globalNorm', 'norm', 'value'] as const) {
          const training: Training = {
            ...defaultTraining,
            optimiser: switchOptimiser(defaultTraining.optimiser, kind),
            schedule: newSchedule(schedule, 480),
            clipping: switchClipping({ kind: 'none' }, clipping),
          };
          expect(trainingSchema.safeParse(training).success, `${kind} ${schedule} ${clipping}`).toBe(true);
        }
      }
    }
  });

  test('keeps the learning rate and the threshold', () => {
    expect(switchOptimiser({ kind: 'sgd', learningRate: 0.05, momentum: 0 }, 'adam').learningRate).toBe(0.05);
    expect(switchClipping({ kind: 'norm', threshold: 5 }, 'globalNorm')).toEqual({ kind: 'globalNorm', threshold: 5 });
  });

  test('an exponential schedule ends at a hundredth', () => {
    const schedule = newSchedule('exponential', 480);
    expect(schedule.kind === 'exponential' ? schedule.decay ** 480 : 0).toBeCloseTo(0.01, 4);
  });
});
