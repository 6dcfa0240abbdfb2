import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import { flatten } from '#shared/program/flatten';
import { lower } from '#shared/program/lower';
import type { Program } from '#shared/program/program';
import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import { writeNpz } from '../formats/npz.ts';
import { findArrays, separateTargets } from './arrays.ts';
import { nodeFileSystem } from './fileSystem.ts';
import { findSidecar } from './sidecar.ts';
import { inTemporaryFolder, smallDocument } from './testing/tiny.ts';
import { demandWeights, parseArrays } from './weightFiles.ts';

function programOf(document: GradloomDocument): Program {
  const lowered = lower(document);
  if (!lowered.ok) throw new Error(lowered.diagnostics.map(({ message }) => message).join('\n'));
  return lowered.program;
}

const floats = (shape: number[], values?: number[]): NamedArray => ({
  shape,
  dtype: 'float32',
  data: Float32Array.from(values ?? Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => index)),
});
const integers = (values: number[]): NamedArray => ({
  shape: [values.length],
  dtype: 'int32',
  data: Int32Array.from(values),
});

const program = programOf(smallDocument());
const find = (given: NamedArrays, withTargets = true): NamedArrays => findArrays(program, given, 'b.npz', withTargets);
const points = floats([3, 2]);
const labels = integers([0, 1, 1]);

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

describe('arrays for inputs and targets', () => {
  test.each([
    ['node ids', { points, out: labels }],
    ['labels', { coordinates: points, classes: labels }],
    ['the target’s own name', { points, label: labels }],
  ])('go by %s', (_what, given) => {
    expect(find(given)).toEqual({ points, out: labels });
  });

  test('targets are not needed for a prediction, and do not disturb it', () => {
    expect(find({ points }, false)).toEqual({ points });
    expect(find({ points, label: labels }, false)).toEqual({ points });
  });

  test('element types are brought in line where no number changes', () => {
    const whole = find({
      points: { ...points, dtype: 'int32', data: Int32Array.from([0, 1, 2, 3, 4, 5]) },
      out: floats([3], [0, 1, 1]),
    });
    expect(whole['points']).toEqual(points);
    expect(whole['out']).toEqual(labels);
  });

  test('a softmax target may be probabilities', () => {
    const probabilities = floats([3, 2], [1, 0, 0.5, 0.5, 0, 1]);
    expect(find({ points, out: probabilities })['out']).toEqual(probabilities);
  });

  const wrong: readonly (readonly [string, NamedArrays, string])[] = [
    [
      'a missing input',
      { out: labels },
      '"b.npz" has no array for the input "coordinates": expected one named "points", "coordinates", found "out".',
    ],
    [
      'a missing target',
      { points },
      '"b.npz" has no array for the target of the output "classes": expected one named "out", "classes", "label", found "points".',
    ],
    [
      'nothing at all',
      {},
      '"b.npz" has no array for the input "coordinates": expected one named "points", "coordinates", found –.',
    ],
    [
      'an input of another shape',
      { points: floats([3, 3]), out: labels },
      'The array "points" in "b.npz" has the wrong shape: expected batch×2, received 3×3.',
    ],
    [
      'an input without a batch',
      { points: floats([2]), out: labels },
      'The array "points" in "b.npz" has the wrong shape: expected batch×2, received 2.',
    ],
    [
      'no examples',
      { points: floats([0, 2]), out: integers([]) },
      'The array "points" in "b.npz" has the wrong shape: expected batch×2, received 0×2.',
    ],
    [
      'a scalar',
      { points: floats([], [1]), out: labels },
      'The array "points" in "b.npz" has the wrong shape: expected batch×2, received ().',
    ],
    [
      'a target of another shape',
      { points, out: floats([3, 5]) },
      'The array "out" in "b.npz" has the wrong shape: expected batch / batch×2, received 3×5.',
    ],
    [
      'a target that is no class',
      { points, out: floats([3], [0, 0.5, 1]) },
      'The array "out" in "b.npz" has the wrong element type: expected int32, received float32.',
    ],
    [
      'a class that the output does not have',
      { points, out: integers([0, 1, 2]) },
      'The array "out" in "b.npz" holds 2 at position 2; expected a class from 0 to 1.',
    ],
    [
      'a negative class',
      { points, out: integers([-1, 1, 0]) },
      'The array "out" in "b.npz" holds -1 at position 0; expected a class from 0 to 1.',
    ],
    [
      'another number of examples',
      { points, out: integers([0, 1]) },
      'The array "out" in "b.npz" holds 2 examples, but "points" holds 3; all must hold the same number.',
    ],
    [
      'an array that belongs to nothing',
      { points, out: labels, spare: labels },
      'The array "spare" in "b.npz" belongs to nothing in the network; it takes "points", "coordinates", "out", "classes", "label".',
    ],
    [
      'one input twice',
      { points, coordinates: points, out: labels },
      'The arrays "points" and "coordinates" in "b.npz" both stand for "coordinates"; keep one.',
    ],
  ];
  test.each(wrong)('%s is told', (_what, given, message) => {
    expect(messageOf(() => find(given))).toBe(message);
  });

  test('two outputs that read one field may be given a target each', () => {
    const document = smallDocument((draft) => {
      const { graph, training } = draft as {
        graph: { nodes: object[]; wires: object[] };
        training: { losses: object[] };
      };
      graph.nodes.push({ id: 'second', type: 'output', params: {}, position: { x: 9, y: 9 } });
      graph.wires.push({ id: 'w3', from: { node: 'layer', port: 'out' }, to: { node: 'second', port: 'in' } });
      training.losses.push({ output: 'second', kind: 'softmaxCrossEntropy', weight: 1, target: 'label' });
    });
    const other = integers([1, 0, 0]);
    const given = { points, out: labels, second: other };
    const changed = separateTargets(document);
    expect(findArrays(programOf(document), given, 'b.npz', true)).toEqual(given);
    expect(changed.training.losses.map(({ target }) => target)).toEqual(['out', 'second']);
    expect(programOf(changed).losses).toHaveLength(2);
    // One array under the field's name serves both.
    expect(findArrays(programOf(document), { points, label: labels }, 'b.npz', true)).toEqual({
      points,
      out: labels,
      second: labels,
    });
  });

  test('an output with two losses takes its targets by their own names', () => {
    const document = smallDocument((draft) => {
      const { training } = draft as { training: { losses: object[]; data: object; metrics: object[] } };
      training.losses = [
        { output: 'out', kind: 'meanSquaredError', weight: 1, target: 'input' },
        { output: 'out', kind: 'linear', weight: 1, target: 'target' },
      ];
      training.metrics = [];
      training.data = {
        source: { kind: 'random', size: 8, shape: [2], targetShape: [2] },
        seed: 1,
        validation: 0,
        inputs: { points: 'input' },
      };
    });
    const [a, b] = [floats([3, 2]), floats([3, 2], [9, 8, 7, 6, 5, 4])];
    const found = findArrays(programOf(document), { points, input: a, target: b }, 'b.npz', true);
    expect(found).toEqual({ points, 'out/input': a, 'out/target': b });
    expect(separateTargets(document).training.losses.map(({ target }) => target)).toEqual(['out/input', 'out/target']);
    expect(messageOf(() => findArrays(programOf(document), { points, out: a }, 'b.npz', true))).toContain(
      'expected one named "input"',
    );
  });
});

