import { expect, test } from 'vitest';
import { cellId, nodeId } from './identifiers.ts';
import type { GraphNode } from './document.ts';
import { describeImportFinding, importFindings } from './importFindings.ts';
import { newDocument } from './queries.ts';

const node = (id: string, more: Partial<GraphNode>): GraphNode => ({
  id: nodeId(id),
  type: 'dense',
  params: {},
  position: { x: 0, y: 0 },
  ...more,
});
const unknown = (id: string, operator: string): GraphNode =>
  node(id, { type: 'opaque', params: { operator }, label: id });
const graph = (...nodes: GraphNode[]) => ({ nodes, wires: [] });

test('unknown layers stand together by what they are and why, the most frequent first, cells included', () => {
  const document = {
    ...newDocument('Foreign'),
    graph: graph(unknown('a', 'Mish'), unknown('b', 'Conv2D (activation: "mish")'), node('plain', {})),
    cells: [
      {
        id: cellId('block'),
        name: 'Block',
        inputs: [],
        outputs: [],
        parameters: [],
        graph: graph(...['c', 'd', 'e', 'f'].map((id) => unknown(id, 'Resize'))),
      },
    ],
  };
  const findings = importFindings(document);
  expect(findings.map(({ code, nodes }) => [code, nodes.map(({ id }) => id)])).toEqual([
    ['operator', ['c', 'd', 'e', 'f']],
    ['operator', ['a']],
    ['setting', ['b']],
  ]);
  expect(findings.map((finding) => describeImportFinding('en', finding))).toEqual([
    'Gradloom has no layer “Resize” (4: c, d, e, …).',
    'Gradloom has no layer “Mish” (1: a).',
    'Gradloom has “Conv2D”, but not as the file has it: activation: "mish" (1: b).',
  ]);
  for (const finding of findings) expect(describeImportFinding('zh-CN', finding)).toMatch(/^Gradloom (没有|有)/);
});

test('settings of training that were left out are told by name, a note of a person’s own is not', () => {
  const document = {
    ...newDocument('Foreign'),
    graph: graph(
      node('one', { note: 'kernel_constraint: {"max_value":2}\nbias_regularizer: "l2"', label: 'One' }),
      node('two', { note: 'What the dropout: of my thesis does' }),
    ),
  };
  const findings = importFindings(document);
  expect(findings.map((finding) => describeImportFinding('en', finding))).toEqual([
    'Left out, and kept in the nodes’ notes, was what changes training alone: bias_regularizer, kernel_constraint (1: One).',
  ]);
  expect(importFindings(newDocument('Empty'))).toEqual([]);
});
