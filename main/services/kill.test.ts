import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mainBundles } from '../../scripts/build/build-all.mjs';
import { stateFolder } from '../../scripts/setup/paths.mjs';
import { forkLauncher } from './forkLauncher.ts';
import { killAndGoOn, trainWhole } from './testing/killing.ts';
import { inTemporaryFolder, smallDocument } from './testing/tiny.ts';

const bundle = join(stateFolder, 'test', `kill-${process.pid}`);

beforeAll(async () => {
  for (const options of mainBundles(bundle)) await build(options);
});
afterAll(() => rm(bundle, { recursive: true, force: true }));

test('a run whose engine is killed loses one epoch at most and ends as if nothing had happened', () =>
  inTemporaryFolder(async (folder) => {
    const launcher = forkLauncher(join(bundle, 'main', 'engine', 'process.js'));
    const document = smallDocument((draft) => {
      const { training } = draft as { training: Record<string, unknown> };
      training['epochs'] = 60;
      training['optimiser'] = { kind: 'sgd', learningRate: 0.1, momentum: 0.9 };
    });
    const stepsPerEpoch = 3;
    const whole = await trainWhole(launcher, folder, document);
    // A fixed handful: before the first step, in the middle, and late.
    for (const share of [0, 0.5, 0.9]) {
      const killed = await killAndGoOn(launcher, folder, document, share * whole.milliseconds);
      expect(killed.stepsDone - (killed.checkpoint ?? 0)).toBeLessThanOrEqual(stepsPerEpoch);
      expect(killed.states.at(-1)).toBe('finished');
      expect(killed.weights.equals(whole.weights)).toBe(true);
    }
  }));
