import { compareInPython } from '../testing/compare.ts';
import { keptCases, randomCases, templateCases } from '../testing/models.ts';
import { operationCases } from '../testing/operations.ts';
import { exportSavedModel } from './export.ts';

compareInPython(
  'savedmodel',
  [...operationCases(), ...templateCases(), ...randomCases(8), ...keptCases('savedmodel')],
  exportSavedModel,
);
