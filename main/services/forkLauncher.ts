import { fork } from 'node:child_process';
import type { EngineMessage } from '#shared/protocol/engine';
import type { EngineLauncher } from './engineClient.ts';
import { LastWords, Talk } from './lastWords.ts';

/**
 * Starts the engine's process as a fork of Node. What it prints, TensorFlow's talk included, goes to `talk`, so that
 * standard output stays the program's own.
 * @param program path of the engine's bundled entry
 * @param talk takes what the process prints, line by line; nothing by default
 */
export function forkLauncher(program: string, talk: (text: string) => void = () => undefined): EngineLauncher {
  return (listener, environment = {}) => {
    const child = fork(program, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env, ...environment },
      // A debugger's port or a loader meant for the parent is not meant for the engine.
      execArgv: [],
    });
    const lastWords = new LastWords();
    const talks = [child.stdout, child.stderr].map((stream) => {
      const lines = new Talk(talk);
      stream?.setEncoding('utf8').on('data', (text: string) => {
        lastWords.hear(text);
        lines.hear(text);
      });
      return lines;
    });
    child.on('message', (message) => listener.message(message as EngineMessage));
    // Without a listener, an error of the channel would end this process too; `close` follows and tells.
    child.on('error', (error) => listener.exit(error.message));
    child.on('close', (code, signal) => {
      for (const lines of talks) lines.end();
      listener.exit(lastWords.describeExit(code, signal));
    });
    return {
      send: (call) => {
        if (!child.connected) throw new Error('its channel is closed');
        child.send(call, () => undefined);
      },
      kill: () => child.kill('SIGKILL'),
    };
  };
}
