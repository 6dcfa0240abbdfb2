import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anyWords, lessonFile } from '#shared/lessons/testing/lessonFile';
import { themeColours } from '#shared/drawing/themes';
import { createTemplate, templates } from '#shared/templates/templates';
import { parseDocument, serialiseDocument } from '#shared/graph/serialise';
import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import { exportFormats } from '#shared/protocol/exports';
import { findPython, runPython } from '#shared/testing/python';
import { isTextKey } from '#shared/text/text';
import { packEngine } from '../../scripts/build/engine-archive.mjs';
import { mainBundles } from '../../scripts/build/build-all.mjs';
import { stateFolder } from '../../scripts/setup/paths.mjs';
import { readNpz, writeNpz } from '../formats/npz.ts';
import { OnnxGraph } from '../formats/onnx/graph.ts';
import { nodeFileSystem } from '../services/fileSystem.ts';
import type { EngineLauncher, EngineProcess, EngineProcessListener } from '../services/engineClient.ts';
import { forkLauncher } from '../services/forkLauncher.ts';
import { workHere } from '../services/modelWork.ts';
import { inTemporaryFolder, smallDocument, tinyEngine } from '../services/testing/tiny.ts';
import { version } from '../services/version.ts';
import { chooseShell } from './commands/doctor.ts';
import { commands, runCommandLine } from './program.ts';
import type { Surroundings } from './surroundings.ts';
import { EngineProvision } from '../services/provision/engineProvision.ts';
import { terminalLocale } from './surroundings.ts';

/** The programs as they ship, bundled anew so that they are those of this source. */
const bundle = join(stateFolder, 'test', `cli-${process.pid}`);
const programs = join(bundle, 'main');

beforeAll(async () => {
  for (const options of mainBundles(bundle)) await build(options);
});
afterAll(() => rm(bundle, { recursive: true, force: true }));

/** The real engine in a process of its own. */
const realEngine: EngineLauncher = (listener) => forkLauncher(join(programs, 'engine', 'process.js'))(listener);

let shared: EngineProcess | null = null;
let heard: EngineProcessListener | null = null;
/** One real engine for all commands that only ask: each command closes its own, which here ends nothing. */
const sharedEngine: EngineLauncher = (listener) => {
  heard = listener;
  shared ??= realEngine({ message: (message) => heard?.message(message), exit: (reason) => heard?.exit(reason) });
  return { send: shared.send, kill: () => undefined };
};
afterAll(() => shared?.kill());

const noEngine: EngineLauncher = () => {
  throw new Error('this command must not need an engine');
};

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

function surroundingsIn(cwd: string, launcher: EngineLauncher, environment: NodeJS.ProcessEnv = {}): Surroundings {
  return {
    cwd,
    environment,
    platform: 'linux',
    fileSystem: nodeFileSystem,
    launcher,
    provision: new EngineProvision({ release: null, folder: '' }),
    modelWork: workHere,
    electronFolder: null,
    out: () => undefined,
    error: () => undefined,
    serve: async () => 0,
    interrupted: new Promise(() => undefined),
  };
}

async function run(
  cwd: string,
  line: readonly string[],
  launcher = noEngine,
  more: Partial<Surroundings> = {},
): Promise<Outcome> {
  let [out, error] = ['', ''];
  const code = await runCommandLine(line, {
    ...surroundingsIn(cwd, launcher),
    out: (text) => (out += text),
    error: (text) => (error += text),
    ...more,
  });
  return { code, out, error };
}

/** The one JSON document on standard output. */
function json(outcome: Outcome): Record<string, unknown> {
  return JSON.parse(outcome.out) as Record<string, unknown>;
}

function jsonLines(outcome: Outcome): Record<string, unknown>[] {
  expect(outcome.out.endsWith('\n')).toBe(true);
  return outcome.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const document = smallDocument();
const floats = (shape: number[], values: number[]): NamedArray => ({
  shape,
  dtype: 'float32',
  data: Float32Array.from(values),
});

/** A folder with a good document, a wrong one, and files that are none. */
async function withFiles(use: (folder: string) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const wrong = smallDocument((draft) => {
      (draft['graph'] as { wires: unknown[] }).wires.pop();
    });
    await writeFile(join(folder, 'net.gradloom.json'), serialiseDocument(document));
    await writeFile(join(folder, 'wrong.gradloom.json'), serialiseDocument(wrong));
    await writeFile(join(folder, 'half.gradloom.json'), serialiseDocument(document).slice(0, 200));
    await writeFile(join(folder, 'newer.gradloom.json'), JSON.stringify({ ...document, version: 99 }));
    await writeFile(join(folder, 'binary.gradloom.json'), Buffer.from([0xff, 0xfe, 0]));
    await writeFile(join(folder, 'broken.npz'), 'no zip at all');
    await mkdir(join(folder, 'folder'));
    await use(folder);
  });
}

describe('used wrongly: exit code 2, the reason and the usage on standard error', () => {
  const wrong: readonly (readonly [string, string[], string])[] = [
    ['an unknown command', ['trian', 'x'], 'There is no command "trian"; there are doctor, engine,'],
    ['an unknown option', ['check', 'x', '--strict'], 'Unknown option --strict for "check"; it takes --json, --help.'],
    ['an unknown short option', ['check', '-v', 'x'], 'Unknown option -v for "check"'],
    [
      'an unknown option with a value',
      ['train', 'x', '--lr=3'],
      'Unknown option --lr for "train"; it takes --epochs, --seed, --set, --out,',
    ],
    ['a name of the prototype', ['check', 'x', '--constructor'], 'Unknown option --constructor'],
    ['no file', ['check'], 'Something is missing: expected check FILE.'],
    ['a file too many', ['summary', 'a', 'b'], '"b" is one too many: expected summary FILE.'],
    ['an option without its value', ['train', 'x', '--epochs'], '--epochs needs a value.'],
    ['an option in place of a value', ['train', 'x', '--out', '--json'], '--out needs a value.'],
    ['a value for a flag', ['check', 'x', '--json=yes'], '--json takes no value; received "yes".'],
    ['an option twice', ['train', 'x', '--seed', '1', '--seed', '2'], '--seed was given twice.'],
    [
      'a number that is none',
      ['train', 'x', '--epochs', 'ten'],
      '--epochs needs a whole number from 1 to 1000000; received "ten".',
    ],
    [
      'a number out of range',
      ['train', 'x', '--epochs', '0'],
      '--epochs needs a whole number from 1 to 1000000; received "0".',
    ],
    [
      'a negative seed',
      ['train', 'x', '--seed', '-1'],
      '--seed needs a whole number from 0 to 4294967295; received "-1".',
    ],
    [
      'a number that is none',
      ['slice', 'x', '--range', '0x10'],
      '--range needs a number from 0.000001 to 1000; received "0x10".',
    ],
    [
      'a number out of range',
      ['slice', 'x', '--range=-1'],
      '--range needs a number from 0.000001 to 1000; received "-1".',
    ],
    ['a seed too large', ['weights', 'x', '--out', 'w', '--seed=4294967296'], '--seed needs a whole number'],
    [
      'a port that is none',
      ['serve', '--port', '65536'],
      '--port needs a whole number from 0 to 65535; received "65536".',
    ],
    ['a missing option', ['weights', 'x'], '"weights" needs --out.'],
    ['another', ['predict', 'x', '--out', 'p.npz'], '"predict" needs --inputs.'],
  ];
  test.each(wrong)('%s', async (_what, line, message) => {
    const plain = await run('/', line);
    expect(plain.code).toBe(2);
    expect(plain.error).toContain(message);
    if (!line.includes('--json')) expect(plain.out).toBe('');
    const [name = '', ...others] = line;
    const asJson = await run('/', [name, '--json', ...others]);
    expect(asJson.code).toBe(2);
    expect(json(asJson)).toHaveProperty('failure.message', expect.stringContaining(message));
  });

  test('no command at all', async () => {
    const outcome = await run('/', []);
    expect(outcome).toMatchObject({ code: 2, out: '' });
    expect(outcome.error).toContain('gradients FILE|RUN');
  });

  test.each([['help'], ['--help'], ['-h']])('%s is no mistake', async (line) => {
    const outcome = await run('/', [line]);
    expect(outcome).toMatchObject({ code: 0, error: '' });
    for (const { usage } of commands) expect(outcome.out).toContain(usage);
  });

  test('every command has a line of help and answers --help', async () => {
    for (const { name, usage } of commands) {
      expect(isTextKey(`terminal.help.${name}`)).toBe(true);
      expect(await run('/', [name, '--help'])).toMatchObject({ code: 0, out: `usage: gradloom ${usage}\n` });
    }
  });

  test('the version is that of the package', async () => {
    const { version: expected } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(await run('/', ['--version'])).toMatchObject({ code: 0, out: `${expected}\n` });
  });
});

