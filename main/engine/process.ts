import type { EngineCall, EngineMessage } from '#shared/protocol/engine';
import { loadEngine } from './backend/load.ts';
import { Engine } from './engine.ts';

/** The port of an Electron utility process. */
interface ParentPort {
  on(event: 'message', listener: (message: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

/** A call as it arrives, before anything is known of it. */
function isCall(message: unknown): message is EngineCall {
  if (typeof message !== 'object' || message === null) return false;
  const { id, request } = message as Partial<EngineCall>;
  return typeof id === 'number' && typeof request === 'object' && request !== null && typeof request.kind === 'string';
}

/** Joins the engine to the process that started it: Electron's port, or the channel of a fork. */
async function main(): Promise<void> {
  // What TensorFlow and its wrappers print is talk; standard output belongs to the program that started this one.
  process.stdout.write = process.stderr.write.bind(process.stderr);
  // A person's Ctrl-C reaches the whole group; the parent decides, and closes the channel when it goes.
  process.on('SIGINT', () => undefined);
  const port = (process as unknown as { readonly parentPort?: ParentPort }).parentPort;
  const send = (message: EngineMessage): void => {
    if (port !== undefined) port.postMessage(message);
    else if (process.connected) process.send?.(message);
  };
  const early: EngineCall[] = [];
  let engine: Engine | null = null;
  const receive = (message: unknown): void => {
    if (!isCall(message)) return;
    if (engine === null) early.push(message);
    else engine.handle(message);
  };
  if (port !== undefined) {
    port.on('message', ({ data }) => receive(data));
  } else {
    process.on('message', receive);
    process.on('disconnect', () => process.exit(0));
  }
  const { device, report } = await loadEngine();
  engine = new Engine(device, report, send);
  for (const call of early) engine.handle(call);
}

await main();
