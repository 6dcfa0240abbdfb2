import type { GradloomDocument } from '../document.ts';
import type { History } from '../history.ts';
import { createHistory, jump, record, redo, undo } from '../history.ts';
import { newDocument } from '../queries.ts';
import { serialiseDocument } from '../serialise.ts';
import { structureFaults } from '../structure.ts';
import type { Command } from './randomEdits.ts';
import { edited, gestureMakers, operationMakers } from './randomEdits.ts';

/**
 * Does random edits, then jumps about in their history, then goes back to its beginning and one step forth. What is wrong
 * on the way, or null: every place must give the very text that the document had there, and a sound structure. The history
 * passes through JSON once.
 *
 * @param jumps where to go; each number is taken modulo the count of places
 */
export function undoFault(steps: readonly Command[], jumps: readonly number[]): string | null {
  const makers = [...operationMakers, ...gestureMakers];
  let document = newDocument();
  let history = createHistory();
  const states: GradloomDocument[] = [document];
  for (const step of steps) {
    const next = edited(document, makers, step).document;
    const recorded = record(history, document, next, { key: 'k' });
    if (recorded !== history) states.push(next);
    history = recorded;
    document = next;
  }
  history = JSON.parse(JSON.stringify(history)) as History;
  if (history.entries.length !== states.length - 1) {
    return `expected ${states.length - 1} entries, received ${history.entries.length}`;
  }
  const texts = states.map(serialiseDocument);
  const differs = (index: number): string | null => {
    if (serialiseDocument(document) !== texts[index]) return `place ${index} has another text than it had`;
    const [fault] = structureFaults(document);
    return fault === undefined ? null : `place ${index}: ${JSON.stringify(fault)}`;
  };
  for (const number of [...jumps, 0, states.length - 1]) {
    const index = number % states.length;
    const step = jump(history, document, index);
    if (step === null) return `no jump to place ${index} of ${states.length}`;
    ({ history, document } = step);
    const fault = differs(index);
    if (fault !== null) return fault;
  }
  for (let index = states.length - 2; index >= 0; index--) {
    const step = undo(history, document);
    if (step === null) return `nothing to undo at place ${index + 1}`;
    ({ history, document } = step);
    const fault = differs(index);
    if (fault !== null) return fault;
  }
  if (undo(history, document) !== null) return 'something to undo at the beginning';
  const forth = redo(history, document);
  if ((forth === null) !== (states.length === 1)) return 'redo at the beginning does not fit the count of entries';
  return forth === null || serialiseDocument(forth.document) === texts[1] ? null : 'redo gives another text';
}
