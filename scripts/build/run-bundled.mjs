import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root, stateFolder } from '../setup/paths.mjs';
import { say } from '../setup/say.mjs';
import { setUp } from '../setup/set-up.mjs';

/**
 * Bundles FOLDER/NAME.KIND.ts and runs it with the arguments that follow the name; without a name, lists what there is.
 * @param {string} folder relative to the root
 * @param {string} kind
 * @returns {Promise<void>} process.exitCode tells how it went
 */
export async function runBundled(folder, kind) {
  const [name, ...rest] = process.argv.slice(2);
  const suffix = `.${kind}.ts`;
  const source = join(root, folder, `${name}${suffix}`);
  if (name === undefined || !existsSync(source)) {
    const names = existsSync(join(root, folder))
      ? readdirSync(join(root, folder))
          .filter((file) => file.endsWith(suffix))
          .map((file) => basename(file, suffix))
      : [];
    say(name === undefined ? `Say which ${kind}.` : `There is no ${kind} "${name}".`);
    say(`There ${names.length === 1 ? 'is' : 'are'}: ${names.length > 0 ? names.join(', ') : 'none yet'}.`);
    process.exitCode = name === undefined ? 2 : 1;
    return;
  }
  await setUp();
  const { build } = await import('esbuild');
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const bundle = join(stateFolder, kind, `${name}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [source],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    sourcemap: true,
    logLevel: 'warning',
    external: Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).flatMap((dependency) => [
      dependency,
      `${dependency}/*`,
    ]),
  });
  const child = spawn(process.execPath, ['--enable-source-maps', '--expose-gc', bundle, ...rest], {
    cwd: root,
    stdio: 'inherit',
  });
  // Whoever ends this process means the campaign, which clears up after itself.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
  child.on('close', (code) => {
    process.exit(code ?? 1);
  });
}
