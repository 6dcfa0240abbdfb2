import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { calls, eventSchema, failureSchema, responseSchema } from '#shared/protocol/calls';
import type { CallName, Response, ServiceEvent } from '#shared/protocol/calls';
import { frameSequence } from '#shared/protocol/telemetry';
import { isTextKey } from '#shared/text/text';
import { CallHandler, noRequest } from './callHandler.ts';
import { nodeFileSystem } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';
import { reachBelow } from './reach.ts';
import { mayFollow, runName } from './runs.ts';
import { createServices } from './services.ts';
import type { Services } from './services.ts';
import { inTemporaryFolder, smallDocument, tinyEngine, until } from './testing/tiny.ts';

interface Window {
  readonly handler: CallHandler;
  readonly services: Services;
  readonly events: ServiceEvent[];
  readonly frames: number[];
  readonly folder: string;
  readonly data: string;
  call(name: string, values: unknown): Promise<Response>;
  /** The result, checked against the protocol. */
  result(name: CallName, values: unknown): Promise<unknown>;
}

async function withWindow(
  use: (window: Window) => Promise<void>,
  habits = '',
  faults: Partial<FileSystem> = {},
): Promise<void> {
  await inTemporaryFolder(async (temporary) => {
    const [folder, data] = [join(temporary, 'documents'), join(temporary, 'data')];
    await mkdir(folder);
    const services = createServices({
      shell: 'browser',
      updates: { source: 'browser' },
      launcher: tinyEngine(habits),
      reach: await reachBelow(nodeFileSystem, folder),
      folder,
      data,
      fileSystem: { ...nodeFileSystem, ...faults },
    });
    const events: ServiceEvent[] = [];
    const frames: number[] = [];
    const handler = new CallHandler(services, {
      event: (event) => events.push(eventSchema.parse(event)),
      frame: (bytes) => frames.push(frameSequence(bytes)),
      dialogs: null,
      broke: () => undefined,
    });
    let id = 0;
    const call = async (name: string, values: unknown): Promise<Response> =>
      responseSchema.parse(await handler.handle({ id: ++id, call: name, arguments: values }));
    const result = async (name: CallName, values: unknown): Promise<unknown> => {
      const response = await call(name, values);
      if ('failure' in response) throw new Error(`${name}: ${response.failure.code} ${response.failure.message}`);
      return calls[name].result.parse(response.result);
    };
    try {
      await use({ handler, services, events, frames, folder, data, call, result });
    } finally {
      await handler.close();
      services.engine.close();
    }
  });
}

const failureOf = (response: Response): { code: string; message: string } =>
  'failure' in response ? failureSchema.parse(response.failure) : { code: 'none', message: '' };

const states = (events: readonly ServiceEvent[]): string[] =>
  events.flatMap((event) => (event.event === 'run.state' ? [event.state] : []));