describe('wrong input: exit code 1 and a message that names it', () => {
  const commandsOnFiles = [
    'summary',
    'weights',
    'gradients',
    'train',
    'compare',
    'sweep',
    'range',
    'slice',
    'predict',
  ] as const;
  const rest: Readonly<Record<(typeof commandsOnFiles)[number], string[]>> = {
    summary: [],
    weights: ['--out', 'w.npz'],
    gradients: [],
    train: [],
    compare: ['net.gradloom.json'],
    sweep: [],
    range: [],
    slice: [],
    predict: ['--inputs', 'b.npz', '--out', 'p.npz'],
  };
  const files: readonly (readonly [string, string, string])[] = [
    ['a missing file', 'gone.gradloom.json', 'file.missing'],
    ['half a file', 'half.gradloom.json', 'document.broken'],
    ['a newer version', 'newer.gradloom.json', 'document.broken'],
    ['bytes that are no text', 'binary.gradloom.json', 'file.notText'],
    ['a network with problems', 'wrong.gradloom.json', 'document.problems'],
  ];
  test.each(commandsOnFiles.flatMap((name) => files.map((file) => [name, ...file] as const)))(
    '%s: %s',
    (name, _what, file, code) =>
      withFiles(async (folder) => {
        const before = (await readdir(folder)).sort();
        const outcome = await run(folder, [name, file, ...rest[name], '--json']);
        expect(outcome.code).toBe(1);
        const { failure } = json(outcome) as { failure: { code: string; message: string } };
        expect(failure.code).toBe(code);
        expect(failure.message).toContain(join(folder, file));
        expect(outcome.error).toContain(failure.message);
        expect((await readdir(folder)).sort()).toEqual(before);
      }),
  );

  test.each([
    ['summary', ['summary', 'folder'], 'file.isFolder'],
    ['train', ['train', 'folder'], 'file.isFolder'],
    ['gradients', ['gradients', 'folder'], 'run.folderBroken'],
    ['weights', ['weights', 'folder', '--out', 'w.npz'], 'run.folderBroken'],
    ['weights to a missing folder', ['weights', 'net.gradloom.json', '--out', 'gone/w.npz'], 'file.folderMissing'],
    ['weights onto a folder', ['weights', 'net.gradloom.json', '--out', 'folder'], 'file.isFolder'],
    ['template to a missing folder', ['template', 'sigmoid-chain', '--out', 'gone/t.json'], 'file.folderMissing'],
    ['broken weights', ['gradients', 'net.gradloom.json', '--weights', 'broken.npz'], 'arrays.broken'],
    ['missing weights', ['gradients', 'net.gradloom.json', '--weights', 'gone.npz'], 'file.missing'],
    ['broken inputs', ['gradients', 'net.gradloom.json', '--inputs', 'broken.npz'], 'arrays.broken'],
    ['missing inputs', ['predict', 'net.gradloom.json', '--inputs', 'gone.npz', '--out', 'p.npz'], 'file.missing'],
  ])('%s', (_what, line, code) =>
    withFiles(async (folder) => {
      const outcome = await run(folder, [...line, '--json']);
      expect(outcome.code).toBe(1);
      expect(json(outcome)).toHaveProperty('failure.code', code);
    }),
  );

  test.each(['half.gradloom.json', 'newer.gradloom.json', 'wrong.gradloom.json'])(
    '%s: what is wrong inside the file is told in the person’s language, too',
    (file) =>
      withFiles(async (folder) => {
        const { error } = await run(folder, ['summary', file], noEngine, {
          environment: { GRADLOOM_LANGUAGE: 'zh-CN' },
        });
        expect(error).toMatch(/[\u4e00-\u9fff]/u);
        expect(error).not.toMatch(/[a-z]{3,} [a-z]{2,} [a-z]{2,}|\{/);
      }),
  );

  test('without --json, standard output stays empty and standard error has the words', () =>
    withFiles(async (folder) => {
      const outcome = await run(folder, ['summary', 'gone.gradloom.json']);
      expect(outcome).toEqual({
        code: 1,
        out: '',
        error: `There is no file "${join(folder, 'gone.gradloom.json')}". Check the name, or choose another file.\n`,
      });
    }));
});

describe('check', () => {
  test('a good document', () =>
    withFiles(async (folder) => {
      const outcome = await run(folder, ['check', 'net.gradloom.json', '--json']);
      expect(outcome).toMatchObject({ code: 0, error: '' });
      const { diagnostics } = json(outcome) as { diagnostics: { severity: string }[] };
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect((await run(folder, ['check', 'net.gradloom.json'])).code).toBe(0);
    }));

  test('a wrong network names node, message and ways out, and exits with 1', () =>
    withFiles(async (folder) => {
      const outcome = await run(folder, ['check', 'wrong.gradloom.json', '--json']);
      expect(outcome.code).toBe(1);
      const { diagnostics } = json(outcome) as { diagnostics: Record<string, unknown>[] };
      expect(diagnostics[0]).toMatchObject({
        severity: 'error',
        code: expect.any(String),
        message: expect.any(String),
        fixes: expect.any(Array),
      });
      expect(diagnostics.some(({ node }) => node === 'out')).toBe(true);
      const human = await run(folder, ['check', 'wrong.gradloom.json']);
      expect(human.code).toBe(1);
      expect(human.out).toMatch(/^error: .*\[node "out"\]$/m);
    }));

  test.each(['half', 'newer'])('a file that is no document is a diagnostic too: %s', (name) =>
    withFiles(async (folder) => {
      const outcome = await run(folder, ['check', `${name}.gradloom.json`, '--json']);
      expect(outcome.code).toBe(1);
      const { diagnostics } = json(outcome) as { diagnostics: Record<string, unknown>[] };
      expect(diagnostics[0]).toMatchObject({ severity: 'error', message: expect.any(String), fixes: [] });
    }),
  );

  test('a missing file is a failure', () =>
    withFiles(async (folder) => {
      const outcome = await run(folder, ['check', 'gone', '--json']);
      expect(outcome.code).toBe(1);
      expect(json(outcome)).toHaveProperty('failure.code', 'file.missing');
    }));
});

describe('summary', () => {
  test('counts what a person would count', () =>
    withFiles(async (folder) => {
      const outcome = await run(folder, ['summary', 'net.gradloom.json', '--json']);
      expect(outcome).toMatchObject({ code: 0, error: '' });
      expect(json(outcome)).toMatchObject({
        weights: { trainable: 6, total: 6 },
        multiplyAdds: 4,
        layers: [
          { node: 'points', kind: 'input', output: [2], weights: 0, multiplyAdds: 0 },
          { node: 'layer', kind: 'dense', output: [2], weights: 6, multiplyAdds: 4 },
          { node: 'out', kind: 'output', output: [2], weights: 0, multiplyAdds: 0 },
        ],
      });
      const human = await run(folder, ['summary', 'net.gradloom.json']);
      expect(human.out.split('\n').slice(0, 5)).toEqual([
        'node    kind    output  weights  multiply-adds',
        '──────  ──────  ──────  ───────  ─────────────',
        'points  input   2             0              0',
        'layer   dense   2             6              4',
        'out     output  2             0              0',
      ]);
    }));
});

describe('template', () => {
  test('lists every template with every settable value', async () => {
    const outcome = await run('/', ['template', '--json']);
    expect(outcome).toMatchObject({ code: 0, error: '' });
    const listed = (json(outcome) as { templates: { name: string; settings: object[] }[] }).templates;
    expect(listed.map(({ name }) => name)).toEqual(templates.map(({ name }) => name));
    expect(listed.map(({ settings }) => settings)).toEqual(templates.map(({ settings }) => settings));
    const human = await run('/', ['template']);
    for (const { name, settings } of templates) {
      expect(human.out).toContain(name);
      for (const { key } of settings) expect(human.out).toContain(key);
    }
  });

  test.each(templates.map(({ name }) => name))(
    '%s: the document on standard output is the template’s',
    async (name) => {
      const outcome = await run('/', ['template', name, '--json']);
      expect(outcome).toMatchObject({ code: 0, error: '' });
      expect(parseDocument(outcome.out)).toMatchObject({ ok: true, document: createTemplate(name) });
    },
  );

  test('settings, several after one --set and one each', () =>
    inTemporaryFolder(async (folder) => {
      const name = 'sigmoid-chain';
      const line = ['template', name, '--set', 'depth=7', 'residual=true', '--out', 'chain.gradloom.json'];
      const outcome = await run(folder, [...line, '--json']);
      const path = join(folder, 'chain.gradloom.json');
      expect(json(outcome)).toEqual({ template: name, out: path });
      const written = await readFile(path, 'utf8');
      expect(parseDocument(written)).toMatchObject({
        ok: true,
        document: createTemplate(name, { depth: 7, residual: true }),
      });
      const each = await run(folder, ['template', name, '--set', 'depth=7', '--set=residual=true']);
      expect(each.out).toBe(written);
    }));

  test.each([
    ['an unknown template', ['sigmoid-chian'], 'There is no template "sigmoid-chian"; there are "plain-or-residual",'],
    [
      'an unknown setting',
      ['sigmoid-chain', '--set', 'height=7'],
      'There is no setting "height"; there are "depth", "residual".',
    ],
    [
      'a value out of range',
      ['sigmoid-chain', '--set', 'depth=0'],
      'The setting "depth" has a wrong value: expected integer 1 … 200, received "0".',
    ],
    [
      'a value of another type',
      ['sigmoid-chain', '--set', 'residual=maybe'],
      'The setting "residual" has a wrong value: expected true | false, received "maybe".',
    ],
    ['an empty value', ['sigmoid-chain', '--set', 'depth='], 'expected integer 1 … 200, received "".'],
    ['no value', ['sigmoid-chain', '--set', 'depth'], '"depth" is no setting: expected NAME=VALUE.'],
    ['a setting of nothing', ['--set', 'depth=1'], 'There is no setting "depth"; there are –.'],
  ])('%s', async (_what, line, message) => {
    const outcome = await run('/', ['template', ...line]);
    expect(outcome).toMatchObject({ code: 1, out: '' });
    expect(outcome.error).toContain(message);
  });
});

// ------------------------------------------------------------------------------------------ with the real engine

/** x·W + b with a linear loss: every gradient is known in closed form. */
const linear = smallDocument((draft) => {
  const { training } = draft as { training: { losses: object[]; metrics: object[]; data: unknown } };
  training.losses = [{ output: 'out', kind: 'linear', weight: 1, target: 'goal' }];
  training.metrics = [];
  training.data = null;
});
const given: NamedArrays = { points: floats([2, 2], [1, 2, 3, 4]), out: floats([2, 2], [10, 0, 0, 20]) };
const set: NamedArrays = { 'layer/kernel': floats([2, 2], [1, 0, 0, 1]), 'layer/bias': floats([2], [0.5, -0.5]) };

async function withLinear(use: (folder: string) => Promise<void>): Promise<void> {
  await withFiles(async (folder) => {
    await writeFile(join(folder, 'linear.gradloom.json'), serialiseDocument(linear));
    await writeFile(join(folder, 'b.npz'), writeNpz(given));
    await writeFile(join(folder, 'w.npz'), writeNpz(set));
    await use(folder);
  });
}

async function arraysOf(path: string): Promise<NamedArrays> {
  return readNpz(await readFile(path));
}

describe('gradients', () => {
  const line = [
    'gradients',
    'linear.gradloom.json',
    '--weights',
    'w.npz',
    '--inputs',
    'b.npz',
    '--raw',
    'g.npz',
    '--json',
  ];

  test('are those of the closed form, as measures and as arrays', () =>
    withLinear(async (folder) => {
      const outcome = await run(folder, line, sharedEngine);
      expect(outcome.code).toBe(0);
      const result = json(outcome) as {
        loss: number;
        wires: { wire: string; iteration: number[]; rms: number; l2: number; max: number }[];
        weights: { id: string; node: string; shape: number[]; l2: number }[];
      };
      // y = x + (0.5, −0.5); Σ(y·t)/2 = (15 + 70)/2.
      expect(result.loss).toBeCloseTo(42.5, 5);
      // dL/dy = t/2, dL/dx = (t/2)·Wᵀ, dL/dW = xᵀ·(t/2), dL/db = the sum over the batch.
      const upstream = [5, 0, 0, 10];
      const l2 = Math.hypot(...upstream);
      for (const wire of ['w1', 'w2']) {
        const measure = result.wires.find((each) => each.wire === wire);
        expect(measure).toMatchObject({ iteration: [], max: 10 });
        expect(measure?.l2).toBeCloseTo(l2, 4);
        expect(measure?.rms).toBeCloseTo(l2 / 2, 4);
      }
      const kernel = [5, 30, 10, 40];
      expect(result.weights.find(({ id }) => id === 'layer/kernel')).toMatchObject({ node: 'layer', shape: [2, 2] });
      expect(result.weights.find(({ id }) => id === 'layer/kernel')?.l2).toBeCloseTo(Math.hypot(...kernel), 3);
      expect(result.weights.find(({ id }) => id === 'layer/bias')?.l2).toBeCloseTo(Math.hypot(5, 10), 4);
      const raw = await arraysOf(join(folder, 'g.npz'));
      expect([...(raw['w2']?.data ?? [])]).toEqual(upstream);
      expect([...(raw['w1']?.data ?? [])]).toEqual(upstream);
      expect([...(raw['layer/kernel']?.data ?? [])]).toEqual(kernel);
      expect([...(raw['layer/bias']?.data ?? [])]).toEqual([5, 10]);
    }));

  test('inputs and targets by label give the same', () =>
    withLinear(async (folder) => {
      const { points, out } = given as Record<'points' | 'out', NamedArray>;
      await writeFile(join(folder, 'b.npz'), writeNpz({ coordinates: points, classes: out }));
      const outcome = await run(folder, line, sharedEngine);
      expect(json(outcome)).toHaveProperty('loss', 42.5);
    }));

  test('two outputs that read one field of the data set may have a target each', () =>
    withLinear(async (folder) => {
      const two = {
        ...linear,
        graph: {
          nodes: [
            ...linear.graph.nodes,
            ...smallDocument((draft) => {
              const { graph } = draft as { graph: { nodes: { id: string }[] } };
              graph.nodes = graph.nodes.map((node) => ({ ...node, id: `${node.id}2`, label: `${node.id} 2` }));
              (draft['graph'] as { wires: unknown[] }).wires = [];
              (draft['training'] as { data: unknown }).data = null;
            }).graph.nodes.filter(({ type }) => type === 'output'),
          ],
          wires: [...linear.graph.wires],
        },
        training: { ...linear.training, losses: [...linear.training.losses] },
      };
      const [first] = two.training.losses;
      const [, toOut] = two.graph.wires;
      const second = two.graph.nodes.at(-1);
      if (first === undefined || toOut === undefined || second === undefined) throw new Error('no second output');
      two.training.losses.push({ ...first, output: second.id });
      two.graph.wires.push({ ...toOut, id: `${toOut.id}b` as typeof toOut.id, to: { node: second.id, port: 'in' } });
      await writeFile(join(folder, 'two.gradloom.json'), serialiseDocument(two));
      await writeFile(join(folder, 'b.npz'), writeNpz({ ...given, out2: floats([2, 2], [0, 2, 4, 0]) }));
      const outcome = await run(folder, ['gradients', 'two.gradloom.json', ...line.slice(2)], sharedEngine);
      const raw = await arraysOf(join(folder, 'g.npz'));
      expect(outcome.code).toBe(0);
      expect([...(raw['w2']?.data ?? [])]).toEqual([5, 0, 0, 10]);
      expect([...(raw['w2b']?.data ?? [])]).toEqual([0, 1, 2, 0]);
    }));

  test('without inputs: a batch of the document’s data set; the same seed gives the same', () =>
    withFiles(async (folder) => {
      const seeded = (seed: string): Promise<Outcome> =>
        run(folder, ['gradients', 'net.gradloom.json', '--seed', seed, '--json'], sharedEngine);
      const [first, again, other] = [await seeded('3'), await seeded('3'), await seeded('4')];
      expect(first.code).toBe(0);
      expect(again.out).toBe(first.out);
      expect(other.out).not.toBe(first.out);
      const human = await run(folder, ['gradients', 'net.gradloom.json'], sharedEngine);
      expect(human.out).toMatch(/^w1 +points → layer /m);
    }));

  test('without inputs or data set: told', () =>
    withLinear(async (folder) => {
      const outcome = await run(folder, ['gradients', 'linear.gradloom.json', '--json'], sharedEngine);
      expect(outcome.code).toBe(1);
      expect(json(outcome)).toHaveProperty('failure.code', 'engine.noData');
    }));

  test('an interruption ends it before it is done: exit code 3', () =>
    withFiles(async (folder) => {
      const line = ['gradients', 'net.gradloom.json', '--json'];
      const outcome = await run(folder, line, tinyEngine(''), { interrupted: Promise.resolve() });
      expect(outcome.code).toBe(3);
      expect(json(outcome)).toHaveProperty('failure.code', 'interrupted');
    }));

  test('the engine dies: exit code 3', () =>
    withFiles(async (folder) => {
      const outcome = await run(folder, ['gradients', 'net.gradloom.json', '--json'], tinyEngine('die-at-once'));
      expect(outcome.code).toBe(3);
      expect((json(outcome) as { failure: { message: string } }).failure.message).toContain('this engine never lives');
    }));
});

describe('weights', () => {
  test('start from the seed, the same each time, under their ids', () =>
    withFiles(async (folder) => {
      const outcome = await run(folder, ['weights', 'net.gradloom.json', '--out', 'a.npz', '--json']);
      expect(json(outcome)).toEqual({
        out: join(folder, 'a.npz'),
        source: { seed: 1 },
        weights: [
          { id: 'layer/kernel', shape: [2, 2], trainable: true },
          { id: 'layer/bias', shape: [2], trainable: true },
        ],
      });
      await run(folder, ['weights', 'net.gradloom.json', '--out', 'b.npz', '--seed', '1']);
      await run(folder, ['weights', 'net.gradloom.json', '--out', 'c.npz', '--seed', '2']);
      const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => readFile(join(folder, `${name}.npz`))));
      expect(b).toEqual(a);
      expect(c).not.toEqual(a);
      const arrays = readNpz(a ?? new Uint8Array());
      expect(Object.keys(arrays)).toEqual(['layer/kernel', 'layer/bias']);
      // Glorot: |w| ≤ √(6/(2+2)).
      for (const value of arrays['layer/kernel']?.data ?? [])
        expect(Math.abs(value)).toBeLessThanOrEqual(Math.sqrt(1.5));
      expect([...(arrays['layer/bias']?.data ?? [])]).toEqual([0, 0]);
    }));

  test('are those with which the engine computes', () =>
    withFiles(async (folder) => {
      await run(folder, ['weights', 'net.gradloom.json', '--out', 'w.npz', '--seed', '5']);
      const fromFile = await run(
        folder,
        ['gradients', 'net.gradloom.json', '--weights', 'w.npz', '--seed', '5', '--json'],
        sharedEngine,
      );
      const fromSeed = await run(folder, ['gradients', 'net.gradloom.json', '--seed', '5', '--json'], sharedEngine);
      expect(fromFile.code).toBe(0);
      expect(fromFile.out).toBe(fromSeed.out);
    }));

  test('those beside a document are used, and only if they are the ones it names', () =>
    withFiles(async (folder) => {
      const bytes = writeNpz(set);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const named = { ...document, weights: { file: 'net.weights.npz', sha256 } };
      await writeFile(join(folder, 'named.gradloom.json'), serialiseDocument(named));
      const line = ['weights', 'named.gradloom.json', '--out', 'w.npz', '--json'];
      expect(json(await run(folder, line))).toHaveProperty('failure.code', 'weights.sidecarMissing');
      await writeFile(join(folder, 'net.weights.npz'), bytes);
      expect(json(await run(folder, line))).toHaveProperty('source.file', join(folder, 'net.weights.npz'));
      expect(await arraysOf(join(folder, 'w.npz'))).toEqual(readNpz(bytes));
      await writeFile(join(folder, 'net.weights.npz'), writeNpz({ ...set, 'layer/bias': floats([2], [9, 9]) }));
      const changed = await run(folder, line);
      expect(changed.code).toBe(1);
      expect(json(changed)).toMatchObject({
        failure: { code: 'weights.sidecarChanged', values: { expected: sha256 } },
      });
    }));
});

