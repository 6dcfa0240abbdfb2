import type { Training } from '#shared/graph/training';
import type { StepOrder } from './step.ts';

/** Of a network with more measured wires than this, the first step takes seconds, and a third more if it measures everything. */
const soonShown = 300;

/** Whether a network with so many measured wires takes seconds to its first step. */
export function isDeep(wires: number): boolean {
  return wires > soonShown;
}

/**
 * What a step of a run measures by itself: everything at every so many steps (`details`), the first included; the wires at
 * every so many (`every`); the last step measures everything. A deep network's first step measures its wires only, so that it
 * is seen sooner, and everything follows with the second.
 */
export function measuredAt(
  step: number,
  { steps, probes, wires }: { readonly steps: number; readonly probes: Training['probes']; readonly wires: number },
): Pick<StepOrder, 'wires' | 'details'> {
  const first = isDeep(wires) ? Math.min(1, probes.details - 1) : 0;
  if (step % probes.details === first || step === steps - 1) return { wires: 'all', details: true };
  return { wires: step % probes.every === 0 ? 'learning' : 'none', details: false };
}
