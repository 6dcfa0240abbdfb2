import { expect, test } from 'vitest';
import type { GradloomDocument } from '../graph/document.ts';
import { cellId, nodeId, terminalId } from '../graph/identifiers.ts';
import { SheetBuilder, WireNumbers, documentOf } from '../templates/sheetBuilder.ts';
import { flatten } from './flatten.ts';
import { lower } from './lower.ts';
import { sourcedWeights } from './weightSources.ts';

/** x -> a (in a frame) -> b (in the same frame) -> an instance of a cell with c -> d -> y. */
function network(): GradloomDocument {
  const numbers = new WireNumbers();
  const inside = new SheetBuilder(numbers);
  const start = inside.node('in', 'cellInput', { terminal: 'x' });
  const c = inside.node('c', 'dense', { units: 2 });
  const end = inside.node('end', 'cellOutput', { terminal: 'y' });
  inside.wire(start, c);
  inside.wire(c, end);
  const sheet = new SheetBuilder(numbers);
  const x = sheet.node('x', 'input', { shape: [2] });
  const parent = sheet.node('frame', 'frame', {}, undefined, { weightsFrom: { run: 'framed' } });
  const a = sheet.node('a', 'dense', { units: 2, useBias: false }, undefined, { parent });
  const b = sheet.node('b', 'dense', { units: 2 }, undefined, {
    parent,
    weightsFrom: { model: 'nearer.keras', sha256: '0'.repeat(64) },
  });
  const params = { cell: 'cell', weights: 'own', parameters: {} };
  const instance = sheet.node('use', 'cell', params, undefined, { weightsFrom: { run: 'instance' } });
  const d = sheet.node('d', 'dense', { units: 2 });
  const y = sheet.node('y', 'output');
  sheet.wire(x, a);
  sheet.wire(a, b);
  sheet.wire(b, [instance, 'in.x']);
  sheet.wire([instance, 'out.y'], d);
  sheet.wire(d, y);
  const cells = [
    {
      id: cellId('cell'),
      name: 'cell',
      inputs: [{ id: terminalId('x') }],
      outputs: [{ id: terminalId('y') }],
      parameters: [],
      graph: inside.graph(),
    },
  ];
  return documentOf('sources', sheet.graph(), {}, { cells });
}

test('the node says where its weights come from, or what lies around it, or the instance it is in', () => {
  const document = network();
  const lowered = lower(document);
  if (!lowered.ok) throw new Error('it lowers');
  const found = sourcedWeights(document, flatten(lowered.program));
  expect(
    found.map(({ weight, node, source }) => [weight.id, node, 'run' in source ? source.run : source.model]),
  ).toEqual([
    ['a/kernel', nodeId('frame'), 'framed'],
    ['b/kernel', nodeId('b'), 'nearer.keras'],
    ['b/bias', nodeId('b'), 'nearer.keras'],
    ['c/kernel@use', nodeId('use'), 'instance'],
    ['c/bias@use', nodeId('use'), 'instance'],
  ]);
});
