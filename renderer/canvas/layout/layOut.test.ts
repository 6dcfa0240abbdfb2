import Elk from 'elkjs/lib/elk.bundled.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTemplate } from '#shared/templates/templates';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useNoticeStore } from '../../state/noticeStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { followStores, useCanvasStore } from '../canvasStore.ts';
import type { RunLayout } from './elkGraph.ts';
import { layOut } from './layOut.ts';

const store = (): ReturnType<typeof useDocumentStore.getState> => useDocumentStore.getState();
const notices = (): readonly string[] => useNoticeStore.getState().notices.map(({ key }) => key);
const end = vi.fn();
const never: RunLayout = () => new Promise(() => undefined);
let leave: () => void = () => undefined;

beforeEach(() => {
  store().load(createTemplate('rla'), null, null);
  useSelectionStore.getState().clear();
  useNoticeStore.setState({ notices: [] });
  end.mockClear();
  leave = followStores();
});
afterEach(() => {
  leave();
  vi.useRealTimers();
});

describe('layOut', () => {
  it('is one entry of the history, and one undo takes it back', async () => {
    const before = store().document;
    const elk = new Elk();
    await layOut(() => ({ run: (graph) => elk.layout(graph), end }));
    expect(store().document).not.toEqual(before);
    expect(store().history.entries).toHaveLength(1);
    store().undo();
    expect(store().document).toEqual(before);
    expect(end).toHaveBeenCalledOnce();
  });

  it('can be stopped: the worker ends, and nothing moves', async () => {
    const before = store().document;
    const done = layOut(() => ({ run: never, end }));
    useCanvasStore.getState().layout?.stop();
    await done;
    expect([store().document, useCanvasStore.getState().layout]).toEqual([before, null]);
    expect(end).toHaveBeenCalledOnce();
  });

  it('stops by itself when it takes too long, and says so', async () => {
    vi.useFakeTimers();
    const done = layOut(() => ({ run: never, end }));
    await vi.advanceTimersByTimeAsync(21_000);
    await done;
    expect(notices()).toEqual(['canvas.layout.tooLong']);
  });

  it('leaves a graph alone that changed meanwhile', async () => {
    const elk = new Elk();
    const [first] = store().document.graph.nodes;
    const done = layOut(() => ({
      run: (graph) => {
        if (first !== undefined && store().history.entries.length === 0) {
          store().edit([{ kind: 'setNode', node: first.id, set: { label: 'New' } }], { key: 'inspector.edit.label' });
        }
        return elk.layout(graph);
      },
      end,
    }));
    await done;
    expect(notices()).toEqual(['canvas.layout.changed']);
    expect(store().history.entries).toHaveLength(1);
  });
});
