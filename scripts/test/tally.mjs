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
 * @typedef {{ status: string, assertionResults: ReadonlyArray<{ status: string }> }} VitestFile
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
 * A runner that ended badly, or ran nothing at all, never counts as a success.
 * @param {Tally} tally @param {boolean} ok @returns {Tally}
 */
function atLeastOneFailure(tally, ok) {
  const ranNothing = tally.passed + tally.failed + tally.skipped === 0;
  return (ok && !ranNothing) || tally.failed > 0 ? tally : { ...tally, failed: 1 };
}
