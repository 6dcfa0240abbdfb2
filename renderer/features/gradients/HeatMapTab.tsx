import { useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { JSX, KeyboardEvent, PointerEvent } from 'react';
import type { GradloomDocument } from '#shared/graph/document';
import type { RunTable } from '#shared/protocol/telemetry';
import { layOutWeights, layOutWires } from '#shared/theory/depthProfile';
import type { ProfileValue } from '#shared/theory/depthProfile';
import { colourAt } from '../../canvas/overlay/colourScale.ts';
import type { ScaleKind } from '../../canvas/overlay/colourScale.ts';
import { useText } from '../../platform/i18n.ts';
import { useRunStore } from '../../state/runStore.ts';
import { telemetry } from '../../state/telemetry.ts';
import { Button } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import { cssValue, typeScale, prepareCanvas, shownTheme, useDrawing } from '../../ui/drawing.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { count, magnitude, shortCount } from '../../ui/format.ts';
import { LiveText } from '../../ui/LiveText.tsx';
import { SavePlot } from '../../ui/plot/SavePlot.tsx';
import { SelectInput } from '../../ui/SelectInput.tsx';
import profileStyles from './DepthProfileTab.module.css';
import { GradientChoices, useScaleKind } from './GradientChoices.tsx';
import type { DepthSubject } from './GradientChoices.tsx';
import { columnAt, columnEdges, HeatColumns } from './heatMap.ts';
import styles from './HeatMapTab.module.css';
import { heatMapDrawing, heatMapTable } from './savedProfile.ts';
import { onFrame, useRunTable } from './useRunTable.ts';

/** How strong the gradient was at each depth at each recorded step; pressing or dragging goes back to a step. */
export function HeatMapTab(): JSX.Element {
  const say = useText();
  const table = useRunTable();
  const document = useRunStore((store) => store.document);
  if (table === null || document === null) {
    return (
      <EmptyState icon="heatMap" title={say('gradients.time.empty')}>
        {say('gradients.time.empty.help')}
      </EmptyState>
    );
  }
  return <HeatMap table={table} document={document} />;
}

const readPast = (): number | null => (telemetry.isInPast ? (telemetry.latest?.step ?? null) : null);

function HeatMap({ table, document }: { readonly table: RunTable; readonly document: GradloomDocument }): JSX.Element {
  const say = useText();
  const [subject, setSubject] = useState<DepthSubject>('activations');
  const [head, setHead] = useState(0);
  const past = useSyncExternalStore(onFrame, readPast);
  const kind = useScaleKind();
  const layout = useMemo(
    () => (subject === 'activations' ? layOutWires(table, document) : layOutWeights(table, document)),
    [table, document, subject],
  );
  const line = layout.lines[Math.min(head, layout.lines.length - 1)];
  const columns = useMemo(
    () => (line === undefined ? null : new HeatColumns(line, subject, kind === 'relative')),
    [line, subject, kind],
  );
  return (
    <div className={profileStyles.tab}>
      <div className={profileStyles.head}>
        <span className={profileStyles.title}>{say('gradients.time.title')}</span>
        <GradientChoices subject={subject} onSubject={setSubject} />
        {table.heads.length > 1 && (
          <span className={styles.output}>
            <SelectInput
              label={say('gradients.time.output')}
              value={String(head)}
              options={table.heads.map(({ label }, index) => ({ value: String(index), label }))}
              onChange={(value) => setHead(Number(value))}
            />
          </span>
        )}
        <span className={styles.heads}>
          {past !== null && (
            <Button size="small" onClick={() => telemetry.goTo(null)}>
              {say('gradients.time.now')}
            </Button>
          )}
        </span>
        <LiveText
          className={classes(profileStyles.step, past !== null && styles.past)}
          source={onFrame}
          read={() =>
            telemetry.latest === null ? '' : say('gradients.atStep', { step: count(telemetry.latest.step) })
          }
        />
        {columns !== null && (
          <SavePlot
            name={say('gradients.time.title')}
            svg={() => {
              const output = table.heads[line?.head ?? 0]?.label ?? '';
              const of = [say(`gradients.of.${subject}`), say(`gradients.overlay.${kind}`), output].join(', ');
              return heatMapDrawing(columns, telemetry.recorded, kind, {
                title: `${say('gradients.time.title')} · ${of}`,
                data: say('gradients.profile.data'),
                loss: say('gradients.profile.loss'),
                axis: say('gradients.time.axis'),
              });
            }}
            csv={() => heatMapTable(columns, telemetry.recorded)}
          />
        )}
      </div>
      {columns !== null && <HeatCanvas columns={columns} kind={kind} past={past} />}
    </div>
  );
}

/** Where the map lies inside its canvas, with room for words of this size. */
const placeFor = (element: Element) => {
  const scale = typeScale(element);
  return { left: 62 * scale, right: 16, top: 8, bottom: 30 * scale };
};

interface HeatCanvasProps {
  readonly columns: HeatColumns;
  readonly kind: ScaleKind;
  readonly past: number | null;
}

function HeatCanvas({ columns, kind, past }: HeatCanvasProps): JSX.Element {
  const say = useText();
  const { depths } = columns;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [tip, setTip] = useState<{ readonly left: number; readonly top: number; readonly words: string } | null>(null);

  useDrawing(
    canvas,
    [onFrame],
    () => {
      const element = canvas.current;
      const prepared = element === null ? null : prepareCanvas(element);
      if (element === null || prepared === null) return;
      const { context, width, height } = prepared;
      const place = placeFor(element);
      const scale = typeScale(element);
      const frames = telemetry.recorded;
      const edges = columnEdges(frames.map(({ step }) => step));
      const [across, down] = [width - place.left - place.right, height - place.top - place.bottom];
      const theme = shownTheme();
      const danger = cssValue(element, '--colour-danger');
      const quiet = cssValue(element, '--colour-mark');
      columns.map(frames).forEach((values, index) => {
        const [from = 0, to = 0] = edges[index] ?? [];
        const left = Math.floor(place.left + from * across);
        const right = Math.floor(place.left + to * across);
        values.forEach((value, depth) => {
          const top = Math.floor(place.top + ((depths - 1 - depth) * down) / depths);
          const bottom = Math.floor(place.top + ((depths - depth) * down) / depths);
          fillCell(
            context,
            { left, top, width: Math.max(1, right - left), height: bottom - top },
            value,
            (logarithm) => {
              const [red, green, blue] = colourAt(logarithm, kind, theme);
              return `rgb(${red} ${green} ${blue})`;
            },
            { danger, quiet },
          );
        });
      });
      const text = cssValue(element, '--colour-text-dim');
      context.font = `${cssValue(element, '--text-tiny')} ${cssValue(element, '--font-sans')}`;
      context.fillStyle = text;
      context.textAlign = 'right';
      context.textBaseline = 'middle';
      context.fillText(say('gradients.profile.loss'), place.left - 8, place.top + 6 * scale);
      context.fillText(say('gradients.profile.data'), place.left - 8, place.top + down - 6 * scale);
      const every = Math.max(1, Math.ceil((depths * 14 * scale) / Math.max(1, down - 32)));
      for (let depth = every; depth < depths - 1; depth += every) {
        const middle = place.top + ((depths - depth - 0.5) * down) / depths;
        if (middle > place.top + 16 * scale && middle < place.top + down - 16 * scale) {
          context.fillText(String(depth), place.left - 8, middle);
        }
      }
      context.textBaseline = 'alphabetic';
      const [first, last] = [frames[0], frames.at(-1)];
      if (first === undefined || last === undefined) return;
      context.textAlign = 'left';
      context.fillText(shortCount(first.step), place.left, height - 12);
      context.textAlign = 'right';
      context.fillText(shortCount(last.step), width - place.right, height - 12);
      context.textAlign = 'center';
      context.fillText(say('gradients.time.axis'), place.left + across / 2, height - 12);
      const at = past === null ? -1 : frames.findIndex(({ step }) => step === past);
      const [from, to] = edges[at] ?? [];
      if (from === undefined || to === undefined) return;
      const middle = Math.round(place.left + ((from + to) / 2) * across);
      context.strokeStyle = cssValue(element, '--colour-text');
      context.lineWidth = 2;
      context.beginPath();
      context.moveTo(middle, place.top - 4);
      context.lineTo(middle, place.top + down + 4);
      context.stroke();
    },
    150,
  );

  const found = (event: PointerEvent<HTMLCanvasElement>): { readonly column: number; readonly depth: number } => {
    const box = event.currentTarget.getBoundingClientRect();
    const place = placeFor(event.currentTarget);
    const edges = columnEdges(telemetry.recorded.map(({ step }) => step));
    const across = (event.clientX - box.left - place.left) / (box.width - place.left - place.right);
    const down = (event.clientY - box.top - place.top) / (box.height - place.top - place.bottom);
    return {
      column: columnAt(edges, Math.max(0, Math.min(0.999999, across))),
      depth: Math.max(0, Math.min(depths - 1, depths - 1 - Math.floor(down * depths))),
    };
  };

  const point = (event: PointerEvent<HTMLCanvasElement>): void => {
    const { column, depth } = found(event);
    const frame = telemetry.recorded[column];
    if (frame === undefined) return;
    if (event.buttons === 1) telemetry.goTo(frame.step);
    const value = columns.map(telemetry.recorded)[column]?.[depth];
    if (value === undefined) return;
    const box = event.currentTarget.getBoundingClientRect();
    const number = Number.isNaN(value.logarithm) ? '–' : magnitude(10 ** value.logarithm);
    setTip({
      left: event.clientX - box.left,
      top: event.clientY - box.top,
      words: say('gradients.time.tip', {
        step: count(frame.step),
        depth,
        value: value.mark === 'none' ? number : say(`measure.mark.${value.mark}`),
      }),
    });
  };

  const move = (event: KeyboardEvent): void => {
    const frames = telemetry.recorded;
    const now = past === null ? frames.length - 1 : frames.findIndex(({ step }) => step === past);
    const next = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: frames.length - 1 }[event.key];
    if (event.key === 'Escape') telemetry.goTo(null);
    else if (next === undefined) return;
    else telemetry.goTo(frames[Math.max(0, Math.min(frames.length - 1, next))]?.step ?? null);
    event.preventDefault();
  };

  return (
    <div className={profileStyles.plot}>
      <canvas
        ref={canvas}
        className={styles.canvas}
        role="slider"
        tabIndex={0}
        aria-label={say('gradients.time.label')}
        aria-valuemin={telemetry.recorded[0]?.step ?? 0}
        aria-valuemax={telemetry.recorded.at(-1)?.step ?? 0}
        aria-valuenow={past ?? telemetry.recorded.at(-1)?.step ?? 0}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          point(event);
        }}
        onPointerMove={point}
        onPointerLeave={() => setTip(null)}
        onKeyDown={move}
      />
      {tip !== null && (
        <div
          className={profileStyles.tip}
          style={{ left: tip.left, top: tip.top, translate: tip.left > 400 ? 'calc(-100% - 12px) -50%' : '12px -50%' }}
        >
          {tip.words}
        </div>
      )}
    </div>
  );
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A magnitude in its colour; marks as the legend has them: dotted underflow, a hot frame for what is not finite. */
function fillCell(
  context: CanvasRenderingContext2D,
  { left, top, width, height }: Box,
  { logarithm, mark }: ProfileValue,
  colour: (logarithm: number) => string,
  marks: { readonly danger: string; readonly quiet: string },
): void {
  switch (mark) {
    case 'none':
      if (Number.isNaN(logarithm)) return;
      context.fillStyle = colour(logarithm);
      context.fillRect(left, top, width, height);
      return;
    case 'infinity':
    case 'notANumber':
      context.fillStyle = marks.danger;
      context.fillRect(left, top, width, height);
      return;
    case 'underflow':
      context.fillStyle = marks.quiet;
      for (let x = left - (left % 4); x < left + width; x += 4) {
        if (x >= left) context.fillRect(x, Math.round(top + height / 2), 1.5, 1.5);
      }
      return;
    case 'zero':
    case 'noPath':
      return;
  }
}
