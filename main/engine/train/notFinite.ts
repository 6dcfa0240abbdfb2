import type { Path } from '#shared/program/program';
import { pathSuffix } from '#shared/program/path';
import type { NotFinite } from '#shared/protocol/runs';
import type { Device, Tensor } from '../backend/device.ts';
import type { Batch, Differentiated } from '../execute/differentiate.ts';
import type { Plan } from '../execute/plan.ts';

/** One step with everything that it computed still at hand. */
export interface WholeStep {
  readonly device: Device;
  readonly plan: Plan;
  readonly batch: Batch;
  /** Before the step. */
  readonly weights: readonly Tensor[];
  readonly pass: Differentiated;
  /** After the step, by weight index; and what the optimiser remembers of each. */
  readonly updated: readonly (readonly [number, Tensor])[];
  readonly remembered: readonly (readonly [number, Tensor])[];
  readonly step: number;
}

/**
 * The first number that is not finite, in the order in which a step computes: data, weights, values forward, losses,
 * gradients backward, updated weights. Null where all are finite. Reads every tensor: for a step that went wrong only.
 */
export function findNotFinite(whole: WholeStep): NotFinite | null {
  const { device, plan, batch, weights, pass, step } = whole;
  const at = (
    tensor: Tensor | null | undefined,
    what: NotFinite['what'],
    node: string,
    wire: string | null,
    path: Path,
  ): NotFinite | null => {
    const kind = tensor === null || tensor === undefined ? null : kindOf(device, tensor);
    return kind === null ? null : { kind, what, node, wire, path: pathSuffix(path), step };
  };
  const wireOfValue = (value: number): string | null =>
    plan.wires.find((wire) => wire.value === value)?.wire.wire ?? null;
  const nodeOfWeight = (weight: number): string => plan.weights[weight]?.id.split('/')[0] ?? '';
  const forWeight = (weight: number, tensor: Tensor | null | undefined, what: NotFinite['what']): NotFinite | null =>
    at(tensor, what, nodeOfWeight(weight), null, []);

  function* places(): Generator<NotFinite | null> {
    for (const [index, { input, value }] of plan.inputs.entries()) {
      yield at(batch.inputs[index], 'value', input.node, wireOfValue(value), []);
    }
    for (const [index, weight] of weights.entries()) yield forWeight(index, weight, 'weight');
    for (const { operation, output } of plan.operations) {
      const { node, path } = operation.origin;
      yield at(pass.forward.values[output], 'value', node, wireOfValue(output), path);
    }
    for (const [index, { loss }] of plan.heads.entries()) {
      yield at(pass.losses[index]?.loss, 'loss', loss.output, null, []);
    }
    for (const [value, gradient] of pass.seeds) {
      const node = plan.outputs.find((output) => output.value === value)?.output.node ?? '';
      yield at(gradient, 'gradient', node, null, []);
    }
    for (let index = plan.operations.length - 1; index >= 0; index--) {
      const planned = plan.operations[index];
      if (planned === undefined) continue;
      const { node, path } = planned.operation.origin;
      for (const [slot, gradient] of (pass.backward.inputs[index] ?? []).entries()) {
        const wire = plan.wires.find(({ consumer, slot: other }) => consumer === index && slot === other);
        yield at(gradient, 'gradient', node, wire?.wire.wire ?? null, path);
      }
      for (const { weight } of planned.weights) {
        const share = pass.backward.shares[weight]?.find(({ operation }) => operation === index);
        yield at(share?.gradient, 'gradient', node, null, path);
      }
    }
    for (const [index, gradient] of pass.weightGradients.entries()) yield forWeight(index, gradient, 'gradient');
    for (const [index, weight] of whole.updated) yield forWeight(index, weight, 'weight');
    // Adam squares the gradient; where that overflows, the step would be divided by infinity and the weight stand still.
    for (const [index, moment] of whole.remembered) yield forWeight(index, moment, 'gradient');
  }
  for (const found of places()) {
    if (found !== null) return found;
  }
  return null;
}

/** An overflow usually shows as an infinity first and as NaN wherever two of them meet. */
function kindOf(device: Device, tensor: Tensor): NotFinite['kind'] | null {
  if (tensor.dtype !== 'float32') return null;
  const values = device.read(tensor);
  if (values.every(Number.isFinite)) return null;
  return values.some((value) => Math.abs(value) === Number.POSITIVE_INFINITY) ? 'infinity' : 'notANumber';
}