describe('train and what follows', () => {
  test('starts from the weights of an ONNX file, whatever the seed', () =>
    withFiles(async (folder) => {
      const succeed = async (line: readonly string[]): Promise<void> => {
        expect((await run(folder, [...line, '--json'], realEngine)).code, line.join(' ')).toBe(0);
      };
      await succeed(['weights', 'net.gradloom.json', '--seed', '5', '--out', 'five.npz']);
      await succeed(['export', 'net.gradloom.json', '--weights', 'five.npz', '--to', 'onnx', '--out', 'five.onnx']);
      // So small a rate moves nothing but zeros.
      const still = ['--epochs', '1', '--seed', '1', '--set', 'optimiser.learningRate=1e-20'];
      await succeed(['train', 'net.gradloom.json', ...still, '--from', 'five.onnx', '--out', 'run']);
      await succeed(['weights', 'run', '--out', 'after.npz']);
      const [five, after] = await Promise.all(['five.npz', 'after.npz'].map((name) => arraysOf(join(folder, name))));
      expect(Object.keys(after ?? {}).toSorted()).toEqual(Object.keys(five ?? {}).toSorted());
      for (const [id, { data }] of Object.entries(five ?? {})) {
        Array.from(data, (value, at) => expect(after?.[id]?.data[at], id).toBeCloseTo(value, 15));
      }
      expect(Object.values(five ?? {}).length).toBeGreaterThan(1);
    }));

  test('starts from an ONNX file that another tool wrote, by the names of its layers', () =>
    inTemporaryFolder(async (folder) => {
      // As PyTorch writes a dense layer: a row for each unit.
      const rows = [0.25, -1, 2, 0.5];
      const graph = new OnnxGraph();
      const kernel = graph.weight('layer.weight', [2, 2], () => Float32Array.from(rows));
      const bias = graph.weight('layer.bias', [2], () => Float32Array.of(3, -4));
      graph.name(graph.add('Gemm', ['x', kernel, bias], { transB: 1 }), 'y');
      const ends = (name: string) => [{ name, type: 'float32', shape: [2] } as const];
      await writeFile(join(folder, 'foreign.onnx'), graph.write('Foreign', ends('x'), ends('y'), {}));
      const named = smallDocument((draft) => {
        const { nodes } = draft['graph'] as { nodes: { id: string; label?: string }[] };
        for (const node of nodes) if (node.id === 'layer') node.label = 'node_0_Gemm';
      });
      await writeFile(join(folder, 'net.gradloom.json'), serialiseDocument(named));
      const still = ['--epochs', '1', '--set', 'optimiser.learningRate=1e-20'];
      const outcome = await run(
        folder,
        ['train', 'net.gradloom.json', ...still, '--from', 'foreign.onnx', '--out', 'run', '--json'],
        realEngine,
      );
      expect(outcome.code).toBe(0);
      expect(outcome.error).toContain('2 of 2 weights taken');
      expect((await run(folder, ['weights', 'run', '--out', 'after.npz', '--json'])).code).toBe(0);
      const after = await arraysOf(join(folder, 'after.npz'));
      expect(Array.from(after['layer/kernel']?.data ?? [])).toEqual([0.25, 2, -1, 0.5]);
      expect(Array.from(after['layer/bias']?.data ?? [])).toEqual([3, -4]);
    }));

  test('events line by line; the folder of the run serves weights, gradients and predict', () =>
    withFiles(async (folder) => {
      const outcome = await run(
        folder,
        ['train', 'net.gradloom.json', '--epochs', '3', '--seed', '7', '--out', 'first', '--json'],
        realEngine,
      );
      expect(outcome.code).toBe(0);
      const events = jsonLines(outcome);
      // First how far the recording is, part by part, then the run.
      const parts = events.filter(({ event }) => event === 'preparing').length;
      expect(parts).toBeGreaterThan(1);
      expect(events.slice(0, parts)).toEqual(
        Array.from({ length: parts }, (_, done) => ({ event: 'preparing', done, parts })),
      );
      expect(events[parts]).toMatchObject({ event: 'start', epochs: 3, stepsPerEpoch: 3, batch: 16 });
      expect(events.at(-1)).toMatchObject({
        event: 'end',
        state: 'finished',
        folder: join(folder, 'first'),
        failure: null,
      });
      const epochs = events.filter(({ event }) => event === 'epoch');
      expect(epochs.map(({ epoch, step }) => [epoch, step])).toEqual([
        [1, 3],
        [2, 6],
        [3, 9],
      ]);
      for (const { training, validation } of epochs as {
        training: Record<string, number>;
        validation: Record<string, number>;
      }[]) {
        expect(Object.keys(training)).toEqual(expect.arrayContaining(['loss', 'loss/out', 'accuracy/out']));
        expect(Object.keys(validation)).toEqual(Object.keys(training));
      }
      const kept = await readdir(join(folder, 'first'));
      expect(kept).toEqual(expect.arrayContaining(['document.gradloom.json', 'run.json', 'state.json', 'weights.npz']));
      expect(JSON.parse(await readFile(join(folder, 'first', 'state.json'), 'utf8'))).toMatchObject({
        state: 'finished',
      });
      expect(JSON.parse(await readFile(join(folder, 'first', 'run.json'), 'utf8'))).toMatchObject({
        settings: { seed: 7 },
        versions: { gradloom: version, backend: expect.any(String) },
      });

      expect((await run(folder, ['weights', 'first', '--out', 'trained.npz'])).code).toBe(0);
      const trained = await arraysOf(join(folder, 'trained.npz'));
      expect(trained).toEqual(await arraysOf(join(folder, 'first', 'weights.npz')));
      await run(folder, ['weights', 'net.gradloom.json', '--out', 'fresh.npz', '--seed', '7']);
      expect(trained).not.toEqual(await arraysOf(join(folder, 'fresh.npz')));

      await writeFile(join(folder, 'points.npz'), writeNpz({ points: floats([2, 2], [1, -1, 0.5, 2]) }));
      const predicted = await run(
        folder,
        ['predict', 'first', '--inputs', 'points.npz', '--out', 'p.npz', '--json'],
        sharedEngine,
      );
      expect(json(predicted)).toEqual({
        out: join(folder, 'p.npz'),
        outputs: [{ node: 'out', label: 'classes', link: expect.any(String), shape: [2, 2] }],
      });
      const [a = 0, b = 0, c = 0, d = 0] = trained['layer/kernel']?.data ?? [];
      const [e = 0, f = 0] = trained['layer/bias']?.data ?? [];
      const scores = [a - c + e, b - d + f, 0.5 * a + 2 * c + e, 0.5 * b + 2 * d + f];
      const values = [...((await arraysOf(join(folder, 'p.npz')))['out']?.data ?? [])];
      scores.forEach((score, index) => expect(values[index]).toBeCloseTo(score, 5));

      const measured = await run(folder, ['gradients', 'first', '--json'], sharedEngine);
      expect(measured.code).toBe(0);

      const again = await run(
        folder,
        ['train', 'net.gradloom.json', '--epochs', '3', '--seed', '7', '--out', 'second', '--json'],
        realEngine,
      );
      expect(again.code).toBe(0);
      expect(await arraysOf(join(folder, 'second', 'weights.npz'))).toEqual(trained);
      const taken = await run(folder, ['train', 'net.gradloom.json', '--out', 'first', '--json'], noEngineButReport);
      expect(json(taken)).toHaveProperty('failure.code', 'run.folderTaken');
      expect(taken.code).toBe(1);
    }));

  /** Answers what it is and nothing else. */
  const noEngineButReport = tinyEngine('');

  test('settings reach the training and the nodes', () =>
    withFiles(async (folder) => {
      const line = ['train', 'net.gradloom.json', '--epochs', '1', '--out', 'run', '--json'];
      const settings = [
        '--set',
        'training.optimiser.kind=adam',
        'optimiser.learningRate=0.5',
        'layer.useBias=false',
        'data.source.size=32',
        'training.batch=8',
      ];
      const outcome = await run(folder, [...line, ...settings], realEngine);
      expect(outcome.error).toBe('');
      const begun = jsonLines(outcome).find(({ event }) => event === 'start');
      expect(begun).toMatchObject({ batch: 8, stepsPerEpoch: 3, weights: 1 });
      const kept = JSON.parse(await readFile(join(folder, 'run', 'document.gradloom.json'), 'utf8')) as {
        training: unknown;
      };
      expect(kept.training).toMatchObject({
        optimiser: { kind: 'adam', learningRate: 0.5, beta1: 0.9 },
        data: { source: { size: 32 } },
        epochs: 1,
      });
    }));

  test.each([
    ['an unknown place', 'nothing.units=3', 'There is no setting "nothing.units"; there are "training.losses",'],
    [
      'an unknown setting of training',
      'training.speed=3',
      'There is no setting "training.speed"; there are "training.losses",',
    ],
    [
      'a setting that the optimiser lacks',
      'training.optimiser.beta1=0.5',
      'there are "training.optimiser.kind", "training.optimiser.learningRate", "training.optimiser.momentum".',
    ],
    [
      'a wrong kind',
      'training.optimiser.kind=lion',
      'The setting "training.optimiser.kind" has a wrong value: expected "sgd", "adam", "adamW", "rmsprop", "adagrad", received "lion".',
    ],
    [
      'a wrong number',
      'training.optimiser.learningRate=-1',
      'The setting "training.optimiser.learningRate" has a wrong value: expected number to be >0, received -1.',
    ],
    ['a word for a number', 'training.epochs=many', 'The setting "training.epochs" has a wrong value'],
    ['an unknown parameter', 'layer.size=3', 'There is no setting "layer.size"; there are "layer.units",'],
    ['a wrong parameter', 'layer.units=0', 'The setting "layer.units" has a wrong value: expected'],
    ['no parameter', 'layer=3', 'There is no setting "layer"'],
    ['the prototype', 'training.__proto__.x=3', 'There is no setting "training.__proto__.x"'],
    ['no value', 'training.epochs', '"training.epochs" is no setting: expected NAME=VALUE.'],
  ])('a wrong setting is told: %s', (_what, setting, message) =>
    withFiles(async (folder) => {
      const outcome = await run(folder, ['train', 'net.gradloom.json', '--set', setting]);
      expect(outcome).toMatchObject({ code: 1, out: '' });
      expect(outcome.error).toContain(message);
    }),
  );

  test('a run whose numbers stop being finite names the place and the step, and exits with 1', () =>
    withFiles(async (folder) => {
      const outcome = await run(
        folder,
        ['train', 'net.gradloom.json', '--set', 'optimiser.learningRate=1e38', '--out', 'run', '--json'],
        realEngine,
      );
      expect(outcome.code).toBe(1);
      expect(jsonLines(outcome).at(-1)).toMatchObject({
        event: 'end',
        state: 'failed',
        notFinite: { node: expect.any(String), step: expect.any(Number), kind: expect.any(String) },
      });
      expect(outcome.error).toMatch(
        /^At step \d+ the \w+ at \S+.* is no longer finite: it is (infinite|not a number)\./m,
      );
      expect(JSON.parse(await readFile(join(folder, 'run', 'state.json'), 'utf8'))).toMatchObject({ state: 'failed' });
    }));

  test('the engine dies in the middle: exit code 3, told, and the folder says so', () =>
    withFiles(async (folder) => {
      const outcome = await run(
        folder,
        ['train', 'net.gradloom.json', '--out', 'run', '--json'],
        tinyEngine('die-in-run'),
      );
      expect(outcome.code).toBe(3);
      expect(jsonLines(outcome).at(-1)).toMatchObject({
        event: 'end',
        state: 'failed',
        failure: { code: expect.stringMatching(/^engine\./) },
      });
      expect(JSON.parse(await readFile(join(folder, 'run', 'state.json'), 'utf8'))).toMatchObject({ state: 'failed' });
    }));

  test('an interruption stops the run and keeps it: exit code 0', () =>
    withFiles(async (folder) => {
      const line = ['train', 'net.gradloom.json', '--epochs', '1000000', '--out', 'run', '--json'];
      const outcome = await run(folder, line, realEngine, { interrupted: Promise.resolve() });
      expect(outcome.code).toBe(0);
      expect(jsonLines(outcome).at(-1)).toMatchObject({ event: 'end', state: 'stopped' });
      expect(await readdir(join(folder, 'run'))).toContain('weights.npz');
    }));
});

