import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import type { Device, Tensor } from '../backend/device.ts';
import { arraysBatch } from '../data/feed.ts';
import { runForward, valueAt } from './forward.ts';
import type { Plan } from './plan.ts';

/** The outputs, after their links, for given inputs: by output node id. Moving statistics, no dropout. */
export function predict(device: Device, plan: Plan, weights: readonly Tensor[], arrays: NamedArrays): NamedArrays {
  return device.scope(() => {
    const { inputs, size } = arraysBatch(device, plan, arrays, false);
    const { values } = runForward({ device, plan, inputs, weights, batch: size, training: false, maskSeed: noMask });
    return Object.fromEntries(
      plan.outputs.map(({ output, value }): [string, NamedArray] => {
        const linked = applyLink(device, output.link, valueAt(values, value));
        return [output.node, { shape: [...linked.shape], dtype: linked.dtype, data: device.read(linked) }];
      }),
    );
  });
}

function applyLink(device: Device, link: 'none' | 'softmax' | 'sigmoid', output: Tensor): Tensor {
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
