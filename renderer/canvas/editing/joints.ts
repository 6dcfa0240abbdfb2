import type { Endpoint } from '#shared/graph/document';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import { endpointKey } from '#shared/graph/portNames';
import { nodeOf } from '#shared/graph/queries';
import type { Port } from '#shared/layers/layer';
import { portsOf } from '#shared/layers/nodePorts';
import { portsThatFit } from './connect.ts';
import type { Ground, Reachable } from './connect.ts';

/** A wire that could be drawn between a node and another one. */
export interface Joint {
  /** The port of the node that is asked about. */
  readonly own: Port;
  /** What the wire would lead to, or come from where `own` takes a value. */
  readonly other: Endpoint;
  readonly otherPort: Port;
  /** The wire that would give way; null: none does. */
  readonly replaces: WireId | null;
  /** Whether it would lead back, and so mean a loop. */
  readonly isCycle: boolean;
  /** What could be reached from the node's port. */
  readonly reachable: Reachable;
}

/** Free ports first, then those that would give up a wire, then the ones where a loop would begin. */
function rank({ own, replaces, isCycle }: Joint): number {
  return (isCycle ? 4 : 0) + (replaces === null ? 0 : 2) + (own.side === 'output' ? 0 : 1);
}

/**
 * Every wire that could be drawn from or to a node: what its ports fit, the likeliest first. Of equals, those come first
 * that `distance` says are near.
 */
export function jointsOf(ground: Ground, id: NodeId, distance: (other: NodeId) => number): readonly Joint[] {
  const node = nodeOf(ground.graph, id);
  if (node === undefined) return [];
  const wireAt = new Map(ground.graph.wires.map((wire) => [endpointKey(wire.to), wire]));
  const ports = new Map<string, { readonly end: Endpoint; readonly port: Port }>();
  for (const one of ground.graph.nodes) {
    for (const port of portsOf(ground.document, one)) {
      const end = { node: one.id, port: port.id };
      ports.set(endpointKey(end), { end, port });
    }
  }
  const joints = portsOf(ground.document, node).flatMap((own): readonly Joint[] => {
    const held = { node: id, port: own.id };
    const reachable = portsThatFit(ground, held);
    return [...reachable.fits, ...reachable.cycles].flatMap((key) => {
      const found = ports.get(key);
      if (found === undefined) return [];
      const [from, to] = own.side === 'output' ? [held, found.end] : [found.end, held];
      const before = wireAt.get(endpointKey(to));
      if (before !== undefined && endpointKey(before.from) === endpointKey(from)) return [];
      return [
        {
          own,
          other: found.end,
          otherPort: found.port,
          replaces: before?.id ?? null,
          isCycle: reachable.cycles.has(key),
          reachable,
        },
      ];
    });
  });
  return joints.toSorted(
    (one, other) => rank(one) - rank(other) || distance(one.other.node) - distance(other.other.node),
  );
}
