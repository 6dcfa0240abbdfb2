import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '#shared/check/check';
import { RandomStream } from '#shared/program/random';
import { findPython, skipReason } from '#shared/testing/python';
import { ImportProblem } from '../../importProblem.ts';
import type { NpzArray } from '../../npz.ts';
import { OnnxGraph } from '../../onnx/graph.ts';
import { elementCount, permutedShape, permuteAxes } from '../../permute.ts';
import { MessageWriter } from '../../protobuf/write.ts';
import { readModel } from '../../readModel.ts';
import type { ImportedModel } from '../../readModel.ts';
import { predictImported } from '../../testing/imported.ts';
import { largestError, tolerance } from '../../testing/models.ts';
import { channelsLast } from './values.ts';

const packages = ['torch', 'onnx', 'numpy'];
const python = findPython(packages);
const script = fileURLToPath(new URL('../../testing/onnx_models.py', import.meta.url));

const read = (bytes: Uint8Array): Promise<ImportedModel> => readModel(new Map([['', bytes]]));

/** The array with the axes of its examples as the sheet has them. */
function asOnSheet(array: NpzArray, shape: readonly number[]): NpzArray {
  const [, ...own] = array.shape;
  if (String(own) === String(shape)) return array;
  const axes = [0, ...channelsLast(own.length).map((axis) => axis + 1)];
  return {
    ...array,
    shape: permutedShape(array.shape, axes),
    data: permuteAxes(array.data as Float32Array, array.shape, axes),
  };
}

/** The largest error of each output against ONNX Runtime, on random inputs of two examples, or as many as the file fixes. */
async function errorsAgainstRuntime(bytes: Uint8Array, imported: ImportedModel): Promise<readonly number[]> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 });
  const random = new RandomStream(3, 'onnx');
  const given = session.inputMetadata.map(({ name, ...type }): [string, NpzArray] => {
    const [examples, ...lengths] = 'shape' in type ? type.shape : [];
    const shape = [typeof examples === 'number' && examples > 0 ? examples : 2, ...lengths.map(Number)];
    const data = Float32Array.from({ length: elementCount(shape) }, () => random.normal());
    return [name, { shape, dtype: 'float32', data }];
  });
  const feeds = given.map(([name, { shape, data }]) => [name, new Tensor('float32', data as Float32Array, [...shape])]);
  const answers = await session.run(Object.fromEntries(feeds) as Record<string, Tensor>);
  const { outputNames } = session;
  await session.release();
  const ends = check(imported.document);
  const shapes = imported.document.graph.nodes.flatMap(({ type, params }) =>
    type === 'input' ? [params['shape'] as readonly number[]] : [],
  );
  expect(ends.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const outputs = predictImported(
    imported,
    given.map(([, array], index) => asOnSheet(array, shapes[index] ?? [])),
  );
  expect(outputs).toHaveLength(outputNames.length);
  return outputs.map((values, index) =>
    largestError(values, (answers[outputNames[index] ?? '']?.data ?? []) as Float32Array),
  );
}

const small = [
  'resnet',
  'mobilenet-v2',
  'mobilenet-v3',
  'vgg',
  'shuffle-dense',
  'vision',
  'vision-open',
  'channels-last',
  'sequences',
];

describe.skipIf(python === undefined)(
  `models that PyTorch and onnx.helper wrote${python === undefined ? `: ${skipReason(packages)}` : ''}`,
  () => {
    let folder = '';

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'gradloom-onnx-'));
      const { status, stderr } = spawnSync(python ?? '', [script, folder, ...small], { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr.slice(-3000));
    }, 300_000);

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test.each(small)(
      '%s predicts what ONNX Runtime does',
      async (name) => {
        const bytes = readFileSync(join(folder, `${name}.onnx`));
        const imported = await read(bytes);
        expect(
          imported.document.graph.nodes.filter(({ type }) => type === 'opaque').map(({ params }) => params['operator']),
        ).toEqual([]);
        for (const error of await errorsAgainstRuntime(bytes, imported)) expect(error).toBeLessThan(tolerance);
      },
      120_000,
    );
  },
);

/** A small classifier as ONNX has it: channels first, its image flattened by rows of channels. */
function classifier(): OnnxGraph {
  const random = new RandomStream(11, 'weights');
  const graph = new OnnxGraph();
  const weight = (name: string, ...shape: number[]): string =>
    graph.weight(name, shape, () => Float32Array.from({ length: elementCount(shape) }, () => random.normal()));
  const convolved = graph.add('Conv', ['image', weight('kernel', 4, 2, 3, 3), weight('bias', 4)], {
    pads: [1, 1, 1, 1],
    strides: [2, 1],
  });
  const pooled = graph.add('MaxPool', [graph.add('Relu', [convolved])], { kernel_shape: [2, 2], strides: [2, 2] });
  const flat = graph.add('Flatten', [pooled]);
  const scores = graph.add('Gemm', [flat, weight('rows', 3, 24), weight('offsets', 3)], { transB: 1 });
  graph.name(graph.add('Softmax', [scores], { axis: -1 }), 'classes');
  return graph;
}

