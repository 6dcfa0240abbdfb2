import { compareInPython } from '../testing/compare.ts';
import { keptCases, randomCases, templateCases } from '../testing/models.ts';
import { operationCases } from '../testing/operations.ts';
import { exportKerasCode } from './export.ts';

// Of the templates those with loops and cells say most; the campaign reads all of them.
const wanted = ['Recurrence along depth', 'ResNet-8'];
const templates = templateCases().filter(({ name }) => wanted.includes(name));

compareInPython(
  'keras-code',
  [...operationCases(), ...templates, ...randomCases(6), ...keptCases('keras-code')],
  exportKerasCode,
);
