import type { Tensor } from '../../backend/device.ts';
import { emptyArray, sizeOf } from '../../backend/device.ts';
import type { OperationImplementation } from './operation.ts';
import { onlyInput, weightAt } from './operation.ts';

/** Rows of the table by id. What every use of a row hands back adds up in its row of the table's gradient. */
export const embedding: OperationImplementation<'embedding'> = ({ device, inputs, weights }) => {
  const ids = onlyInput(inputs);
  const table = weightAt(weights, 'table');
  const [vocabulary = 1, dimension = 1] = table.shape;
  const flat = device.reshape(ids, [sizeOf(ids.shape)]);
  return {
    output: device.reshape(device.gather(table, flat), [...ids.shape, dimension]),
    pullback: (gradient, wants) => {
      const forWeights: Record<string, Tensor> = {};
      if (wants.weights) {
        const rows = device.reshape(gradient, [sizeOf(ids.shape), dimension]);
        forWeights['table'] = device.segmentSum(rows, flat, vocabulary);
      }
      return { inputs: [null], weights: forWeights };
    },
  };
};

export const constant: OperationImplementation<'constant'> = ({ device, attributes, batch }) => {
  const { shape, dtype, values } = attributes;
  const array = emptyArray(dtype, values.length);
  array.set(values);
  const own = values.length === 1 ? shape.map(() => 1) : shape;
  return {
    output: device.broadcast(device.tensor(array, [1, ...own], dtype), [batch, ...shape]),
    pullback: () => ({ inputs: [], weights: {} }),
  };
};