describe('compare', () => {
  test('two documents in lock-step: their differences, one event for each epoch of all, a folder for each run', () =>
    withFiles(async (folder) => {
      const wider = smallDocument((draft) => {
        draft['name'] = 'wider';
        const { graph, training } = draft as {
          graph: { nodes: object[]; wires: object[] };
          training: { batch: number };
        };
        graph.nodes.push({ id: 'hidden', type: 'dense', params: { units: 5 }, position: { x: 100, y: 0 } });
        graph.wires = [
          { id: 'w1', from: { node: 'points', port: 'out' }, to: { node: 'hidden', port: 'in' } },
          { id: 'w2', from: { node: 'hidden', port: 'out' }, to: { node: 'layer', port: 'in' } },
          { id: 'w3', from: { node: 'layer', port: 'out' }, to: { node: 'out', port: 'in' } },
        ];
        training.batch = 4;
      });
      await writeFile(join(folder, 'wider.gradloom.json'), serialiseDocument(wider));
      const files = ['net.gradloom.json', 'wider.gradloom.json'];
      const outcome = await run(
        folder,
        ['compare', ...files, '--epochs', '3', '--seed', '7', '--out', 'both', '--json'],
        realEngine,
      );
      expect(outcome.code).toBe(0);
      const events = jsonLines(outcome);
      expect(events[0]).toMatchObject({
        event: 'start',
        documents: [
          { name: 'small', file: files[0], differences: [] },
          {
            name: 'wider',
            file: files[1],
            differences: [
              { kind: 'added', message: '“wider” has in addition: 1 × Dense.' },
              { kind: 'wires', added: 2, removed: 1 },
            ],
          },
        ],
        settings: { batch: 16, epochs: 3, seed: 7 },
        adjustments: [{ document: 1, setting: 'batch', from: 4, to: 16 }],
      });
      const epochs = events.filter(({ event }) => event === 'epoch');
      expect(epochs.map(({ epoch, step }) => [epoch, step])).toEqual([
        [1, 3],
        [2, 6],
        [3, 9],
      ]);
      for (const { documents } of epochs as { documents: { training: Record<string, number> }[] }[]) {
        expect(documents.map(({ training }) => typeof training['loss'])).toEqual(['number', 'number']);
      }
      expect(events.at(-1)).toMatchObject({
        event: 'end',
        folder: join(folder, 'both'),
        documents: [
          { name: 'small', state: 'finished' },
          { name: 'wider', state: 'finished' },
        ],
      });
      // A member is the run that its document is alone, under the settings of the comparison.
      await run(
        folder,
        ['train', 'wider.gradloom.json', '--epochs', '3', '--seed', '7', '--set', 'batch=16', '--out', 'alone'],
        realEngine,
      );
      expect(await arraysOf(join(folder, 'both', '2', 'weights.npz'))).toEqual(
        await arraysOf(join(folder, 'alone', 'weights.npz')),
      );
      expect(JSON.parse(await readFile(join(folder, 'both', 'comparison.json'), 'utf8'))).toMatchObject({
        members: [
          { name: 'small', folder: '1' },
          { name: 'wider', folder: '2' },
        ],
        adjustments: [{ setting: 'batch' }],
      });
    }));

  test('one document is too few, five are too many', async () => {
    for (const files of [['a'], ['a', 'b', 'c', 'd', 'e']]) {
      expect((await run('/', ['compare', ...files])).code).toBe(2);
    }
  });
});

