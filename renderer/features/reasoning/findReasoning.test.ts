import { describe, expect, test } from 'vitest';
import { check } from '#shared/check/check';
import type { GradloomDocument } from '#shared/graph/document';
import { createTemplate } from '#shared/templates/templates';
import { attending } from '../../../e2e/fixtures/documents.ts';
import { findReasoning } from './findReasoning.ts';

function find(document: GradloomDocument): ReturnType<typeof findReasoning> {
  return findReasoning(document, check(document).nodes);
}

describe('a network that looks several times', () => {
  const document = attending(3);

  test('is sound, and all its parts are found by structure', () => {
    const checked = check(document);
    expect(checked.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(find(document)).toMatchObject({
      image: { name: 'image' },
      questions: [],
      loop: { id: 'look' },
      iterations: 3,
      map: { node: 'shares', port: 'out' },
      grid: { rows: 7, columns: 7 },
      memory: { name: 'm', before: { wire: 'w5' }, after: { wire: 'w13' }, residual: false },
      answer: { node: { id: 'digit' }, field: { name: 'label' } },
    });
  });

  test('goes by no name: every node may be called otherwise', () => {
    const text = JSON.stringify(document);
    const renamed = text.replaceAll('"shares"', '"a1"').replaceAll('"look"', '"b1"').replaceAll('"picture"', '"c1"');
    expect(find(JSON.parse(renamed) as GradloomDocument)).toMatchObject({
      loop: { id: 'b1' },
      map: { node: 'a1' },
      image: { name: 'image' },
    });
  });

  test('without shares over regions there is none', () => {
    const { nodes } = document.graph;
    const without = nodes.map((node) =>
      node.id === 'shares' ? { ...node, params: { ...node.params, activation: 'linear' } } : node,
    );
    expect(find({ ...document, graph: { ...document.graph, nodes: without } })).toBeNull();
    expect(find(createTemplate('rla'))).toBeNull();
    expect(find(createTemplate('plain-or-residual'))).toBeNull();
  });
});
