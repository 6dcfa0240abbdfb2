/** How much of what a process prints is kept for the reason of its death. */
const length = 4000;

/** Stack frames, and what TensorFlow says by the way (`I0000 00:00:…`, `W0000 …`). */
const chatter = /^(at |Node\.js v|\^|[IW]\d{4} |WARNING: All log messages before absl)/;

/** What TensorFlow prints however quiet it was asked to be: of how it logs, and that oneDNN's kernels are on. */
const unasked = /^(WARNING: All log messages before absl::InitializeLog|I\d{4} .* oneDNN custom operations are on)/;

/** Hands on whole lines of what a process prints, but those that nobody asked for. */
export class Talk {
  readonly #to: (text: string) => void;
  #rest = '';

  constructor(to: (text: string) => void) {
    this.#to = to;
  }

  hear(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (!unasked.test(line)) this.#to(`${line}\n`);
  }

  /** The process is gone: what it had begun to say is all there is. */
  end(): void {
    if (this.#rest !== '') this.#to(this.#rest);
    this.#rest = '';
  }
}

/** Keeps the last of what a process printed, to say why it ended. */
export class LastWords {
  #text = '';

  hear(text: string): void {
    this.#text = (this.#text + text).slice(-length);
  }

  /** How the process ended, and the last line that says something. */
  describeExit(code: number | null, signal: string | null): string {
    const how = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
    const lines = this.#text.split('\n');
    // What was cut at the front begins in the middle of a line.
    if (this.#text.length === length) lines.shift();
    const said = lines.map((line) => line.trim()).filter((line) => line !== '' && !chatter.test(line));
    const telling = said.findLast((line) => /error|fatal|terminate|abort|memory/i.test(line)) ?? said.at(-1);
    return telling === undefined ? how : `${how}; it said "${telling.slice(0, 300)}"`;
  }
}
