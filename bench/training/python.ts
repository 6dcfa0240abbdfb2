import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { writeNpz } from '../../main/formats/npz.ts';
import type { Contestant, Material } from './contestant.ts';

interface Answer {
  readonly loss?: number;
  readonly version?: string;
  readonly seconds?: number;
}

/** A Python process that trains on request: one line of JSON in, one line out. */
export class PythonContestants {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #errors = '';
  version = '';

  constructor(python: string, script: string, environment: NodeJS.ProcessEnv) {
    this.#process = spawn(python, [join('bench', 'training', script)], { stdio: 'pipe', env: environment });
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = `${this.#errors}${text}`.slice(-4000);
    });
    this.#answers = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
  }

  /** Gives the process a network; returns one contestant for each of the ways it knows. */
  async load({ network, data, weights, batch }: Material, ways: readonly string[]): Promise<Contestant[]> {
    const folder = mkdtempSync(join(tmpdir(), 'gradloom-bench-'));
    try {
      const whole = { ...data, batch: { shape: [1], dtype: 'int32', data: Int32Array.of(batch) } } as const;
      writeFileSync(join(folder, 'data.npz'), writeNpz(whole));
      writeFileSync(join(folder, 'weights.npz'), writeNpz(weights));
      const { loss = Number.NaN, version = '' } = await this.#ask({ load: network, folder });
      this.version = version;
      return ways.map((way) => ({
        loss,
        note: null,
        run: async (steps) => (await this.#ask({ run: way, steps })).seconds ?? Number.NaN,
        close: () => undefined,
      }));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  close(): void {
    this.#process.stdin.end();
  }

  async #ask(order: unknown): Promise<Answer> {
    this.#process.stdin.write(`${JSON.stringify(order)}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error(`Python ended:\n${this.#errors}`);
    return JSON.parse(value) as Answer;
  }
}
