import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import type { Device, Tensor } from '../backend/device.ts';
import { emptyArray, sizeOf } from '../backend/device.ts';
import { arraysBatch } from '../data/feed.ts';
import { runForward, valueAt } from './forward.ts';
import type { Plan } from './plan.ts';
import { examplesPerPass } from './plan.ts';

/**
 * The outputs, after their links, for given inputs: by output node id. Moving statistics, no dropout. Many examples are
 * taken in several passes.
 */
export function predict(device: Device, plan: Plan, weights: readonly Tensor[], arrays: NamedArrays): NamedArrays {
  return predictInParts(arrays, examplesPerPass(plan), (part) => predictOnce(device, plan, weights, part));
}

/** Predicts at most `rows` examples at a time and puts the parts together. */
export function predictInParts(
  arrays: NamedArrays,
  rows: number,
  predictPart: (part: NamedArrays) => NamedArrays,
): NamedArrays {
  const count = Math.max(1, ...Object.values(arrays).map(({ shape }) => shape[0] ?? 0));
  const parts = Array.from({ length: Math.ceil(count / rows) }, (_, part) =>
    predictPart(sliceRows(arrays, part * rows, (part + 1) * rows)),
  );
  const [first = {}] = parts;
  if (parts.length === 1) return first;
  return Object.fromEntries(
    Object.entries(first).map(([node, { shape, dtype }]): [string, NamedArray] => {
      const whole = [count, ...shape.slice(1)];
      const data = emptyArray(dtype, sizeOf(whole));
      let offset = 0;
      for (const part of parts) {
        const own = part[node]?.data ?? [];
        data.set(own, offset);
        offset += own.length;
      }
      return [node, { shape: whole, dtype, data }];
    }),
  );
}

function sliceRows(arrays: NamedArrays, from: number, to: number): NamedArrays {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, dtype, data }]): [string, NamedArray] => {
      const [count = 0, ...rest] = shape;
      const each = sizeOf(rest);
      const rows = Math.max(0, Math.min(count, to) - from);
      return [
        name,
        {
          shape: shape.length === 0 ? [] : [rows, ...rest],
          dtype,
          data: data.slice(from * each, (from + rows) * each),
        },
      ];
    }),
  );
}

function predictOnce(device: Device, plan: Plan, weights: readonly Tensor[], arrays: NamedArrays): NamedArrays {
  return device.scope(() => {
    const { inputs, size } = arraysBatch(device, plan, arrays, false);
    return Object.fromEntries(
      computeOutputs(device, plan, inputs, weights, size).map(([node, output]): [string, NamedArray] => [
        node,
        { shape: [...output.shape], dtype: output.dtype, data: device.read(output) },
      ]),
    );
  });
}

/** The outputs, after their links, with their node ids. */
export function computeOutputs(
  device: Device,
  plan: Plan,
  inputs: readonly Tensor[],
  weights: readonly Tensor[],
  batch: number,
): [node: string, output: Tensor][] {
  const { values } = runForward({ device, plan, inputs, weights, batch, training: false, maskSeed: noMask });
  return plan.outputs.map(({ output, value }) => [output.node, applyLink(device, output.link, valueAt(values, value))]);
}

/** What an output gives for prediction: its value after its link. */
export function applyLink(device: Device, link: 'none' | 'softmax' | 'sigmoid', output: Tensor): Tensor {
  switch (link) {
    case 'none':
      return output;
    case 'softmax':
      return device.softmax(output);
    case 'sigmoid':
      return device.sigmoid(output);
  }
}

/** For passes that draw nothing. */
export function noMask(): never {
  throw new Error('a pass outside training asked for random numbers');
}
