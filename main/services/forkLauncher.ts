import { fork } from 'node:child_process';
import type { EngineMessage } from '#shared/protocol/engine';
import type { EngineLauncher } from './engineClient.ts';

/** How much of the engine's last words is kept for the reason of its death. */
const lastWordsLength = 400;

/**
 * Starts the engine's process as a fork of Node. What it prints, TensorFlow's talk included, goes to `talk`, so that
 * standard output stays the program's own.
 * @param program path of the engine's bundled entry
 * @param talk takes what the process prints; nothing by default
 */
export function forkLauncher(program: string, talk: (text: string) => void = () => undefined): EngineLauncher {
  return (listener) => {
    const child = fork(program, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env },
      // A debugger's port or a loader meant for the parent is not meant for the engine.
      execArgv: [],
    });
    let lastWords = '';
    const listen = (chunk: Buffer): void => {
      const text = chunk.toString('utf8');
      lastWords = (lastWords + text).slice(-lastWordsLength);
      talk(text);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.on('message', (message) => listener.message(message as EngineMessage));
    // Without a listener, an error of the channel would end this process too; `close` follows and tells.
    child.on('error', (error) => listener.exit(error.message));
    child.on('close', (code, signal) => listener.exit(describeExit(code, signal, lastWords)));
    return {
      send: (call) => {
        if (!child.connected) throw new Error('its channel is closed');
        child.send(call, () => undefined);
      },
      kill: () => child.kill('SIGKILL'),
    };
  };
}

/** How a process ended, and the last line it printed that says something. */
export function describeExit(code: number | null, signal: string | null, lastWords: string): string {
  const how = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
  const lines = lastWords
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(at |Node\.js v|\^)/.test(line));
  const telling = lines.findLast((line) => /error|fatal|terminate|abort|memory/i.test(line)) ?? lines.at(-1);
  return telling === undefined ? how : `${how}; it said "${telling}"`;
}
