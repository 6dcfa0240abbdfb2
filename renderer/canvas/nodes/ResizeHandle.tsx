import { useRef } from 'react';
import type { JSX, PointerEvent as ReactPointerEvent } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import type { NodeLayout } from '#shared/drawing/layout';
import type { Point } from '#shared/drawing/route';
import { useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { classes } from '../../ui/classes.ts';
import { useCanvasStore } from '../canvasStore.ts';
import { onSheet, withinCanvas } from '../view.ts';
import styles from './AreaNode.module.css';

/** The lower right corner of a frame or a loop: dragging it changes the size, as far as what it holds lets it. */
export function ResizeHandle({ node, layout }: { readonly node: NodeId; readonly layout: NodeLayout }): JSX.Element {
  const say = useText();
  const begun = useRef<{ readonly at: Point; readonly width: number; readonly height: number } | null>(null);
  const placeOf = (event: ReactPointerEvent): Point => onSheet(withinCanvas(event));
  const end = (): void => {
    if (begun.current === null) return;
    begun.current = null;
    useDocumentStore.getState().commitGesture();
    useCanvasStore.setState({ held: null });
  };
  const letGo = (): void => {
    begun.current = null;
    useDocumentStore.getState().cancelGesture();
    useCanvasStore.setState({ held: null });
  };
  return (
    <span
      className={classes(styles.resize, 'nodrag', 'nopan')}
      title={say('canvas.resize')}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        begun.current = { at: placeOf(event), width: layout.width, height: layout.height };
        useDocumentStore.getState().beginGesture({ key: 'canvas.edit.resize' });
        useCanvasStore.setState({ held: { letGo } });
      }}
      onPointerMove={(event) => {
        if (begun.current === null) return;
        const { at, width, height } = begun.current;
        const { x, y } = placeOf(event);
        const size = {
          width: Math.max(80, Math.round(width + x - at.x)),
          height: Math.max(60, Math.round(height + y - at.y)),
        };
        useDocumentStore.getState().updateGesture([{ kind: 'setNode', node, set: { size } }]);
      }}
      onPointerUp={end}
      onPointerCancel={end}
    />
  );
}
