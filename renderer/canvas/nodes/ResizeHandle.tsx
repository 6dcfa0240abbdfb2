import { useEffect, useRef } from 'react';
import type { JSX, PointerEvent as ReactPointerEvent } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import type { NodeLayout } from '#shared/drawing/layout';
import type { Point } from '#shared/drawing/route';
import { useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import type { OpenGesture } from '../../state/documentStore.ts';
import { classes } from '../../ui/classes.ts';
import { useCanvasStore } from '../canvasStore.ts';
import { onSheet, withinCanvas } from '../view.ts';
import styles from './AreaNode.module.css';

/** A corner in the hand: where it was taken, and the size then. */
interface Begun {
  readonly gesture: OpenGesture;
  readonly at: Point;
  readonly width: number;
  readonly height: number;
}

/** The lower right corner of a frame or a loop: dragging it changes the size, as far as what it holds lets it. */
export function ResizeHandle({ node, layout }: { readonly node: NodeId; readonly layout: NodeLayout }): JSX.Element {
  const say = useText();
  const begun = useRef<Begun | null>(null);
  const placeOf = (event: ReactPointerEvent): Point => onSheet(withinCanvas(event));
  const end = (): void => begun.current?.gesture.commit();
  // Where it leaves the page, as with another sheet, nothing tells of the pointer's end.
  useEffect(() => () => begun.current?.gesture.commit(), []);
  return (
    <span
      className={classes(styles.resize, 'nodrag', 'nopan')}
      title={say('canvas.resize')}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        // Whatever else edits the document ends it as well; what the pointer does then changes nothing.
        const gesture = useDocumentStore.getState().beginGesture({ key: 'canvas.edit.resize' }, () => {
          begun.current = null;
          useCanvasStore.setState({ held: null });
        });
        begun.current = { gesture, at: placeOf(event), width: layout.width, height: layout.height };
        useCanvasStore.setState({ held: { letGo: () => gesture.cancel() } });
      }}
      onPointerMove={(event) => {
        if (begun.current === null) return;
        const { gesture, at, width, height } = begun.current;
        const { x, y } = placeOf(event);
        const size = {
          width: Math.max(80, Math.round(width + x - at.x)),
          height: Math.max(60, Math.round(height + y - at.y)),
        };
        gesture.update([{ kind: 'setNode', node, set: { size } }]);
      }}
      onPointerUp={end}
      onPointerCancel={end}
    />
  );
}
