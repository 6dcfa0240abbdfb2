import type { Training } from '#shared/graph/training';
import type { StepOrder } from './step.ts';

/** Of a network with more measured wires than this, TensorFlow takes seconds to compile a step that measures everything. */
const soonCompiled = 300;

/** Whether a network with so many measured wires takes long to compile. */
export function isDeep(wires: number): boolean {
  return wires > soonCompiled;
}

/**
 * What a step of a run measures by itself: everything at every so many steps (`details`), the first included; the wires at
 * every so many (`every`); the last step measures everything. A deep network's first step shows its wires first, so that it
 * is seen seconds earlier; everything follows when as many steps have been taken.
 */
export function measuredAt(
  step: number,
  { steps, probes, wires }: { readonly steps: number; readonly probes: Training['probes']; readonly wires: number },
): Pick<StepOrder, 'wires' | 'details'> {
  const first = isDeep(wires) ? probes.details - 1 : 0;
  if (step % probes.details === first || step === steps - 1) return { wires: 'all', details: true };
  return { wires: step % probes.every === 0 ? 'learning' : 'none', details: false };
}
