import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServiceEvent } from '#shared/protocol/calls';
import type { TelemetryFrame } from '#shared/protocol/telemetry';
import { CallFailure, provideClient } from '../platform/client.ts';
import type { Client } from '../platform/client.ts';
import { useDocumentStore } from './documentStore.ts';
import { useRunStore } from './runStore.ts';
import { connectStores } from './session.ts';
import { telemetry } from './telemetry.ts';
import { frameOf, tableOf } from './testing/frames.ts';

const calls: { readonly name: string; readonly values: unknown }[] = [];
let started = 0;
let refuse: CallFailure | null = null;
let tellEvent: (event: ServiceEvent) => void = () => undefined;
let tellFrame: (frame: TelemetryFrame) => void = () => undefined;

const client: Client = {
  connection: 'lost',
  call: (name, values) => {
    calls.push({ name, values });
    if (refuse !== null) return Promise.reject(refuse);
    return Promise.resolve((name === 'run.start' ? { run: `run-${++started}`, kept: null } : {}) as never);
  },
  onEvent: (listener) => {
    tellEvent = listener;
    return () => undefined;
  },
  onFrame: (listener) => {
    tellFrame = listener;
    return () => undefined;
  },
  onConnection: () => () => undefined,
};
provideClient(client);
connectStores(client);

const run = (): ReturnType<typeof useRunStore.getState> => useRunStore.getState();
const state = (name: string, now: 'running' | 'stopped' | 'paused'): ServiceEvent => ({
  event: 'run.state',
  run: name,
  state: now,
  failure: null,
  notFinite: null,
});

beforeEach(() => {
  refuse = null;
  useDocumentStore.getState().newDocument();
  calls.length = 0;
});

afterEach(() => vi.useRealTimers());

describe('a run', () => {
  it('starts with the document as it is and follows its events', async () => {
    await run().start({ paused: false });
    const name = `run-${started}`;
    expect(calls[0]).toEqual({
      name: 'run.start',
      values: { document: useDocumentStore.getState().document, paused: false },
    });
    expect([run().run, run().state, run().document]).toEqual([name, 'preparing', useDocumentStore.getState().document]);
    tellEvent({ event: 'run.table', table: tableOf({ run: name }) });
    tellEvent(state(name, 'running'));
    expect(run().table?.run).toBe(name);
    expect(telemetry.table?.run).toBe(name);
    tellFrame(frameOf({ run: name, step: 3, epoch: 1, loss: 0.5 }));
    expect(run().progress).toMatchObject({ step: 3, epoch: 1, epochs: 3, stepsPerEpoch: 10, loss: 0.5 });
    tellEvent({
      event: 'run.epoch',
      run: name,
      epoch: 0,
      step: 10,
      seconds: 1,
      training: { loss: 1 },
      validation: {},
      best: null,
    });
    expect(run().epochs).toHaveLength(1);
  });

  it('takes events that come before the answer to start as its own', async () => {
    const starting = run().start({ paused: true });
    const name = `run-${started}`;
    tellEvent({ event: 'run.table', table: tableOf({ run: name }) });
    expect(run().run).toBe(name);
    await starting;
    expect(run().table?.run).toBe(name);
  });

  it('does not take what a former run still says for the next one', async () => {
    await run().start({ paused: false });
    const former = `run-${started}`;
    const starting = run().start({ paused: false });
    tellEvent(state(former, 'stopped'));
    expect(run().state).toBe('preparing');
    await starting;
    tellEvent(state(former, 'stopped'));
    expect([run().run, run().state]).toEqual([`run-${started}`, 'preparing']);
  });

  it('keeps why it could not start', async () => {
    refuse = new CallFailure('run.start', { code: 'run.problems', message: 'no', values: { count: 1 } });
    await run().start({ paused: false });
    expect([run().state, run().failure?.code]).toEqual(['failed', 'run.problems']);
  });

  it('is stopped and forgotten with its document', async () => {
    await run().start({ paused: false });
    const name = `run-${started}`;
    tellEvent({ event: 'run.table', table: tableOf({ run: name }) });
    tellEvent(state(name, 'running'));
    calls.length = 0;
    useDocumentStore.getState().newDocument();
    expect(calls).toEqual([{ name: 'run.control', values: { run: name, action: 'stop' } }]);
    expect([run().run, run().state, telemetry.table]).toEqual([null, null, null]);
  });

  it('shows at most five progresses a second, and the last one always', async () => {
    await run().start({ paused: false });
    const name = `run-${started}`;
    tellEvent({ event: 'run.table', table: tableOf({ run: name }) });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], now: Date.now() + 60_000 });
    vi.advanceTimersByTime(10_000);
    const shown: number[] = [];
    const stop = useRunStore.subscribe((now, before) => {
      if (now.progress !== before.progress) shown.push(now.progress?.step ?? -1);
    });
    for (let step = 0; step < 50; step++) tellFrame(frameOf({ run: name, step, sequence: step }));
    expect(shown.length).toBeLessThanOrEqual(1);
    vi.advanceTimersByTime(200);
    stop();
    expect(shown.at(-1)).toBe(49);
    expect(shown.length).toBeLessThanOrEqual(2);
  });
});
