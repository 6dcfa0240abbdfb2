import { flatten } from '#shared/program/flatten';
import { lower } from '#shared/program/lower';
import { array64 } from '#shared/testing/array64';
import type { Array64 } from '#shared/testing/array64';
import { interpretFlat } from '#shared/testing/interpreter';
import type { NpzArray } from '../npz.ts';
import type { ImportedModel } from '../readModel.ts';
import { linked } from './models.ts';

const wide = ({ shape, data }: NpzArray): Array64 => array64(shape, (index) => data[index] ?? Number.NaN);

/**
 * What an imported model predicts in the float64 interpreter, links applied, in the order of its outputs.
 * @param given in the order of the model's inputs, the batch first
 */
export function predictImported({ document, weights }: ImportedModel, given: readonly NpzArray[]): Float64Array[] {
  const lowered = lower(document);
  if (!lowered.ok) throw new Error(lowered.diagnostics.map(({ message }) => message).join('; '));
  const flat = flatten(lowered.program);
  const { outputs } = interpretFlat(flat, {
    inputs: Object.fromEntries(
      flat.inputs.map(({ node }, index) => {
        const array = given[index];
        if (array === undefined) throw new Error(`no values for the input ${node}`);
        return [node, wide(array)];
      }),
    ),
    targets: {},
    weights: new Map(Object.entries(weights ?? {}).map(([id, array]) => [id, wide(array)])),
    training: false,
    seed: 1,
    step: 0,
  });
  return flat.outputs.map(({ node, link }) => {
    const value = outputs.get(node);
    if (value === undefined) throw new Error(`the interpreter gave no ${node}`);
    return linked(value, link).values;
  });
}
