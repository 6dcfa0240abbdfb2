import { seconds } from '../setup/say.mjs';
import { steps } from './steps.mjs';
import { closingLine, single, sum } from './tally.mjs';

/**
 * Runs steps to the last one, whatever fails on the way, names again what failed, and closes with one line that counts
 * every test.
 * @param {readonly string[]} names
 * @param {readonly string[]} filters for the test runners
 */
export async function runSteps(names, filters = []) {
  const results = [];
  for (const name of names) {
    const step = steps[name]?.(filters);
    if (step === undefined) throw new Error(`There is no step "${name}"; expected ${Object.keys(steps).join(', ')}`);
    process.stdout.write(`\n── ${step.title}\n`);
    const start = Date.now();
    /** @param {unknown} error @returns {import('./steps.mjs').Outcome} */
    const broken = (error) => {
      process.stdout.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      return { tally: single(false) };
    };
    const outcome = await step.run().catch(broken);
    results.push({ title: step.title, ...outcome, duration: Date.now() - start });
  }
  process.stdout.write('\n');
  for (const failure of results.flatMap(({ failures = [] }) => failures)) process.stdout.write(`✗ ${failure}\n\n`);
  for (const { title, tally, note, duration } of results) {
    const end = note === undefined ? '' : ` — ${note}`;
    process.stdout.write(`${title.padEnd(18)} ${closingLine(tally)} (${seconds(duration)})${end}\n`);
  }
  const total = sum(results.map(({ tally }) => tally));
  process.stdout.write(`\n${closingLine(total)}\n`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}
