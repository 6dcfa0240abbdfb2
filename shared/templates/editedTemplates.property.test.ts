import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '../check/check.ts';
import { applyOperations } from '../graph/applyOperation.ts';
import type { GradloomDocument } from '../graph/document.ts';
import { createCellFromSelection } from '../graph/gestures.ts';
import { createHistory, record, redo, undo } from '../graph/history.ts';
import { parseDocument, serialiseDocument } from '../graph/serialise.ts';
import { structureFaults } from '../graph/structure.ts';
import { command, edited, gestureMakers } from '../graph/testing/randomEdits.ts';
import { flatten } from '../program/flatten.ts';
import { lower } from '../program/lower.ts';
import { createTemplate } from './templates.ts';

const residual = createTemplate('plain-or-residual', { depth: 3, width: 4 });
const hidden = residual.graph.nodes.filter(({ type }) => type === 'dense').slice(0, 2);
const start = [
  createTemplate('rla', { iterations: 2, channels: 2, memory: 2 }),
  residual,
  applyOperations(
    residual,
    createCellFromSelection(
      residual,
      hidden.map(({ id }) => id),
      { name: 'Block' },
    ),
  ),
];

// More runs for a campaign: GRADLOOM_RUNS=2000.
const runs = Number(process.env['GRADLOOM_RUNS'] ?? 40);
const timeout = 3_600_000;

/** A number of this kind takes a step back or forward in the history in the place of a gesture. */
const travels = 6;

describe('a template after random gestures', () => {
  it(
    'keeps its invariants and its text, lowers or says why not, and is itself again after undoing all',
    { timeout },
    () => {
      fc.assert(
        fc.property(fc.nat(start.length - 1), fc.array(command, { maxLength: 16 }), (which, steps) => {
          const template = start[which] ?? residual;
          let document = template;
          let history = createHistory();
          for (const step of steps) {
            if (step.kind % travels === 0) {
              const moved = (step.a % 3 === 0 ? redo : undo)(history, document);
              if (moved !== null) ({ document, history } = moved);
              continue;
            }
            const next = edited(document, gestureMakers, step).document;
            history = record(history, document, next, { key: 'gesture' });
            document = next;
          }
          expectSound(document);
          for (let back = undo(history, document); back !== null; back = undo(history, document)) {
            ({ document, history } = back);
          }
          expect(serialiseDocument(document)).toBe(serialiseDocument(template));
        }),
        { numRuns: runs },
      );
    },
  );
});

function expectSound(document: GradloomDocument): void {
  expect(structureFaults(document)).toEqual([]);
  expect(parseDocument(serialiseDocument(document))).toStrictEqual({ ok: true, document, migratedFrom: null });
  const { ok, diagnostics } = check(document);
  const lowered = lower(document);
  expect(lowered.ok).toBe(ok);
  if (lowered.ok) {
    expect(flatten(lowered.program).operations.length).toBeGreaterThan(0);
    return;
  }
  // Each reason says what is wrong in words.
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  expect(errors.length).toBeGreaterThan(0);
  for (const { message, code } of errors) expect(message.length, code).toBeGreaterThan(10);
}
