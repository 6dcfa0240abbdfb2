import { useMemo, useRef, useState } from 'react';
import type { JSX, PointerEvent } from 'react';
import type { GradloomDocument } from '#shared/graph/document';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import { findNode, findWire } from '#shared/graph/queries';
import type { RunTable } from '#shared/protocol/telemetry';
import { scaleEnds } from '../../canvas/overlay/colourScale.ts';
import type { ScaleKind } from '../../canvas/overlay/colourScale.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { useRunStore } from '../../state/runStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { telemetry } from '../../state/telemetry.ts';
import { cssValue, typeScale, prepareCanvas, useDrawing } from '../../ui/drawing.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { count, magnitude, powerOfTen } from '../../ui/format.ts';
import { LiveText } from '../../ui/LiveText.tsx';
import { SavePlot } from '../../ui/plot/SavePlot.tsx';
import styles from './DepthProfileTab.module.css';
import { GradientChoices, useScaleKind } from './GradientChoices.tsx';
import type { DepthSubject } from './GradientChoices.tsx';
import { layOutWeights, layOutWires, lineValues, sizeChanges, valueNow } from '#shared/theory/depthProfile';
import type { ProfileFrames, ProfileLayout, ProfileValue } from '#shared/theory/depthProfile';
import { heightOf } from './heightOf.ts';
import { profileDrawing, profileTable } from './savedProfile.ts';
import { latestDetails, onFrame, useRunTable } from './useRunTable.ts';

/** How strong the gradient is at each depth, from the data to the loss: one line for each output. */
export function DepthProfileTab(): JSX.Element {
  const say = useText();
  const table = useRunTable();
  const document = useRunStore((store) => store.document);
  if (table === null || document === null) {
    return (
      <EmptyState icon="profile" title={say('gradients.profile.empty')}>
        {say('gradients.profile.empty.help')}
      </EmptyState>
    );
  }
  return <Profile table={table} document={document} />;
}

interface ProfileProps {
  readonly table: RunTable;
  /** The document that the run was started with. */
  readonly document: GradloomDocument;
}

function Profile({ table, document }: ProfileProps): JSX.Element {
  const say = useText();
  const [subject, setSubject] = useState<DepthSubject>('activations');
  const kind = useScaleKind();
  const layout = useMemo(
    () => (subject === 'activations' ? layOutWires(table, document) : layOutWeights(table, document)),
    [table, document, subject],
  );
  const title = say(subject === 'activations' ? 'gradients.profile.activations' : 'gradients.profile.weights');
  return (
    <div className={styles.tab}>
      <div className={styles.head}>
        <span className={styles.title}>{title}</span>
        <GradientChoices subject={subject} onSubject={setSubject} />
        <div className={styles.aside}>
          <ul className={styles.legend}>
            {table.heads.map((head, index) => (
              <li key={head.output} className={styles.entry}>
                <svg width="16" height="8" viewBox="0 0 16 8" aria-hidden="true">
                  <path d="M0.5 4h15" stroke={`var(--series-${(index % 6) + 1})`} strokeWidth="2" />
                </svg>
                {head.label}
              </li>
            ))}
            {subject === 'activations' && (
              <li className={styles.entry}>
                <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
                  <path d="M5 1l4 4-4 4-4-4z" fill="none" stroke="currentColor" strokeWidth="1.25" />
                </svg>
                {say('gradients.profile.sizeChange')}
              </li>
            )}
          </ul>
          <LiveText
            className={styles.step}
            source={onFrame}
            read={() =>
              telemetry.latest === null
                ? ''
                : say('gradients.atStep', { step: telemetry.latest.step.toLocaleString('en-US') })
            }
          />
          <SavePlot
            name={title}
            svg={() => {
              const frames = framesNow();
              if (frames === null) return '';
              const step = say('gradients.atStep', { step: count(frames.latest.step) });
              return profileDrawing(
                { table, layout, subject, kind, frames },
                {
                  title: `${title}, ${say(`gradients.overlay.${kind}`)} · ${step}`,
                  data: say('gradients.profile.data'),
                  loss: say('gradients.profile.loss'),
                  axis: say('gradients.profile.axis'),
                },
              );
            }}
            csv={() => {
              const frames = framesNow();
              return frames === null ? '' : profileTable({ table, layout, subject, kind, frames });
            }}
          />
        </div>
      </div>
      <ProfileCanvas table={table} document={document} layout={layout} subject={subject} kind={kind} />
    </div>
  );
}

function framesNow(): ProfileFrames | null {
  const { latest } = telemetry;
  return latest === null ? null : { latest, details: latestDetails() };
}

/** Where the plot lies inside its canvas, with room for words of this size. */
const frameFor = (scale: number) => ({ left: 46 * scale, right: 16, top: 10, bottom: 32 * scale });

