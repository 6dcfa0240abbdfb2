import type { Port } from '#shared/layers/layer';
import { numbered } from '#shared/layers/nodeNumber';
import type { Locale } from '#shared/text/locale';
import { text, wordsUnder } from '#shared/text/text';
import { nameOfFace } from '#shared/drawing/words';
import type { NodeFace } from '#shared/drawing/faces';
import { count } from '../ui/format.ts';
import { describeFinding } from '../state/describeFinding.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import { portTitle } from '../state/nodeTitle.ts';

/** What a port stands for; those of a cell have names of their own. */
export function portWords(locale: Locale, { id, role, terminal }: Port): string {
  return role === 'cell' ? (terminal ?? id) : portTitle(locale, id);
}

/** What a screen reader says of a node. */
export function describeFace(locale: Locale, face: NodeFace): string {
  const kind = wordsUnder(locale, `layer.${face.type}.name`, face.type);
  const name = nameOfFace(locale, face);
  const hasOwnName = face.label !== null || face.cell !== null || face.activation !== null;
  const parts = [!hasOwnName ? numbered(kind, face.number) : text(locale, 'canvas.node.described', { name, kind })];
  if (face.shape !== null) parts.push(text(locale, 'canvas.node.shape', { shape: face.shape }));
  if (face.weights > 0) parts.push(text(locale, 'canvas.node.weights', { count: count(face.weights) }));
  for (const problem of face.problems)
    parts.push(describeFinding(locale, useDocumentStore.getState().document, 'problem', problem));
  return parts.join(text(locale, 'canvas.node.separator'));
}
