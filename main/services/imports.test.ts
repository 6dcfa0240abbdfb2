import { expect, test } from 'vitest';
import { parseDocument } from '#shared/graph/serialise';
import { createTemplate } from '#shared/templates/templates';
import { importedFiles } from './imports.ts';

test('a model without a name is called after the document that it becomes', () => {
  const document = { ...createTemplate('plain-mlp'), name: '' };
  const files = importedFiles({ document, weights: null }, '/models/resnet.gradloom.json');
  expect(files.name).toBe('resnet');
  expect(parseDocument(files.document)).toMatchObject({ ok: true, document: { name: 'resnet' } });
  const named = importedFiles({ document: { ...document, name: 'Mine' }, weights: null }, '/models/x.gradloom.json');
  expect(named.name).toBe('Mine');
});
