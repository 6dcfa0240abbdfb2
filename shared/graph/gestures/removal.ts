import type { Wire } from '../document.ts';
import type { NodeId, WireId } from '../identifiers.ts';
import { endpoint, variadicIndex, variadicPort } from '../portNames.ts';
import { findNode, findWire, wiresInto } from '../queries.ts';
import type { Draft } from './draft.ts';

/** Numbers the inputs of merges 0, 1, 2, … again, in the order they have. Other nodes stay as they are. */
export function renumberInputs(draft: Draft, nodes: Iterable<NodeId>): void {
  const wires = [...new Set(nodes)].flatMap((id): readonly Wire[] => {
    const found = findNode(draft.document, id);
    if (found === undefined) return [];
    const { graph, node } = found;
    return wiresInto(graph, id)
      .flatMap((wire) => {
        const index = variadicIndex(node.type, wire.to.port);
        return index === null ? [] : [{ wire, index }];
      })
      .toSorted((left, right) => left.index - right.index)
      .flatMap(({ wire, index }, place) =>
        index === place ? [] : [{ ...wire, to: endpoint(id, variadicPort(place)) }],
      );
  });
  if (wires.length > 0) draft.apply({ kind: 'setWires', wires });
}

/** Removes wires (those that are already gone are passed over) and closes the gaps they leave in merges. */
export function removeWires(draft: Draft, wires: Iterable<WireId>): void {
  const found = [...new Set(wires)].flatMap((id) => findWire(draft.document, id)?.wire ?? []);
  if (found.length === 0) return;
  draft.apply({ kind: 'removeWires', wires: found.map(({ id }) => id) });
  renumberInputs(
    draft,
    found.map(({ to }) => to.node),
  );
}
