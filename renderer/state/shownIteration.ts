/**
 * The iteration of a loop that its inside shows, from 0: the one chosen, as far as the loop goes; otherwise the first,
 * through which every state still leads on. Of the last one, what is written into a state is read by nothing.
 */
export function shownIteration(chosen: number | undefined, iterations: number): number {
  return Math.max(0, Math.min(chosen ?? 0, iterations - 1));
}