describe('weights', () => {
  const { weights } = flatten(program);
  const good = { 'layer/kernel': floats([2, 2]), 'layer/bias': floats([2]) };

  test('exactly those of the network are taken', () => {
    expect(messageOf(() => demandWeights(weights, good, 'w.npz'))).toBe('nothing was thrown');
  });

  test.each([
    [
      'missing ones',
      { 'layer/bias': floats([2]) },
      '"w.npz" lacks 1 weights of the network; the first: "layer/kernel" of shape 2×2.',
    ],
    [
      'a wrong shape',
      { ...good, 'layer/kernel': floats([2, 3]) },
      'The weight "layer/kernel" in "w.npz" has the wrong shape: expected 2×2, received 2×3.',
    ],
    [
      'a wrong type',
      { ...good, 'layer/bias': integers([1, 2]) },
      'The array "layer/bias" in "w.npz" has the wrong element type: expected float32, received int32.',
    ],
    [
      'one too many',
      { ...good, 'other/kernel': floats([1]) },
      '"w.npz" holds the weight "other/kernel", which the network does not have.',
    ],
  ])('%s are told', (_what, given, message) => {
    expect(messageOf(() => demandWeights(weights, given, 'w.npz'))).toBe(message);
  });

  test('what is no .npz is told with its reason', () => {
    expect(messageOf(() => parseArrays(new TextEncoder().encode('no zip'), 'w.npz'))).toMatch(
      /^"w\.npz" is not an \.npz file that can be read: it is not a complete zip file/,
    );
  });
});

describe('the weights beside a document', () => {
  const bytes = writeNpz({ 'layer/kernel': floats([2, 2]), 'layer/bias': floats([2]) });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const naming = (file: string, hash = sha256): GradloomDocument =>
    smallDocument((draft) => {
      draft['weights'] = { file, sha256: hash };
    });

  test('are found by their hash in whichever folder holds them', () =>
    inTemporaryFolder(async (folder) => {
      const [first, second] = [join(folder, 'first'), join(folder, 'second')];
      await mkdir(first);
      await mkdir(second);
      await writeFile(join(first, 'x.weights.npz'), 'another file of that name');
      await writeFile(join(second, 'x.weights.npz'), bytes);
      const found = await findSidecar(nodeFileSystem, naming('x.weights.npz'), [folder, first, second]);
      expect(found?.['layer/bias']?.shape).toEqual([2]);
      expect(await findSidecar(nodeFileSystem, smallDocument(), [second])).toBeNull();
    }));

  test.each([
    ['missing', 'y.npz', 'weights.sidecarMissing'],
    ['another file', 'x.npz', 'weights.sidecarChanged'],
    ['in another folder', '../x.npz', 'weights.sidecarName'],
    ['anywhere', '/etc/passwd', 'weights.sidecarName'],
    ['written for Windows', '..\\x.npz', 'weights.sidecarName'],
    ['the folder above', '..', 'weights.sidecarName'],
  ])('%s: refused', (_what, file, code) =>
    inTemporaryFolder(async (folder) => {
      await mkdir(join(folder, 'inner'));
      await writeFile(join(folder, 'inner', 'x.npz'), 'changed');
      const act = findSidecar(nodeFileSystem, naming(file), [join(folder, 'inner')]);
      await expect(act).rejects.toMatchObject({ failure: { code } });
    }),
  );
});
