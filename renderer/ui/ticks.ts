/** What follows a stream of numbers is written anew at most once in so many milliseconds: faster, nobody could read it. */
export const tick = 200;

/**
 * How many milliseconds a change waits that follows one at `last`: none where that is long ago, otherwise until the
 * window's next common tick of `every` milliseconds. Whatever follows numbers changes at the same ticks everywhere: each
 * change, however small, has the browser put the whole window together anew.
 */
export function untilTick(last: number, every: number = tick): number {
  const now = performance.now();
  return now - last >= every ? 0 : every - (now % every);
}
