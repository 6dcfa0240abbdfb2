import { expect, test } from 'vitest';
import { nativeDevice } from '../testing/device.ts';
import { findingsOfLabelled, labelledRuns } from '../testing/labelled.ts';

/* The closed forms of docs/detectors.md that are quick to run, on a seed that the thresholds never saw. */

const quick = [
  'linear chain, kernel 0.25, 10 layers',
  'linear chain, kernel 2, 12 layers',
  'ReLU, biases −10',
  'tanh, kernels of deviation 20, 2 layers',
  'one linear unit, SGD at 1.2',
  'one linear unit, SGD at 0.1',
  'linear stack Q, orthogonal, 30 layers, beside a residual twin',
];

test.each(quick)('only the label is found: %s', async (name) => {
  const run = labelledRuns.find((one) => one.name === name);
  if (run === undefined) throw new Error(`there is no labelled run ${name}`);
  const findings = await findingsOfLabelled(nativeDevice(), run, 201);
  const found = findings.filter(({ verdict }) => verdict === 'found').map(({ ailment }) => ailment);
  expect(found).toEqual(run.label === null ? [] : [run.label]);
});
