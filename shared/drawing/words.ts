import type { Shape } from '../graph/values.ts';
import { numbered } from '../layers/nodeNumber.ts';
import type { Locale } from '../text/locale.ts';
import { text, wordsUnder } from '../text/text.ts';
import type { NodeFace } from './faces.ts';

/** What a node is called: its label, else its cell, its activation function or its type, with its number. */
export function nameOfFace(locale: Locale, face: NodeFace): string {
  if (face.label !== null) return face.label;
  if (face.cell !== null) return face.cell;
  if (face.activation !== null) {
    return numbered(wordsUnder(locale, `option.function.${face.activation}`, face.activation), face.number);
  }
  // Cards are narrow: long names have a short form there.
  const name = wordsUnder(locale, `layer.${face.type}.name`, face.type);
  return numbered(wordsUnder(locale, `canvas.short.${face.type}`, name), face.number);
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

/** A shape as a card writes it. */
export function shapeWords(locale: Locale, shape: Shape | null): string {
  if (shape === null) return '?';
  return shape.length === 0 ? text(locale, 'measure.scalar') : shape.join('×');
}
