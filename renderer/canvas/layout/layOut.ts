import type { Operation } from '#shared/graph/operations';
import { nodeOf } from '#shared/graph/queries';
import type { Scene } from '#shared/drawing/scene';
import { useNoticeStore } from '../../state/noticeStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { useCanvasStore } from '../canvasStore.ts';
import { currentGround, perform } from '../editing/edits.ts';
import { fitView } from '../view.ts';
import { arrange, layoutGroups } from './elkGraph.ts';
import type { Arrangement } from './elkGraph.ts';
import { startLayoutWorker } from './layoutWorker.ts';
import type { LayoutWorker } from './layoutWorker.ts';

/** A layout that takes longer ends by itself. */
const longestMilliseconds = 20_000;

/** What an arrangement changes, as operations; nothing for what stays. */
export function arrangementOperations({ graph }: Scene, { positions, sizes }: Arrangement): readonly Operation[] {
  const moves = [...positions].flatMap(([node, position]) => {
    const before = nodeOf(graph, node)?.position;
    return before === undefined || (before.x === position.x && before.y === position.y) ? [] : [{ node, position }];
  });
  const resized = [...sizes].flatMap(([node, size]): readonly Operation[] => {
    const before = nodeOf(graph, node)?.size;
    if (before?.width === size.width && before.height === size.height) return [];
    return [{ kind: 'setNode', node, set: { size } }];
  });
  return [...(moves.length === 0 ? [] : [{ kind: 'moveNodes', moves } as const]), ...resized];
}

/** Lays out the selection, or the whole sheet, in the background; one entry of the history. */
export async function layOut(start: () => LayoutWorker = startLayoutWorker): Promise<void> {
  const ground = currentGround();
  const { flow, layout: before } = useCanvasStore.getState();
  if (ground === null || before !== null) return;
  const { scene } = flow;
  const chosen = new Set([...useSelectionStore.getState().nodes].filter((id) => scene.nodes.has(id)));
  const groups = layoutGroups(scene, chosen);
  const { notify } = useNoticeStore.getState();
  const worker = start();
  const stopped = new Promise<null>((resolve) => {
    useCanvasStore.setState({ layout: { stop: () => resolve(null) } });
  });
  const timer = setTimeout(() => {
    notify('problem', 'canvas.layout.tooLong');
    useCanvasStore.getState().layout?.stop();
  }, longestMilliseconds);
  try {
    const arrangement = await Promise.race([arrange(scene, groups, worker.run), stopped]);
    if (arrangement === null) return;
    if (currentGround()?.graph !== ground.graph) {
      notify('problem', 'canvas.layout.changed');
      return;
    }
    perform({ key: 'canvas.edit.layout' }, () => arrangementOperations(scene, arrangement));
    if (chosen.size === 0) fitView();
  } finally {
    clearTimeout(timer);
    worker.end();
    useCanvasStore.setState({ layout: null });
  }
}
