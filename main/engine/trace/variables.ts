import type { DataType } from '#shared/graph/values';
import type { Tensor } from '../backend/device.ts';
import type { Hold } from '../backend/hold.ts';
import type { GraphDefinition } from '../../formats/tensorflow/graphDefinition.ts';
import { elementType } from '../../formats/tensorflow/graphDefinition.ts';
import type { RecordingDevice } from './recorder.ts';
import type { Feed, Session } from './session.ts';

/** One variable of a session: a block of weights, a moment, a statistic, or a field of the data set. */
export interface Variable {
  readonly number: number;
  readonly handle: string;
  /** Node that reads it before anything of this run changes it. */
  readonly read: string;
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

const numberOf = {
  float32: elementType.float32,
  int32: elementType.int32,
  bool: elementType.bool,
} as const satisfies Readonly<Record<DataType, number>>;

/** The variables of one graph, with the nodes that read and assign them. */
export class Variables {
  readonly #graph: GraphDefinition;
  readonly #recorder: RecordingDevice;
  readonly #byTensor = new Map<Tensor, Variable>();
  readonly #initial: Feed[] = [];

  constructor(graph: GraphDefinition, recorder: RecordingDevice) {
    this.#graph = graph;
    this.#recorder = recorder;
  }

  /** Declares a variable that starts with these values. The tensor is what a step sees of it. */
  readonly hold: Hold = (_name, values, shape, dtype) => {
    const graph = this.#graph;
    const number = this.#initial.length;
    const type = numberOf[dtype];
    const handle = graph.variable(`variable_${number}`, type, shape);
    const typed = { dtype: { kind: 'type', value: type } } as const;
    const read = graph.add('ReadVariableOp', [handle], typed);
    const value = graph.placeholder(placeholderOf(number), type, shape);
    const assign = graph.add('AssignVariableOp', [handle, value], typed);
    graph.identity(assignedOf(number), graph.scalar(1), elementType.float32, [assign]);
    this.#initial.push({ name: placeholderOf(number), values, shape, type });
    const tensor = this.#recorder.bind(read, shape, dtype);
    this.#byTensor.set(tensor, { number, handle, read, shape, dtype });
    return tensor;
  };

  /** The variable behind a tensor that `hold` gave. */
  of(tensor: Tensor): Variable {
    const variable = this.#byTensor.get(tensor);
    if (variable === undefined) throw new Error('a tensor was taken for a variable of the graph; it is none');
    return variable;
  }

  /** Gives every variable its first values in a session of this graph, and forgets them. */
  initialise(session: Session): void {
    session.run(
      this.#initial,
      this.#initial.map((_, number) => assignedOf(number)),
    );
    this.#initial.length = 0;
  }
}

/** Gives variables of a running session other values. */
export function assign(session: Session, variables: readonly Variable[], values: readonly Float32Array[]): void {
  if (variables.length === 0) return;
  session.run(
    variables.map(({ number, shape, dtype }, at) => ({
      name: placeholderOf(number),
      values: values[at] ?? new Float32Array(0),
      shape,
      type: numberOf[dtype],
    })),
    variables.map(({ number }) => assignedOf(number)),
  );
}

function placeholderOf(number: number): string {
  return `initial_${number}`;
}
function assignedOf(number: number): string {
  return `assigned_${number}`;
}
