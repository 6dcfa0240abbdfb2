import { expect, test } from 'vitest';
import { measuredAt } from './cadence.ts';

const detailed = (wires: number, probes: { every: number; details: number }, steps: number): number[] =>
  Array.from({ length: steps }, (_, step) => step).filter((step) => measuredAt(step, { steps, probes, wires }).details);

test('everything is measured at the first step, at every tenth and at the last', () => {
  expect(detailed(20, { every: 1, details: 10 }, 24)).toEqual([0, 10, 20, 23]);
});

test('a deep network shows its wires with the first step, everything with the second', () => {
  const probes = { every: 1, details: 10 };
  expect(detailed(331, probes, 24)).toEqual([1, 11, 21, 23]);
  expect(measuredAt(0, { steps: 24, probes, wires: 331 })).toEqual({ wires: 'learning', details: false });
  expect(detailed(331, { every: 1, details: 1 }, 3)).toEqual([0, 1, 2]);
});

test('wires are measured at every so many steps, nothing in between', () => {
  const probes = { every: 5, details: 50 };
  const kinds = [0, 1, 5, 7, 50].map((step) => measuredAt(step, { steps: 99, probes, wires: 20 }).wires);
  expect(kinds).toEqual(['all', 'none', 'learning', 'none', 'all']);
});
