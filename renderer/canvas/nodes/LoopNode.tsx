import type { NodeProps } from '@xyflow/react';
import { memo, useCallback, useSyncExternalStore } from 'react';
import type { CSSProperties, JSX, PointerEvent as ReactPointerEvent } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import { childrenOf } from '#shared/graph/queries';
import type { Port } from '#shared/layers/layer';
import { useLocale, useText } from '../../platform/i18n.ts';
import { telemetry } from '../../state/telemetry.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { classes } from '../../ui/classes.ts';
import { useCanvasStore } from '../canvasStore.ts';
import { countRender } from '../counters.ts';
import type { FlowNode } from '../flow.ts';
import { isColour, stripBox } from '../overlay/paint.ts';
import { stateRadius } from '../scene/layout.ts';
import type { NodeLayout, PlacedPort } from '../scene/layout.ts';
import { nameOfFace } from '../words.ts';
import styles from './AreaNode.module.css';
import { FrozenMark, NoteMark, ProblemMark } from './CardNode.tsx';
import { CycleMark, DropMark } from './CycleMark.tsx';
import { FoldButton } from './FoldButton.tsx';
import { GrabbableEdges } from './FrameNode.tsx';
import { Ports } from './Ports.tsx';
import { ResizeHandle } from './ResizeHandle.tsx';

/** One hue for both halves of a state, so that the pair is seen as one. */
const stateHues = ['activation', 'normalisation', 'merge', 'core', 'data'] as const;

/** A loop: tinted area, ×N, states as paired half-discs on its borders, their feedback beneath, the strip at its head. */
export const LoopNode = memo(function LoopNode({ id, data, selected }: NodeProps<FlowNode>): JSX.Element {
  countRender('loop');
  const locale = useLocale();
  const { face, layout } = data;
  const colour = isColour(face.colour) ? face.colour : 'var(--family-structure)';
  return (
    <div
      className={classes(styles.area, styles.loop, selected && styles.selected)}
      style={{ '--hue': colour } as CSSProperties}
    >
      <DropMark node={id} />
      <CycleMark node={id} />
      <GrabbableEdges />
      <ResizeHandle node={id as NodeId} layout={layout} />
      <div className={styles.header}>
        <span className={styles.chip} data-part="chip">
          ×{face.count ?? '?'}
        </span>
        <span className={styles.name} data-part="area">
          {nameOfFace(locale, face)}
        </span>
        {face.note !== null && <NoteMark note={face.note} />}
        {face.frozen && <FrozenMark />}
        <FoldButton node={id} folded={false} />
      </div>
      <Terminals layout={layout} />
      <EmptyHint loop={id as NodeId} />
      <IterationStrip loop={id as NodeId} layout={layout} />
      <div className={styles.mark}>
        <ProblemMark problems={face.problems} />
      </div>
      <Ports node={id} ports={layout.ports} />
    </div>
  );
});

/** What to do with a loop that holds nothing yet. */
function EmptyHint({ loop }: { readonly loop: NodeId }): JSX.Element | null {
  const say = useText();
  const isEmpty = useCanvasStore(({ flow }) => childrenOf(flow.scene.graph, loop).length === 0);
  return isEmpty ? <span className={styles.empty}>{say('canvas.loop.empty')}</span> : null;
}

function isState(port: Port, side: 'state' | 'next'): boolean {
  return port.role === 'state' && port.id.startsWith(`${side}.`);
}

/** Half-discs of the states with their feedback arcs, and the squares of constants, scans and outputs. */
function Terminals({ layout }: { readonly layout: NodeLayout }): JSX.Element {
  const { width, height, ports } = layout;
  const states = ports.filter(({ port }) => isState(port, 'state'));
  const others = ports.filter(({ port }) => port.role !== 'state' && port.face === 'inner');
  return (
    <>
      <svg className={styles.terminals} width={width} height={height} aria-hidden="true">
        {states.map((placed, index) => (
          <StatePair key={placed.port.id} placed={placed} index={index} count={states.length} layout={layout} />
        ))}
        {others.map(({ port, x, y }) => {
          const border = port.side === 'output' ? 0 : width;
          const many = port.role === 'scan' || port.role === 'all';
          return (
            <g key={port.id} className={styles.terminal}>
              <rect x={border - 5} y={y - 8} width={10} height={16} rx={3} />
              {many && <path d={`M${border - 5} ${y - 2.7}h10M${border - 5} ${y + 2.7}h10`} />}
              <title>{port.terminal}</title>
              <path className={styles.reach} d={`M${x} ${y}H${border + (x < border ? -5 : 5)}`} />
            </g>
          );
        })}
      </svg>
      {[...states, ...others].map((placed) => (
        <TerminalLabels key={placed.port.id} placed={placed} width={width} />
      ))}
    </>
  );
}

