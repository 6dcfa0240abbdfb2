import { describe, expect, it } from 'vitest';
import { closingLine, single, sum, tallyPlaywright, tallyVitest } from './tally.mjs';

const vitestFile = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});

describe('tallyVitest', () => {
  it('counts tests, and skipped and todo ones as skipped', () => {
    const testResults = [vitestFile('passed', 'passed', 'passed', 'skipped'), vitestFile('failed', 'failed', 'todo')];
    expect(tallyVitest({ testResults }, false)).toEqual({ passed: 2, failed: 1, skipped: 2 });
  });
  it('counts a file that does not load as one failure', () => {
    const testResults = [vitestFile('passed', 'passed'), vitestFile('failed')];
    expect(tallyVitest({ testResults }, false)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });
  it('never calls a broken runner, or one that ran nothing, a success', () => {
    expect(tallyVitest(undefined, true)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(tallyVitest({ testResults: [] }, true)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(tallyVitest({ testResults: [vitestFile('passed', 'passed')] }, false)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
    });
  });
});

describe('tallyPlaywright', () => {
  const stats = { expected: 5, unexpected: 0, flaky: 0, skipped: 1 };
  it('counts flaky tests and errors outside tests as failures', () => {
    expect(tallyPlaywright({ stats, errors: [] }, true)).toEqual({ passed: 5, failed: 0, skipped: 1 });
    expect(tallyPlaywright({ stats: { ...stats, unexpected: 2, flaky: 1 }, errors: [{}] }, false)).toEqual({
      passed: 5,
      failed: 4,
      skipped: 1,
    });
  });
  it('never calls a broken runner a success', () => {
    expect(tallyPlaywright(undefined, true)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(tallyPlaywright({ stats, errors: [] }, false)).toEqual({ passed: 5, failed: 1, skipped: 1 });
  });
});

it('closes with one line', () => {
  const total = sum([single(true), single(false), { passed: 10, failed: 0, skipped: 3 }]);
  expect(closingLine(total)).toBe('11 passed, 1 failed, 3 skipped');
});