/** A lesson of one run step, as the value of its file. */
const lessonOf = (experiments: readonly object[]): Record<string, unknown> =>
  lessonFile(
    {
      seeds: [1],
      experiments: experiments.map((experiment) => ({ label: anyWords, train: false, ...experiment })),
    },
    [
      {
        holds: 'yes',
        when: [{ of: 'chain.start', at: 10, least: 9.5e-7, most: 9.6e-7 }],
        words: { en: 'It is [[chain.start@10]].', 'zh-CN': '是 [[chain.start@10]]。' },
      },
    ],
  );

describe('lesson', () => {
  const clip = {
    'training.optimiser.kind': 'sgd',
    'training.clipping.kind': 'globalNorm',
    'training.clipping.threshold': 0.01,
  };
  const experiments = [
    {
      id: 'chain',
      document: { template: 'sigmoid-chain' },
      vary: { setting: 'depth', values: [1, 10] },
      measures: [{ id: 'start', measure: { kind: 'gradientAt', node: 'start', at: 'first' } }],
    },
    {
      id: 'residual',
      document: { template: 'residual-mlp', settings: { depth: 6, width: 8 } },
      measures: (['sumError', 'productError', 'whole'] as const).map((of) => ({
        id: of,
        measure: { kind: 'residualForms', node: 'stem', of },
      })),
    },
    {
      id: 'normed',
      document: { template: 'plain-mlp', settings: { depth: 2, width: 8, normalisation: 'batch' } },
      measures: [
        { id: 'loss', measure: { kind: 'rescaled', nodes: ['dense-1'], factor: 10, of: 'loss' } },
        { id: 'gradient', measure: { kind: 'rescaled', nodes: ['dense-1'], factor: 10, of: 'gradient' } },
        { id: 'weights', measure: { kind: 'count', of: 'weights' } },
      ],
    },
    {
      id: 'clipped',
      document: { template: 'plain-mlp', settings: { depth: 2, width: 8 } },
      set: clip,
      measures: [{ id: 'cosine', measure: { kind: 'stepCosine', of: 'all' } }],
    },
    {
      id: 'lost',
      train: true,
      document: { template: 'linear-rnn', settings: { steps: 400, radius: 2, width: 4 } },
      measures: [{ id: 'is', measure: { kind: 'notFinite' } }],
    },
  ];

  test('measures what closed forms say, and gives its verdict with the number', () =>
    withFiles(async (folder) => {
      await writeFile(join(folder, 'own.lesson.json'), JSON.stringify(lessonOf(experiments)));
      const outcome = await run(folder, ['lesson', 'own.lesson.json', '--json'], realEngine);
      expect(outcome.error).toContain('6 of 6');
      expect(outcome.code).toBe(0);
      const { steps, verdicts } = json(outcome) as {
        steps: { readings: { experiment: string; measure: string; points: { x: number | null; y: number }[] }[] }[];
        verdicts: object[];
      };
      const values = new Map(
        steps
          .flatMap(({ readings }) => readings)
          .map(({ experiment, measure, points }) => [`${experiment}.${measure}`, points]),
      );
      const value = (name: string): number => values.get(name)?.at(-1)?.y ?? Number.NaN;
      expect(values.get('chain.start')?.map(({ x }) => x)).toEqual([1, 10]);
      expect(value('chain.start') / 0.25 ** 10).toBeCloseTo(1, 5);
      // dL/dx_l = dL/dx_L·Π(1 + F') = dL/dx_L + dL/dx_L·dΣF: both forms are exact.
      expect(value('residual.sumError')).toBeLessThan(1e-5);
      expect(value('residual.productError')).toBeLessThan(1e-5);
      expect(value('residual.whole')).toBeGreaterThan(0);
      // Behind ReLU a batch normalisation takes the scale out but for its epsilon, and the gradient goes as one over it.
      expect(value('normed.loss')).toBeCloseTo(1, 2);
      expect(value('normed.gradient')).toBeCloseTo(0.1, 2);
      expect(value('normed.weights')).toBe(2 * 8 + 8 + 2 * (8 * 8 + 8 + 2 * 8) + 8 * 2 + 2);
      // The step is the difference of two float32 weights: half a unit in their last place is up to 1e-5 of it.
      expect(value('clipped.cosine')).toBeCloseTo(1, 4);
      expect(value('lost.is')).toBe(1);
      expect(verdicts).toEqual([{ step: 'so', holds: 'yes', words: 'It is 9.54e−7.' }]);
    }));

  test('lists those that come along', async () => {
    const { lessons } = json(await run('/', ['lesson', '--json'])) as { lessons: { name: string }[] };
    expect(lessons.map(({ name }) => name)).toContain('gradients');
  });

  test('says what is wrong with a file, with an experiment, and with a name', () =>
    withFiles(async (folder) => {
      await writeFile(join(folder, 'broken.lesson.json'), JSON.stringify({ ...lessonOf(experiments), version: 2 }));
      const broken = await run(folder, ['lesson', 'broken.lesson.json']);
      expect(broken.code).toBe(1);
      expect(broken.error).toContain('version: expected one of 1; received 2');
      const [chain] = experiments;
      const wrong = { ...chain, document: { template: 'sigmoid-chain', settings: { residual: 'perhaps' } } };
      await writeFile(join(folder, 'wrong.lesson.json'), JSON.stringify(lessonOf([wrong])));
      const refused = await run(folder, ['lesson', 'wrong.lesson.json'], sharedEngine);
      expect(refused.code).toBe(1);
      expect(refused.error).toContain(
        'Experiment "chain": The template "sigmoid-chain": residual must be true or false',
      );
      const absurd = {
        ...chain,
        vary: { setting: 'depth', values: [150, 10] },
        document: { template: 'plain-mlp' },
        set: { 'dense-*.units': 2048, 'stem.units': 2048 },
      };
      await writeFile(join(folder, 'absurd.lesson.json'), JSON.stringify(lessonOf([absurd])));
      const tooLarge = await run(folder, ['lesson', 'absurd.lesson.json'], sharedEngine);
      expect(tooLarge.code).toBe(1);
      // 2 → 2048, 150 times 2048 → 2048, 2048 → 2, each with its biases.
      expect(tooLarge.error).toContain('Experiment "chain": its network has 629463042 weights');
      const unknown = await run(folder, ['lesson', 'nothing', '--json']);
      expect(json(unknown)).toMatchObject({ failure: { code: 'lesson.unknown' } });
    }));
});

describe('sweep', () => {
  test('every choice of values over the seeds: median and range of what the runs came to', () =>
    withFiles(async (folder) => {
      const line = ['sweep', 'net.gradloom.json', '--set', 'layer.useBias=true,false', 'optimiser.learningRate=0.1,1'];
      const outcome = await run(folder, [...line, '--seeds', '3', '--epochs', '1', '--json'], realEngine);
      expect(outcome.code).toBe(0);
      interface Point {
        values: object;
        finished: number;
        summary: Record<string, object>;
        runs: { seed: number; measures: Record<string, number> }[];
      }
      const { seeds, points } = json(outcome) as { seeds: number; points: Point[] };
      expect(seeds).toBe(3);
      expect(points.map(({ values }) => values)).toEqual([
        { 'layer.useBias': 'true', 'optimiser.learningRate': '0.1' },
        { 'layer.useBias': 'true', 'optimiser.learningRate': '1' },
        { 'layer.useBias': 'false', 'optimiser.learningRate': '0.1' },
        { 'layer.useBias': 'false', 'optimiser.learningRate': '1' },
      ]);
      for (const { finished, summary, runs } of points) {
        expect(finished).toBe(3);
        expect(runs.map(({ seed }) => seed)).toEqual([1, 2, 3]);
        const losses = runs.map(({ measures }) => measures['training.loss'] ?? Number.NaN).sort((a, b) => a - b);
        expect(new Set(losses).size).toBe(3);
        expect(summary['training.loss']).toEqual({
          count: 3,
          minimum: losses[0],
          median: losses[1],
          maximum: losses[2],
        });
      }
    }));

  test('a run that breaks is counted and does not spoil the others', () =>
    withFiles(async (folder) => {
      const line = ['sweep', 'net.gradloom.json', '--set', 'optimiser.learningRate=0.1,1e38', '--seeds', '1', '--json'];
      const outcome = await run(folder, line, realEngine);
      expect(outcome.code).toBe(0);
      expect(json(outcome)).toMatchObject({
        points: [
          { finished: 1, runs: [{ state: 'finished' }] },
          { finished: 0, summary: {}, runs: [{ state: 'failed', notFinite: { step: expect.any(Number) } }] },
        ],
      });
    }));
});

describe('range', () => {
  test('the rate rises by one factor a step, and the first loss is that of the first batch', () =>
    withFiles(async (folder) => {
      const outcome = await run(folder, ['range', 'net.gradloom.json', '--steps', '40', '--json'], realEngine);
      expect(outcome.code).toBe(0);
      const found = json(outcome) as { points: { rate: number; loss: number }[]; reason: string };
      expect(found.points.length).toBeGreaterThanOrEqual(20);
      found.points.forEach(({ rate }, step) => expect(rate / (1e-6 * 1e7 ** (step / 39))).toBeCloseTo(1, 9));
      const begun = json(await run(folder, ['gradients', 'net.gradloom.json', '--json'], sharedEngine));
      expect(found.points[0]?.loss).toBeCloseTo(begun['loss'] as number, 5);
      expect((await readdir(folder)).filter((name) => name.includes('run'))).toEqual([]);
    }));
});

