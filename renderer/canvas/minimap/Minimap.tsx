import { useStore, useStoreApi } from '@xyflow/react';
import { useEffect, useMemo, useRef } from 'react';
import type { JSX, PointerEvent as ReactPointerEvent } from 'react';
import { familyOf } from '#shared/drawing/layout';
import type { Point, Rectangle } from '#shared/drawing/route';
import { boundsOf, boxOf, holds } from '#shared/drawing/scene';
import type { Scene } from '#shared/drawing/scene';
import { useText } from '../../platform/i18n.ts';
import { cssValue, prepareCanvas, subscribeToPixelRatio, subscribeToTheme } from '../../ui/drawing.ts';
import { useCanvasStore } from '../canvasStore.ts';
import { countRender } from '../counters.ts';
import { onMoved } from '../panning.ts';
import { shownPart, viewDiffers } from '../stage.ts';
import { panBy } from '../view.ts';
import styles from './Minimap.module.css';
import { beneath, inOverview, overviewHeight, overviewOf, overviewWidth } from './overview.ts';
import type { Overview } from './overview.ts';

/** After an edit the window shows that first; the overview follows in a moment. */
const pause = 120;

/** The overview of the sheet, while there is more of it than the view shows. */
export function Minimap(): JSX.Element | null {
  const scene = useCanvasStore((store) => store.flow.scene);
  const bounds = useMemo(() => boundsOf(scene), [scene]);
  const isAllInView = useStore((view) => bounds === null || view.width === 0 || holds(shownPart(view), bounds));
  return isAllInView ? null : <Sheet />;
}

/**
 * One canvas with all nodes, drawn anew when they change; over it a frame around what the view shows, which alone moves
 * with the view.
 */
function Sheet(): JSX.Element {
  const say = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const flow = useStoreApi();
  const drawn = useRef<Overview | null>(null);
  const held = useRef<Point | null>(null);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let bounds: Rectangle | null = null;
    const draw = (): void => {
      clearTimeout(timer);
      timer = undefined;
      const { scene } = useCanvasStore.getState().flow;
      const shown = shownPart(flow.getState());
      bounds = boundsOf(scene);
      if (canvas.current === null || bounds === null) return;
      drawn.current = overviewOf(bounds, shown);
      drawNodes(canvas.current, scene, drawn.current);
      countRender('overview');
      placeFrame(shown);
    };
    const placeFrame = (shown: Rectangle): void => {
      if (frame.current === null || drawn.current === null) return;
      const { x, y, width, height } = inOverview(drawn.current, shown);
      frame.current.style.transform = `translate(${x}px, ${y}px)`;
      frame.current.style.width = `${width}px`;
      frame.current.style.height = `${height}px`;
    };
    const follow = (): void => {
      const shown = shownPart(flow.getState());
      const fits = bounds === null ? null : overviewOf(bounds, shown);
      // Where the view goes beyond everything, or comes back from there, the overview is another one.
      if (
        fits !== null &&
        drawn.current !== null &&
        fits.scale === drawn.current.scale &&
        fits.left === drawn.current.left &&
        fits.top === drawn.current.top
      )
        placeFrame(shown);
      else draw();
    };
    draw();
    const takeAway = [
      flow.subscribe((state, before) => {
        if (viewDiffers(state, before)) follow();
      }),
      onMoved(follow),
      useCanvasStore.subscribe((state, before) => {
        if (state.flow.scene !== before.flow.scene) timer ??= setTimeout(draw, pause);
      }),
      subscribeToTheme(draw),
      subscribeToPixelRatio(draw),
    ];
    return () => {
      clearTimeout(timer);
      for (const remove of takeAway) remove();
    };
  }, [flow]);

  const placeOf = (event: ReactPointerEvent): Point | null => {
    const box = canvas.current?.getBoundingClientRect();
    if (box === undefined || drawn.current === null) return null;
    return beneath(drawn.current, { x: event.clientX - box.left, y: event.clientY - box.top });
  };
  const moveTo = (place: Point): void => {
    const { left, top } = shownPart(flow.getState());
    const zoom = flow.getState().transform[2];
    if (held.current !== null)
      panBy({ x: (place.x - held.current.x - left) * zoom, y: (place.y - held.current.y - top) * zoom });
  };
  return (
    <div
      className={styles.minimap}
      role="img"
      aria-label={say('canvas.minimap')}
      style={{ width: overviewWidth, height: overviewHeight }}
      onPointerDown={(event) => {
        const place = placeOf(event);
        if (event.button !== 0 || place === null) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const { left, top, right, bottom } = shownPart(flow.getState());
        const isWithin = place.x >= left && place.x <= right && place.y >= top && place.y <= bottom;
        // A press beside the frame brings its middle there.
        held.current = isWithin
          ? { x: place.x - left, y: place.y - top }
          : { x: (right - left) / 2, y: (bottom - top) / 2 };
        if (!isWithin) moveTo(place);
      }}
      onPointerMove={(event) => {
        const place = placeOf(event);
        if (held.current !== null && place !== null) moveTo(place);
      }}
      onPointerUp={() => {
        held.current = null;
      }}
      onPointerCancel={() => {
        held.current = null;
      }}
    >
      <canvas ref={canvas} className={styles.nodes} />
      <div ref={frame} className={styles.frame} />
    </div>
  );
}

/** Every node as a box in its family's hue; frames and loops beneath all others. One path for each hue. */
function drawNodes(canvas: HTMLCanvasElement, scene: Scene, overview: Overview): void {
  const context = prepareCanvas(canvas)?.context;
  if (context === undefined) return;
  const paths = new Map<string, Path2D>();
  const areas = '--colour-hover';
  paths.set(areas, new Path2D());
  for (const node of scene.nodes.values()) {
    const { shape } = node.layout;
    const hue = shape === 'frame' || shape === 'loop' ? areas : `--family-${familyOf(node.node.type)}`;
    const path = paths.get(hue) ?? new Path2D();
    paths.set(hue, path);
    const { x, y, width, height } = inOverview(overview, boxOf(node));
    // Of a large sheet a corner is less than a pixel.
    if (10 * overview.scale < 1) path.rect(x, y, width, height);
    else path.roundRect(x, y, width, height, 10 * overview.scale);
  }
  for (const [hue, path] of paths) {
    context.fillStyle = cssValue(canvas, hue);
    context.fill(path);
  }
}
