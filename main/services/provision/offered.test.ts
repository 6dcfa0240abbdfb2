import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Failure, ServiceEvent } from '#shared/protocol/calls';
import { engineLibraryVariable } from '#shared/protocol/engine';
import { packEngine } from '../../../scripts/build/engine-archive.mjs';
import { CallHandler } from '../callHandler.ts';
import type { ServiceError } from '../failure.ts';
import { nodeFileSystem } from '../fileSystem.ts';
import { reachBelow } from '../reach.ts';
import { createServices } from '../services.ts';
import type { Services } from '../services.ts';
import { inTemporaryFolder, smallDocument, tinyEngine, until } from '../testing/tiny.ts';
import type { Release } from './release.ts';

interface Offer {
  readonly services: Services;
  readonly handler: CallHandler;
  readonly events: ServiceEvent[];
  /** What each engine that was started was given. */
  readonly libraries: (string | undefined)[];
  readonly archive: string;
  call(name: string, values?: unknown): Promise<unknown>;
}

/** A window on services whose app was packaged with an engine of one file; the file lies within its reach. */
async function offered(use: (offer: Offer) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const library = join(folder, 'library');
    await mkdir(join(library, 'lib', 'napi-v8'), { recursive: true });
    await writeFile(join(library, 'lib', 'napi-v8', 'tfjs_binding.node'), 'binding');
    const into = join(folder, 'documents');
    const engine = await packEngine({ library, into, tensorflow: '2.21.0', variant: 'cpu' });
    await writeFile(join(folder, 'outside.tar.gz'), await readFile(join(into, engine.file)));
    const release: Release = { address: null, engine };
    const libraries: (string | undefined)[] = [];
    const launch = tinyEngine('');
    const services = createServices({
      shell: 'browser',
      updates: { source: 'browser' },
      launcher: (listener, environment) => {
        libraries.push(environment?.[engineLibraryVariable]);
        return launch(listener, environment);
      },
      reach: await reachBelow(nodeFileSystem, into),
      folder: into,
      data: join(folder, 'data'),
      provision: { release, folder: join(folder, 'data', 'engine') },
    });
    const events: ServiceEvent[] = [];
    const handler = new CallHandler(services, {
      event: (event) => events.push(event),
      frame: () => undefined,
      dialogs: null,
      broke: (error) => {
        throw error;
      },
    });
    const call = async (name: string, values: unknown = {}): Promise<unknown> => {
      const response = await handler.handle({ id: 1, call: name, arguments: values });
      if ('failure' in response) throw response.failure;
      return response.result;
    };
    try {
      services.engine.start();
      await until(() => services.engine.report.state === 'ready', 'the engine');
      await use({ services, handler, events, libraries, archive: join(into, engine.file), call });
    } finally {
      await handler.close();
      services.engine.close();
    }
  });
}

const provisions = (events: readonly ServiceEvent[]): Extract<ServiceEvent, { event: 'provision' }>['provision'][] =>
  events.flatMap((event) => (event.event === 'provision' ? [event.provision] : []));
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (failure: Failure) => failure.code,
  );

test('a window installs the engine from a file, and an engine without runs gives way to it at once', () =>
  offered(async ({ events, libraries, archive, call, services }) => {
    expect(await call('engine.provision')).toMatchObject({
      provision: { stage: 'absent', host: null, waiting: false },
    });
    await call('engine.install', { path: archive });
    await until(() => libraries.length === 2, 'another engine');
    const library = services.provision.library();
    expect(library).not.toBeNull();
    expect(libraries).toEqual([undefined, library]);
    // The last that a window hears is how it stands.
    expect(provisions(events).at(-1)).toMatchObject({ stage: 'ready', waiting: false });
    await until(() => services.engine.report.state === 'ready', 'the engine');
    expect(events.some((event) => event.event === 'engine' && event.died !== null)).toBe(false);
  }));

test('while a run is under way its engine stays; when it is over the person says when', () =>
  offered(async ({ events, libraries, archive, call, services }) => {
    const { run } = (await call('run.start', { document: smallDocument(), paused: false })) as { run: string };
    await call('engine.install', { path: archive });
    await until(() => provisions(events).at(-1)?.stage === 'ready', 'the installation');
    expect(provisions(events).at(-1)?.waiting).toBe(true);
    expect(await codeOf(call('engine.restart'))).toBe('engine.busy');
    expect(libraries).toEqual([undefined]);
    await call('run.control', { run, action: 'stop' });
    await until(() => services.runs.isOver(run), 'the end of the run');
    expect(libraries).toEqual([undefined]);
    const unanswered = services.engine.request({ kind: 'preview', data: {} as never, count: 668 }).then(
      () => 'done',
      (error: unknown) => (error as ServiceError).failure.code,
    );
    await call('engine.restart');
    // What was asked of the engine that went is told to have failed, and its going is no death.
    expect(await unanswered).toBe('engine.restarted');
    await until(() => services.engine.report.state === 'ready', 'the engine');
    expect(libraries).toEqual([undefined, services.provision.library()]);
    expect(provisions(events).at(-1)).toMatchObject({ stage: 'ready', waiting: false });
    expect(events.some((event) => event.event === 'engine' && event.died !== null)).toBe(false);
  }));

test('an engine that could not be noted is taken when the window has it checked again', () =>
  offered(async ({ events, libraries, archive, call, services }) => {
    await call('engine.install', { path: archive });
    await until(() => libraries.length === 2, 'another engine');
    const library = services.provision.library() ?? '';
    // Something in the note's place that nothing can be renamed onto.
    const note = join(library, 'installed.json');
    await rm(note);
    await mkdir(join(note, 'in the way'), { recursive: true });
    for (const ask of ['engine.provision', 'engine.check']) {
      events.length = 0;
      await call(ask);
      await until(() => provisions(events).at(-1)?.stage === 'unnoted', 'that it cannot be noted');
      expect(provisions(events).at(-1)?.failure?.values['path']).toBe(note);
    }
    await rm(note, { recursive: true });
    await call('engine.check');
    await until(() => provisions(events).at(-1)?.stage === 'ready', 'the engine');
    expect(provisions(events).at(-1)?.failure).toBeNull();
    expect(services.provision.library()).toBe(library);
  }));

test('a file out of the window’s reach is not read, and a window cannot install what is not offered', () =>
  offered(async ({ archive, call, events }) => {
    for (const path of [join(archive, '..', '..', 'outside.tar.gz'), '/etc/passwd']) {
      expect(await codeOf(call('engine.install', { path }))).toBe('file.outside');
    }
    expect(provisions(events)).toEqual([]);
    await call('engine.install', { path: null });
    await until(() => provisions(events).at(-1)?.stage === 'failed', 'the failure');
    expect(provisions(events).at(-1)?.failure?.code).toBe('provision.noAddress');
    await call('engine.installStop');
  }));
