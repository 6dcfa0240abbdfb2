import './setup/node-version.mjs';
import { buildAll } from './build/build-all.mjs';
import { stageApp } from './build/stage-app.mjs';
import { root } from './setup/paths.mjs';
import { runCommand } from './setup/run-command.mjs';
import { say } from './setup/say.mjs';
import { setUp } from './setup/set-up.mjs';

/** Each platform packs for itself: the native library inside is the one of this machine. */
/** @type {Partial<Record<NodeJS.Platform, { flag: string, targets: readonly string[] }>>} */
const plans = {
  linux: { flag: '--linux', targets: ['AppImage', 'deb'] },
  darwin: { flag: '--mac', targets: ['dmg'] },
  win32: { flag: '--win', targets: ['nsis'] },
};

const engine = await setUp();
await buildAll();
const plan = plans[process.platform];
if (plan === undefined) {
  say(`There is no installer for ${process.platform}; there are ones for ${Object.keys(plans).join(', ')}.`);
  process.exitCode = 1;
} else {
  if (engine.version === null) say('Without native TensorFlow here, the installed app computes in plain JavaScript.');
  say(`Staged in ${stageApp()}.`);
  for (const [platform, { targets }] of Object.entries(plans)) {
    if (platform !== process.platform) say(`Not here: ${targets.join(', ')}; they are made on ${platform}.`);
  }
  for (const target of plan.targets) {
    const result = await runCommand(
      process.execPath,
      [
        'node_modules/electron-builder/out/cli/cli.js',
        plan.flag,
        target,
        '--publish',
        'never',
        ...process.argv.slice(2),
      ],
      { cwd: root, timeout: 1_800_000 },
    );
    say(result.ok ? `Made: ${target}, in release/installers.` : `Not made: ${target}, because ${result.reason}`);
    if (!result.ok) process.exitCode = 1;
  }
}
