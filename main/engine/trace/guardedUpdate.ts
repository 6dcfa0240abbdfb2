import type { Optimiser } from '#shared/graph/training';
import type { Tensor } from '../backend/device.ts';
import type { OptimiserState, StepScale } from '../train/optimiser.ts';
import { update } from '../train/optimiser.ts';
import type { Changes } from '../train/step.ts';
import type { AttributeValue, GraphDefinition } from '../../formats/tensorflow/graphDefinition.ts';
import { elementType } from '../../formats/tensorflow/graphDefinition.ts';
import type { RecordingDevice } from './recorder.ts';
import type { Variables } from './variables.ts';

const float: AttributeValue = { kind: 'type', value: elementType.float32 };
const bool: AttributeValue = { kind: 'type', value: elementType.bool };
const no: AttributeValue = { kind: 'boolean', value: false };

/** A block that an update takes a step on. */
export interface MovedBlock {
  readonly weights: Tensor;
  readonly state: OptimiserState;
  /** The node whose kernel moves it in place, or what is added to it. */
  readonly by: string | Tensor;
}

/**
 * Writes the nodes that change variables, and lets them run only where a step's measures are finite: each waits for a node
 * behind a Switch, so that of a step that went wrong nothing is changed and no copy of the weights need be kept.
 */
export class GuardedUpdate {
  readonly #graph: GraphDefinition;
  readonly #recorder: RecordingDevice;
  readonly #variables: Variables;
  /** 1 where the step is applied, else 0; [1, 1]. */
  readonly flag: Tensor;
  readonly #isTaken: string;
  /** Is there where the step is not applied; what waits for it is left out elsewhere. */
  readonly #skipped: string;
  /** Is there where the step is applied. */
  readonly #gate: string;
  readonly #updates: string[] = [];