describe('slice', () => {
  test('of two runs under one scale: each has its evaluated loss at its weights, and the table has every point', () =>
    withFiles(async (folder) => {
      const evaluated: number[] = [];
      for (const [name, rate] of [
        ['slow', '0.01'],
        ['fast', '1'],
      ] as const) {
        const line = ['train', 'net.gradloom.json', '--epochs', '2', '--set', `optimiser.learningRate=${rate}`];
        const lines = jsonLines(await run(folder, [...line, '--out', name, '--json'], realEngine));
        const epoch = lines.findLast(({ event }) => event === 'epoch') as { training: { loss: number } };
        evaluated.push(epoch.training.loss);
      }
      const asked = ['--points', '3', '--range', '0.5', '--batch', '100000', '--out', 'slice.csv', '--json'];
      const outcome = await run(folder, ['slice', 'slow', 'fast', ...asked], sharedEngine);
      expect(outcome.code).toBe(0);
      const { coordinates, scale, networks } = json(outcome) as {
        coordinates: number[];
        scale: { minimum: number; maximum: number };
        networks: { network: string; step: number; surfaces: { name: string; centre: number; values: number[] }[] }[];
      };
      expect(coordinates).toEqual([-0.5, 0, 0.5]);
      expect(networks.map(({ network }) => network)).toEqual(['slow', 'fast']);
      const losses = networks.map(({ surfaces: [whole] }) => whole);
      losses.forEach((whole, at) => {
        expect((whole?.centre ?? Number.NaN) / (evaluated[at] ?? Number.NaN)).toBeCloseTo(1, 5);
        expect(whole?.values[4]).toBe(whole?.centre);
      });
      const all = losses.flatMap((whole) => whole?.values ?? []);
      expect(scale).toMatchObject({ minimum: Math.min(...all), maximum: Math.max(...all) });
      const rows = (await readFile(join(folder, 'slice.csv'), 'utf8')).trimEnd().split('\n');
      expect(rows).toHaveLength(1 + networks.reduce((sum, { surfaces }) => sum + 9 * surfaces.length, 0));
      expect(rows[1]).toBe(`slow,loss,-0.5,-0.5,${losses[0]?.values[0]}`);
      const human = await run(folder, ['slice', 'fast', 'net.gradloom.json', '--points', '3'], sharedEngine);
      expect(human.out).toContain('A slice is a slice');
      expect(human.out).toMatch(/net\.gradloom\.json +start +loss/);
    }));
});

describe('diagnose', () => {
  test('of a run that fits badly beside a residual one says degradation, and whom it was compared with', () =>
    inTemporaryFolder(async (folder) => {
      const settings = ['depth=20', 'activation=tanh', 'normalisation=none'].flatMap((each) => ['--set', each]);
      for (const name of ['plain', 'residual']) {
        const file = `${name}.gradloom.json`;
        expect((await run(folder, ['template', `${name}-mlp`, ...settings, '--out', file])).code).toBe(0);
        const line = ['train', file, '--epochs', '10', '--out', `${name}-run`, '--json'];
        expect((await run(folder, line, realEngine)).code).toBe(0);
      }
      const of = async (name: string): Promise<unknown> => {
        const outcome = await run(folder, ['diagnose', name, '--json'], sharedEngine);
        expect(outcome.code).toBe(0);
        return json(outcome);
      };
      const degradation = expect.objectContaining({ ailment: 'degradation', verdict: 'found' }) as unknown;
      const vanishing = expect.objectContaining({ ailment: 'vanishing', verdict: 'clear' }) as unknown;
      const plain = await of('plain-run');
      expect(plain).toMatchObject({ step: 160, beside: [{ run: 'residual-run', kind: 'residual' }] });
      expect(plain).toMatchObject({ findings: expect.arrayContaining([degradation, vanishing]) as unknown });
      expect(await of('residual-run')).toMatchObject({
        beside: [],
        findings: expect.not.arrayContaining([degradation]) as unknown,
      });
    }));
});

describe('predict', () => {
  test('with weights from the seed says so', () =>
    withLinear(async (folder) => {
      const outcome = await run(
        folder,
        ['predict', 'linear.gradloom.json', '--inputs', 'b.npz', '--out', 'p.npz'],
        sharedEngine,
      );
      expect(outcome.code).toBe(0);
      expect(outcome.error).toContain('There are no trained weights: they start from the seed 1.');
      expect(Object.keys(await arraysOf(join(folder, 'p.npz')))).toEqual(['out']);
    }));
});

interface Sheet {
  readonly examples: Readonly<
    Record<
      'inputs' | 'outputs',
      Readonly<Record<string, Omit<NamedArray, 'data' | 'dtype'> & { readonly values: number[] }>>
    >
  >;
}