const float = 'float32';
const bytesOfClassifier = (): Uint8Array =>
  classifier().write(
    'Small',
    [{ name: 'image', type: float, shape: [2, 8, 6] }],
    [{ name: 'classes', type: float, shape: [3] }],
    {},
  );

const problemOf = (bytes: Uint8Array): Promise<unknown> =>
  read(bytes).then(
    () => 'read',
    (error: unknown) => (error instanceof ImportProblem ? [error.code, error.values] : error),
  );

describe('a model by hand', () => {
  test('predicts what ONNX Runtime does, and no value of it is turned', async () => {
    const bytes = bytesOfClassifier();
    const imported = await read(bytes);
    expect(imported.document.graph.nodes.map(({ type }) => type)).toEqual([
      'input',
      'convolution2d',
      'activation',
      'pooling2d',
      'flatten',
      'dense',
      'output',
    ]);
    expect(imported.document.graph.nodes.at(-1)?.params).toEqual({ link: 'softmax' });
    for (const error of await errorsAgainstRuntime(bytes, imported)) expect(error).toBeLessThan(tolerance);
  });

  test('a name that the exporter gives to every model is none', async () => {
    const end = (name: string) => [{ name, type: float, shape: [4] } as const];
    const named = async (name: string): Promise<string> => {
      const graph = new OnnxGraph();
      graph.add('Relu', ['x']);
      return (await read(graph.write(name, end('x'), end('Relu_out'), {}))).document.name;
    };
    expect(await Promise.all(['Small', 'main_graph', ''].map(named))).toEqual(['Small', '', '']);
  });

  test('what the catalogue lacks is opaque where the file says its shape, and refused by name where not', async () => {
    const graph = new OnnxGraph();
    graph.name(graph.add('Mish', ['x']), 'y');
    const ends = (shape: readonly number[]) => [{ name: 'x', type: float, shape } as const];
    const bytes = graph.write('Bent', ends([4]), [{ name: 'y', type: float, shape: [4] }], {});
    expect(await problemOf(bytes)).toEqual(['opaqueShape', { layer: 'node_0_Mish', operator: 'Mish' }]);
    const direct = new OnnxGraph();
    direct.add('Mish', ['x']);
    const said = direct.write('Bent', ends([4]), [{ name: 'Mish_out', type: float, shape: [4] }], {});
    const { document } = await read(said);
    expect(document.graph.nodes.map(({ type, params }) => [type, params['operator']])).toContainEqual([
      'opaque',
      'Mish',
    ]);
    expect(check(document).diagnostics.some(({ code }) => code === 'opaque')).toBe(true);
  });
});

