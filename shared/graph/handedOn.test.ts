import { expect, test } from 'vitest';
import { createTemplate } from '../templates/templates.ts';
import type { GradloomDocument } from './document.ts';
import type { TableSource } from './fileSources.ts';
import { handedOn } from './handedOn.ts';

const read = (path: string): GradloomDocument => {
  const document = createTemplate('plain-mlp');
  const { training, graph } = document;
  if (training.data === null) throw new Error('the template has no data');
  const file = { path, bytes: 1, fingerprint: '0'.repeat(64) };
  const source: TableSource = {
    kind: 'table',
    file,
    delimiter: ',',
    header: true,
    missing: 'refuse',
    columns: [],
    size: 1,
  };
  const nodes = graph.nodes.map((node, index) =>
    index === 1 ? { ...node, weightsFrom: { model: path, sha256: '0'.repeat(64) } } : node,
  );
  return {
    ...document,
    graph: { ...graph, nodes },
    training: { ...training, data: { ...training.data, source } },
  };
};

test.each([
  ['/home/ada/secret/irises.csv', 'irises.csv'],
  ['C:\\Users\\ada\\irises.csv', 'irises.csv'],
  ['\\\\server\\share\\irises.csv', 'irises.csv'],
  ['data/irises.csv', 'data/irises.csv'],
  ['../irises.csv', '../irises.csv'],
])('%s is handed on as %s', (path, kept) => {
  expect(handedOn(read(path))).toEqual(read(kept));
});

test('a document that names no file stays the same', () => {
  const document = createTemplate('rla');
  expect(handedOn(document)).toBe(document);
});
