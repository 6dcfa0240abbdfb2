import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import type { EngineReport } from '#shared/protocol/calls';
import { engineLibraryVariable } from '#shared/protocol/engine';
import type { EngineMessage, EngineRequest } from '#shared/protocol/engine';
import { decodeFrame } from '#shared/protocol/telemetry';
import { sketch } from './testing/documents.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
// Inside node_modules, so that the bundle finds TensorFlow.js, and git does not find the bundle.
const folder = join(root, 'node_modules', '.gradloom', `engine-test-${process.pid}`);
const program = join(folder, 'process.js');

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: ['main/engine/process.ts'],
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    external: ['@tensorflow/*'],
    outfile: program,
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let child: ChildProcess | null = null;
afterEach(() => child?.kill('SIGKILL'));

function start(environment: NodeJS.ProcessEnv = {}) {
  const started = fork(program, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...environment },
    execArgv: [],
  });
  child = started;
  const messages: EngineMessage[] = [];
  const output: string[] = [];
  const listeners = new Set<() => void>();
  started.stdout?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  started.on('message', (message) => {
    messages.push(message as EngineMessage);
    listeners.forEach((listener) => listener());
  });
  const ended = new Promise<number | null>((resolve) => {
    started.on('exit', resolve);
  });
  const until = (condition: (message: EngineMessage) => boolean): Promise<EngineMessage> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = messages.find(condition);
        if (found === undefined) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
    });
  const ask = async (id: number, request: EngineRequest): Promise<EngineMessage> => {
    started.send({ id, request });
    return until((message) => (message.kind === 'result' || message.kind === 'failure') && message.id === id);
  };
  return { started, messages, output, ended, until, ask };
}

const document = sketch(
  {
    x: { type: 'input', params: { shape: [2] } },
    d: { type: 'dense', params: { units: 2 } },
    out: { type: 'output' },
  },
  ['x > d', 'd > out'],
  {
    losses: [{ output: nodeId('out'), kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
    epochs: 2,
    data: {
      source: { kind: 'twoSpirals', size: 100, noise: 0 },
      seed: 1,
      validation: 0,
      inputs: { [nodeId('x')]: 'point' },
    },
  },
);

test('answers over its channel, arrays and frames travel as they are, and standard output stays silent', async () => {
  const { started, messages, output, ended, until, ask } = start();
  expect(existsSync(program)).toBe(true);
  // Sent before TensorFlow is loaded: they wait.
  const report = await ask(1, { kind: 'report' });
  expect(report).toMatchObject({
    kind: 'result',
    result: { state: 'ready', backend: 'tensorflow', node: process.version },
  });
  const weights = await ask(2, { kind: 'weights', document, seed: 3 });
  expect(weights.kind === 'result' ? weights.result : null).toMatchObject({
    'd/kernel': { shape: [2, 2], data: expect.any(Float32Array) as unknown },
  });
  // What is no call is not answered and breaks nothing.
  for (const nonsense of [null, 7, 'run', {}, { id: 'a', request: {} }]) started.send(nonsense as never);
  const failed = await ask(3, { kind: 'runWeights', run: 'nobody' });
  expect(failed).toMatchObject({ kind: 'failure', failure: { code: 'run.unknown', values: { run: 'nobody' } } });
  await ask(4, { kind: 'start', run: 'r', document, weights: null, paused: false, folder: null });
  await until((message) => message.kind === 'state' && message.state === 'finished');
  const frame = messages.find((message) => message.kind === 'frame');
  expect(frame?.kind === 'frame' ? decodeFrame(frame.bytes).run : '').toBe('r');
  expect(messages.filter((message) => message.kind === 'epoch')).toHaveLength(2);
  started.disconnect();
  expect(await ended).toBe(0);
  expect(output.join('')).toBe('');
});

test('computes in plain JavaScript where it is asked to, and says so', async () => {
  const { output, ask } = start({ GRADLOOM_ENGINE: 'javascript' });
  expect(await ask(1, { kind: 'report' })).toMatchObject({ result: { backend: 'javascript', way: 'forced' } });
  const answer = await ask(2, { kind: 'gradients', document, seed: 1, weights: null, inputs: null, raw: false });
  expect(answer).toMatchObject({ kind: 'result', result: { wires: [{ mark: 'none' }, { mark: 'none' }] } });
  expect(output.join('')).toBe('');
});

test('computes with a library that lies outside of the package, where it is told of one', async () => {
  const device = (environment: NodeJS.ProcessEnv) => start(environment).ask(1, { kind: 'report' });
  const library = dirname(realpathSync(join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu', 'deps')));
  const own = await device({});
  const provided = await device({ [engineLibraryVariable]: library });
  if (own.kind !== 'result' || provided.kind !== 'result') throw new Error('the engine did not report');
  const [before, after] = [own.result, provided.result] as [EngineReport, EngineReport];
  expect(after).toMatchObject({ backend: 'tensorflow', version: before.version, way: 'provided' });
  // One that is not there is told, and does not fall back on the package's own.
  const missing = await device({ [engineLibraryVariable]: join(folder, 'nowhere') });
  expect(missing).toMatchObject({ result: { backend: 'javascript', way: 'fallback' } });
  expect(JSON.stringify(missing)).toContain('nowhere');
});

test('an interrupt from the keyboard is the parent’s to act on', async () => {
  const { started, ask } = start({ GRADLOOM_ENGINE: 'javascript' });
  await ask(1, { kind: 'report' });
  started.kill('SIGINT');
  expect(await ask(2, { kind: 'report' })).toMatchObject({ kind: 'result' });
});