interface Hovered {
  readonly index: number;
  readonly left: number;
  readonly top: number;
  /** Whether there is more room on its left. */
  readonly flipped: boolean;
}

function ProfileCanvas(
  props: ProfileProps & { readonly layout: ProfileLayout; readonly subject: DepthSubject; readonly kind: ScaleKind },
): JSX.Element {
  const { table, document, layout, subject, kind } = props;
  const say = useText();
  const locale = useLocale();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hovered, setHovered] = useState<Hovered | null>(null);
  const select = useSelectionStore((store) => store.select);
  const selectedWires = useSelectionStore((store) => store.wires);
  const selectedNodes = useSelectionStore((store) => store.nodes);
  const [low, high] = scaleEnds(kind);

  const place = (width: number, height: number, scale: number) => {
    const frame = frameFor(scale);
    const across = width - frame.left - frame.right;
    const down = height - frame.top - frame.bottom;
    return {
      x: (depth: number) => frame.left + (layout.depths < 2 ? across / 2 : (depth * across) / (layout.depths - 1)),
      y: (value: number) => frame.top + down - ((Math.min(Math.max(value, low), high) - low) / (high - low)) * down,
      bottom: frame.top + down,
    };
  };

  useDrawing(
    canvas,
    [onFrame],
    () => {
      const element = canvas.current;
      const prepared = element === null ? null : prepareCanvas(element);
      if (element === null || prepared === null) return;
      const { context, width, height } = prepared;
      const scale = typeScale(element);
      const frame = frameFor(scale);
      const { x, y, bottom } = place(width, height, scale);
      const text = cssValue(element, '--colour-text-dim');
      context.font = `${cssValue(element, '--text-tiny')} ${cssValue(element, '--font-sans')}`;
      context.lineWidth = 1;
      context.strokeStyle = cssValue(element, '--colour-line');
      context.fillStyle = text;
      context.textAlign = 'right';
      context.textBaseline = 'middle';
      for (let power = Math.ceil(low / 3) * 3; power <= high; power += 3) {
        const top = Math.round(y(power)) + 0.5;
        context.beginPath();
        context.moveTo(frame.left, top);
        context.lineTo(width - frame.right, top);
        context.stroke();
        const edge = power <= low ? '≤' : power >= high ? '≥' : '';
        context.fillText(edge + powerOfTen(power), frame.left - 6, top);
      }
      context.textBaseline = 'alphabetic';
      context.textAlign = 'left';
      context.fillText(say('gradients.profile.data'), frame.left, height - 4);
      context.textAlign = 'right';
      context.fillText(say('gradients.profile.loss'), width - frame.right, height - 4);
      context.textAlign = 'center';
      context.fillText(say('gradients.profile.axis'), (frame.left + width - frame.right) / 2, height - 4);
      const every = Math.max(
        1,
        Math.ceil((layout.depths * 26 * scale) / Math.max(1, width - frame.left - frame.right)),
      );
      for (let depth = 0; depth < layout.depths; depth += every) {
        context.fillText(String(depth), x(depth), bottom + 14 * scale);
      }

      const now = framesNow();
      if (now === null) return;
      const relative = kind === 'relative';
      const colours = table.heads.map((_, head) => cssValue(element, `--series-${(head % 6) + 1}`));

      for (const point of layout.points) {
        const at = heightOf(valueNow(now, subject, point.index, relative), low, high);
        if (at === null) continue;
        const wire = table.wires[point.index]?.wire;
        const node = table.weights[point.index]?.node;
        const isSelected =
          subject === 'activations'
            ? wire !== undefined && selectedWires.has(wire as WireId)
            : node !== undefined && selectedNodes.has(node as NodeId);
        context.fillStyle = colours[point.heads[0] ?? 0] ?? text;
        context.globalAlpha = isSelected ? 1 : 0.42;
        context.beginPath();
        context.arc(x(point.depth), y(at), isSelected ? 4.5 : 2.2, 0, 2 * Math.PI);
        context.fill();
      }
      context.globalAlpha = 1;

      for (const line of layout.lines) {
        const values = lineValues(line, now, subject, relative);
        context.strokeStyle = colours[line.head] ?? text;
        context.fillStyle = context.strokeStyle;
        context.lineWidth = 2;
        context.lineJoin = 'round';
        context.beginPath();
        let drawing = false;
        for (const [depth, value] of values.entries()) {
          const at = heightOf(value, low, high);
          // Weights stand only where layers have some; the line joins them over the depths between.
          if (at === null) {
            if (subject === 'activations') drawing = false;
            continue;
          }
          if (drawing) context.lineTo(x(depth), y(at));
          else context.moveTo(x(depth), y(at));
          drawing = true;
        }
        context.stroke();
        for (const [depth, value] of values.entries()) {
          if (value.mark !== 'none' && value.mark !== 'noPath')
            drawMark(context, x(depth), y(heightOf(value, low, high) ?? low), value.mark);
        }
        if (subject === 'activations') {
          for (const change of sizeChanges(line))
            drawSizeChange(context, (x(change.depth - 1) + x(change.depth)) / 2, bottom);
        }
      }
    },
    60,
  );

  const nearest = (event: PointerEvent<HTMLElement>): Hovered | null => {
    const now = framesNow();
    if (now === null) return null;
    const box = event.currentTarget.getBoundingClientRect();
    const { x, y } = place(box.width, box.height, typeScale(event.currentTarget));
    let best: Hovered | null = null;
    let closest = 14;
    for (const point of layout.points) {
      const at = heightOf(valueNow(now, subject, point.index, kind === 'relative'), low, high);
      if (at === null) continue;
      const distance = Math.hypot(event.clientX - box.left - x(point.depth), event.clientY - box.top - y(at));
      if (distance < closest) {
        closest = distance;
        best = { index: point.index, left: x(point.depth), top: y(at), flipped: x(point.depth) > box.width / 2 };
      }
    }
    return best;
  };

  const choose = (found: Hovered | null): void => {
    if (found === null) return;
    if (subject === 'activations') {
      const wire = table.wires[found.index]?.wire;
      if (wire !== undefined) select({ wires: [wire as WireId] });
    } else {
      const node = table.weights[found.index]?.node;
      if (node !== undefined) select({ nodes: [node as NodeId] });
    }
  };

  const titleOf = (index: number): string => {
    const name = (node: NodeId): string => {
      const found = findNode(document, node);
      return found === undefined ? node : nodeTitle(locale, found.node);
    };
    if (subject === 'weights') return table.weights[index]?.id ?? '';
    const wire = findWire(document, (table.wires[index]?.wire ?? '') as WireId)?.wire;
    return wire === undefined ? '' : `${name(wire.from.node)} → ${name(wire.to.node)}`;
  };
  const shapeOf = (index: number): readonly number[] =>
    (subject === 'activations' ? table.wires[index] : table.weights[index])?.shape ?? [];

  return (
    <div className={styles.plot}>
      <canvas
        ref={canvas}
        className={styles.canvas}
        role="img"
        aria-label={say('gradients.profile.label')}
        style={{ cursor: hovered === null ? 'default' : 'pointer' }}
        onPointerMove={(event) => {
          const found = nearest(event);
          if (found?.index !== hovered?.index) setHovered(found);
        }}
        onPointerLeave={() => setHovered(null)}
        onPointerDown={(event) => choose(nearest(event))}
      />
      {hovered !== null && (
        <div
          className={styles.tip}
          style={{
            left: hovered.left,
            top: hovered.top,
            translate: hovered.flipped ? 'calc(-100% - 12px) -50%' : '12px -50%',
          }}
        >
          <strong>{titleOf(hovered.index)}</strong>
          <span className={styles.tipShape}>{say('gradients.profile.shape', { shape: shapeOf(hovered.index) })}</span>
          <LiveText
            className={styles.tipValue}
            source={onFrame}
            read={() => {
              const now = framesNow();
              if (now === null) return '';
              const value = valueNow(now, subject, hovered.index, kind === 'relative');
              return value.mark === 'none' ? magnitude(10 ** value.logarithm) : say(`measure.mark.${value.mark}`);
            }}
          />
        </div>
      )}
    </div>
  );
}

/** A ring for zero, a dotted stub for underflow, a cross for what is no longer finite. */
function drawMark(context: CanvasRenderingContext2D, x: number, y: number, mark: ProfileValue['mark']): void {
  context.lineWidth = 1.5;
  context.beginPath();
  if (mark === 'zero') context.arc(x, y, 4, 0, 2 * Math.PI);
  else if (mark === 'underflow') {
    for (const offset of [-8, -4, 0]) context.rect(x - 0.75, y + offset, 1.5, 1.5);
  } else {
    context.moveTo(x - 4, y - 4);
    context.lineTo(x + 4, y + 4);
    context.moveTo(x + 4, y - 4);
    context.lineTo(x - 4, y + 4);
  }
  context.stroke();
}

/** A small hollow diamond on the axis: the tensor's size changes here. */
function drawSizeChange(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.lineWidth = 1.25;
  context.beginPath();
  context.moveTo(x, y - 4);
  context.lineTo(x + 4, y);
  context.lineTo(x, y + 4);
  context.lineTo(x - 4, y);
  context.closePath();
  context.stroke();
}
