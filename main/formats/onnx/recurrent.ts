import type { FlatOperation } from '#shared/program/program';
import type { RecurrentActivation } from '#shared/layers/operations';
import { inputAt, weightAt } from '../model.ts';
import { channelsLast, hintOf } from './emission.ts';
import type { Call, OnnxEmission, OnnxValue } from './emission.ts';

/** By cell: the operator, and where each of its gates stands in Keras's order. */
const cells = {
  simple: { operator: 'RNN', gates: [0] },
  // Keras: i, f, c, o. ONNX: i, o, f, c.
  lstm: { operator: 'LSTM', gates: [0, 3, 1, 2] },
  // z, r, h in both.
  gru: { operator: 'GRU', gates: [0, 1, 2] },
} as const;

const activations: Readonly<Record<Exclude<RecurrentActivation, 'linear'>, string>> = {
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  relu: 'Relu',
};

/** Whether ONNX's recurrent operators lack something that the operation needs: a mask with holes, a linear function. */
export function needsUnrolling({ specification }: FlatOperation): boolean {
  if (specification.kind !== 'recurrent') return false;
  const { cell, activation, recurrentActivation, hasMask } = specification.attributes;
  return hasMask || activation === 'linear' || (cell !== 'simple' && recurrentActivation === 'linear');
}

/** The columns of a matrix, gate after gate in another order, as rows. */
function gateRows(data: Float32Array, rows: number, units: number, gates: readonly number[]): Float32Array {
  const columns = gates.length * units;
  const result = new Float32Array(data.length);
  gates.forEach((gate, index) => {
    for (let unit = 0; unit < units; unit += 1) {
      for (let row = 0; row < rows; row += 1) {
        result[(index * units + unit) * rows + row] = data[row * columns + gate * units + unit] ?? 0;
      }
    }
  });
  return result;
}

/** A recurrent layer by ONNX's own operator, which wants the steps before the batch. */
export function recurrent(emission: OnnxEmission, call: Call<'recurrent'>): OnnxValue {
  const { graph } = emission;
  const { cell, activation, recurrentActivation, resetAfter, reverse } = call.attributes;
  const { operator, gates } = cells[cell];
  const kernel = weightAt(call, 'kernel');
  const own = weightAt(call, 'recurrentKernel');
  const [features = 1] = kernel.shape;
  const [units = 1] = own.shape;
  const wide = gates.length * units;
  const inputs = [
    graph.add('Transpose', [emission.last(inputAt(call))], { perm: [1, 0, 2] }),
    emission.derived(`${kernel.id}:gates`, [1, wide, features], (read) =>
      gateRows(read(kernel.id), features, units, gates),
    ),
    emission.derived(`${own.id}:gates`, [1, wide, units], (read) => gateRows(read(own.id), units, units, gates)),
  ];
  const { bias } = call.weights;
  if (bias !== undefined) {
    inputs.push(
      emission.derived(`${bias.id}:gates`, [1, 2 * wide], (read) => {
        const data = read(bias.id);
        const result = new Float32Array(2 * wide);
        for (let start = 0; start < data.length; start += wide) {
          result.set(gateRows(data.subarray(start, start + wide), 1, units, gates), start);
        }
        return result;
      }),
    );
  }
  const act = activation === 'linear' ? '' : activations[activation];
  const gate = recurrentActivation === 'linear' ? '' : activations[recurrentActivation];
  const attributes = {
    hidden_size: units,
    direction: reverse ? 'reverse' : 'forward',
    activations: { texts: { simple: [act], lstm: [gate, act, act], gru: [gate, act] }[cell] },
    ...(cell === 'gru' ? { linear_before_reset: resetAfter ? 1 : 0 } : {}),
  };
  const steps = graph.add(operator, inputs, attributes);
  const squeezed = graph.add('Squeeze', [steps, graph.integers([1])]);
  return channelsLast(graph.add('Transpose', [squeezed], { perm: [1, 0, 2] }, hintOf(call)));
}
