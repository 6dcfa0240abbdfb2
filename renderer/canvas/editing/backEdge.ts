import type { Endpoint } from '#shared/graph/document';
import { backEdgeBody } from '#shared/graph/gestures';
import { endpointKey } from '#shared/graph/portNames';
import type { Point } from '#shared/drawing/route';
import { useCanvasStore } from '../canvasStore.ts';
import type { Connecting } from '../canvasStore.ts';
import { currentGround } from './edits.ts';
import { backEdgeProposal } from './structure.ts';

function endsOf({ from, side }: Connecting, other: Endpoint): { readonly from: Endpoint; readonly to: Endpoint } {
  return side === 'output' ? { from, to: other } : { from: other, to: from };
}

/** Lights up the cycle that the wire being dragged would close at a port; lets it go dark where it closes none. */
export function holdOverCycle(other: Endpoint | null): void {
  const { connecting, backEdge } = useCanvasStore.getState();
  if (connecting === null) return;
  if (other === null || !connecting.cycles.has(endpointKey(other))) {
    if (backEdge !== null) useCanvasStore.setState({ backEdge: null });
    return;
  }
  const ground = currentGround();
  if (ground === null) return;
  const { from, to } = endsOf(connecting, other);
  useCanvasStore.setState({ backEdge: { from, to, body: backEdgeBody(ground.document, from, to), offer: null } });
}

/** Offers the loop that a wire let go at a port stands for. Tells whether the wire leads back there. */
export function offerBackEdge(connecting: Connecting, other: Endpoint, at: Point): boolean {
  const ground = currentGround();
  if (ground === null || !connecting.cycles.has(endpointKey(other))) return false;
  const { from, to } = endsOf(connecting, other);
  const proposal = backEdgeProposal(from, to);
  useCanvasStore.setState({
    backEdge:
      proposal === null ? null : { from, to, body: backEdgeBody(ground.document, from, to), offer: { at, proposal } },
  });
  return true;
}
