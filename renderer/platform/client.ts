import { calls, eventSchema, responseSchema } from '#shared/protocol/calls';
import type {
  CallArguments,
  CallName,
  CallResult,
  Failure,
  Request,
  Response,
  ServiceEvent,
} from '#shared/protocol/calls';
import { decodeFrame } from '#shared/protocol/telemetry';
import type { TelemetryFrame } from '#shared/protocol/telemetry';

/** What the preload script of the desktop app puts on `window.gradloom`. */
export interface Bridge {
  call(request: Request): Promise<Response>;
  onEvent(listener: (event: unknown) => void): void;
  onFrame(listener: (bytes: Uint8Array) => void): void;
  readonly platform: string;
}

declare global {
  interface Window {
    readonly gradloom?: Bridge;
  }
}

/** A call that the services could not do. `failure.code` is a key of the text table under `failure.`. */
export class CallFailure extends Error {
  constructor(
    readonly call: string,
    readonly failure: Failure,
  ) {
    super(failure.message);
    this.name = 'CallFailure';
  }
}

/** What a call that failed said; any other error is thrown on. */
export function failureOf(problem: unknown): Failure {
  if (problem instanceof CallFailure) return problem.failure;
  throw problem;
}

/** 'lost': the services cannot be reached; the browser shell keeps trying. */
export type Connection = 'connecting' | 'open' | 'lost';

type Unsubscribe = () => void;

/** The window's one way to the services. Everything that comes in was validated against the protocol. */
export interface Client {
  /** Rejects with a CallFailure (code `connection.lost` where the services are out of reach). */
  call<Name extends CallName>(name: Name, values: CallArguments<Name>): Promise<CallResult<Name>>;
  onEvent(listener: (event: ServiceEvent) => void): Unsubscribe;
  onFrame(listener: (frame: TelemetryFrame) => void): Unsubscribe;
  onConnection(listener: (connection: Connection) => void): Unsubscribe;
  readonly connection: Connection;
}

/** Carries requests out and events and frames in; does not know what they mean. */
interface Transport {
  send(request: Request): Promise<Response>;
}

/** What came in but is not what the protocol says: the far end is of another version, or broken. */
function protocolFailure(what: string, detail: string): Failure {
  return { code: 'protocol', message: `${what} is not what the protocol says: ${detail}`, values: { what, detail } };
}

const connectionLost: Failure = {
  code: 'connection.lost',
  message: 'The services behind this window cannot be reached.',
  values: {},
};

/** Listeners of one kind; a listener that throws does not keep the others from hearing. */
class Listeners<Value> {
  readonly #listeners = new Set<(value: Value) => void>();

  add(listener: (value: Value) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(value: Value): void {
    for (const listener of this.#listeners) {
      try {
        listener(value);
      } catch (problem) {
        queueMicrotask(() => {
          throw problem;
        });
      }
    }
  }
}

abstract class ValidatingClient implements Client {
  protected readonly events = new Listeners<ServiceEvent>();
  protected readonly frames = new Listeners<TelemetryFrame>();
  readonly #connections = new Listeners<Connection>();
  #connection: Connection = 'connecting';
  #lastId = 0;

  protected abstract readonly transport: Transport;

  get connection(): Connection {
    return this.#connection;
  }

  async call<Name extends CallName>(name: Name, values: CallArguments<Name>): Promise<CallResult<Name>> {
    const id = ++this.#lastId;
    const response = await this.transport.send({ id, call: name, arguments: values });
    if ('failure' in response) throw new CallFailure(name, response.failure);
    const result = calls[name].result.safeParse(response.result);
    if (!result.success) throw new CallFailure(name, protocolFailure(`the answer to ${name}`, result.error.message));
    return result.data as CallResult<Name>;
  }

  onEvent(listener: (event: ServiceEvent) => void): Unsubscribe {
    return this.events.add(listener);
  }

  onFrame(listener: (frame: TelemetryFrame) => void): Unsubscribe {
    return this.frames.add(listener);
  }

  onConnection(listener: (connection: Connection) => void): Unsubscribe {
    return this.#connections.add(listener);
  }

  protected setConnection(connection: Connection): void {
    if (connection === this.#connection) return;
    this.#connection = connection;
    this.#connections.tell(connection);
  }

  /** An event or frame that does not validate is dropped: showing half of it would be showing something untrue. */
  protected receiveEvent(value: unknown): void {
    const event = eventSchema.safeParse(value);
    if (event.success) this.events.tell(event.data);
  }

  protected receiveFrame(bytes: Uint8Array): void {
    let frame: TelemetryFrame;
    try {
      frame = decodeFrame(bytes);
    } catch (problem) {
      if (problem instanceof RangeError) return;
      throw problem;
    }
    this.frames.tell(frame);
  }
}

/** Talks through the desktop app's bridge. */
export class BridgeClient extends ValidatingClient {
  protected readonly transport: Transport;