describe('export', () => {
  const sheetOf = async (path: string): Promise<Sheet> => JSON.parse(await readFile(path, 'utf8')) as Sheet;

  test.each(exportFormats)('%s: the file, and a sheet with examples', (format) =>
    withLinear(async (folder) => {
      const line = ['export', 'linear.gradloom.json', '--to', format, '--out', 'model', '--json'];
      for (let time = 0; time < 2; time += 1) {
        const outcome = await run(folder, line, sharedEngine);
        expect(outcome.code).toBe(0);
        expect(json(outcome)).toMatchObject({ format, path: join(folder, 'model'), findings: [] });
      }
      const isFolder = (await stat(join(folder, 'model'))).isDirectory();
      const { examples } = await sheetOf(join(folder, isFolder ? 'model/gradloom.json' : 'model.sheet.json'));
      expect(Object.values(examples.inputs).map(({ shape }) => shape[0])).toEqual([5]);
      expect(Object.values(examples.outputs).map(({ shape }) => shape[0])).toEqual([5]);
      expect((await readdir(folder)).filter((name) => name.endsWith('.tmp') || name.endsWith('.old'))).toEqual([]);
    }),
  );

  test('ONNX Runtime answers the examples of the sheet as the engine did', () =>
    inTemporaryFolder(async (folder) => {
      await run(folder, ['template', 'digits-cnn', '--out', 'net.gradloom.json']);
      const line = ['export', 'net.gradloom.json', '--to', 'onnx', '--out', 'net.onnx', '--json'];
      expect((await run(folder, line, sharedEngine)).code).toBe(0);
      const { examples } = await sheetOf(join(folder, 'net.onnx.sheet.json'));
      const session = await InferenceSession.create(join(folder, 'net.onnx'));
      const feeds = Object.entries(examples.inputs).map(([name, { shape, values }]) => [
        name,
        new Tensor('float32', Float32Array.from(values), [...shape]),
      ]);
      const answers = await session.run(Object.fromEntries(feeds) as Record<string, Tensor>);
      for (const [name, { values }] of Object.entries(examples.outputs)) {
        const received = Array.from((answers[name]?.data ?? []) as Float32Array);
        expect(received).toHaveLength(values.length);
        received.forEach((value, index) => expect(value).toBeCloseTo(values[index] ?? Number.NaN, 5));
      }
    }));

  test.each(['tfjs', 'keras', 'h5', 'onnx'])('%s comes back as the document, with its weights', (format) =>
    withLinear(async (folder) => {
      const line = ['export', 'linear.gradloom.json', '--weights', 'w.npz', '--to', format, '--out', 'model', '--json'];
      expect((await run(folder, line, sharedEngine)).code).toBe(0);
      const outcome = await run(folder, ['import', 'model', '--out', 'back.gradloom.json', '--json']);
      expect(outcome.code).toBe(0);
      expect(json(outcome)).toMatchObject({ name: linear.name, weights: 'back.weights.npz' });
      expect(await arraysOf(join(folder, 'back.weights.npz'))).toEqual(await arraysOf(join(folder, 'w.npz')));
      const back = parseDocument(await readFile(join(folder, 'back.gradloom.json'), 'utf8'));
      expect(back).toMatchObject({ ok: true, document: { ...linear, weights: { file: 'back.weights.npz' } } });
      const take = ['weights', 'linear.gradloom.json', '--from', 'model', '--out', 'taken.npz', '--json'];
      const taken = await run(folder, take);
      expect(json(taken)).toMatchObject({ taken: 2 });
      expect(await arraysOf(join(folder, 'taken.npz'))).toEqual(await arraysOf(join(folder, 'w.npz')));
      const refused = await run(folder, ['import', 'b.npz', '--out', 'x.gradloom.json', '--json']);
      expect(refused.code).toBe(1);
      expect(json(refused)).toHaveProperty('failure.code', 'import.unknown');
    }),
  );

  describe('as a drawing', () => {
    /** What another reader of XML finds: places of the groups, courses, and every word. */
    const readDrawing = `import json, sys, xml.etree.ElementTree as tree
root = tree.fromstring(json.load(sys.stdin))
space = '{http://www.w3.org/2000/svg}'
print(json.dumps({
  'root': root.tag,
  'places': [each.get('transform') for each in root.iter(space + 'g') if each.get('transform')],
  'paths': [each.get('d') for each in root.iter(space + 'path')],
  'words': [each.text or '' for each in root.iter(space + 'text')],
}))`;
    const python = findPython([]);

    test.skipIf(python === undefined).each(['rla', 'digits-cnn', 'transformer-encoder', 'dianet'])(
      '%s: every node, wire and label, where the canvas has them',
      (name) =>
        inTemporaryFolder(async (folder) => {
          await run(folder, ['template', name, '--out', 'net.gradloom.json']);
          const line = ['export', 'net.gradloom.json', '--to', 'svg', '--out', 'net.svg', '--json'];
          const outcome = await run(folder, line);
          expect(outcome.code).toBe(0);
          const svg = await readFile(join(folder, 'net.svg'), 'utf8');
          expect(json(outcome)).toMatchObject({ format: 'svg', bytes: Buffer.byteLength(svg) });
          const drawn = runPython(python ?? '', readDrawing, svg) as Record<'places' | 'paths' | 'words', string[]>;
          expect(drawn).toHaveProperty('root', '{http://www.w3.org/2000/svg}svg');

          const { graph } = createTemplate(name);
          const hidden = new Set(graph.nodes.flatMap(({ id, collapsed }) => (collapsed === true ? [id] : [])));
          expect(hidden.size).toBe(0);
          const parents = new Map(graph.nodes.map((node) => [node.id, node]));
          for (const { label, position, parent } of graph.nodes) {
            let [x, y] = [position.x, position.y];
            for (let above = parent; above !== undefined; above = parents.get(above)?.parent) {
              x += parents.get(above)?.position.x ?? 0;
              y += parents.get(above)?.position.y ?? 0;
            }
            expect(drawn.places).toContain(`translate(${x} ${y})`);
            if (label === undefined) continue;
            const isThere = drawn.words.some((words) => words === label || label.startsWith(words.replace(/…$/, '')));
            expect(isThere, label).toBe(true);
          }
          // Wires are the only paths that begin with a comma between x and y.
          expect(drawn.paths.filter((path) => /^M-?[\d.]+,/.test(path))).toHaveLength(graph.wires.length);
        }),
    );

    test('the theme, the language and a cell’s sheet are chosen; what makes no sense is said', () =>
      inTemporaryFolder(async (folder) => {
        await run(folder, ['template', 'dianet', '--out', 'net.gradloom.json']);
        const line = ['export', 'net.gradloom.json', '--to', 'svg', '--out', 'net.svg'];
        expect((await run(folder, [...line, '--theme', 'dark'])).code).toBe(0);
        const whole = await readFile(join(folder, 'net.svg'), 'utf8');
        expect(whole).toContain(`fill="${themeColours.dark['colour-canvas']}"`);
        const [cell] = createTemplate('dianet').cells;
        expect((await run(folder, [...line, '--sheet', cell?.name ?? ''])).code).toBe(0);
        const inner = await readFile(join(folder, 'net.svg'), 'utf8');
        expect(inner).toContain(`fill="${themeColours.light['colour-canvas']}"`);
        expect(inner.match(/<g transform=/g)).toHaveLength(cell?.graph.nodes.length ?? -1);
        for (const [options, word] of [
          [['--sheet', 'nowhere'], cell?.name],
          [['--theme', 'pink'], 'light'],
          [['--precision', 'int8'], '--precision'],
        ] as const) {
          const wrong = await run(folder, [...line, ...options]);
          expect([wrong.code, wrong.out]).toEqual([2, '']);
          expect(wrong.error).toContain(word);
        }
        const asked = ['export', 'net.gradloom.json', '--to', 'png', '--out', 'net.png', '--theme', 'dark', '--json'];
        const told = json(await run(folder, asked)) as { format: string; width: number; height: number; bytes: number };
        const picture = await readFile(join(folder, 'net.png'));
        expect([told.format, told.bytes]).toEqual(['png', picture.length]);
        const { width, height, data } = PNG.sync.read(picture);
        expect([width, height]).toEqual([2 * told.width, 2 * told.height]);
        // The sheet's ground in the corner, and beside it the lighter cards with their words.
        const shades = new Set<number>();
        for (let at = 0; at < data.length; at += 4) shades.add(data[at] ?? 0);
        expect([...data.subarray(0, 4)]).toEqual([0x13, 0x16, 0x1c, 0xff]);
        expect(Math.max(...shades)).toBeGreaterThan(0xd0);
        const model = await run(folder, [
          'export',
          'net.gradloom.json',
          '--to',
          'onnx',
          '--out',
          'x',
          '--theme',
          'dark',
        ]);
        expect([model.code, model.error]).toEqual([2, expect.stringContaining('--theme')]);
      }));
  });

  test('the sheet says how to prepare data of a file and what reading back gave; no folder of this machine goes along', () =>
    withFiles(async (folder) => {
      const rows = Array.from({ length: 40 }, (_, row) => [row * row - 300, 7 + row / 8] as const);
      const lines = rows.map(([first, second], row) => `${first},${second},${row % 2 === 0 ? 'yes' : 'no'}`);
      await mkdir(join(folder, 'tables'));
      await writeFile(join(folder, 'tables', 'rows.csv'), ['first,second,label', ...lines].join('\n'));
      const data = [
        'data',
        'tables/rows.csv',
        '--document',
        'net.gradloom.json',
        '--out',
        'own.gradloom.json',
        '--json',
      ];
      expect((await run(folder, data, realEngine)).code).toBe(0);
      const train = ['train', 'own.gradloom.json', '--epochs', '1', '--out', 'run', '--json'];
      expect((await run(folder, train, realEngine)).code).toBe(0);
      for (const [source, kept] of [
        ['own.gradloom.json', 'tables/rows.csv'],
        ['run', 'rows.csv'],
      ] as const) {
        const outcome = await run(
          folder,
          ['export', source, '--to', 'onnx', '--out', 'own.onnx', '--json'],
          realEngine,
        );
        expect(outcome.code).toBe(0);
        const [model, text] = await Promise.all(
          ['own.onnx', 'own.onnx.sheet.json'].map((name) => readFile(join(folder, name), 'utf8')),
        );
        for (const content of [model, text]) {
          expect(content).toContain(kept);
          expect(content).not.toContain(folder);
        }
        const sheet = JSON.parse(text ?? '') as Sheet & {
          readonly inputs: readonly {
            readonly scaling: readonly { column: string; offset: number; scale: number }[];
          }[];
        };
        expect(sheet).toMatchObject({ readBack: { outcome: 'whole', words: expect.stringContaining('bit for bit') } });
        const size = (await stat(join(folder, 'own.onnx.sheet.json'))).size;
        expect(json(outcome)).toMatchObject({ files: [{}, { bytes: size }] });
        // Whoever has the rows and the sheet gives the network what it was trained with.
        const { scaling } = sheet.inputs[0] ?? { scaling: [] };
        expect(scaling.map(({ column }) => column)).toEqual(['first', 'second']);
        const prepared = rows.map((row) =>
          row.map((value, at) => Math.fround((value - (scaling[at]?.offset ?? 0)) * (scaling[at]?.scale ?? 0))),
        );
        const [given] = Object.values(sheet.examples.inputs);
        expect(given?.values).toHaveLength(10);
        for (let at = 0; at < 10; at += 2) {
          const [first, second] = [given?.values[at] ?? 0, given?.values[at + 1] ?? 0];
          const isThere = prepared.some(
            ([one = 0, other = 0]) => Math.abs(one - first) < 1e-5 && Math.abs(other - second) < 1e-5,
          );
          expect(isThere, `${first}, ${second}`).toBe(true);
        }
      }
    }));

  test('an import says what stayed unknown, why, and what to do, in the person’s language', () =>
    inTemporaryFolder(async (folder) => {
      const graph = new OnnxGraph();
      graph.add('Mish', [graph.add('Relu', ['x'])], {}, 'y');
      const ends = (name: string) => [{ name, type: 'float32', shape: [4] } as const];
      await writeFile(join(folder, 'bent.onnx'), graph.write('Bent', ends('x'), ends('y_out'), {}));
      const line = ['import', 'bent.onnx', '--out', 'bent.gradloom.json'];
      const outcome = await run(folder, [...line, '--json']);
      expect(outcome.code).toBe(0);
      expect(json(outcome)).toMatchObject({
        findings: [{ code: 'operator', message: 'Gradloom has no layer “Mish” (1: node_1_Mish).' }],
      });
      expect(outcome.error).toContain('Put layers of Gradloom in their place');
      const chinese = await run(folder, line, noEngine, { environment: { GRADLOOM_LANGUAGE: 'zh-CN' } });
      expect(chinese.error).toContain('Gradloom 没有“Mish”层');
      expect(chinese.error).toContain('请用 Gradloom 的层代替它们');
    }));

  test('an unknown format is used wrongly; a folder of something else stays', () =>
    withLinear(async (folder) => {
      const wrong = await run(folder, ['export', 'linear.gradloom.json', '--to', 'matlab', '--out', 'x']);
      expect(wrong.code).toBe(2);
      expect(wrong.error).toContain('received "matlab"');
      await mkdir(join(folder, 'mine'));
      await writeFile(join(folder, 'mine', 'thesis.tex'), 'all of it');
      const line = ['export', 'linear.gradloom.json', '--to', 'tfjs', '--out', 'mine', '--json'];
      const refused = await run(folder, line, sharedEngine);
      expect(refused.code).toBe(1);
      expect(json(refused)).toHaveProperty('failure.code', 'export.folderInUse');
      expect(await readdir(join(folder, 'mine'))).toEqual(['thesis.tex']);
    }));
});

describe('doctor', () => {
  test('says which engine and which shell', async () => {
    const outcome = await run('/', ['doctor', '--json'], sharedEngine);
    expect(outcome.code).toBe(0);
    expect(json(outcome)).toMatchObject({
      version,
      engine: {
        state: 'ready',
        backend: expect.stringMatching(/^(tensorflow|javascript)$/),
        devices: expect.any(Array),
        attempts: expect.any(Array),
      },
      shell: { shell: 'browser', reason: expect.stringContaining('no display') },
    });
    const human = await run('/', ['doctor'], sharedEngine);
    expect(human.out).toMatch(/^Engine +\S/m);
  });

  test('an engine that cannot start is exit code 3', async () => {
    const outcome = await run('/', ['doctor', '--json'], tinyEngine('die-at-once'));
    expect(outcome.code).toBe(3);
    expect(json(outcome)).toHaveProperty('failure.code', 'engine.gaveUp');
  });

  test('the shell is chosen as npm start chooses it', () =>
    inTemporaryFolder(async (folder) => {
      const ask = (
        environment: NodeJS.ProcessEnv,
        electronFolder: string | null,
        platform: NodeJS.Platform = 'linux',
      ) => chooseShell({ ...surroundingsIn('/', noEngine, environment), platform, electronFolder }, (key) => key);
      const display = { DISPLAY: ':0' };
      expect(await ask({ GRADLOOM_SHELL: 'electron' }, null)).toMatchObject({ shell: 'electron' });
      expect(await ask({}, folder)).toEqual({ shell: 'browser', reason: 'terminal.doctor.shell.noDisplay' });
      expect(await ask({}, null, 'darwin')).toEqual({ shell: 'browser', reason: 'terminal.doctor.shell.noPackage' });
      expect(await ask(display, folder)).toEqual({ shell: 'browser', reason: 'terminal.doctor.shell.noBinary' });
      await mkdir(join(folder, 'dist'));
      await writeFile(join(folder, 'path.txt'), 'electron');
      await writeFile(join(folder, 'dist', 'electron'), '');
      await chmod(join(folder, 'dist', 'electron'), 0o755);
      expect(await ask(display, folder)).toEqual({ shell: 'electron', reason: 'terminal.doctor.shell.found' });
    }));
});

