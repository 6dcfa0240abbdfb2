import { expect, test } from 'vitest';
import { elsewhereOf } from './elsewhere.ts';

test.each([
  ['points.csv', 'x,y\n1,2\n', 'data'],
  ['photo.PNG', '\u0089PNG', 'data'],
  ['network.keras', 'PK', 'model'],
  ['model.json', '{"format": "layers-model", "modelTopology": {}}', 'model'],
  ['graph.json', '{"format": "graph-model"}', 'model'],
  ['old.json', '{"modelTopology": {}, "weightsManifest": []}', 'model'],
  ['depth.lesson.json', '{"format": "gradloom-lesson"}', 'lesson'],
  ['notebook.ipynb', '{"cells": []}', null],
  ['network.gradloom', '{"format": "gradloom", ', null],
  ['list.json', '[1, 2]', null],
] as const)('%s is told by its name or its beginning: %#', (name, written, expected) => {
  expect(elsewhereOf(name, written)).toBe(expected);
});