  constructor(bridge: Bridge) {
    super();
    this.transport = {
      send: async (request) => {
        const response = responseSchema.safeParse(await bridge.call(request));
        return response.success
          ? response.data
          : { id: request.id, failure: protocolFailure(`the answer to ${request.call}`, response.error.message) };
      },
    };
    bridge.onEvent((event) => this.receiveEvent(event));
    bridge.onFrame((bytes) => this.receiveFrame(bytes));
    this.setConnection('open');
  }
}

/** The part of a WebSocket that the client uses; tests hand in their own. */
export interface Socket {
  binaryType: string;
  onopen: (() => void) | null;
  onclose: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  send(text: string): void;
  close(): void;
}

interface Waiting {
  readonly request: Request;
  readonly resolve: (response: Response) => void;
}

const longestWait = 5000;

/**
 * Talks over a WebSocket and reconnects by itself, first after a fifth of a second, then ever slower up to five seconds.
 * Calls made before the first connection wait for it; calls under way when it breaks fail with `connection.lost`,
 * because they may or may not have been done.
 */
export class SocketClient extends ValidatingClient {
  protected readonly transport: Transport;
  readonly #open: () => Socket;
  #socket: Socket | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #queued: Waiting[] = [];
  #wait = 200;
  #closed = false;

  constructor(open: () => Socket) {
    super();
    this.#open = open;
    this.transport = {
      send: (request) =>
        new Promise((resolve) => {
          const waiting: Waiting = { request, resolve };
          if (this.#socket !== null) this.#transmit(this.#socket, waiting);
          else if (this.connection === 'connecting') this.#queued.push(waiting);
          else resolve({ id: request.id, failure: connectionLost });
        }),
    };
    this.#connect();
  }

  /** Ends the connection for good. */
  close(): void {
    this.#closed = true;
    this.#socket?.close();
  }

  #connect(): void {
    const socket = this.#open();
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#socket = socket;
      this.#wait = 200;
      const queued = this.#queued;
      this.#queued = [];
      this.setConnection('open');
      for (const waiting of queued) this.#transmit(socket, waiting);
    };
    socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) this.receiveFrame(new Uint8Array(data));
      else if (typeof data === 'string') this.#receiveText(data);
    };
    socket.onclose = () => {
      this.#socket = null;
      const lost = [...this.#waiting.values(), ...this.#queued];
      this.#waiting.clear();
      this.#queued = [];
      this.setConnection('lost');
      for (const { request, resolve } of lost) resolve({ id: request.id, failure: connectionLost });
      if (this.#closed) return;
      setTimeout(() => this.#connect(), this.#wait);
      this.#wait = Math.min(longestWait, this.#wait * 1.8);
    };
  }

  #transmit(socket: Socket, waiting: Waiting): void {
    this.#waiting.set(waiting.request.id, waiting);
    socket.send(JSON.stringify(waiting.request));
  }

  #receiveText(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    const response = responseSchema.safeParse(message);
    if (!response.success) {
      this.receiveEvent(message);
      return;
    }
    const waiting = this.#waiting.get(response.data.id);
    this.#waiting.delete(response.data.id);
    waiting?.resolve(response.data);
  }
}

const tokenKey = 'gradloom.token';

/** Takes the token out of the address into the tab's own storage, so that it is not shown, shared or kept in a history. */
function takeToken(): string {
  const address = new URL(location.href);
  const given = address.searchParams.get('token');
  if (given !== null) {
    sessionStorage.setItem(tokenKey, given);
    address.searchParams.delete('token');
    history.replaceState(null, '', address);
  }
  return sessionStorage.getItem(tokenKey) ?? '';
}

/** Connects to the services of the shell this window runs in. */
export function connect(): Client {
  if (window.gradloom !== undefined) return new BridgeClient(window.gradloom);
  const token = takeToken();
  const address = new URL('socket', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.search = '';
  address.hash = '';
  return new SocketClient(() => new WebSocket(address, `gradloom.${token}`) as unknown as Socket);
}

let provided: Client | null = null;

/** Makes a client the window's one client. Called once, by the composition root. */
export function provideClient(client: Client): void {
  provided = client;
}

/** The window's client. Throws where the composition root has not provided one. */
export function getClient(): Client {
  if (provided === null) throw new Error('no client was provided: the composition root calls provideClient first');
  return provided;
}
