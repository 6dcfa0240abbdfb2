import type { Link, Place } from '../check/place.ts';

/**
 * The nodes of one scope, each after all it reads; of those that could come next, the first in the document does. The
 * order depends on the nodes' order alone, not on that of the wires. Nodes on a cycle are left out.
 */
export function executionOrder(places: readonly Place[], links: readonly Link[]): readonly Place[] {
  const index = new Map(places.map((place, at) => [place, at]));
  const followers = places.map((): number[] => []);
  const waiting = places.map(() => 0);
  for (const { from, to } of links) {
    const before = index.get(from);
    const after = index.get(to);
    // A wire to or from the enclosing loop's own terminals orders nothing.
    if (before === undefined || after === undefined) continue;
    followers[before]?.push(after);
    waiting[after] = (waiting[after] ?? 0) + 1;
  }
  const ready = new SmallestFirst();
  waiting.forEach((count, at) => {
    if (count === 0) ready.add(at);
  });
  const order: Place[] = [];
  for (let at = ready.take(); at !== undefined; at = ready.take()) {
    const place = places[at];
    if (place !== undefined) order.push(place);
    for (const follower of followers[at] ?? []) {
      const left = (waiting[follower] ?? 0) - 1;
      waiting[follower] = left;
      if (left === 0) ready.add(follower);
    }
  }
  return order;
}

/** A binary heap of numbers. */
class SmallestFirst {
  readonly #items: number[] = [];

  add(item: number): void {
    const items = this.#items;
    let at = items.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent] ?? 0;
      if (above <= item) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  take(): number | undefined {
    const items = this.#items;
    const smallest = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return smallest;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= items.length) break;
      const child = left + 1 < items.length && (items[left + 1] ?? 0) < (items[left] ?? 0) ? left + 1 : left;
      const below = items[child] ?? 0;
      if (below >= last) break;
      items[at] = below;
      at = child;
    }
    items[at] = last;
    return smallest;
  }
}
