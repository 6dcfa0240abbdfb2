import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../setup/paths.mjs';
import {
  closingLine,
  failuresOfPlaywright,
  failuresOfVitest,
  single,
  sum,
  tallyPlaywright,
  tallyVitest,
} from './tally.mjs';

const vitestFile = (status: string, ...tests: string[]) => ({
  name: join(root, 'a.test.ts'),
  status,
  message: 'no such module',
  assertionResults: tests.map((test, index) => ({
    fullName: `test ${index}`,
    status: test,
    failureMessages:
      test === 'failed' ? ['\u001b[31mexpected 2\u001b[39m\n    at a.test.ts:1\n    at /node_modules/b.js:2'] : [],
  })),
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

describe('failures', () => {
  it('of Vitest are told with file, name and what was found, without colours and the runner’s own frames', () => {
    const testResults = [
      vitestFile('failed', 'passed', 'failed'),
      vitestFile('failed'),
      vitestFile('passed', 'passed'),
    ];
    expect(failuresOfVitest({ testResults })).toEqual([
      'a.test.ts › test 1\n    expected 2\n        at a.test.ts:1',
      'a.test.ts › could not be loaded\n    no such module',
    ]);
    expect(failuresOfVitest(undefined)).toEqual([]);
  });
  it('of Playwright are found in suites within suites, with what lies outside of tests', () => {
    const spec = (title: string, status: string, ...errors: { message?: string }[]) => ({
      title,
      file: 'a.spec.ts',
      tests: [{ status, results: [{ errors }] }],
    });
    const suites = [
      { suites: [{ specs: [spec('late', 'unexpected', { message: 'too late' }, {}), spec('well', 'expected')] }] },
      { specs: [spec('at times', 'flaky', { message: Array.from({ length: 40 }, () => 'line').join('\n') })] },
    ];
    const [late, atTimes, ...rest] = failuresOfPlaywright({ suites, errors: [{ message: 'no browser' }] });
    expect(late).toBe('a.spec.ts › late\n    too late');
    expect(atTimes?.split('\n').length).toBe(13);
    expect(rest).toEqual(['outside of tests › Playwright\n    no browser']);
    expect(failuresOfPlaywright(undefined)).toEqual([]);
  });
});

it('closes with one line', () => {
  const total = sum([single(true), single(false), { passed: 10, failed: 0, skipped: 3 }]);
  expect(closingLine(total)).toBe('11 passed, 1 failed, 3 skipped');
});
