/** What a window has at most one of at a time: a new one ends the former and begins when that one is over. */
export class SoleTask {
  #current: { readonly stop: () => void; readonly over: Promise<unknown> } | null = null;

  /**
   * `work` is to wait for `former` before it asks the engine for anything, and to end soon after `wish` settles. Both a
   * second call and a wish to stop may come before that.
   */
  start<Result>(work: (wish: Promise<void>, former: Promise<unknown>) => Promise<Result>): Promise<Result> {
    const former = this.#current;
    former?.stop();
    let stop: () => void = () => undefined;
    const wish = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const working = work(wish, former?.over ?? Promise.resolve());
    this.#current = { stop, over: working.catch(() => undefined) };
    return working;
  }

  /** Resolves when what is under way, if anything, is over. */
  async end(): Promise<void> {
    this.#current?.stop();
    await this.#current?.over;
  }
}