describe('bad messages are answered with a failure', () => {
  const bad: readonly (readonly [string, unknown, string, number])[] = [
    ['nothing', undefined, 'call.malformed', noRequest],
    ['null', null, 'call.malformed', noRequest],
    ['a number', 7, 'call.malformed', noRequest],
    ['text', 'hello', 'call.malformed', noRequest],
    ['a list', [1, 2], 'call.malformed', noRequest],
    ['an empty object', {}, 'call.malformed', noRequest],
    ['an id that is no number', { id: 'a', call: 'hello', arguments: {} }, 'call.malformed', noRequest],
    ['an id that is no integer', { id: 1.5, call: 'hello', arguments: {} }, 'call.malformed', noRequest],
    ['no name', { id: 4, arguments: {} }, 'call.malformed', 4],
    ['one key too many', { id: 4, call: 'hello', arguments: {}, extra: 1 }, 'call.malformed', 4],
    ['an unknown name', { id: 5, call: 'shell.run', arguments: {} }, 'call.unknown', 5],
    ['a name of the prototype', { id: 6, call: 'constructor', arguments: {} }, 'call.unknown', 6],
    ['another one', { id: 6, call: '__proto__', arguments: {} }, 'call.unknown', 6],
    ['a missing argument', { id: 7, call: 'document.read', arguments: {} }, 'call.arguments', 7],
    ['no arguments', { id: 7, call: 'document.read' }, 'call.malformed', 7],
    ['an argument of another type', { id: 8, call: 'document.read', arguments: { path: 3 } }, 'call.arguments', 8],
    ['an argument too many', { id: 9, call: 'hello', arguments: { verbose: true } }, 'call.arguments', 9],
    ['an unknown action', { id: 1, call: 'run.control', arguments: { run: 'r', action: 'x' } }, 'call.arguments', 1],
    [
      'too many numbers asked for',
      { id: 1, call: 'run.predict', arguments: { of: { run: 'r' }, count: 1e9, inputs: {} } },
      'call.arguments',
      1,
    ],
    [
      'a document that is none',
      { id: 2, call: 'run.start', arguments: { document: {}, paused: true } },
      'call.arguments',
      2,
    ],
    [
      'a run that is not this window’s',
      { id: 3, call: 'run.control', arguments: { run: 'r', action: 'stop' } },
      'run.unknown',
      3,
    ],
  ];
  test.each(bad)('%s', (_what, message, code, id) =>
    withWindow(async ({ handler }) => {
      const response = responseSchema.parse(await handler.handle(message));
      expect(response.id).toBe(id);
      expect(failureOf(response).code).toBe(code);
      expect(isTextKey(`failure.${code}`)).toBe(true);
    }),
  );

  test('a circular message', () =>
    withWindow(async ({ handler }) => {
      const circular: Record<string, unknown> = { id: 1, call: 'document.read' };
      circular['arguments'] = circular;
      expect(failureOf(await handler.handle(circular)).code).toBe('call.arguments');
    }));

  test('the failure names the argument and what was expected', () =>
    withWindow(async ({ call }) => {
      const { message } = failureOf(
        await call('document.write', { path: 'a.json', text: 1, expected: null, overwrite: false }),
      );
      expect(message).toContain('document.write');
      expect(message).toMatch(/text: .*expected string, received number/);
    }));
});

