import { useCallback, useMemo, useRef } from 'react';
import type { JSX } from 'react';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import { findNode, findWire } from '#shared/graph/queries';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useStaleLoops } from '../../state/measuredLoops.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { telemetry } from '../../state/telemetry.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { cssValue, shownTheme, useDrawing } from '../../ui/drawing.ts';
import type { Subscribe } from '../../ui/drawing.ts';
import { count } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { paperInk } from '../../ui/plot/ink.ts';
import { SavePlot } from '../../ui/plot/SavePlot.tsx';
import { useCanvasStore } from '../canvasStore.ts';
import { readings } from '../overlay/current.ts';
import { stylesFor } from '../overlay/paint.ts';
import type { Reading } from '../overlay/readings.ts';
import { strongest } from '../overlay/readings.ts';
import { copiesWithin, copyGap, unrolledBody } from './unroll.ts';
import type { UnrolledBody } from './unroll.ts';
import { unrolledDrawing, unrolledTable } from './unrolledPlot.ts';
import type { SavedUnrolled } from './unrolledPlot.ts';
import styles from './UnrolledView.module.css';

/** The unrolled view of a loop, while one is shown. */
export function UnrolledView(): JSX.Element | null {
  const loop = useCanvasStore((store) => store.unrolled);
  const document = useDocumentStore((store) => store.document);
  const body = useMemo(() => (loop === null ? null : unrolledBody(document, loop)), [document, loop]);
  return body === null ? null : <Panel key={body.loop} body={body} />;
}

const onFrame: Subscribe = (notify) => {
  const takeAway = [telemetry.onFrame(notify), telemetry.onTable(notify)];
  return () => {
    for (const remove of takeAway) remove();
  };
};
const onView: Subscribe = (notify) =>
  useViewStore.subscribe((state, before) => {
    if (state.overlay !== before.overlay || state.iterations !== before.iterations) notify();
  });
const onDocument: Subscribe = (notify) => useDocumentStore.subscribe(notify);

const stripHeight = 190;
const largestScale = 0.62;
const head = 18;

/** Every iteration of a loop side by side, each with its own gradients. Nothing here can be edited. */
function Panel({ body }: { readonly body: UnrolledBody }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const stale = useStaleLoops().get(body.loop);
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const name = useDocumentStore((store) => {
    const node = findNode(store.document, body.loop)?.node;
    return node === undefined ? '' : nodeTitle(locale, node);
  });
  const scale = Math.min(largestScale, (stripHeight - head - 8) / body.height);
  const length = ((body.width + copyGap) * body.iterations + copyGap) * scale;
  const nameOf = (id: NodeId): string => {
    const node = findNode(useDocumentStore.getState().document, id)?.node;
    return node === undefined ? '' : nodeTitle(locale, node);
  };

  const saved = (): SavedUnrolled => {
    const { overlay } = useViewStore.getState();
    const read: SavedUnrolled['read'] = (wire, iteration) =>
      overlay === 'off' ? null : readings.wireAt(wire, body.loop, iteration, overlay);
    const steps = body.wires.flatMap(({ id }) => read(id, 0)?.step ?? []);
    const scaleWords = overlay === 'off' ? [] : [say(`gradients.overlay.${overlay}`)];
    const stepWords = steps.length === 0 ? [] : [say('gradients.atStep', { step: count(Math.max(...steps)) })];
    return {
      title: [say('canvas.unrolled.title', { name, iterations: body.iterations }), ...scaleWords, ...stepWords].join(
        ' · ',
      ),
      body,
      buckets: overlay === 'off' ? [] : stylesFor(overlay, 'light'),
      nameOf,
      read,
    };
  };
  const endsOf = (wire: WireId): readonly [string, string] => {
    const found = findWire(useDocumentStore.getState().document, wire)?.wire;
    return found === undefined ? ['', ''] : [nameOf(found.from.node), nameOf(found.to.node)];
  };

  const onScroll = useCallback<Subscribe>((notify) => {
    const element = scroller.current;
    element?.addEventListener('scroll', notify, { passive: true });
    return () => element?.removeEventListener('scroll', notify);
  }, []);

  useDrawing(scroller, [onFrame, onView, onDocument, onScroll], () => {
    const element = canvas.current;
    const around = scroller.current;
    const context = element?.getContext('2d') ?? null;
    if (element === null || around === null || context === null) return;
    const ratio = window.devicePixelRatio;
    const [width, height] = [around.clientWidth, stripHeight];
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    element.style.width = `${width}px`;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw(context, body, { scale, from: around.scrollLeft, width, nameOf, style: around });
  });

  return (
    <section className={styles.panel} aria-label={say('canvas.unrolled.title', { name, iterations: body.iterations })}>
      <header className={styles.header}>
        <span className={styles.title}>{say('canvas.unrolled.title', { name, iterations: body.iterations })}</span>
        <span className={styles.hint}>
          {stale === undefined ? say('canvas.unrolled.hint') : say('canvas.loop.stale.why', { ...stale })}
        </span>
        <SavePlot
          name={say('canvas.unrolled.title', { name, iterations: body.iterations })}
          svg={() => unrolledDrawing(saved(), paperInk)}
          csv={() =>
            unrolledTable(saved(), endsOf, useViewStore.getState().overlay === 'absolute' ? 'rms' : 'relative')
          }
        />
        <IconButton
          icon="close"
          size="small"
          side="top"
          label={say('canvas.unrolled.close')}
          onClick={() => useCanvasStore.setState({ unrolled: null })}
        />
      </header>
      <div ref={scroller} className={styles.scroller} tabIndex={0} data-iterations={body.iterations}>
        <div style={{ width: length, height: stripHeight }}>
          <canvas
            ref={canvas}
            className={styles.canvas}
            role="img"
            aria-label={say('canvas.unrolled.picture', { iterations: body.iterations })}
          />
        </div>
      </div>
    </section>
  );
}

