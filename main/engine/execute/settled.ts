import type { Tensor } from '../backend/device.ts';
import type { ForwardInput } from './forward.ts';
import type { Plan, PlannedOperation } from './plan.ts';
import { isTrained } from './plan.ts';

/**
 * The part of a network that comes before everything that is trained and gives the same for an example at every step: what
 * it makes of the data need be computed once.
 */
export interface SettledPart {
  /** By operation index: a step that is given `values` leaves it out. */
  readonly leftOut: readonly boolean[];
  /** By operation index: `values` are computed from it. */
  readonly computed: readonly boolean[];
  /** Indices of the values that the rest of the network reads of it. */
  readonly values: readonly number[];
  /** By index of the Program's inputs: the settled part reads it. */
  readonly reads: readonly boolean[];
  /** By index of the Program's inputs: the rest of the network reads it. */
  readonly left: readonly boolean[];
}

/** What the settled part makes of a batch, by value index. */
export interface SettledValues {
  readonly part: SettledPart;
  readonly values: ReadonlyMap<number, Tensor>;
}

/** What a pass does that is given the values of the settled part; without them it computes everything. */
export function leftToCompute(settled: SettledValues | undefined): Pick<ForwardInput, 'known' | 'isWanted'> {
  if (settled === undefined) return {};
  return { known: settled.values, isWanted: (operation) => settled.part.leftOut[operation] !== true };
}

/**
 * Finds the settled part: operations with weights, all of them frozen, that draw nothing at random and follow no batch,
 * with what lies before and between them. Null where no operation with weights is so, and nothing would be saved.
 *
 * `isSteady` says of an input whether its values are the same for an example at every step.
 */
export function settledPart(plan: Plan, isSteady: (input: number) => boolean): SettledPart | null {
  type Standing = 'constant' | 'steady' | 'worked' | 'changing';
  const standing: Standing[] = plan.values.map(() => 'changing');
  plan.inputs.forEach(({ value }, index) => {
    standing[value] = isSteady(index) ? 'steady' : 'changing';
  });
  for (const planned of plan.operations) {
    const of = planned.inputs.map((value) => standing[value] ?? 'changing');
    const isWeighted = planned.weights.length > 0;
    // What merely joins worked values to data is cheaper computed again than kept.
    const joins = of.includes('worked') && of.includes('steady') && !isWeighted;
    const isChanging = of.includes('changing') || joins || !isFixed(plan, planned);
    const reads = of.includes('steady') || of.includes('worked');
    const isWorked = of.includes('worked') || isWeighted;
    standing[planned.output] = isChanging ? 'changing' : !reads ? 'constant' : isWorked ? 'worked' : 'steady';
  }
  // What the rest needs, from the last operation back: a worked value is handed over, what comes before it is not needed.
  const needed = plan.values.map(() => false);
  for (const { value } of plan.outputs) needed[value] = true;
  const leftOut = plan.operations.map(() => false);
  for (const [at, planned] of [...plan.operations.entries()].reverse()) {
    const of = standing[planned.output];
    const isLeft = of === 'changing' || (of !== 'worked' && needed[planned.output] === true);
    leftOut[at] = !isLeft;
    if (isLeft) for (const value of planned.inputs) needed[value] = true;
  }
  const values = plan.values.flatMap((_, value) =>
    standing[value] === 'worked' && needed[value] === true ? [value] : [],
  );
  if (values.length === 0) return null;
  const before = plan.values.map((_, value) => values.includes(value));
  for (const { inputs, output } of plan.operations.toReversed()) {
    if (before[output] === true) for (const value of inputs) before[value] = true;
  }
  return {
    leftOut,
    computed: plan.operations.map(({ output }) => before[output] === true),
    values,
    reads: plan.inputs.map(({ value }) => before[value] === true),
    left: plan.inputs.map(({ value }) => needed[value] === true),
  };
}

/** Whether an operation gives the same for the same inputs at every step. */
function isFixed(plan: Plan, { operation: { specification }, weights }: PlannedOperation): boolean {
  switch (specification.kind) {
    case 'dropout':
    case 'gaussianNoise':
      return false;
    case 'batchNormalisation':
      return specification.attributes.frozen && !weights.some(({ weight }) => isTrained(plan, weight));
    default:
      return !weights.some(({ weight }) => isTrained(plan, weight));
  }
}
