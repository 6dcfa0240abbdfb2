import { expect, test } from 'vitest';
import { wayCodes } from '#shared/protocol/telemetry';
import { wayWords } from './wayWords.ts';

test('a run that took the faster way has nothing to say', () => {
  expect(wayWords('en', {})).toBeNull();
});

test.each(wayCodes)('%s is said in the language of the window', (wayCode) => {
  const words = wayWords('zh-CN', { wayReason: 'Cholesky is not known', wayCode });
  expect(words).toMatch(/\p{Script=Han}/u);
  expect(words?.includes('Cholesky')).toBe(wayCode === 'notRecorded');
});

test('a run of a former version is quoted, though the engine may be another one by now', () => {
  expect(wayWords('zh-CN', { wayReason: 'the pure-JavaScript engine has no graphs' })).toBe(
    'the pure-JavaScript engine has no graphs',
  );
});
