import { writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { command } from '#shared/graph/testing/randomEdits';
import { undoFault } from '#shared/graph/testing/undoing';

/* 10,000 random sequences of edits, undone, done again and jumped about in. Writes docs/undo.md. */

const sequences = 10_000;
const seed = 20_261_126;

let edits = 0;
let jumps = 0;
const property = fc.property(
  fc.array(command, { maxLength: 30 }),
  fc.array(fc.nat(40), { maxLength: 6 }),
  (steps, places) => {
    edits += steps.length;
    jumps += places.length + 2;
    if (edits % 1000 < steps.length) process.stderr.write(`${edits} edits\n`);
    const fault = undoFault(steps, places);
    if (fault !== null) throw new Error(fault);
  },
);
const outcome = fc.check(property, { numRuns: sequences, seed });
if (outcome.failed) throw new Error(fc.defaultReportMessage(outcome));

await writeFile(
  'docs/undo.md',
  `# Undo: ${sequences.toLocaleString('en-US')} random sequences

Written by \`npm run campaign -- undo\` (seed ${seed}). Each sequence does up to 30 random edits, among them every gesture of the
canvas (wrapping, cells, dissolving, reattaching, pasting, deleting with heal). Then it jumps to random places of the
history, to its beginning and its end, undoes everything one by one, and redoes one. At every place the document must have
the very text that it had there when it was edited, and no structural fault.

| sequences | edits tried | jumps | failures |
| --------- | ----------- | ----- | -------- |
| ${outcome.numRuns.toLocaleString('en-US')} | ${edits.toLocaleString('en-US')} | ${jumps.toLocaleString('en-US')} | 0 |
`,
);