interface Look {
  readonly scale: number;
  /** How far the strip is scrolled, and how much of it is in view, in pixels. */
  readonly from: number;
  readonly width: number;
  readonly style: Element;
  nameOf(id: NodeId): string;
}

const paths = new Map<string, Path2D>();

function pathOf(text: string): Path2D {
  const known = paths.get(text);
  if (known !== undefined) return known;
  // Courses of former layouts are of no use any more.
  if (paths.size > 4000) paths.clear();
  const path = new Path2D(text);
  paths.set(text, path);
  return path;
}

function draw(context: CanvasRenderingContext2D, body: UnrolledBody, look: Look): void {
  const { scale, from, width, style } = look;
  const { overlay } = useViewStore.getState();
  const theme = shownTheme();
  const buckets = overlay === 'off' ? [] : stylesFor(overlay, theme);
  const colour = (property: string): string => cssValue(style, property);
  const ink = {
    text: colour('--colour-text'),
    dim: colour('--colour-text-dim'),
    card: colour('--colour-raised'),
    line: colour('--colour-line-strong'),
    danger: colour('--colour-danger'),
    structure: colour('--family-structure'),
    font: colour('--font-sans'),
  };
  const strokeOf = (reading: Reading | null): { readonly stroke: string; readonly width: number } => {
    const bucket = reading === null || reading.bucket < 0 ? undefined : buckets[reading.bucket];
    if (bucket !== undefined) return { stroke: bucket.stroke, width: bucket.width };
    const isBroken = reading?.mark === 'infinity' || reading?.mark === 'notANumber';
    return isBroken ? { stroke: ink.danger, width: 4 } : { stroke: ink.line, width: 1.4 };
  };
  const read = (wire: UnrolledBody['wires'][number]['id'], iteration: number): Reading | null =>
    overlay === 'off' ? null : readings.wireAt(wire, body.loop, iteration, overlay);
  context.clearRect(0, 0, width, stripHeight);
  context.lineCap = 'round';
  const { first, end } = copiesWithin(body, from / scale - copyGap, (from + width) / scale);
  for (let iteration = first; iteration < end; iteration++) {
    const x = (copyGap + iteration * (body.width + copyGap)) * scale - from;
    context.save();
    context.translate(x, 0);
    context.fillStyle = ink.dim;
    context.font = `600 11px ${ink.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(String(iteration + 1), (body.width * scale) / 2, head / 2);
    context.translate(0, head);
    context.scale(scale, scale);
    context.beginPath();
    context.roundRect(0, 0, body.width, body.height, 14);
    context.globalAlpha = 0.07;
    context.fillStyle = ink.structure;
    context.fill();
    context.globalAlpha = 0.5;
    context.strokeStyle = ink.structure;
    context.lineWidth = 1;
    context.stroke();
    context.globalAlpha = 1;
    for (const state of body.states) {
      // What one iteration ends with is what the next begins with.
      const { stroke, width: thick } = strokeOf(strongest(state.wires.map((wire) => read(wire, iteration))));
      context.strokeStyle = stroke;
      context.lineWidth = thick;
      context.beginPath();
      context.moveTo(body.width, state.y);
      context.lineTo(body.width + copyGap, state.y);
      if (iteration + 1 < body.iterations) context.stroke();
    }
    for (const wire of body.wires) {
      const { stroke, width: thick } = strokeOf(read(wire.id, iteration));
      context.save();
      context.translate(-wire.origin.x, -wire.origin.y);
      context.strokeStyle = stroke;
      context.lineWidth = thick;
      context.stroke(pathOf(wire.path));
      context.restore();
    }
    for (const node of body.nodes) drawNode(context, node, look, ink, colour);
    context.restore();
  }
}

function drawNode(
  context: CanvasRenderingContext2D,
  node: UnrolledBody['nodes'][number],
  look: Look,
  ink: { readonly text: string; readonly card: string; readonly line: string; readonly font: string },
  colour: (property: string) => string,
): void {
  const { left, top, right, bottom } = node.box;
  const [width, height] = [right - left, bottom - top];
  context.strokeStyle = ink.line;
  context.lineWidth = 1.2;
  context.beginPath();
  if (node.isRound) context.arc(left + width / 2, top + height / 2, width / 2, 0, 2 * Math.PI);
  else context.roundRect(left, top, width, height, 9);
  if (node.isArea) {
    context.stroke();
    return;
  }
  context.fillStyle = ink.card;
  context.fill();
  context.stroke();
  if (node.isRound) {
    context.fillStyle = colour(`--family-${node.family}`);
    context.beginPath();
    context.arc(left + width / 2, top + height / 2, 5, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  context.fillStyle = colour(`--family-${node.family}`);
  context.fillRect(left, top + 8, 4, height - 16);
  if (look.scale < 0.3) return;
  context.save();
  context.beginPath();
  context.rect(left + 8, top, width - 14, height);
  context.clip();
  context.fillStyle = ink.text;
  context.font = `600 ${Math.max(15, 9 / look.scale)}px ${ink.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(look.nameOf(node.id), left + 12, top + height / 2);
  context.restore();
}
