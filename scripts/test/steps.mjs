import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { provideBrowser } from './browser.mjs';
import { provideReaders } from './readers.mjs';
import { buildAll } from '../build/build-all.mjs';
import { root, stateFolder } from '../setup/paths.mjs';
import { failuresOfPlaywright, failuresOfVitest, single, tallyPlaywright, tallyVitest } from './tally.mjs';

/** @typedef {import('./tally.mjs').Tally} Tally */
/**
 * @typedef {{ tally: Tally, note?: string, failures?: readonly string[] }} Outcome
 * @typedef {{ title: string, run: () => Promise<Outcome> }} Step
 */

/**
 * Runs a program of an installed package, with its output shown.
 * @param {string} script path under node_modules
 * @param {readonly string[]} scriptArguments
 * @param {NodeJS.ProcessEnv} [environment] added to this process's
 * @returns {Promise<boolean>} whether it ended with 0
 */
export function runTool(script, scriptArguments, environment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', script), ...scriptArguments], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...environment },
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
}

/** @param {string} name a fresh place for a runner's report */
function reportFile(name) {
  const path = join(stateFolder, 'reports', `${name}-${process.pid}.json`);
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

/** @param {string} path @returns {any} the report, which is taken away; undefined when there is none */
function takeReport(path) {
  if (!existsSync(path)) return undefined;
  const report = JSON.parse(readFileSync(path, 'utf8'));
  rmSync(path);
  return report;
}

/** @param {string} title @param {string} script @param {readonly string[]} scriptArguments @returns {Step} */
const check = (title, script, scriptArguments) => ({
  title,
  run: async () => ({ tally: single(await runTool(script, scriptArguments)) }),
});

/** What `provideReaders` finds; whatever goes wrong there skips tests and fails none. */
const readers = () =>
  provideReaders().catch((/** @type {unknown} */ error) => ({
    python: undefined,
    reason: error instanceof Error ? error.message : String(error),
  }));

/** @param {string} project @param {readonly string[]} filters @returns {Step} */
const vitest = (project, filters = []) => ({
  title: `${project} tests`,
  async run() {
    const report = reportFile(project);
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const { python, reason } = project === 'engine' ? await readers() : { python: undefined, reason: '' };
    const environment = python === undefined ? {} : { GRADLOOM_PYTHON: python };
    const line = ['run', `--project=${project}`, ...reporters, ...filters];
    const ok = await runTool('vitest/vitest.mjs', line, environment);
    const note = reason === '' ? {} : { note: `without Python's readers: ${reason}` };
    const found = takeReport(report);
    return { tally: tallyVitest(found, ok), failures: failuresOfVitest(found), ...note };
  },
});

/** @param {readonly string[]} playwrightArguments @returns {Promise<{ ok: boolean, report: any }>} */
async function playwright(playwrightArguments) {
  const report = reportFile('e2e');
  const ok = await runTool('@playwright/test/cli.js', ['test', ...playwrightArguments], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
  return { ok, report: takeReport(report) };
}

/** @param {readonly string[]} filters @returns {Step} */
export const endToEnd = (filters = []) => ({
  title: 'end-to-end tests',
  async run() {
    const { browser, reason } = await provideBrowser();
    if (browser === undefined) {
      const { report } = await playwright(['--list', '--reporter=json', ...filters]);
      const count = report?.suites === undefined ? 1 : Math.max(1, countSpecs(report.suites));
      return { tally: { passed: 0, failed: 0, skipped: count }, note: `skipped: ${reason}` };
    }
    await buildAll();
    const { ok, report } = await playwright(['--reporter=list,json', ...filters]);
    return { tally: tallyPlaywright(report, ok), failures: failuresOfPlaywright(report) };
  },
});

/** @typedef {{ specs?: readonly unknown[], suites?: readonly Suite[] }} Suite */
/** @param {readonly Suite[]} suites @returns {number} */
const countSpecs = (suites) =>
  suites.reduce((total, suite) => total + (suite.specs?.length ?? 0) + countSpecs(suite.suites ?? []), 0);

/** @type {Readonly<Record<string, (filters?: readonly string[]) => Step>>} */
export const steps = {
  typecheck: () => check('type check', 'typescript/bin/tsc', ['-b']),
  lint: () => check('lint', 'eslint/bin/eslint.js', ['.', '--max-warnings=0']),
  format: () => check('format', 'prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.']),
  unit: (filters) => vitest('unit', filters),
  engine: (filters) => vitest('engine', filters),
  e2e: endToEnd,
};
