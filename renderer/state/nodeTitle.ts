import { nodeNumber, numbered } from '#shared/layers/nodeNumber';
import type { Locale } from '#shared/text/locale';
import { wordsUnder } from '#shared/text/text';

/** The part of a node that its name depends on. */
export interface NamedNode {
  readonly id: string;
  readonly type: string;
  readonly label?: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What a layer with these parameters is called: an activation by its function, a pooling by its mode. */
export function layerName(locale: Locale, type: string, params: Readonly<Record<string, unknown>>): string {
  const plain = wordsUnder(locale, `layer.${type}.name`, type);
  if (type === 'activation')
    return wordsUnder(locale, `option.function.${String(params['function'] ?? 'relu')}`, plain);
  if (type === 'pooling2d') {
    return wordsUnder(locale, `preset.${params['mode'] === 'average' ? 'average' : 'max'}Pooling2d.name`, plain);
  }
  return plain;
}

/**
 * What a person calls a node: the label it was given, otherwise the name of its layer with the number that tells it from
 * others; an instance goes by its cell where the document's cells are given.
 */
export function nodeTitle(
  locale: Locale,
  node: NamedNode,
  cells: readonly { readonly id: string; readonly name: string }[] = [],
): string {
  if (node.label !== undefined && node.label !== '') return node.label;
  const cell = node.type === 'cell' ? cells.find(({ id }) => id === node.params['cell']) : undefined;
  return cell?.name ?? numbered(layerName(locale, node.type, node.params), nodeNumber(node));
}

/**
 * What a port stands for: numbered ports of a layer share one word, a terminal of a loop or cell (`out.maps`, `state.m`)
 * goes by its own name.
 */
export function portTitle(locale: Locale, id: string): string {
  const [kind = id, ...others] = id.split('.');
  const name = others.join('.');
  if (name !== '' && !/^\d+$/.test(name)) return name;
  const words = wordsUnder(locale, `port.${kind}`, kind);
  return name === '' ? words : `${words} ${Number(name) + 1}`;
}
