import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeFrame } from '#shared/protocol/telemetry';
import { BridgeClient, CallFailure, SocketClient } from './client.ts';
import type { Bridge, Socket } from './client.ts';
import { frameOf } from '../state/testing/frames.ts';

/** A far end that the test plays by hand. */
class HandSocket implements Socket {
  binaryType = '';
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  readonly sent: { id: number; call: string; arguments: unknown }[] = [];
  send(text: string): void {
    this.sent.push(JSON.parse(text) as (typeof this.sent)[number]);
  }
  close(): void {
    this.onclose?.();
  }
  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const sockets: HandSocket[] = [];
const connect = (): SocketClient =>
  new SocketClient(() => {
    const socket = new HandSocket();
    sockets.push(socket);
    return socket;
  });
const socket = (): HandSocket => {
  const last = sockets.at(-1);
  if (last === undefined) throw new Error('no socket was opened');
  return last;
};

beforeEach(() => {
  vi.useFakeTimers();
  sockets.length = 0;
});
afterEach(() => vi.useRealTimers());

const recent = { paths: ['/a.gradloom.json'] };

describe('over a socket', () => {
  it('keeps calls until the first connection, then matches answers by id', async () => {
    const client = connect();
    const first = client.call('document.recent', {});
    const second = client.call('run.control', { run: 'r', action: 'pause' });
    expect(socket().sent).toEqual([]);
    socket().onopen?.();
    expect(socket().sent.map(({ call }) => call)).toEqual(['document.recent', 'run.control']);
    const [one, two] = socket().sent;
    socket().say({ id: two?.id, result: {} });
    socket().say({ id: one?.id, result: recent });
    await expect(first).resolves.toEqual(recent);
    await expect(second).resolves.toEqual({});
  });

  it('rejects with the failure that the services give, and with one of its own for an answer of another form', async () => {
    const client = connect();
    socket().onopen?.();
    const refused = client.call('document.recent', {}).catch((problem: unknown) => problem);
    socket().say({ id: 1, failure: { code: 'internal', message: 'no', values: {} } });
    const failure = await refused;
    expect(failure).toBeInstanceOf(CallFailure);
    expect((failure as CallFailure).failure.code).toBe('internal');
    const odd = client.call('document.recent', {}).catch((problem: unknown) => problem);
    socket().say({ id: 2, result: { paths: 'not a list' } });
    expect(((await odd) as CallFailure).failure.code).toBe('protocol');
  });

  it('fails what was under way when the connection breaks, tries again ever slower, and recovers', async () => {
    const client = connect();
    const heard: string[] = [];
    client.onConnection((connection) => heard.push(connection));
    socket().onopen?.();
    const pending = client.call('document.recent', {}).catch((problem: unknown) => problem);
    socket().close();
    expect(((await pending) as CallFailure).failure.code).toBe('connection.lost');
    const refused = client.call('document.recent', {}).catch((problem: unknown) => problem);
    expect(((await refused) as CallFailure).failure.code).toBe('connection.lost');
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(200);
    expect(sockets).toHaveLength(2);
    socket().close();
    vi.advanceTimersByTime(200);
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(160);
    expect(sockets).toHaveLength(3);
    socket().onopen?.();
    const call = client.call('document.recent', {});
    socket().say({ id: socket().sent.at(-1)?.id, result: recent });
    await expect(call).resolves.toEqual(recent);
    expect(heard).toEqual(['open', 'lost', 'open']);
  });

  it('tells events and frames that validate, and drops all others', () => {
    const client = connect();
    const events: unknown[] = [];
    const steps: number[] = [];
    client.onEvent((event) => events.push(event));
    client.onFrame((frame) => steps.push(frame.step));
    socket().onopen?.();
    socket().say({ event: 'menu', command: 'file.save' });
    socket().say({ event: 'menu' });
    socket().say({ event: 'nonsense' });
    socket().onmessage?.({ data: 'not json' });
    const bytes = encodeFrame(frameOf({ step: 7 }));
    socket().onmessage?.({ data: bytes.buffer });
    socket().onmessage?.({ data: bytes.slice(0, 40).buffer });
    expect(events).toEqual([{ event: 'menu', command: 'file.save' }]);
    expect(steps).toEqual([7]);
  });

  it('lets the other listeners hear when one of them throws', () => {
    vi.useRealTimers();
    const client = connect();
    const heard: string[] = [];
    const thrown: unknown[] = [];
    const queue = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((then) => {
      try {
        then();
      } catch (problem) {
        thrown.push(problem);
      }
    });
    client.onEvent(() => {
      throw new Error('broken listener');
    });
    client.onEvent((event) => heard.push(event.event));
    socket().onopen?.();
    socket().say({ event: 'menu', command: 'file.save' });
    queue.mockRestore();
    expect(heard).toEqual(['menu']);
    expect(thrown).toEqual([new Error('broken listener')]);
  });
});

describe('over the bridge', () => {
  it('calls, validates the answer, and hears events and frames', async () => {
    let event: (value: unknown) => void = () => undefined;
    let frame: (bytes: Uint8Array) => void = () => undefined;
    const answers: unknown[] = [{ id: 1, result: recent }, 'nonsense'];
    const bridge = {
      platform: 'linux',
      call: () => Promise.resolve(answers.shift()),
      onEvent: (listener: (value: unknown) => void) => (event = listener),
      onFrame: (listener: (bytes: Uint8Array) => void) => (frame = listener),
    } as unknown as Bridge;
    const client = new BridgeClient(bridge);
    expect(client.connection).toBe('open');
    await expect(client.call('document.recent', {})).resolves.toEqual(recent);
    await expect(client.call('document.recent', {})).rejects.toThrow(/not what the protocol says/);
    const heard: unknown[] = [];
    client.onEvent((value) => heard.push(value.event));
    client.onFrame((value) => heard.push(value.step));
    event({ event: 'menu', command: 'edit.undo' });
    frame(encodeFrame(frameOf({ step: 3 })));
    expect(heard).toEqual(['menu', 3]);
  });
});
