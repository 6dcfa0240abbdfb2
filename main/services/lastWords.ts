/** How much of what a process prints is kept for the reason of its death. */
const length = 4000;

/** Stack frames, and what TensorFlow says by the way (`I0000 00:00:…`, `W0000 …`). */
const chatter = /^(at |Node\.js v|\^|[IW]\d{4} |WARNING: All log messages before absl)/;

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
