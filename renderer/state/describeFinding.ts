import type { GradloomDocument } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { findNode } from '#shared/graph/queries';
import type { Locale } from '#shared/text/locale';
import { describeMessage } from '../ui/words.ts';
import type { Message } from '../ui/words.ts';
import { nodeTitle, portTitle } from './nodeTitle.ts';

/** Values of findings that name a node: by its label, or by its id where it has none. */
const nodeKeys = ['name', 'from', 'to', 'first', 'second', 'inner', 'loop', 'parent', 'node', 'output'] as const;

/** A finding or a way out as a person reads it: nodes and ports go by the names that the sheet shows. */
export function describeFinding(
  locale: Locale,
  document: GradloomDocument,
  prefix: 'problem' | 'fix',
  message: Message,
): string {
  const values: Record<string, unknown> = { ...message.values };
  for (const key of nodeKeys) {
    const value = values[key];
    const node = typeof value === 'string' ? findNode(document, value as NodeId)?.node : undefined;
    if (node !== undefined && (node.label ?? '').trim() === '') values[key] = nodeTitle(locale, node, document.cells);
  }
  const { port } = values;
  if (typeof port === 'string') values['port'] = portTitle(locale, port);
  return describeMessage(locale, prefix, { ...message, values });
}
