import type { NodeId, WireId } from '#shared/graph/identifiers';
import { telemetry } from '../../state/telemetry.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { Readings } from './readings.ts';
import type { Reading } from './readings.ts';

/** The readings of this window's run. */
export const readings = new Readings(telemetry);

/** What the overlay shows of a wire now; null where it shows nothing. */
export function shownOnWire(wire: WireId): Reading | null {
  const { overlay } = useViewStore.getState();
  return overlay === 'off' ? null : readings.wire(wire, overlay);
}

/** What the overlay shows of a node's weights now; null where it shows nothing. */
export function shownOnNode(node: NodeId): Reading | null {
  const { overlay } = useViewStore.getState();
  return overlay === 'off' ? null : readings.weights(node, overlay);
}
