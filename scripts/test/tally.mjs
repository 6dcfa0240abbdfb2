import { isAbsolute, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from '../setup/paths.mjs';

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/** @param {readonly Tally[]} tallies @returns {Tally} */
export const sum = (tallies) => ({
  passed: tallies.reduce((total, tally) => total + tally.passed, 0),
  failed: tallies.reduce((total, tally) => total + tally.failed, 0),
  skipped: tallies.reduce((total, tally) => total + tally.skipped, 0),
});

/** The closing line. @param {Tally} tally */
export const closingLine = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** A step that is one check, such as the type check. @param {boolean} ok @returns {Tally} */
export const single = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });

/**
 * @typedef {{ fullName: string, status: string, failureMessages: readonly string[] | null }} VitestTest
 * @typedef {{ name: string, status: string, message: string, assertionResults: readonly VitestTest[] }} VitestFile
 * @param {{ testResults: readonly VitestFile[] } | undefined} report Vitest's JSON; undefined when there is none
 * @param {boolean} ok whether the runner ended well
 * @returns {Tally}
 */
export function tallyVitest(report, ok) {
  if (report === undefined) return single(false);
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  // A file that fails to load has no tests to blame.
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  ).length;
  const failed = tests.filter(({ status }) => status === 'failed').length + broken;
  return atLeastOneFailure({ passed, failed, skipped: tests.length - passed - (failed - broken) }, ok);
}

/**
 * @typedef {{ expected: number, unexpected: number, flaky: number, skipped: number }} PlaywrightStatistics
 * @param {{ stats: PlaywrightStatistics, errors: readonly unknown[] } | undefined} report Playwright's JSON
 * @param {boolean} ok whether the runner ended well
 * @returns {Tally}
 */
export function tallyPlaywright(report, ok) {
  if (report === undefined) return single(false);
  const { expected, unexpected, flaky, skipped } = report.stats;
  return atLeastOneFailure({ passed: expected, failed: unexpected + flaky + report.errors.length, skipped }, ok);
}

/**
 * What failed, each with its file, its name and what was found: a log is often seen from its end alone.
 * @param {{ testResults: readonly VitestFile[] } | undefined} report Vitest's JSON
 * @returns {readonly string[]}
 */
export const failuresOfVitest = (report) =>
  (report?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [failure(name, 'could not be loaded', message)] : [];
    return failed.map(({ fullName, failureMessages }) => failure(name, fullName, (failureMessages ?? []).join('\n')));
  });

/**
 * @typedef {{ message?: string }} PlaywrightError
 * @typedef {{ status: string, results: ReadonlyArray<{ errors: readonly PlaywrightError[] }> }} PlaywrightTest
 * @typedef {{ title: string, file: string, tests: readonly PlaywrightTest[] }} PlaywrightSpec
 * @typedef {{ specs?: readonly PlaywrightSpec[], suites?: readonly PlaywrightSuite[] }} PlaywrightSuite
 * @param {{ suites: readonly PlaywrightSuite[], errors: readonly PlaywrightError[] } | undefined} report Playwright's JSON
 * @returns {readonly string[]} as `failuresOfVitest`; a test that passed at a second try is one, too
 */
export function failuresOfPlaywright(report) {
  /** @param {PlaywrightSuite} suite @returns {readonly string[]} */
  const inside = ({ specs = [], suites = [] }) => [
    ...specs.flatMap(({ title, file, tests }) =>
      tests
        .filter(({ status }) => status === 'unexpected' || status === 'flaky')
        .map(({ results }) => failure(file, title, said(results.flatMap(({ errors }) => errors)))),
    ),
    ...suites.flatMap(inside),
  ];
  const outside = report?.errors.map((error) => failure('outside of tests', 'Playwright', said([error]))) ?? [];
  return [...inside({ suites: report?.suites ?? [] }), ...outside];
}

/** @param {readonly PlaywrightError[]} errors */
const said = (errors) => errors.map(({ message = '' }) => message).join('\n');

/** How many lines of what was found are told again. */
const toldLines = 12;

/** @param {string} file @param {string} name @param {string} found */
function failure(file, name, found) {
  const lines = stripVTControlCharacters(found)
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at .*(node_modules|<anonymous>)/u.test(line));
  return [
    `${isAbsolute(file) ? relative(root, file) : file} › ${name}`,
    ...lines.slice(0, toldLines).map((line) => `    ${line}`),
  ].join('\n');
}

/**
 * A runner that ended badly, or ran nothing at all, never counts as a success.
 * @param {Tally} tally @param {boolean} ok @returns {Tally}
 */
function atLeastOneFailure(tally, ok) {
  const ranNothing = tally.passed + tally.failed + tally.skipped === 0;
  return (ok && !ranNothing) || tally.failed > 0 ? tally : { ...tally, failed: 1 };
}
