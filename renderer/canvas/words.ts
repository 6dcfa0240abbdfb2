import type { Shape } from '#shared/graph/values';
import type { Port } from '#shared/layers/layer';
import type { Locale } from '#shared/text/locale';
import { text } from '#shared/text/text';
import { count } from '../ui/format.ts';
import { portTitle } from '../ui/nodeTitle.ts';
import { describeFinding } from '../state/describeFinding.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import { wordsUnder } from '../ui/words.ts';
import type { NodeFace } from './scene/faces.ts';

/** What a node is called: its label, else its activation function, its cell or its type. */
export function nameOfFace(locale: Locale, face: NodeFace): string {
  if (face.label !== null) return face.label;
  if (face.cell !== null) return face.cell;
  if (face.activation !== null) return wordsUnder(locale, `option.function.${face.activation}`, face.activation);
  // Cards are narrow: long names have a short form there.
  const name = wordsUnder(locale, `layer.${face.type}.name`, face.type);
  return wordsUnder(locale, `canvas.short.${face.type}`, name);
}

/**
 * A name as a card shows it: of a module's path, as imported models have it (`layer1.0.conv1`), the last part that says
 * anything (`conv1`), with the numbers behind it. Hints and the inspector have the whole.
 */
export function cardName(name: string): string {
  if (!/^[\w-]+(\.[\w-]+)+$/.test(name)) return name;
  const parts = name.split('.');
  const last = parts.findLastIndex((part) => /[A-Za-z]/.test(part));
  return parts.slice(Math.max(0, last)).join('.');
}

/** What a port stands for; those of a cell have names of their own. */
export function portWords(locale: Locale, { id, role, terminal }: Port): string {
  return role === 'cell' ? (terminal ?? id) : portTitle(locale, id);
}

/** A shape as a card writes it. */
export function shapeWords(locale: Locale, shape: Shape | null): string {
  if (shape === null) return '?';
  return shape.length === 0 ? text(locale, 'measure.scalar') : shape.join('×');
}

/** What a screen reader says of a node. */
export function describeFace(locale: Locale, face: NodeFace): string {
  const kind = wordsUnder(locale, `layer.${face.type}.name`, face.type);
  const name = nameOfFace(locale, face);
  const hasOwnName = face.label !== null || face.cell !== null || face.activation !== null;
  const parts = [!hasOwnName ? kind : text(locale, 'canvas.node.described', { name, kind })];
  if (face.shape !== null) parts.push(text(locale, 'canvas.node.shape', { shape: face.shape }));
  if (face.weights > 0) parts.push(text(locale, 'canvas.node.weights', { count: count(face.weights) }));
  for (const problem of face.problems)
    parts.push(describeFinding(locale, useDocumentStore.getState().document, 'problem', problem));
  return parts.join(text(locale, 'canvas.node.separator'));
}
