import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GraphNode } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import type { ServiceEvent } from '#shared/protocol/calls';
import { CallFailure } from '../platform/client.ts';
import type { Client, Connection } from '../platform/client.ts';
import { useDocumentStore } from './documentStore.ts';
import { connectKeptWork, keepingPause, useKeptWork } from './keptWork.ts';

const dense: GraphNode = { id: nodeId('dense'), type: 'dense', params: { units: 4 }, position: { x: 0, y: 0 } };
const edit = (units: number): void =>
  useDocumentStore
    .getState()
    .edit([{ kind: 'setParameters', node: dense.id, set: { units } }], { key: 'command.undo' });

let calls: { readonly name: string; readonly values: Record<string, unknown> }[] = [];
let refuse: CallFailure | null = null;
let answer: () => Promise<unknown> = () => Promise.resolve({});
let tell: (event: ServiceEvent) => void = () => undefined;
let connection: (connection: Connection) => void = () => undefined;

const client: Client = {
  connection: 'open',
  call: (name, values) => {
    calls.push({ name, values });
    return (refuse === null ? answer() : Promise.reject(refuse)) as never;
  },
  onEvent: (listener) => {
    tell = listener;
    return () => undefined;
  },
  onFrame: () => () => undefined,
  onConnection: (listener) => {
    connection = listener;
    return () => undefined;
  },
};

/** What was asked of the store of unsaved work. */
const kept = (): unknown[] =>
  calls.flatMap(({ name, values }) =>
    name === 'work.keep'
      ? [(JSON.parse(String(values['text'])) as { graph: { nodes: GraphNode[] } }).graph.nodes[0]?.params['units']]
      : name === 'work.discard'
        ? ['discarded']
        : [],
  );

let leave = (): void => undefined;

beforeEach(() => {
  vi.useFakeTimers();
  refuse = null;
  answer = () => Promise.resolve({});
  const store = useDocumentStore.getState();
  store.newDocument();
  store.edit([{ kind: 'addNodes', sheet: null, nodes: [dense] }], { key: 'command.undo' });
  store.load(useDocumentStore.getState().document, '/net.json', 5);
  leave = connectKeptWork(client, 'window-1');
  calls = [];
});
afterEach(() => {
  leave();
  vi.useRealTimers();
});

describe('unsaved changes', () => {
  it('are kept within two seconds however long a person goes on editing, and only the latest', async () => {
    for (let units = 1; units <= 40; units++) {
      edit(units);
      await vi.advanceTimersByTimeAsync(100);
    }
    const states = kept().map(Number);
    // After four seconds of edits, ten a second, what is kept is at most twenty edits old.
    expect(states.at(-1)).toBeGreaterThanOrEqual(40 - 2000 / 100);
    expect(states.length).toBeLessThanOrEqual(4000 / keepingPause + 1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(kept().at(-1)).toBe(40);
    expect(calls[0]?.values).toMatchObject({ window: 'window-1', path: '/net.json', modified: 5 });
  });

  it('are forgotten once they are in the file', async () => {
    edit(8);
    await vi.advanceTimersByTimeAsync(2000);
    useDocumentStore.getState().markSaved('/net.json', 6);
    await vi.advanceTimersByTimeAsync(2000);
    expect(kept()).toEqual([8, 'discarded']);
  });

  it('while the services are slow, the next are sent when they have answered', async () => {
    let finish: (value: unknown) => void = () => undefined;
    answer = () => new Promise((resolve) => (finish = resolve));
    edit(8);
    await vi.advanceTimersByTimeAsync(2000);
    edit(9);
    await vi.advanceTimersByTimeAsync(2000);
    expect(kept()).toEqual([8]);
    answer = () => Promise.resolve({});
    finish({});
    await vi.advanceTimersByTimeAsync(0);
    expect(kept()).toEqual([8, 9]);
  });

  it('that cannot be kept are told, tried again, and told no more when they are kept', async () => {
    refuse = new CallFailure('work.keep', { code: 'file.diskFull', message: '', values: { path: '/data' } });
    edit(8);
    await vi.advanceTimersByTimeAsync(2000);
    expect(useKeptWork.getState().failure?.code).toBe('file.diskFull');
    refuse = null;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(useKeptWork.getState().failure).toBeNull();
    expect(kept()).toEqual([8, 8]);
  });

  it('are kept anew when the services come back', async () => {
    edit(8);
    await vi.advanceTimersByTimeAsync(2000);
    connection('lost');
    connection('open');
    await vi.advanceTimersByTimeAsync(0);
    expect(kept()).toEqual([8, 8]);
    expect(calls.some(({ name, values }) => name === 'document.watch' && values['path'] === '/net.json')).toBe(true);
  });
});

describe('the file', () => {
  const file = (state: 'same' | 'changed' | 'missing', modified: number | null, path = '/net.json'): ServiceEvent => ({
    event: 'file',
    path,
    state,
    modified,
    others: 0,
  });

  it('with a new time and the old content is taken as it is', () => {
    tell(file('same', 9));
    expect(useDocumentStore.getState()).toMatchObject({ modified: 9, dirty: false });
  });

  it('that others wrote is told, and the time stays, so that a save asks', () => {
    tell(file('changed', 9));
    expect(useKeptWork.getState().file?.state).toBe('changed');
    expect(useDocumentStore.getState()).toMatchObject({ modified: 5, dirty: false });
  });

  it('that is gone leaves the document unsaved, so that it is kept', async () => {
    tell(file('missing', null));
    expect(useDocumentStore.getState().dirty).toBe(true);
    await vi.advanceTimersByTimeAsync(2000);
    expect(kept()).toEqual([4]);
  });

  it('of another document is none of ours', () => {
    tell(file('changed', 9, '/other.json'));
    expect(useKeptWork.getState().file).toBeNull();
  });
});
