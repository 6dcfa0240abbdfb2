import type { NodeId } from '../graph/identifiers.ts';
import type { Link, Place } from './place.ts';

/** The nodes of one scope so that each comes after what it reads, and the cycles that stand in the way. */
export interface Order {
  readonly places: readonly Place[];
  /** Sets of nodes that depend on themselves; they are not in `places`. */
  readonly cycles: readonly (readonly Place[])[];
}

/** Wires between two nodes of one scope; those that end at the enclosing loop's inner ports order nothing. */
function innerLinks(places: readonly Place[], links: readonly Link[]): readonly Link[] {
  const members = new Set(places.map(({ node }) => node.id));
  return links.filter(({ from, to }) => members.has(from.node.id) && members.has(to.node.id));
}

/** Kahn's algorithm. Nodes that are ready come in the order of the document, so the result is stable. */
function sortReady(places: readonly Place[], links: readonly Link[]): readonly Place[] {
  const waiting = new Map<NodeId, number>();
  const followers = new Map<NodeId, Place[]>();
  for (const { from, to } of links) {
    waiting.set(to.node.id, (waiting.get(to.node.id) ?? 0) + 1);
    const list = followers.get(from.node.id);
    if (list === undefined) followers.set(from.node.id, [to]);
    else list.push(to);
  }
  const ready = places.filter(({ node }) => !waiting.has(node.id));
  for (let index = 0; index < ready.length; index += 1) {
    for (const follower of followers.get(ready[index]?.node.id as NodeId) ?? []) {
      const left = (waiting.get(follower.node.id) ?? 0) - 1;
      waiting.set(follower.node.id, left);
      if (left === 0) ready.push(follower);
    }
  }
  return ready;
}

/** Tarjan's strongly connected components with more than one node, without recursion: a chain may be long. */
function components(places: readonly Place[], links: readonly Link[]): readonly (readonly Place[])[] {
  const followers = new Map<Place, Place[]>();
  for (const { from, to } of links) {
    const list = followers.get(from);
    if (list === undefined) followers.set(from, [to]);
    else list.push(to);
  }
  const index = new Map<Place, number>();
  const low = new Map<Place, number>();
  const open: Place[] = [];
  const isOpen = new Set<Place>();
  const found: Place[][] = [];
  const lower = (place: Place, value: number) => low.set(place, Math.min(low.get(place) ?? value, value));
  for (const root of places) {
    if (index.has(root)) continue;
    const path: { readonly place: Place; next: number }[] = [{ place: root, next: 0 }];
    while (path.length > 0) {
      const top = path[path.length - 1];
      if (top === undefined) break;
      const { place } = top;
      if (top.next === 0) {
        index.set(place, index.size);
        low.set(place, index.size - 1);
        open.push(place);
        isOpen.add(place);
      }
      const follower = followers.get(place)?.[top.next];
      top.next += 1;
      if (follower !== undefined) {
        if (!index.has(follower)) path.push({ place: follower, next: 0 });
        else if (isOpen.has(follower)) lower(place, index.get(follower) ?? 0);
        continue;
      }
      path.pop();
      const above = path[path.length - 1];
      if (above !== undefined) lower(above.place, low.get(place) ?? 0);
      if (low.get(place) !== index.get(place)) continue;
      const component = open.splice(open.indexOf(place));
      for (const member of component) isOpen.delete(member);
      if (component.length > 1) found.push(component);
    }
  }
  return found;
}

/** Orders the nodes of one scope. */
export function orderScope(places: readonly Place[], scopeLinks: readonly Link[]): Order {
  const links = innerLinks(places, scopeLinks);
  const sorted = sortReady(places, links);
  if (sorted.length === places.length) return { places: sorted, cycles: [] };
  const done = new Set(sorted);
  const left = places.filter((place) => !done.has(place));
  const leftLinks = links.filter(({ from, to }) => !done.has(from) && !done.has(to));
  const cycles = components(left, leftLinks);
  const circular = new Set(cycles.flat());
  const rest = left.filter((place) => !circular.has(place));
  const restLinks = leftLinks.filter(({ from, to }) => !circular.has(from) && !circular.has(to));
  return { places: [...sorted, ...sortReady(rest, restLinks)], cycles };
}
