import type { RunTable } from '#shared/protocol/telemetry';
import { shownIteration } from '../../state/shownIteration.ts';

/** One loop around a wire, with the iterations it is measured at. */
export interface LoopAround {
  readonly loop: string;
  readonly iterations: number;
}

/** The loops around a wire, outermost first, as the table's paths tell them. */
export function loopsAround(table: RunTable, indices: readonly number[]): readonly LoopAround[] {
  const loops = new Map<string, number>();
  for (const index of indices) {
    for (const step of table.wires[index]?.path ?? []) {
      if ('loop' in step) loops.set(step.loop, Math.max(loops.get(step.loop) ?? 0, step.iteration + 1));
    }
  }
  return [...loops].map(([loop, iterations]) => ({ loop, iterations }));
}

/**
 * Which of a wire's measures is shown: the one whose iterations are those chosen for their loops; a loop with no choice
 * shows its first iteration. −1 where there is none.
 */
export function chooseIndex(table: RunTable, indices: readonly number[], chosen: ReadonlyMap<string, number>): number {
  const shown = new Map(
    loopsAround(table, indices).map(({ loop, iterations }) => [loop, shownIteration(chosen.get(loop), iterations)]),
  );
  const found = indices.find((index) =>
    (table.wires[index]?.path ?? []).every((step) => !('loop' in step) || step.iteration === shown.get(step.loop)),
  );
  return found ?? indices.at(-1) ?? -1;
}

/** The measures of a wire at each iteration of `loop`, all other loops standing as in the measure `shown`. */
export function acrossIterations(
  table: RunTable,
  indices: readonly number[],
  loop: string,
  shown: number,
): readonly number[] {
  const others = (index: number): string =>
    JSON.stringify((table.wires[index]?.path ?? []).filter((step) => !('loop' in step) || step.loop !== loop));
  const wanted = others(shown);
  const iteration = (index: number): number => {
    const step = table.wires[index]?.path.find((one) => 'loop' in one && one.loop === loop);
    return step !== undefined && 'loop' in step ? step.iteration : -1;
  };
  return indices.filter((index) => others(index) === wanted).sort((one, other) => iteration(one) - iteration(other));
}
