import './setup/node-version.mjs';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll } from './build/build-all.mjs';
import { packEngine, releaseAddress } from './build/engine-archive.mjs';
import { publishFlags } from './build/publish.mjs';
import { stageApp } from './build/stage-app.mjs';
import { licencesFolder } from './setup/lay-out.mjs';
import { root } from './setup/paths.mjs';
import { runCommand } from './setup/run-command.mjs';
import { megabytes, say, seconds } from './setup/say.mjs';
import { setUp } from './setup/set-up.mjs';
import { bindingVersion } from './setup/tensorflow.mjs';

/** Each platform packs for itself: the engine is the one of this machine. */
/** @type {Partial<Record<NodeJS.Platform, { flag: string, targets: readonly string[] }>>} */
const plans = {
  linux: { flag: '--linux', targets: ['AppImage', 'deb'] },
  // Updates of macOS come from the zip.
  darwin: { flag: '--mac', targets: ['dmg', 'zip'] },
  win32: { flag: '--win', targets: ['nsis'] },
};
const installers = join(root, 'release', 'installers');

/** @param {import('./setup/tensorflow.mjs').EngineRecord} engine */
async function archive({ version, variant, library }) {
  if (version === null || library === null) {
    say('Not made: the engine’s archive, because this machine has no native TensorFlow (`gradloom doctor` says why).');
    say('The installed app will compute in plain JavaScript.');
    return null;
  }
  if (!existsSync(join(library, licencesFolder))) {
    say(`Not made: the engine’s archive, because an older set-up laid ${library} out without the library’s licences.`);
    say('Delete that folder; `npm run setup` lays it out anew.');
    process.exitCode = 1;
    return null;
  }
  say(`Packing TensorFlow ${version} for the installed app to fetch (some minutes) …`);
  const start = Date.now();
  const packed = await packEngine({
    library,
    into: installers,
    tensorflow: version,
    variant: `${variant}-${bindingVersion}`,
  });
  const size = megabytes(statSync(join(installers, packed.file)).size);
  say(`Made: ${packed.file} (${size}, ${seconds(Date.now() - start)}), in release/installers.`);
  return packed;
}

try {
  const address = releaseAddress(process.env);
  const engine = await setUp();
  await buildAll();
  const plan = plans[process.platform];
  if (plan === undefined) {
    throw new Error(
      `There is no installer for ${process.platform}; there are ones for ${Object.keys(plans).join(', ')}.`,
    );
  }
  const release = { address, engine: await archive(engine) };
  say(`Staged in ${stageApp(release)}.`);
  say(
    address === null
      ? 'No release address (GRADLOOM_RELEASE_URL): the app asks for the engine’s file, and looks for no updates.'
      : `Put everything in release/installers at ${address}.`,
  );
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
        ...publishFlags(address),
        ...process.argv.slice(2),
      ],
      { cwd: root, timeout: 1_800_000 },
    );
    say(result.ok ? `Made: ${target}, in release/installers.` : `Not made: ${target}, because ${result.reason}`);
    if (!result.ok) process.exitCode = 1;
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
