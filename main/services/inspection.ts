import type { z } from 'zod';
import type { CallResult } from '#shared/protocol/calls';
import type { EngineResults, Examination, InspectedArray, Inspection, IteratedOutputs } from '#shared/protocol/engine';
import type { PlainArray, PlainNumber } from '#shared/protocol/inspection';
import { plainNumber } from '#shared/protocol/inspection';
import type { lossSliceSchema } from '#shared/protocol/slices';
import type { LossSlice } from '#shared/theory/lossSlice';

/** The engine's typed arrays as JSON can carry them: plain lists, and a name for every number that is not finite. */
export function plainInspection(inspection: Inspection): CallResult<'run.values'> {
  const { step, count, fields, outputs, loss, values, left } = inspection;
  return {
    step,
    count,
    fields: plainArrays(fields),
    outputs: plainArrays(outputs),
    loss: loss === null ? null : plainNumber(loss),
    values: values.map(({ place, path, value, gradient }) => ({
      place,
      path: [...path],
      value: plainArray(value),
      gradient: gradient === null ? null : plainArray(gradient),
    })),
    left,
  };
}

/** Likewise what a loop's first iterations lead to. */
export function plainIterated({ step, answers }: IteratedOutputs): CallResult<'run.iterate'> {
  return {
    step,
    answers: answers.map(({ iterations, outputs }) => ({ iterations, outputs: plainArrays(outputs) })),
  };
}

/** Likewise what the losses say of each example. */
export function plainExamination({ heads, ...counts }: Examination): CallResult<'run.examine'> {
  return {
    ...counts,
    heads: heads.map(({ output, target, loss, decided }) => ({
      output,
      target,
      loss: Array.from(loss, plainNumber),
      decided:
        decided === null
          ? null
          : {
              classes: decided.classes,
              positions: decided.positions,
              actual: [...decided.actual],
              predicted: [...decided.predicted],
              confidence: Array.from(decided.confidence, plainNumber),
            },
    })),
  };
}

/** Likewise the factors of the chain rule. */
export function plainFactors({ step, way }: EngineResults['factors']): CallResult<'run.factors'> {
  const plain = (value: number | null): PlainNumber | null => (value === null ? null : plainNumber(value));
  return {
    step,
    way: way && {
      output: way.output,
      examples: way.examples,
      factors: way.factors.map(({ path, bound, typical, measured, slope, radius, ...factor }) => ({
        ...factor,
        path: [...path],
        bound: plain(bound),
        typical: plain(typical),
        measured: plainNumber(measured),
        slope: plain(slope),
        radius: plain(radius),
      })),
      whole: {
        bound: plain(way.whole.bound),
        typical: plainNumber(way.whole.typical),
        measured: plainNumber(way.whole.measured),
      },
    },
  };
}

/** Likewise how the units stand. */
export function plainUnits({ step, units }: EngineResults['units']): CallResult<'run.units'> {
  return {
    step,
    units: units.map(({ path, flat, ...unit }) => ({
      ...unit,
      path: [...path],
      flat: flat === null ? null : plainNumber(flat),
    })),
  };
}

/** Likewise a slice of the loss surface. */
export function plainSlice({ elements, surfaces, ...span }: LossSlice): z.input<typeof lossSliceSchema> {
  return {
    ...span,
    elements: { ...elements },
    surfaces: surfaces.map(({ name, centre, values }) => ({
      name,
      centre: plainNumber(centre),
      values: values.map(plainNumber),
    })),
  };
}

function plainArrays(arrays: Readonly<Record<string, InspectedArray>>): Record<string, PlainArray> {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, plainArray(array)]));
}

function plainArray({ shape, kept, dtype, data, minimum, maximum, mean }: InspectedArray): PlainArray {
  return {
    shape: [...shape],
    kept: [...kept],
    dtype,
    values: Array.from(data, plainNumber),
    minimum: plainNumber(minimum),
    maximum: plainNumber(maximum),
    mean: plainNumber(mean),
  };
}