function StatePair({
  placed,
  index,
  count,
  layout,
}: {
  readonly placed: PlacedPort;
  readonly index: number;
  readonly count: number;
  readonly layout: NodeLayout;
}): JSX.Element {
  const { width, height } = layout;
  const { y } = placed;
  const r = stateRadius;
  const hue = `var(--family-${stateHues[index % stateHues.length]})`;
  // Inner arcs belong to lower states, so that arcs do not cross.
  const rank = count - 1 - index;
  const out = 38 + 12 * rank;
  const floor = height + 22 + 12 * rank;
  return (
    <g style={{ '--state': hue } as CSSProperties}>
      <path
        className={styles.feedback}
        d={`M${width + r} ${y}C${width + out} ${y} ${width + out} ${floor} ${width - 24} ${floor}H24C${-out} ${floor} ${-out} ${y} ${-r} ${y}`}
      />
      <path className={styles.half} d={`M0 ${y - r}a${r} ${r} 0 0 0 0 ${2 * r}z`} />
      <path className={styles.half} d={`M${width} ${y - r}a${r} ${r} 0 0 1 0 ${2 * r}z`} />
      <path className={styles.arrow} d={`M${-r - 1.5} ${y - 3.5}l4 3.5l-4 3.5z`} />
    </g>
  );
}

/** A state's name stands at both of its halves, any other terminal's at its border. */
function TerminalLabels({ placed, width }: { readonly placed: PlacedPort; readonly width: number }): JSX.Element {
  const { port, y } = placed;
  const name = port.terminal ?? '';
  if (port.role !== 'state') {
    const left = port.side === 'output';
    return (
      <span
        className={left ? styles.outerLeft : styles.outerRight}
        style={left ? { top: y - 16 } : { top: y - 16, left: width }}
      >
        {name}
      </span>
    );
  }
  return (
    <>
      <span className={styles.outerLeft} style={{ top: y - 16 }}>
        {name}
      </span>
      <span className={styles.outerRight} style={{ top: y - 16, left: width }}>
        {name}
      </span>
    </>
  );
}

function subscribeToTable(notify: () => void): () => void {
  return telemetry.onTable(notify);
}

/** Iterations of a loop that the run measures; 0 where it measures none. */
function useMeasuredIterations(loop: string): number {
  const table = useSyncExternalStore(subscribeToTable, () => telemetry.table);
  let most = 0;
  for (const { path } of table?.wires ?? []) {
    for (const step of path) if ('loop' in step && step.loop === loop) most = Math.max(most, step.iteration + 1);
  }
  return most;
}

/** What catches the pointer and the keys over the strip that the overlay draws: it chooses the iteration shown inside. */
function IterationStrip({ loop, layout }: { readonly loop: NodeId; readonly layout: NodeLayout }): JSX.Element | null {
  const say = useText();
  const iterations = useMeasuredIterations(loop);
  const chosen = useViewStore((store) => store.iterations.get(loop));
  const off = useViewStore((store) => store.overlay === 'off');
  const showIteration = useViewStore((store) => store.showIteration);
  const box = stripBox({ origin: { x: 0, y: 0 }, layout }, iterations);
  const show = useCallback(
    (iteration: number) => showIteration(loop, Math.max(0, Math.min(iterations - 1, iteration))),
    [iterations, loop, showIteration],
  );
  if (iterations === 0 || off || box === null) return null;
  const shown = Math.min(chosen ?? iterations - 1, iterations - 1);
  const scrub = (event: ReactPointerEvent<HTMLDivElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    show(Math.floor(((event.clientX - left) / width) * iterations));
  };
  return (
    <>
      <div
        className={classes(styles.strip, 'nodrag', 'nopan')}
        style={{ left: box.left, top: box.top, width: box.right - box.left, height: box.bottom - box.top }}
        role="slider"
        tabIndex={0}
        aria-label={say('canvas.loop.strip')}
        aria-valuemin={1}
        aria-valuemax={iterations}
        aria-valuenow={shown + 1}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          scrub(event);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) scrub(event);
        }}
        onKeyDown={(event) => {
          const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[
            event.key
          ];
          if (step !== undefined) show(shown + step);
          else if (event.key === 'Home') show(0);
          else if (event.key === 'End') show(iterations - 1);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <span
        className={styles.caption}
        style={{ right: layout.width - box.left + 8, top: box.top }}
        title={say('canvas.loop.caption', { iteration: shown + 1 })}
      >
        <b>{shown + 1}</b>/{iterations}
      </span>
    </>
  );
}