describe('engine', () => {
  /** An engine of one file, packed, and what an app that was packaged with it says. */
  const withEngine = (
    use: (given: {
      folder: string;
      file: string;
      more: Partial<Surroundings>;
      provision: EngineProvision;
      /** As another program, started on the same folder, has it. */
      another: () => EngineProvision;
    }) => Promise<void>,
    binding: string | Uint8Array = 'binding',
  ): Promise<void> =>
    inTemporaryFolder(async (folder) => {
      const library = join(folder, 'library');
      await mkdir(join(library, 'lib', 'napi-v8'), { recursive: true });
      await writeFile(join(library, 'lib', 'napi-v8', 'tfjs_binding.node'), binding);
      const engine = await packEngine({ library, into: folder, tensorflow: '2.21.0', variant: 'cpu' });
      const another = (): EngineProvision =>
        new EngineProvision({ release: { address: null, engine }, folder: join(folder, 'engine') });
      const provision = another();
      await use({ folder, file: engine.file, more: { provision }, provision, another });
    });

  test('says that there is nothing to install in a checkout', () =>
    inTemporaryFolder(async (folder) => {
      expect(json(await run(folder, ['engine', '--json']))).toEqual({ engine: null, library: null });
      expect((await run(folder, ['engine'])).out).toContain('npm run setup');
      const install = await run(folder, ['engine', 'install', '--json']);
      expect(install.code).toBe(1);
      expect(json(install)).toMatchObject({ failure: { code: 'provision.none' } });
    }));

  test('is installed from a named file, and says so before and after', () =>
    withEngine(async ({ folder, file, more, provision }) => {
      expect(json(await run(folder, ['engine', '--json'], noEngine, more))).toMatchObject({
        engine: { stage: 'absent', file, host: null, tensorflow: '2.21.0' },
        library: null,
      });
      const installed = await run(folder, ['engine', 'install', '--from', file, '--json'], noEngine, more);
      expect(installed.code).toBe(0);
      const library = provision.library();
      expect(library).not.toBeNull();
      const lines = jsonLines(installed);
      expect(new Set(lines.map(({ stage }) => stage))).toEqual(new Set(['checking', 'unpacking', 'ready']));
      expect(lines.at(-1)).toEqual({ stage: 'ready', library });
      const after = await run(folder, ['engine'], noEngine, more);
      expect(after).toMatchObject({ code: 0 });
      expect(after.out).toMatch(/2\.21\.0: installed/);
    }));

  test('is hashed by doctor before one is started; a damaged one is named, and not used', () =>
    withEngine(async ({ folder, file, more, provision }) => {
      const started: unknown[] = [];
      const launch = provision.launcher((listener, environment) => {
        started.push(Object.keys(environment ?? {}).length);
        return tinyEngine('')(listener, environment);
      });
      const doctor = (...words: string[]): Promise<Outcome> => run(folder, ['doctor', ...words], launch, more);
      expect(json(await doctor('--json'))).toMatchObject({ files: null });
      await provision.install(join(folder, file));
      expect(json(await doctor('--json'))).toMatchObject({ files: { checked: 1, damaged: [] } });
      expect((await doctor()).out).toMatch(/^Its files +whole, 1 of them/m);
      const binding = 'lib/napi-v8/tfjs_binding.node';
      await writeFile(join(provision.library() ?? '', binding), 'bindinG');
      const damaged = await doctor('--json');
      expect(damaged.code).toBe(0);
      expect(json(damaged)).toMatchObject({ files: { checked: 1, damaged: [binding] } });
      expect((await doctor()).out).toContain(`damaged: ${binding}.`);
      const lock = join(folder, 'engine', 'installing.json');
      await writeFile(lock, JSON.stringify({ process: process.pid, host: hostname() }));
      const busy = await doctor();
      expect(busy.code).toBe(0);
      expect(busy.out).toMatch(/^Its files +not hashed. Another Gradloom is working on the engine/m);
      expect(busy.out).not.toContain('damaged');
      await rm(lock);
      // Given to the engines that were started while it was whole, and to no other.
      expect(started).toEqual([0, 1, 1, 0, 0, 0]);
      await provision.install(join(folder, file));
      expect(json(await doctor('--json'))).toMatchObject({ files: { damaged: [] } });
    }));

  test.each([
    ['en_GB', 'Its files', 'later starts may use it', 'It is not used', 'Noting it failed'],
    ['zh_CN', '其文件', '以后启动时可能仍会使用', '不会使用该引擎', '未能记录'],
  ])('whose damage cannot be noted is not said to be kept out, and is repaired by the next (%s)', (LANG, ...words) =>
    withEngine(
      async ({ folder, file, more, provision, another }) => {
        const [row = '', may = '', not = '', noting = ''] = words;
        await provision.install(join(folder, file));
        const library = provision.library() ?? '';
        const binding = join(library, 'lib/napi-v8/tfjs_binding.node');
        await utimes(binding, 1e9, 1e9);
        expect(await provision.verify()).toMatchObject({ damaged: [], failure: null });
        await writeFile(binding, Buffer.alloc(300_000, 'damage'));
        await utimes(binding, 1e9, 1e9);
        // Something in the lock's place that cannot be taken away as a lock can.
        const lock = join(folder, 'engine', 'installing.json');
        await mkdir(lock);
        const unnoted = await run(folder, ['doctor'], tinyEngine(''), { ...more, environment: { LANG } });
        expect(unnoted.code).toBe(0);
        const line = unnoted.out.split('\n').find((text) => text.startsWith(row));
        expect(line).toContain(may);
        expect(line).not.toContain(not);
        expect(unnoted.out).toContain(noting);
        await rm(lock, { recursive: true });
        const next = another();
        expect(next.library()).toBe(library);
        const repaired = await run(folder, ['engine', 'install', '--from', file], noEngine, { provision: next });
        expect(repaired.code).toBe(0);
        expect(await next.verify()).toMatchObject({ damaged: [], failure: null });
        // Large enough for a start not to look at its content.
      },
      Buffer.alloc(300_000, 'binding'),
    ),
  );

  test('tells what is wrong: no address, another file, the wrong words', () =>
    withEngine(async ({ folder, more }) => {
      const install = (...words: string[]): Promise<Outcome> =>
        run(folder, ['engine', ...words, '--json'], noEngine, more);
      expect(json(await install('install'))).toMatchObject({ failure: { code: 'provision.noAddress' } });
      await writeFile(join(folder, 'other.tar.gz'), 'other');
      const wrong = await install('install', '--from', 'other.tar.gz');
      expect(wrong.code).toBe(1);
      expect(jsonLines(wrong).at(-1)).toMatchObject({ failure: { code: 'provision.size', values: { received: 5 } } });
      expect(await install('remove')).toMatchObject({ code: 2 });
      expect(await install('--from', 'other.tar.gz')).toMatchObject({ code: 2 });
    }));
});

describe('language', () => {
  test('follows the system for people, never in JSON', () =>
    withFiles(async (folder) => {
      const environment = { LANG: 'zh_CN.UTF-8' };
      const human = await run(folder, ['summary', 'gone.json'], noEngine, { environment });
      expect(human.error).toContain('没有文件');
      const machine = await run(folder, ['summary', 'gone.json', '--json'], noEngine, { environment });
      expect(json(machine)).toHaveProperty('failure.message', expect.stringContaining('There is no file'));
    }));

  test.each([
    [{}, 'en'],
    [{ LANG: 'C' }, 'en'],
    [{ LANG: 'zh_TW.UTF-8', LC_ALL: 'de_DE' }, 'en'],
    [{ LANG: 'de_DE', LC_ALL: 'zh' }, 'zh-CN'],
    [{ LANG: 'zh_CN', GRADLOOM_LANGUAGE: 'en' }, 'en'],
  ])('%j is %s', (environment, expected) => {
    expect(terminalLocale(environment)).toBe(expected);
  });
});

// ------------------------------------------------------------------------------------------------ as a program

interface Started {
  readonly ended: Promise<Outcome>;
  /** Settles when standard output holds what the pattern finds. */
  until(pattern: RegExp): Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

function start(cwd: string, line: readonly string[]): Started {
  const child = spawn(process.execPath, [join(programs, 'cli', 'main.js'), ...line], {
    cwd,
    env: { ...process.env, LANG: 'C', GRADLOOM_HOME: join(cwd, 'home') },
  });
  let [out, error] = ['', ''];
  const watchers = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8');
    for (const watch of watchers) watch();
  });
  child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString('utf8')));
  const ended = new Promise<Outcome>((resolve) =>
    child.on('close', (code) => resolve({ code: code ?? -1, out, error })),
  );
  return {
    ended,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          const found = pattern.exec(out);
          if (found !== null) resolve(found[0]);
        };
        watchers.add(watch);
        watch();
        void ended.then(() => reject(new Error(`it ended first: ${out}${error}`)));
      }),
    kill: (signal) => void child.kill(signal),
  };
}

describe('the program itself', () => {
  test('doctor, with TensorFlow in the process: standard output is one JSON document', () =>
    inTemporaryFolder(async (folder) => {
      const outcome = await start(folder, ['doctor', '--json']).ended;
      expect(outcome.code).toBe(0);
      expect(json(outcome)).toHaveProperty('engine.state', 'ready');
    }));

  test('a large document goes out whole through a pipe', () =>
    inTemporaryFolder(async (folder) => {
      const outcome = await start(folder, ['template', 'sigmoid-chain', '--set', 'depth=200']).ended;
      expect(outcome.code).toBe(0);
      expect(parseDocument(outcome.out)).toMatchObject({ ok: true });
    }));

  test('exit codes 1 and 2', () =>
    inTemporaryFolder(async (folder) => {
      expect(await start(folder, ['check', 'gone']).ended).toMatchObject({ code: 1, out: '' });
      expect(await start(folder, ['check']).ended).toMatchObject({ code: 2, out: '' });
    }));

  test('Ctrl-C stops a run in order', () =>
    withFiles(async (folder) => {
      const program = start(folder, ['train', 'net.gradloom.json', '--epochs', '1000000', '--out', 'run', '--json']);
      await program.until(/"event":"epoch"/);
      program.kill('SIGINT');
      const outcome = await program.ended;
      expect(outcome.code).toBe(0);
      expect(jsonLines(outcome).at(-1)).toMatchObject({ event: 'end', state: 'stopped' });
    }));

  test('serve prints its address, answers there, and ends with the program', () =>
    inTemporaryFolder(async (folder) => {
      await mkdir(join(bundle, 'renderer'), { recursive: true });
      await writeFile(join(bundle, 'renderer', 'index.html'), 'page');
      const program = start(folder, ['serve', '--root', folder]);
      const url = await program.until(/http:\/\/127\.0\.0\.1:\d+\/\?token=[0-9a-f]{64}/);
      expect(await (await fetch(url)).text()).toBe('page');
      expect((await fetch(url.replace(/token=.*/, 'token=0'))).status).toBe(403);
      program.kill('SIGTERM');
      expect((await program.ended).code).toBe(0);
      await expect(fetch(url)).rejects.toThrow();
    }));

  test.each([
    ['a folder that is not there', ['serve', '--root', 'gone'], 1],
    ['a port that is taken by nobody but out of range', ['serve', '--port', '99999'], 2],
  ])('serve with %s', (_what, line, code) =>
    inTemporaryFolder(async (folder) => {
      expect(await start(folder, line).ended).toMatchObject({ code, out: '' });
    }),
  );
});
