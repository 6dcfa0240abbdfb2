import { compareInPython } from '../testing/compare.ts';
import { randomCases, templateCases } from '../testing/models.ts';
import { exportH5, exportKeras } from './export.ts';

const cases = [...templateCases(), ...randomCases(8)];

compareInPython('keras', cases, exportKeras);
compareInPython('h5', cases, exportH5);
