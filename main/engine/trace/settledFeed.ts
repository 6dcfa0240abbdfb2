import type { Device, Tensor } from '../backend/device.ts';
import { emptyArray, sizeOf } from '../backend/device.ts';
import type { DataSet, DrawnField } from '../data/dataSet.ts';
import type { DataFeed } from '../data/feed.ts';
import type { Values } from '../data/generator.ts';
import { runForward, valueAt } from '../execute/forward.ts';
import type { Plan, PlannedValue } from '../execute/plan.ts';
import { noMask } from '../execute/predict.ts';
import type { SettledPart, SettledValues } from '../execute/settled.ts';
import { settledPart } from '../execute/settled.ts';
import type { ExamplesDoor } from './examplesDoor.ts';
import { feedsOf, recordExamples } from './examplesDoor.ts';
import type { RecordingDevice } from './recorder.ts';
import type { Session } from './session.ts';

/** Elements that may be kept of all examples together: 256 MB of float32. */
const elementsKept = 1 << 26;
/** Examples whose values are computed at once: always so many, so that no neighbour changes a last digit. */
const computedAtOnce = 64;

/** One value of the settled part, of all examples that were asked for so far. */
interface Kept {
  readonly value: number;
  /** Elements per example. */
  readonly length: number;
  readonly values: Values;
  readonly field: DrawnField;
}

/**
 * What the settled part of a network makes of each example, computed when the example is first asked for (in a session, or
 * the plain way) and kept from then on: steps and evaluations are fed these values as if they were a field of the data set. Where all that the
 * part reads is the same for a group of examples (the questions on one picture), so is what is kept.
 */
export class SettledFeed {
  readonly part: SettledPart;
  readonly #group: number;
  readonly #kept: readonly Kept[];
  /** By number of the group. */
  readonly #isKnown: Uint8Array;
  #door: ExamplesDoor | null = null;
  #names: readonly string[] = [];
  /** The part's values, in the order of `fields`, of so many examples. */
  #compute: ((examples: Int32Array) => readonly ArrayLike<number>[]) | null = null;

  private constructor(plan: Plan, part: SettledPart, group: number, groups: number) {
    this.part = part;
    this.#group = group;
    this.#isKnown = new Uint8Array(groups);
    this.#kept = part.values.map((value): Kept => {
      const { type } = plannedValue(plan, value);
      const length = sizeOf(type.shape);
      const values = emptyArray(type.dtype, length * groups);
      const draw = (examples: ArrayLike<number>): Values =>
        this.#fill(examples, length, values, emptyArray(type.dtype, examples.length * length));
      return { value, length, values, field: { name: `settled ${value}`, type, draw } };
    });
  }

  /** Null where the network has no settled part, or what it makes of all examples is too much to keep. */
  static of(plan: Plan, feed: DataFeed, { size, group }: DataSet): SettledFeed | null {
    const isSteady = (input: number): boolean => {
      const field = feed.inputFields[input];
      return field !== undefined && !('isAugmented' in field && field.isAugmented === true);
    };
    const part = settledPart(plan, isSteady);
    if (part === null) return null;
    const isPerGroup = feed.inputFields.every(({ perGroup }, input) => part.reads[input] !== true || perGroup === true);
    const shared = isPerGroup ? group : 1;
    const each = part.values.reduce((sum, value) => sum + sizeOf(plannedValue(plan, value).type.shape), 0);
    const groups = Math.ceil(size / shared);
    return each * groups > elementsKept ? null : new SettledFeed(plan, part, shared, groups);
  }

  /** Records how the values are computed. */
  record(device: RecordingDevice, plan: Plan, feed: DataFeed, weights: readonly Tensor[]): void {
    const { computed, reads } = this.part;
    const size = computedAtOnce;
    const isRead = (input: number): boolean => reads[input] === true;
    const { door, gathered } = recordExamples(device, feed, { name: 'settled', size }, feed.fedFor(isRead));
    const { values } = runForward({
      device,
      plan,
      inputs: gathered.inputs,
      weights,
      batch: size,
      training: false,
      isWanted: (at) => computed[at] === true,
      maskSeed: noMask,
    });
    this.#door = door;
    this.#names = this.#kept.map(({ value }) => device.reference(valueAt(values, value)));
  }

  /** From now on values are computed in this session. */
  attach(session: Session): void {
    const door = this.#door;
    if (door === null) throw new Error('what is settled was not recorded');
    this.#compute = (examples) => session.run(feedsOf(door, examples, null), this.#names);
  }

  /** From now on values are computed in primitives of the device; `weights` are those of the moment. */
  attachPlain(device: Device, plan: Plan, feed: DataFeed, weights: () => readonly Tensor[]): void {
    const { computed } = this.part;
    this.#compute = (examples) =>
      device.scope(() => {
        const { inputs, size } = feed.batch(examples);
        const { values } = runForward({
          device,
          plan,
          inputs,
          weights: weights(),
          batch: size,
          training: false,
          isWanted: (at) => computed[at] === true,
          maskSeed: noMask,
        });
        return this.#kept.map(({ value }) => device.read(valueAt(values, value)));
      });
  }

  /** The part's values for some examples, on a device; they live in the scope around. */
  valuesOn(device: Device, examples: Int32Array): SettledValues {
    return this.valuesFrom(
      this.#kept.map(({ field: { draw, type } }) =>
        device.tensor(draw(examples, null), [examples.length, ...type.shape], type.dtype),
      ),
    );
  }

  /** The fields whose values take the part's place, in the order of `valuesFrom`. */
  get fields(): readonly DrawnField[] {
    return this.#kept.map(({ field }) => field);
  }

  /** The part's values as a pass is given them: one tensor for each of `fields`. */
  valuesFrom(tensors: readonly Tensor[]): SettledValues {
    const values = new Map(
      this.#kept.flatMap(({ value }, at) => (tensors[at] === undefined ? [] : [[value, tensors[at]]])),
    );
    return { part: this.part, values };
  }

  #fill(examples: ArrayLike<number>, length: number, kept: Values, into: Values): Values {
    const groups = Array.from(examples, (example) => Math.floor(example / this.#group));
    const missing = [...new Set(groups.filter((group) => this.#isKnown[group] !== 1))];
    for (let at = 0; at < missing.length; at += computedAtOnce) this.#know(missing.slice(at, at + computedAtOnce));
    groups.forEach((group, at) => into.set(kept.subarray(group * length, (group + 1) * length), at * length));
    return into;
  }

  #know(groups: readonly number[]): void {
    if (this.#compute === null) throw new Error('settled values are asked for before anything computes them');
    const examples = Int32Array.from(
      { length: computedAtOnce },
      (_, at) => (groups[at] ?? groups[0] ?? 0) * this.#group,
    );
    const results = this.#compute(this.#door === null ? examples.slice(0, groups.length) : examples);
    this.#kept.forEach(({ length, values }, at) => {
      const computed = results[at];
      if (computed === undefined) throw new Error(`no value ${at} of the settled part was computed`);
      groups.forEach((group, row) => {
        for (let place = 0; place < length; place++)
          values[group * length + place] = computed[row * length + place] ?? Number.NaN;
      });
    });
    for (const group of groups) this.#isKnown[group] = 1;
  }
}

function plannedValue(plan: Plan, value: number): PlannedValue {
  const planned = plan.values[value];
  if (planned === undefined) throw new Error(`the plan has no value ${value}`);
  return planned;
}