  /**
   * The step is applied where (1 + step size)·Σ|measures| has a finite square: then no measure is infinite or not a
   * number, and neither a squared gradient nor the change of a weight can leave float32. Where `fits` is given, it must be
   * 1 besides.
   */
  constructor(
    graph: GraphDefinition,
    recorder: RecordingDevice,
    variables: Variables,
    measures: Tensor,
    size: Tensor,
    fits: Tensor | null,
  ) {
    this.#graph = graph;
    this.#recorder = recorder;
    this.#variables = variables;
    const sum = recorder.sum(recorder.absolute(measures), [0, 1], false);
    const bound = recorder.square(recorder.multiply(sum, recorder.add(size, recorder.scalar(1))));
    const isFinite = graph.add('IsFinite', [recorder.reference(bound)], { T: float });
    this.#isTaken =
      fits === null
        ? isFinite
        : graph.add('LogicalAnd', [isFinite, recorder.reference(recorder.greater(fits, recorder.scalar(0)))]);
    const [skipped, taken] = this.#switch(this.#isTaken, elementType.bool);
    const gate = (side: string): string => graph.add('Identity', [side], { T: bool });
    this.#skipped = gate(skipped);
    this.#gate = gate(taken);
    this.flag = recorder.reshape(recorder.cast(recorder.bind(this.#isTaken, [], 'bool'), 'float32'), [1, 1]);
  }

  /** Gives a variable its next value. */
  assign(held: Tensor, next: Tensor): void {
    const variable = this.#variables.of(held);
    const inputs = [variable.handle, this.#recorder.reference(next), `^${this.#gate}`, `^${variable.read}`];
    this.#updates.push(this.#graph.add('AssignVariableOp', inputs, { dtype: float }));
  }

  /** Takes one block a step on, in place and in one kernel where TensorFlow has one that computes as `update` does. */
  block(optimiser: Optimiser, weights: Tensor, gradient: Tensor, state: OptimiserState, scale: StepScale): MovedBlock {
    const kernel = this.#kernel(optimiser, gradient, scale.size);
    if (kernel === null) {
      const moved = update(this.#recorder, optimiser, weights, gradient, state, scale);
      this.assign(weights, moved.weights);
      state.forEach((held, at) => {
        const next = moved.state[at];
        if (next !== undefined) this.assign(held, next);
      });
      return { weights, state, by: moved.change };
    }
    const own = [weights, ...state].map((held) => this.#variables.of(held));
    const node = this.#graph.add(
      kernel.operation,
      [...own.map(({ handle }) => handle), ...kernel.inputs, `^${this.#gate}`, ...own.map(({ read }) => `^${read}`)],
      { T: float, use_locking: no, ...kernel.attributes },
    );
    this.#updates.push(node);
    return { weights, state, by: node };
  }

  /**
   * How far the update moves these blocks, 0 where it is left out. Adam's step is computed from its moments: a difference of
   * the weights after and before would make the update write to a copy of them.
   */
  changes(optimiser: Optimiser, blocks: readonly MovedBlock[], size: Tensor): Changes {
    const recorder = this.#recorder;
    if (optimiser.kind === 'adam') {
      const moments = blocks.map(({ state: [mean, square], by }) => {
        if (mean === undefined || square === undefined || typeof by !== 'string')
          throw new Error('Adam left no moments to read');
        return { mean: this.#readAfter(mean, by), square: this.#readAfter(square, by) };
      });
      const taken = recorder.multiply(size, recorder.reshape(this.flag, []));
      return { kind: 'adam', blocks: moments, epsilon: optimiser.epsilon, size: taken };
    }
    const added = blocks.map(({ weights, by }) =>
      typeof by === 'string' ? recorder.subtract(this.#readAfter(weights, by), weights) : by,
    );
    return { kind: 'added', blocks: added };
  }

  /** A node that is there once every update is done, or was left out. */
  done(): string {
    const graph = this.#graph;
    const after = this.#updates.map((node) => `^${node}`);
    const all = graph.add('Identity', [this.#gate, ...after], { T: bool });
    return graph.add('Merge', [this.#skipped, all], { T: bool, N: { kind: 'integer', value: 2 } });
  }

  #kernel(
    optimiser: Optimiser,
    gradient: Tensor,
    size: Tensor,
  ): {
    readonly operation: string;
    readonly inputs: readonly string[];
    readonly attributes: Readonly<Record<string, AttributeValue>>;
  } | null {
    const scalar = (value: number): string => this.#graph.scalar(value);
    const rate = this.#recorder.reference(size);
    const taken = this.#recorder.reference(gradient);
    switch (optimiser.kind) {
      case 'sgd':
        if (optimiser.momentum === 0) {
          return { operation: 'ResourceApplyGradientDescent', inputs: [rate, taken], attributes: {} };
        }
        return {
          operation: 'ResourceApplyKerasMomentum',
          inputs: [rate, taken, scalar(optimiser.momentum)],
          attributes: { use_nesterov: { kind: 'boolean', value: optimiser.nesterov === true } },
        };
      case 'adam': {
        const { beta1, beta2, epsilon } = optimiser;
        // The powers of the betas are 0: their correction is in the size of the step already.
        const inputs = [scalar(0), scalar(0), rate, scalar(beta1), scalar(beta2), scalar(epsilon), taken];
        return { operation: 'ResourceApplyAdam', inputs, attributes: { use_nesterov: no } };
      }
      case 'adamW':
      case 'rmsprop':
      case 'adagrad':
        return null;
    }
  }

  /** The value of a variable after its update, or the old one where the update was left out: read only then. */
  #readAfter(held: Tensor, node: string): Tensor {
    const graph = this.#graph;
    const variable = this.#variables.of(held);
    const read = (waited: string): string =>
      graph.add('ReadVariableOp', [variable.handle, `^${waited}`], { dtype: float });
    const merged = graph.add('Merge', [read(this.#skipped), read(node)], {
      T: float,
      N: { kind: 'integer', value: 2 },
    });
    return this.#recorder.bind(merged, variable.shape, variable.dtype);
  }

  #switch(value: string, type: number): [skipped: string, taken: string] {
    const node = this.#graph.add('Switch', [value, this.#isTaken], { T: { kind: 'type', value: type } });
    return [node, `${node}:1`];
  }
}
