import type { GraphNode, LoopParameters } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { terminalId } from '../graph/identifiers.ts';
import { cardHeight, cardPitch, cardWidth, gap } from './rows.ts';
import type { End, SheetBuilder } from './sheetBuilder.ts';
import type { TemplateSetting } from './template.ts';

/** What reads a sequence: simple recurrence, LSTM or GRU. */
export const recurrentCells = ['simple', 'lstm', 'gru'] as const;
export type RecurrentCellName = (typeof recurrentCells)[number];

/** Drawn as the one layer, or as a loop around its cell, in which every step can be seen. */
export const recurrentForms = ['layer', 'loop'] as const;
export type RecurrentForm = (typeof recurrentForms)[number];

export const recurrentSettings = (units: number): readonly TemplateSetting[] => [
  { key: 'cell', kind: 'choice', default: 'gru', options: recurrentCells },
  { key: 'drawing', kind: 'choice', default: 'layer', options: recurrentForms },
  { key: 'memoryUnits', kind: 'integer', default: units, minimum: 1, maximum: 1024 },
];

const layerTypes: Readonly<Record<RecurrentCellName, string>> = { simple: 'simpleRecurrent', lstm: 'lstm', gru: 'gru' };
const cellTypes: Readonly<Record<RecurrentCellName, string>> = {
  simple: 'simpleCell',
  lstm: 'lstmCell',
  gru: 'gruCell',
};

/** As cards show it. */
const cellLabels: Readonly<Record<RecurrentCellName, string>> = { simple: 'RNN', lstm: 'LSTM', gru: 'GRU' };

/** Height of a loop's first pair of terminals below its upper border, and from one to the next. */
export const firstStateRow = 72;
export const stateRow = 38;

/** A sequence reader, where it stands and what it reads. */
export interface Reader {
  readonly cell: RecurrentCellName;
  readonly form: RecurrentForm;
  readonly units: number;
  readonly steps: number;
  readonly result: 'last' | 'all';
  readonly from: End;
  /** Upper left corner of a card in its row. */
  readonly position: GraphNode['position'];
  readonly loopLabel: string;
}

/** Draws what reads a sequence; returns the end of it and where the next card begins. */
export function drawReader(sheet: SheetBuilder, reader: Reader): { readonly end: End; readonly right: number } {
  const { cell, form, units, result, from, position } = reader;
  if (form === 'loop') return drawLoop(sheet, reader);
  const params = { units, result };
  const node = sheet.node('reader', layerTypes[cell], params, position, { label: cellLabels[cell] });
  sheet.wire(from, node);
  return { end: node, right: position.x + cardPitch };
}

function drawLoop(sheet: SheetBuilder, reader: Reader): { readonly end: End; readonly right: number } {
  const { cell, units, steps, result, from, position, loopLabel } = reader;
  const states = cell === 'lstm' ? ['h', 'c'] : ['h'];
  const parameters: LoopParameters = {
    iterations: steps,
    states: states.map((state) => ({ id: terminalId(state), shape: [units], initial: { kind: 'zeros' } })),
    inputs: [{ id: terminalId('x'), kind: 'scan' }],
    outputs: [{ id: terminalId('h'), kind: result, state: terminalId('h') }],
  };
  const width = cardWidth + 2 * 72;
  const height = firstStateRow + (states.length + 1) * stateRow + 12;
  const middle = firstStateRow + (states.length * stateRow) / 2;
  const loop: NodeId = sheet.node(
    'steps',
    'loop',
    parameters,
    { x: position.x, y: position.y + cardHeight / 2 - middle },
    { label: loopLabel, size: { width, height } },
  );
  sheet.wire(from, [loop, 'in.x']);
  const inside = sheet.node(
    'reader',
    cellTypes[cell],
    { units },
    { x: 72, y: middle - cardHeight / 2 },
    { label: cellLabels[cell], parent: loop },
  );
  sheet.wire([loop, 'input.x'], [inside, 'in']);
  for (const state of states) {
    sheet.wire([loop, `state.${state}`], [inside, state]);
    sheet.wire([inside, `next${state.toUpperCase()}`], [loop, `next.${state}`]);
  }
  return { end: [loop, 'out.h'], right: position.x + width + gap };
}