describe('calls', () => {
  test('hello says what this is', () =>
    withWindow(async ({ result, folder, services }) => {
      const hello = await result('hello', {});
      expect(hello).toMatchObject({ shell: 'browser', folder, root: folder, engine: { state: 'starting' } });
      await until(() => services.engine.report.state === 'ready', 'ready');
      expect(await result('engine.report', {})).toMatchObject({ state: 'ready', version: 'tiny' });
    }));

  test('the native dialogs do not exist in the browser', () =>
    withWindow(async ({ result }) => {
      expect(await result('dialog.open', {})).toEqual({ available: false, path: null });
      expect(await result('dialog.save', { suggested: 'x' })).toEqual({ available: false, path: null });
    }));

  test('write, list, read, recent', () =>
    withWindow(async ({ result, folder }) => {
      const path = join(folder, 'net.gradloom.json');
      const text = JSON.stringify(smallDocument());
      const written = await result('document.write', { path, text, expected: null, overwrite: false });
      expect(written).toMatchObject({ path, backup: null });
      expect(await result('document.read', { path })).toEqual({
        path,
        text,
        modified: (written as { readonly modified: number }).modified,
      });
      expect(await result('files.list', { path: '' })).toMatchObject({ entries: [{ name: 'net.gradloom.json' }] });
      expect(await result('document.recent', {})).toEqual({ paths: [path] });
    }));

  test('unsaved work outlives its window; an earlier version of a file is read again', () =>
    withWindow(async ({ handler, services, result, folder }) => {
      const path = join(folder, 'net.gradloom.json');
      const text = (name: string): string => JSON.stringify({ ...smallDocument(), name });
      const { modified } = (await result('document.write', {
        path,
        text: text('saved'),
        expected: null,
        overwrite: false,
      })) as { readonly modified: number };
      await result('document.watch', { window: 'window-1', path, modified });
      await result('work.keep', { window: 'window-1', path, name: 'net', modified, text: text('unsaved') });
      expect(await result('work.found', {})).toEqual({ works: [] });
      await handler.close();
      expect(await result('work.found', {})).toMatchObject({ works: [{ window: 'window-1', path, modified }] });
      expect(await result('work.read', { window: 'window-1' })).toMatchObject({ text: text('unsaved') });
      await result('work.discard', { window: 'window-1' });
      expect(await result('work.found', {})).toEqual({ works: [] });

      await result('document.write', { path, text: text('saved again'), expected: modified, overwrite: false });
      const { versions } = (await result('document.versions', { path })) as {
        readonly versions: readonly { readonly version: string }[];
      };
      expect(versions).toHaveLength(1);
      const version = versions[0]?.version ?? '';
      expect(await result('document.version', { path, version })).toEqual({ text: text('saved') });
      await services.keptWork.close();
    }));

  test('what a page left unsaved is found when the same window loads its page again', () =>
    withWindow(async ({ result, services }) => {
      await result('hello', {});
      const work = { path: null, name: 'net', modified: null, text: '{}' };
      await result('work.keep', { window: 'window-1', ...work });
      expect(await result('work.found', {})).toEqual({ works: [] });
      await result('hello', {});
      expect(await result('work.found', {})).toMatchObject({ works: [{ window: 'window-1' }] });
      await services.keptWork.close();
    }));

  test.each(['../../net', 'a/b/c/d/e', 'WINDOW-1', 'short', `${'a'.repeat(65)}`, 'window-1\0'])(
    'no file but its own is named by a window: %s',
    (name) =>
      withWindow(async ({ call }) => {
        const work = { window: name, path: null, name: 'net', modified: null, text: '{}' };
        expect(failureOf(await call('work.keep', work)).code).toBe('call.arguments');
        expect(failureOf(await call('work.read', { window: name })).code).toBe('call.arguments');
        expect(failureOf(await call('work.discard', { window: name })).code).toBe('call.arguments');
      }),
  );

  test('a window hears that its file was changed, and that another window shows it', () =>
    withWindow(async ({ services, result, events, folder }) => {
      const path = join(folder, 'net.json');
      await writeFile(path, JSON.stringify(smallDocument()));
      const { modified } = (await result('document.read', { path })) as { readonly modified: number };
      await result('document.watch', { window: 'window-1', path, modified });
      const other = new CallHandler(services, {
        event: () => undefined,
        frame: () => undefined,
        dialogs: null,
        broke: () => undefined,
      });
      const watch = { window: 'window-2', path, modified };
      await other.handle({ id: 1, call: 'document.watch', arguments: watch });
      const files = (): readonly ServiceEvent[] => events.filter(({ event }) => event === 'file');
      await until(() => files().length === 1, 'the other window');
      expect(files()).toEqual([{ event: 'file', path, state: 'same', modified, others: 1 }]);
      await writeFile(path, JSON.stringify({ ...smallDocument(), name: 'theirs' }));
      await until(() => files().length === 2, 'the change');
      expect(files().at(-1)).toMatchObject({ state: 'changed', others: 1 });
      await other.close();
    }));

  test('recent shows nothing out of reach', () =>
    withWindow(async ({ result, folder, data }) => {
      await mkdir(data);
      const outside = join(data, 'other.json');
      await writeFile(outside, '{}');
      await writeFile(join(folder, 'in.json'), '{}');
      await writeFile(join(data, 'recent.json'), JSON.stringify({ paths: [outside, join(folder, 'in.json')] }));
      expect(await result('document.recent', {})).toEqual({ paths: [join(folder, 'in.json')] });
    }));

  test('an error nobody foresaw becomes a failure and goes to the log', () =>
    inTemporaryFolder(async (folder) => {
      const broken: unknown[] = [];
      const services = createServices({
        shell: 'browser',
        updates: { source: 'browser' },
        launcher: tinyEngine(''),
        reach: await reachBelow(nodeFileSystem, folder),
        folder,
        data: folder,
      });
      const odd = { ...services, files: { list: () => Promise.reject(new TypeError('odd')) } } as unknown as Services;
      const handler = new CallHandler(odd, {
        event: () => undefined,
        frame: () => undefined,
        dialogs: null,
        broke: (error) => broken.push(error),
      });
      const response = await handler.handle({ id: 1, call: 'files.list', arguments: { path: '' } });
      expect(failureOf(response)).toMatchObject({ code: 'internal', message: expect.stringContaining('odd') });
      expect(broken).toHaveLength(1);
      services.engine.close();
    }));
});

