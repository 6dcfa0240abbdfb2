import { compareInPython } from '../testing/compare.ts';
import { keptCases, randomCases, templateCases } from '../testing/models.ts';
import { operationCases } from '../testing/operations.ts';
import { exportH5, exportKeras } from './export.ts';

const cases = [...operationCases(), ...templateCases(), ...randomCases(8)];

compareInPython('keras', [...cases, ...keptCases('keras')], exportKeras);

// Keras reads layers from a legacy file, and none of its operations.
compareInPython('h5', [...cases, ...keptCases('h5')], exportH5, [
  'compare',
  'constant',
  'cosine',
  'divide',
  'exponential',
  'logarithm',
  'logical',
  'maskFill',
  'matrixProduct',
  'pad',
  'power',
  'reciprocal',
  'sign',
  'sine',
  'squareRoot',
  'zeros',
]);
