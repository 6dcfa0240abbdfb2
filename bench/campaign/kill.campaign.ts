import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { statelessUniform } from '#shared/program/random';
import { createTemplate } from '#shared/templates/templates';
import { spread } from '#shared/theory/spread';
import { forkLauncher } from '../../main/services/forkLauncher.ts';
import { killAndGoOn, trainWhole } from '../../main/services/testing/killing.ts';

/*
 * Kills a run's engine with SIGKILL at 50 random moments and goes on each time; a kill takes some ten seconds, mostly for
 * starting two engines. After 20 minutes it writes docs/kill.md with what it has, and says of how many kills.
 */

const kills = 50;
const limitMilliseconds = 20 * 60_000;
const document = createTemplate('plain-or-residual', {});
const seeded = { ...document, training: { ...document.training, epochs: 8 } };
const stepsPerEpoch = 16;

// Beside this bundle, so that the engine's packages are found.
const program = fileURLToPath(new URL('kill-engine.mjs', import.meta.url));
await build({
  entryPoints: ['main/engine/process.ts'],
  outfile: program,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
const launcher = forkLauncher(program);
const folder = await mkdtemp(join(tmpdir(), 'gradloom-kill-'));
// The engines end by themselves with this process, whose channel they hear; the folder would stay.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    process.exit(code);
  });
}
try {
  const began = performance.now();
  const whole = await trainWhole(launcher, folder, seeded);
  const moments = statelessUniform(kills, [1, 0]);
  const rows: { readonly lost: number; readonly same: boolean; readonly before: boolean }[] = [];
  for (const share of moments) {
    if (performance.now() - began > limitMilliseconds) break;
    const { stepsDone, checkpoint, weights } = await killAndGoOn(launcher, folder, seeded, share * whole.milliseconds);
    rows.push({
      lost: stepsDone - (checkpoint ?? 0),
      same: weights.equals(whole.weights),
      before: checkpoint === null,
    });
    process.stderr.write(`${JSON.stringify(rows.at(-1))}\n`);
  }
  const largest = Math.max(...rows.map(({ lost }) => lost));
  const corrupt = rows.filter(({ same }) => !same).length;
  const isWhole = rows.length === kills;
  const holds = largest <= stepsPerEpoch && corrupt === 0;
  await writeFile(
    'docs/kill.md',
    `# Killed at ${rows.length} random moments

The engine of a run ("Plain or residual?", 8 epochs of ${stepsPerEpoch} steps) was killed with SIGKILL at ${rows.length} moments, drawn evenly over the
time that the run takes, and each run then went on from what lay on the disk, in a new engine. Written by
\`npm run campaign -- kill\` on ${platform()}-${arch()}.

| | |
| --- | --- |
| killed | ${rows.length}${isWhole ? '' : ` of ${kills}: the time was over`} |
| before the first checkpoint, so started anew | ${rows.filter(({ before }) => before).length} |
| steps lost: median, largest | ${median(rows.map(({ lost }) => lost))}, ${largest} of ${stepsPerEpoch} in an epoch |
| files that could not be read, or other weights at the end than those of the run that was left alone | ${corrupt} |

One epoch at most lost, nothing corrupt, the same weights bit for bit: ${holds ? 'kept every time' : 'NOT KEPT'}.
`,
  );
  process.exitCode = holds && isWhole ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

function median(values: readonly number[]): number {
  return spread(values)?.median ?? Number.NaN;
}