describe('runs', () => {
  const start = (paused = false) => ({ document: smallDocument(), paused });

  test('a run has a folder with its document, settings, versions and state', () =>
    withWindow(async ({ result, data, events }) => {
      const { run } = (await result('run.start', start(true))) as { run: string };
      expect(run).toMatch(/^run-\d{8}-\d{6}-[0-9a-f]{2}$/);
      const folder = join(data, 'runs', run);
      // The state is written beside what is told; until its file is there, so is the one it is renamed from.
      await vi.waitFor(async () => {
        const kept: unknown = JSON.parse(await readFile(join(folder, 'state.json'), 'utf8'));
        expect(kept).toMatchObject({ state: 'paused' });
      });
      expect((await readdir(folder)).sort()).toEqual(['document.gradloom.json', 'run.json', 'state.json']);
      expect(JSON.parse(await readFile(join(folder, 'document.gradloom.json'), 'utf8'))).toMatchObject({
        name: 'small',
      });
      expect(JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'))).toMatchObject({
        run,
        settings: { seed: 1, paused: true },
        versions: { node: process.version },
      });
      expect(states(events)).toEqual(['paused']);
      await result('run.control', { run, action: 'resume' });
      await result('run.control', { run, action: 'stop' });
      expect(states(events)).toEqual(['paused', 'running', 'stopped']);
      const refused = await result('run.control', { run, action: 'pause' }).catch((error: Error) => error.message);
      expect(refused).toContain('run.ended');
    }));

  test('numbers that are not finite are left out of what crosses as JSON', () =>
    withWindow(async ({ result, events }) => {
      await result('run.start', start());
      const epochs = events.flatMap((event) => (event.event === 'run.epoch' ? [event.training] : []));
      expect(epochs).toEqual([{ accuracy: 1 }]);
    }));

  test('frames wait for the acknowledgement, latest wins', () =>
    withWindow(async ({ result, frames }) => {
      const { run } = (await result('run.start', start())) as { run: string };
      expect(frames).toEqual([0]);
      await result('run.acknowledge', { run, sequence: 0 });
      expect(frames).toEqual([0, 4]);
      await result('run.acknowledge', { run, sequence: 4 });
      expect(frames).toEqual([0, 4]);
    }));

  test('a new run of the window ends the former one', () =>
    withWindow(async ({ result, events, frames }) => {
      const first = (await result('run.start', start())) as { run: string };
      const second = (await result('run.start', start())) as { run: string };
      expect(second.run).not.toBe(first.run);
      const told = events.flatMap((event) => (event.event === 'run.state' ? [[event.run, event.state]] : []));
      expect(told).toEqual([
        [first.run, 'running'],
        [first.run, 'stopped'],
        [second.run, 'running'],
      ]);
      expect(frames).toEqual([0, 0]);
      const refused = await result('run.control', { run: first.run, action: 'stop' }).catch(
        (error: Error) => error.message,
      );
      expect(refused).toContain('run.unknown');
    }));

  test('two starts at the same time leave one run', () =>
    withWindow(async ({ result, services, events }) => {
      const both = (await Promise.all([result('run.start', start()), result('run.start', start())])) as {
        run: string;
      }[];
      expect(states(events)).toEqual(['running', 'stopped', 'running']);
      expect(() => services.runs.inputsOf(both[0]?.run ?? '')).toThrow(/has no run/);
    }));

  test('the window goes: its run stops', () =>
    withWindow(async ({ result, handler, data }) => {
      const { run } = (await result('run.start', start())) as { run: string };
      await handler.close();
      expect(JSON.parse(await readFile(join(data, 'runs', run, 'state.json'), 'utf8'))).toMatchObject({
        state: 'stopped',
      });
    }));

  test('the engine dies during a run: the run has failed and says why, on disk too, and the next one works', () =>
    withWindow(async ({ result, events, services, data }) => {
      const { run } = (await result('run.start', start())) as { run: string };
      await until(() => states(events).includes('failed'), 'failed');
      expect(events).toContainEqual(
        expect.objectContaining({
          event: 'run.state',
          run,
          state: 'failed',
          failure: expect.objectContaining({ code: 'engine.died' }),
        }),
      );
      expect(events).toContainEqual(expect.objectContaining({ event: 'engine', died: 'exit code 9' }));
      await services.runs.ended(run);
      expect(JSON.parse(await readFile(join(data, 'runs', run, 'state.json'), 'utf8'))).toMatchObject({
        state: 'failed',
        failure: { code: 'engine.died' },
      });
      const next = (await result('run.start', start())) as { run: string };
      expect(next.run).not.toBe(run);
    }, 'die-in-run'));

  test('a network with problems does not start, and nothing is left behind', () =>
    withWindow(async ({ call, data }) => {
      const document = smallDocument((draft) => {
        (draft['graph'] as { wires: unknown[] }).wires = [];
      });
      const failure = failureOf(await call('run.start', { document, paused: false }));
      expect(failure.code).toBe('run.problems');
      await expect(readdir(join(data, 'runs'))).rejects.toThrow(/ENOENT/);
    }));

  test('a full disk stops the start with its reason', () =>
    withWindow(
      async ({ call }) => {
        expect(failureOf(await call('run.start', start())).code).toBe('file.diskFull');
      },
      '',
      { mkdir: async () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) },
    ));

  test('a prediction takes and gives plain numbers by node', () =>
    withWindow(async ({ result, call }) => {
      const { run } = (await result('run.start', start())) as { run: string };
      const inputs = { points: [1, 2, 3, 4] };
      expect(await result('run.predict', { of: { run }, count: 2, inputs })).toEqual({
        outputs: { out: { shape: [2, 2], values: [2, 4, 6, 8] } },
      });
      const wrong = failureOf(await call('run.predict', { of: { run }, count: 3, inputs }));
      expect(wrong.message).toBe('The input "points" needs 6 numbers (3 examples of shape 2); received 4.');
      expect(failureOf(await call('run.predict', { of: { run }, count: 1, inputs: {} })).code).toBe(
        'predict.inputMissing',
      );
      expect(failureOf(await call('run.predict', { of: { run }, count: 1, inputs: { ...inputs, z: [] } })).code).toBe(
        'predict.inputUnknown',
      );
    }));

  test('what is not finite crosses as a name, and another window’s run is not looked into', () =>
    withWindow(async ({ result, call }) => {
      const { run } = (await result('run.start', start())) as { run: string };
      const example = { part: 'training', number: 3 };
      const request = { example, places: [{ wire: 'w1' }], iterations: { loop: 2 }, gradients: true };
      const values = { shape: [3], kept: [3], dtype: 'float32', minimum: 1, maximum: 1, mean: 1 };
      expect(await result('run.values', { of: { run }, ...request })).toEqual({
        step: 4,
        count: 9,
        fields: {},
        outputs: {},
        loss: 'NaN',
        values: [
          {
            place: { wire: 'w1' },
            path: [],
            value: { ...values, values: [1, 'Infinity', '-Infinity'] },
            gradient: null,
          },
        ],
        left: 0,
      });
      expect(failureOf(await call('run.values', { of: { run: 'other' }, ...request })).code).toBe('run.unknown');
      const many = Array.from({ length: 65 }, () => ({ wire: 'w1' }));
      expect(failureOf(await call('run.values', { of: { run }, ...request, places: many })).code).toBe(
        'call.arguments',
      );
    }));

  test('names and states', () => {
    expect(runName(new Date(2025, 0, 2, 3, 4, 5), 0x1ab)).toBe('run-20250102-030405-ab');
    expect(mayFollow('preparing', 'running')).toBe(true);
    expect(mayFollow('paused', 'running')).toBe(true);
    for (const over of ['finished', 'stopped', 'failed'] as const) expect(mayFollow(over, 'running')).toBe(false);
    expect(mayFollow('running', 'preparing')).toBe(false);
  });
});