describe('an open number of examples that does not stand first', () => {
  const lengths = [0, 4, 6];
  const orders = [
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
    [0, 2, 1],
  ];
  /** Turns [N, 4, 6], brings two neighbours together or none, looks along an axis, and goes the way back. */
  const made = (order: readonly number[], merged: number | null, operator: string, axis: number): Uint8Array => {
    const graph = new OnnxGraph();
    const turned = graph.add('Transpose', ['x'], { perm: order });
    const shape = graph.add('Shape', [turned]);
    const length = (place: number): string => graph.add('Gather', [shape, graph.integers([place])], { axis: 0 });
    const whole =
      merged === null
        ? turned
        : graph.add('Reshape', [
            turned,
            graph.add(
              'Concat',
              merged === 0
                ? [graph.add('Mul', [length(0), length(1)]), length(2)]
                : [length(0), graph.add('Mul', [length(1), length(2)])],
              { axis: 0 },
            ),
          ]);
    const seen =
      operator === 'Softmax'
        ? graph.add('Softmax', [whole], { axis })
        : graph.add('Sub', [whole, graph.add('ReduceMean', [whole], { axes: [axis], keepdims: 1 })]);
    const back = merged === null ? seen : graph.add('Reshape', [seen, shape]);
    const inverse = order.map((_, place) => order.indexOf(place));
    const random = new RandomStream(5, 'weights');
    const kernel = graph.weight('kernel', [6, 6], () => Float32Array.from({ length: 36 }, () => random.normal()));
    // An image would leave channels last.
    graph.name(graph.add('MatMul', [graph.add('Transpose', [back], { perm: inverse }), kernel]), 'y');
    return graph.write(
      'Turned',
      [{ name: 'x', type: float, shape: lengths.slice(1) }],
      [{ name: 'y', type: float, shape: lengths.slice(1) }],
      {},
    );
  };
  const cases = orders.flatMap((order) =>
    [null, 0, 1].flatMap((merged) =>
      ['Softmax', 'ReduceMean'].flatMap((operator) =>
        Array.from({ length: merged === null ? 3 : 2 }, (_, axis) => ({ order, merged, operator, axis })),
      ),
    ),
  );

  test('is followed through every turn: what keeps examples apart predicts what ONNX Runtime does, the rest is refused', async () => {
    let [kept, mixed] = [0, 0];
    for (const { order, merged, operator, axis } of cases) {
      const held = merged === null ? [[0], [1], [2]] : merged === 0 ? [[0, 1], [2]] : [[0], [1, 2]];
      const isMixing = held[axis]?.some((place) => order[place] === 0) === true;
      const bytes = made(order, merged, operator, axis);
      if (isMixing) {
        expect(await problemOf(bytes), String([order, merged, operator, axis])).toMatchObject(['opaqueShape', {}]);
        mixed += 1;
        continue;
      }
      for (const error of await errorsAgainstRuntime(bytes, await read(bytes))) expect(error).toBeLessThan(tolerance);
      kept += 1;
    }
    expect(kept).toBeGreaterThan(20);
    expect(mixed).toBeGreaterThan(20);
  });

  test('is no number to compute with', async () => {
    const graph = new OnnxGraph();
    const count = graph.add('Cast', [graph.add('Gather', [graph.add('Shape', ['x']), graph.integers([0])])], { to: 1 });
    graph.name(graph.add('Mul', ['x', count]), 'y');
    const ends = (name: string) => [{ name, type: float, shape: [4] } as const];
    const [code, values] = (await problemOf(graph.write('Counted', ends('x'), ends('y'), {}))) as [string, object];
    expect(code).toBe('opaqueShape');
    expect(values).toHaveProperty('operator', 'Mul (the number of examples)');
  });
});

describe('files that cannot be trusted', () => {
  /** A model of one node that reads a weight, as the given message has it. */
  const withTensor = (tensor: MessageWriter): Uint8Array => {
    const node = new MessageWriter().bytes(1, 'x').bytes(1, 'w').bytes(2, 'y').bytes(4, 'MatMul');
    const type = (...lengths: number[]): MessageWriter => {
      const shape = new MessageWriter();
      for (const length of lengths) shape.message(1, new MessageWriter().integer(1, length));
      return new MessageWriter().message(1, new MessageWriter().integer(1, 1).message(2, shape));
    };
    const graph = new MessageWriter()
      .message(1, node)
      .message(5, tensor.integer(2, 1).bytes(8, 'w'))
      .message(11, new MessageWriter().bytes(1, 'x').message(2, type(1, 2)))
      .message(12, new MessageWriter().bytes(1, 'y').message(2, type(1, 2)));
    const set = new MessageWriter().integer(2, 17);
    return new MessageWriter().integer(1, 8).message(7, graph).message(8, set).finish();
  };

  test('numbers in another file are not fetched, wherever its path leads', async () => {
    const place = new MessageWriter().bytes(1, 'location').bytes(2, '../../secret');
    const outside = new MessageWriter().integer(1, 2).integer(1, 2).message(13, place).integer(14, 1);
    expect(await problemOf(withTensor(outside))).toEqual(['externalData', { weight: 'w' }]);
  });

  test('shapes that no numbers stand behind take no memory', async () => {
    const promised = new MessageWriter().integer(1, 2).integer(1, 2 ** 30);
    promised.bytes(9, new Uint8Array(16));
    expect(await problemOf(withTensor(promised))).toEqual(['weight', { weight: 'w', expected: 2 ** 31, received: 4 }]);
    const absurd = new MessageWriter().integer(1, 2 ** 30).integer(1, 2 ** 30);
    expect(await problemOf(withTensor(absurd))).toEqual([
      'broken',
      { reason: '"w" has the shape 1073741824×1073741824, which cannot be' },
    ]);
    expect(await problemOf(withTensor(new MessageWriter().integer(1, -3)))).toMatchObject(['broken', {}]);
  });

  test('one that ends early or has other bits is read or refused, and nothing else', async () => {
    const bytes = bytesOfClassifier();
    const random = new RandomStream(7, 'mutations');
    for (let count = 0; count < 300; count += 1) {
      const copy = bytes.slice(0, count % 5 === 0 ? Math.floor(random.uniform() * bytes.length) : bytes.length);
      for (let flips = 0; flips < 4 && count % 5 !== 0; flips += 1) {
        const at = Math.floor(random.uniform() * copy.length);
        copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(random.uniform() * 8));
      }
      await read(copy).catch((error: unknown) => {
        expect(error).toBeInstanceOf(ImportProblem);
      });
    }
  });
});
