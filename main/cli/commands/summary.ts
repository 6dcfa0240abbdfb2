import { check } from '#shared/check/check';
import type { NodeFacts } from '#shared/check/diagnostic';
import { firstError } from '#shared/check/firstError';
import type { GraphNode } from '#shared/graph/document';
import { sheets } from '#shared/graph/queries';
import { fail } from '../../services/failure.ts';
import type { Command } from '../command.ts';
import { grouped, shapeText, table } from '../table.ts';
import { openDocument } from '../target.ts';

interface LayerSummary {
  readonly node: string;
  readonly label: string | null;
  /** Cell definition that the node is in; null on the document's own sheet. */
  readonly cell: string | null;
  readonly kind: string;
  /** Shape without the batch; null for a node without exactly one output. */
  readonly output: readonly number[] | null;
  readonly outputs: Readonly<Record<string, readonly number[]>>;
  readonly weights: number;
  readonly trainable: number;
  readonly multiplyAdds: number;
}

function summarise(node: GraphNode, cell: string | null, facts: NodeFacts): LayerSummary {
  const outputs = Object.fromEntries(Object.entries(facts.outputs).map(([port, { shape }]) => [port, shape]));
  const shapes = Object.values(outputs);
  // An output node hands nothing on: what it shows is what comes in.
  const shown = node.type === 'output' ? (facts.inputs[0]?.shape ?? null) : null;
  return {
    node: node.id,
    label: node.label ?? null,
    cell,
    kind: node.type,
    output: shapes.length === 1 ? (shapes[0] ?? null) : shown,
    outputs,
    weights: facts.trainableWeights + facts.otherWeights,
    trainable: facts.trainableWeights,
    multiplyAdds: facts.multiplyAdds,
    // What an instance calls is counted where it is defined, once for all that share it.
    ...(facts.cell !== undefined && { cellWeights: facts.cell.trainableWeights + facts.cell.otherWeights }),
  };
}

/** Shapes, weights and cost of every layer. */
export const summary: Command = {
  name: 'summary',
  usage: 'summary FILE',
  positionals: { minimum: 1, maximum: 1 },
  options: {},
  async run(terminal, { positionals: [file = ''] }) {
    const path = terminal.path(file);
    const document = await openDocument(terminal, path);
    const { nodes, totals, ok, diagnostics } = check(document);
    if (!ok) throw fail('document.problems', { path, ...firstError(diagnostics) });
    const layers = sheets(document).flatMap(({ sheet, graph }) =>
      graph.nodes.flatMap((node) => {
        const facts = nodes.get(node.id);
        return facts === undefined || node.type === 'frame' ? [] : [summarise(node, sheet, facts)];
      }),
    );
    const weights = { trainable: totals.trainable, total: totals.trainable + totals.other };
    const json = { name: document.name, weights, multiplyAdds: totals.multiplyAdds, layers };
    terminal.result(json, () => {
      const head = (['node', 'kind', 'output', 'weights', 'multiplyAdds'] as const).map((key) =>
        terminal.say(`terminal.summary.${key}`),
      );
      const rows = layers.map(({ node, cell, kind, output, weights: count, multiplyAdds }) => [
        cell === null ? node : `${cell} / ${node}`,
        kind,
        shapeText(output),
        grouped(count),
        grouped(multiplyAdds),
      ]);
      const sums = terminal.say('terminal.summary.sum', {
        total: grouped(weights.total),
        trainable: grouped(weights.trainable),
        multiplyAdds: grouped(totals.multiplyAdds),
      });
      return `${table(head, rows, ['left', 'left', 'left', 'right', 'right'])}\n${sums}\n`;
    });
    return 0;
  },
};
