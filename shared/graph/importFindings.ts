import type { Locale } from '../text/locale.ts';
import { text } from '../text/text.ts';
import type { GradloomDocument, GraphNode } from './document.ts';
import { sheets } from './queries.ts';

/** Settings of foreign layers that change training alone and that the catalogue lacks: they stand in a node's note. */
export const settingsOfTraining = [
  'activity_regularizer',
  'bias_regularizer',
  'recurrent_dropout',
  'dropout',
  'kernel_constraint',
  'bias_constraint',
  'recurrent_constraint',
  'embeddings_constraint',
] as const;

/** What of a foreign model did not come in as it was, with the nodes that it is about. */
export type ImportFinding =
  /** The catalogue has no such layer. */
  | { readonly code: 'operator'; readonly operator: string; readonly nodes: readonly GraphNode[] }
  /** The catalogue has the layer, but not as the file has it. */
  | {
      readonly code: 'setting';
      readonly operator: string;
      readonly setting: string;
      readonly nodes: readonly GraphNode[];
    }
  /** Settings of training that were left out. */
  | { readonly code: 'training'; readonly settings: readonly string[]; readonly nodes: readonly GraphNode[] };

/** The settings of training that a node's note keeps, one a line. */
function keptSettings({ note }: GraphNode): readonly string[] {
  const lines = note === undefined ? [] : note.split('\n');
  return settingsOfTraining.filter((name) => lines.some((line) => line.startsWith(`${name}: `)));
}

/** What of a model that was just imported did not come in as it was; what is unknown first, the most frequent first. */
export function importFindings(document: GradloomDocument): readonly ImportFinding[] {
  const unknown = new Map<string, GraphNode[]>();
  const noted: GraphNode[] = [];
  const settings = new Set<string>();
  for (const node of sheets(document).flatMap(({ graph }) => graph.nodes)) {
    if (node.type === 'opaque') {
      const operator = String(node.params['operator'] ?? '');
      const others = unknown.get(operator);
      if (others === undefined) unknown.set(operator, [node]);
      else others.push(node);
    }
    const kept = keptSettings(node);
    if (kept.length > 0) noted.push(node);
    for (const name of kept) settings.add(name);
  }
  const findings = [...unknown]
    .sort(([, one], [, other]) => other.length - one.length)
    .map(([whole, nodes]): ImportFinding => {
      // Readers write the reason in brackets behind the operator.
      const [, operator = whole, setting] = /^([^(]+) \((.*)\)$/s.exec(whole) ?? [];
      return setting === undefined
        ? { code: 'operator', operator, nodes }
        : { code: 'setting', operator, setting, nodes };
    });
  return noted.length === 0 ? findings : [...findings, { code: 'training', settings: [...settings], nodes: noted }];
}

const mostNames = 3;

/** A finding as a sentence. */
export function describeImportFinding(locale: Locale, finding: ImportFinding): string {
  const { nodes, code, ...values } = finding;
  const names = nodes.slice(0, mostNames).map(({ id, label }) => label ?? id);
  const more = nodes.length > mostNames ? [...names, '…'] : names;
  return text(locale, `import.finding.${code}`, { ...values, count: nodes.length, names: more });
}
