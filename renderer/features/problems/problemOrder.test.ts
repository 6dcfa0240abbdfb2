import { expect, test } from 'vitest';
import type { Diagnostic } from '#shared/check/diagnostic';
import { countBySeverity, inOrder } from './problemOrder.ts';

const problem = (severity: Diagnostic['severity'], code: string): Diagnostic => ({
  severity,
  code,
  values: {},
  message: code,
  fixes: [],
});
const list = [problem('warning', 'a'), problem('error', 'b'), problem('information', 'c'), problem('error', 'd')];

test('errors come first, each kind in the order of check', () => {
  expect(inOrder(list).map(({ code }) => code)).toEqual(['b', 'd', 'a', 'c']);
});

test('counts each kind', () => {
  expect(countBySeverity(list)).toEqual({ error: 2, warning: 1, information: 1 });
});