describe('kept runs', () => {
  test('are listed, described, put into the trash and taken out again', () =>
    withWindow(async ({ result, call, events, data }) => {
      const { run } = (await result('run.start', { document: smallDocument(), paused: false })) as { run: string };
      await until(() => states(events).includes('running'), 'the run to begin');
      expect(failureOf(await call('run.remove', { run })).code).toBe('run.busy');
      await result('run.control', { run, action: 'stop' });
      await until(() => states(events).includes('stopped'), 'the run to stop');
      await result('run.note', { run, notes: { note: 'the good one', colour: 'teal' } });
      const listed = async (): Promise<unknown> => result('run.list', {});
      const file = join(data, 'runs', run, 'state.json');
      const outputs = Object.fromEntries(
        smallDocument()
          .graph.nodes.filter(({ type }) => type === 'output')
          .map(({ id, label }) => [id, label ?? '']),
      );
      expect(Object.keys(outputs)).toHaveLength(1);
      const whole = {
        run,
        document: 'small',
        outputs,
        seed: 1,
        note: 'the good one',
        colour: 'teal',
        hasCheckpoint: false,
      };
      await expect(listed()).resolves.toMatchObject({ runs: [whole], trash: { count: 0, size: 0 } });
      expect(failureOf(await call('run.resume', { run, paused: true })).code).toBe('run.noCheckpoint');
      expect(failureOf(await call('run.units', { of: { kept: run } })).code).toBe('run.noCheckpoint');

      // As a program leaves it that was killed: its process is gone (no process has this number).
      await writeFile(file, JSON.stringify({ state: 'running', process: 2 ** 30 }));
      await expect(listed()).resolves.toMatchObject({ runs: [{ run, state: 'interrupted' }] });

      await result('run.remove', { run });
      await expect(listed()).resolves.toMatchObject({ runs: [], trash: { count: 1 } });
      await result('run.restore', { run });
      await expect(listed()).resolves.toMatchObject({ runs: [{ run, note: 'the good one' }], trash: { count: 0 } });
      await result('run.remove', { run });
      await result('run.emptyTrash', {});
      await expect(listed()).resolves.toMatchObject({ runs: [], trash: { count: 0 } });
      expect(failureOf(await call('run.restore', { run })).code).toBe('run.notKept');
    }));

  test('a name that leads elsewhere is none, and what is no run is left out', () =>
    withWindow(async ({ result, call, data, folder }) => {
      await mkdir(join(data, 'runs', 'run-broken'), { recursive: true });
      await writeFile(join(data, 'runs', 'run-broken', 'run.json'), '{"began"');
      await expect(result('run.list', {})).resolves.toMatchObject({ runs: [] });
      for (const run of ['../documents', 'run-/../../documents', folder]) {
        for (const name of ['run.remove', 'run.restore', 'run.history'] as const) {
          expect(failureOf(await call(name, { run })).code).toBe('run.notKept');
        }
      }
      expect(await readdir(folder)).toEqual([]);
    }));

  test('the runs of a comparison are this window’s, and end with its next run', () =>
    withWindow(async ({ result, call, events }) => {
      const documents = [smallDocument(), smallDocument((draft) => (draft['name'] = 'other'))];
      const { runs } = (await result('run.compare', { documents, paused: false })) as { runs: string[] };
      expect(runs).toHaveLength(2);
      await until(() => states(events).filter((state) => state === 'running').length === 2, 'both to begin');
      const { run } = (await result('run.start', { document: smallDocument(), paused: false })) as { run: string };
      expect(states(events).filter((state) => state === 'stopped')).toHaveLength(2);
      expect(failureOf(await call('run.control', { run: runs[0], action: 'stop' })).code).toBe('run.unknown');
      await result('run.control', { run, action: 'stop' });
    }));
});
