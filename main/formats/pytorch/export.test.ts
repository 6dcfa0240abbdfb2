import { compareInPython } from '../testing/compare.ts';
import { keptCases, randomCases, templateCases } from '../testing/models.ts';
import { operationCases } from '../testing/operations.ts';
import { exportTorch } from './export.ts';

compareInPython(
  'pytorch',
  [...operationCases(), ...templateCases(), ...randomCases(20), ...keptCases('pytorch')],
  exportTorch,
);
