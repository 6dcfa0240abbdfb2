import { describe, expect, test } from 'vitest';
import { check } from '#shared/check/check';
import { sketch } from '#shared/check/testing/sketch';
import { describeFinding } from './describeFinding.ts';

describe('describeFinding', () => {
  const document = sketch({
    nodes: { x: ['input', { shape: [3] }], f: ['formula', { formula: 'a + b' }], y: ['output'] },
    wires: ['x > f.a', 'f > y'],
  });
  const missing = check(document).diagnostics.find(({ node }) => node === 'f');
  if (missing === undefined) throw new Error('the formula lacks an input, and check does not say so');

  test('a node without a label goes by the name that its card shows, in either language', () => {
    expect(missing.message).toContain('“f”');
    expect(describeFinding('en', document, 'problem', missing)).toContain('“Formula”');
    expect(describeFinding('zh-CN', document, 'problem', missing)).toContain('“公式”');
  });

  test('a label stays as it is; a port goes by its word', () => {
    const { graph } = document;
    const nodes = graph.nodes.map((node) => (node.id === 'f' ? { ...node, label: 'Blend' } : node));
    const labelled = { ...document, graph: { ...graph, nodes } };
    const message = { code: missing.code, values: { name: 'Blend', port: 'in.1' } };
    const words = describeFinding('zh-CN', labelled, 'problem', message);
    expect(words).toContain('Blend');
    expect(words).toContain('输入 2');
  });
});
