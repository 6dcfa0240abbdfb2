import type { EngineMessage } from '#shared/protocol/engine';
import type { EngineLauncher } from '../services/engineClient.ts';
import { LastWords } from '../services/lastWords.ts';
import type { ElectronApi } from './electronApi.ts';

/** Starts the engine's process as Electron's utility process. To be called once the app is ready. */
export function utilityLauncher(
  { utilityProcess }: Pick<ElectronApi, 'utilityProcess'>,
  program: string,
  talk: (text: string) => void,
): EngineLauncher {
  return (listener, environment = {}) => {
    const child = utilityProcess.fork(program, [], {
      serviceName: 'Gradloom engine',
      stdio: 'pipe',
      env: { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env, ...environment },
    });
    const lastWords = new LastWords();
    const listen = (chunk: Buffer): void => {
      const text = chunk.toString('utf8');
      lastWords.hear(text);
      talk(text);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.on('message', (message) => listener.message(message as EngineMessage));
    child.on('exit', (code) => listener.exit(lastWords.describeExit(code, null)));
    return {
      send: (call) => child.postMessage(call),
      kill: () => void child.kill(),
    };
  };
}
