import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '../check/check.ts';
import { parseDocument, serialiseDocument } from '../graph/serialise.ts';
import { structureFaults } from '../graph/structure.ts';
import { command, edited, gestureMakers } from '../graph/testing/randomEdits.ts';
import { flatten } from '../program/flatten.ts';
import { lower } from '../program/lower.ts';
import { createTemplate } from './templates.ts';

const start = [
  createTemplate('rla', { iterations: 2, channels: 2, memory: 2 }),
  createTemplate('plain-or-residual', { depth: 3, width: 4 }),
];

// More runs for a campaign: GRADLOOM_RUNS=2000.
const runs = { numRuns: Number(process.env['GRADLOOM_RUNS'] ?? 40) };
const timeout = 3_600_000;

describe('a template after random gestures', () => {
  it('keeps its invariants and its text, and lowers or says why not', { timeout }, () => {
    fc.assert(
      fc.property(fc.nat(1), fc.array(command, { maxLength: 12 }), (which, steps) => {
        let document = start[which] ?? createTemplate('rla');
        for (const step of steps) document = edited(document, gestureMakers, step).document;
        expect(structureFaults(document)).toEqual([]);
        expect(parseDocument(serialiseDocument(document))).toStrictEqual({ ok: true, document, migratedFrom: null });
        const { ok, diagnostics } = check(document);
        const lowered = lower(document);
        expect(lowered.ok).toBe(ok);
        if (lowered.ok) {
          expect(flatten(lowered.program).operations.length).toBeGreaterThan(0);
          return;
        }
        // Each reason says what is wrong in words, and where where it is about one place.
        const errors = diagnostics.filter(({ severity }) => severity === 'error');
        expect(errors.length).toBeGreaterThan(0);
        for (const { message, code } of errors) expect(message.length, code).toBeGreaterThan(10);
      }),
      { ...runs, endOnFailure: true },
    );
  });
});
