import type { NodeProps } from '@xyflow/react';
import { Fragment, memo, useCallback } from 'react';
import type { CSSProperties, JSX, PointerEvent as ReactPointerEvent } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import { childrenOf } from '#shared/graph/queries';
import { isColour, stateRadius } from '#shared/drawing/layout';
import type { NodeLayout } from '#shared/drawing/layout';
import { statesOf, sumRadius, sumSign, terminalsOf, unreadStates } from '#shared/drawing/terminals';
import type { DrawnState } from '#shared/drawing/terminals';
import { nameOfFace } from '#shared/drawing/words';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useStaleLoops } from '../../state/measuredLoops.ts';
import { shownIteration } from '../../state/shownIteration.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { classes } from '../../ui/classes.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Tooltip } from '../../ui/Tooltip.tsx';
import { useCanvasStore } from '../canvasStore.ts';
import { countRender } from '../counters.ts';
import type { FlowNode } from '../flow.ts';
import { stripBox } from '../overlay/paint.ts';
import { useMeasuredIterations } from '../overlay/useMeasuredIterations.ts';
import styles from './AreaNode.module.css';
import { FrozenMark, NoteMark, PinnedMark, ProblemMark } from './CardNode.tsx';
import { CycleMark, DropMark } from './CycleMark.tsx';
import { FoldButton } from './FoldButton.tsx';
import { GrabbableEdges } from './FrameNode.tsx';
import { Ports } from './Ports.tsx';
import { ResizeHandle } from './ResizeHandle.tsx';

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
        {face.pinned && <PinnedMark />}
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

/** Half-discs of the states with their feedback arcs, and the squares of constants, scans and outputs. */
function Terminals({ layout }: { readonly layout: NodeLayout }): JSX.Element {
  const { width, height } = layout;
  const states = statesOf(layout);
  const terminals = terminalsOf(layout);
  return (
    <>
      <svg className={styles.terminals} width={width} height={height} aria-hidden="true">
        {states.map((state) => (
          <StatePair key={state.name} state={state} width={width} />
        ))}
        {terminals.map(({ name, side, y, many, inner }) => {
          const border = side === 'left' ? 0 : width;
          return (
            <g key={`${side} ${name}`} className={styles.terminal}>
              <rect x={border - 5} y={y - 8} width={10} height={16} rx={3} />
              {many && <path d={`M${border - 5} ${y - 2.7}h10M${border - 5} ${y + 2.7}h10`} />}
              <title>{name}</title>
              {inner !== null && (
                <path className={styles.reach} d={`M${inner} ${y}H${border + (inner < border ? -5 : 5)}`} />
              )}
            </g>
          );
        })}
      </svg>
      {states.map(({ name, y }) => (
        <Fragment key={name}>
          <TerminalName name={name} side="left" y={y} width={width} />
          <TerminalName name={name} side="right" y={y} width={width} />
        </Fragment>
      ))}
      {terminals.map(({ name, side, y }) => (
        <TerminalName key={`${side} ${name}`} name={name} side={side} y={y} width={width} />
      ))}
    </>
  );
}

function StatePair({ state, width }: { readonly state: DrawnState; readonly width: number }): JSX.Element {
  const say = useText();
  const { name, hue, y, feedback, bypass, sum } = state;
  const r = stateRadius;
  return (
    <g style={{ '--state': `var(--family-${hue})` } as CSSProperties}>
      <path className={styles.feedback} d={feedback} />
      <path className={styles.half} d={`M0 ${y - r}a${r} ${r} 0 0 0 0 ${2 * r}z`} />
      <path className={styles.half} d={`M${width} ${y - r}a${r} ${r} 0 0 1 0 ${2 * r}z`} />
      <path className={styles.arrow} d={`M${-r - 1.5} ${y - 3.5}l4 3.5l-4 3.5z`} />
      {bypass !== null && (
        <g className={styles.residual} data-residual={name}>
          <title>{say('canvas.loop.residual', { state: name })}</title>
          <path className={styles.feedback} d={bypass} />
          <circle cx={sum.x} cy={sum.y} r={sumRadius} />
          <path className={styles.sum} d={sumSign(sum)} />
        </g>
      )}
    </g>
  );
}

/** A terminal's name, outside at the loop's border. */
function TerminalName({
  name,
  side,
  y,
  width,
}: {
  readonly name: string;
  readonly side: 'left' | 'right';
  readonly y: number;
  readonly width: number;
}): JSX.Element {
  const isLeft = side === 'left';
  return (
    <span
      className={isLeft ? styles.outerLeft : styles.outerRight}
      style={isLeft ? { top: y - 16 } : { top: y - 16, left: width }}
    >
      {name}
    </span>
  );
}

/** What catches the pointer and the keys over the strip that the overlay draws: it chooses the iteration shown inside. */
function IterationStrip({ loop, layout }: { readonly loop: NodeId; readonly layout: NodeLayout }): JSX.Element | null {
  const say = useText();
  const iterations = useMeasuredIterations(loop);
  const stale = useStaleLoops().get(loop);
  const chosen = useViewStore((store) => store.iterations.get(loop));
  const off = useViewStore((store) => store.overlay === 'off');
  const showIteration = useViewStore((store) => store.showIteration);
  const box = stripBox({ origin: { x: 0, y: 0 }, layout }, iterations);
  const show = useCallback(
    (iteration: number) => showIteration(loop, Math.max(0, Math.min(iterations - 1, iteration))),
    [iterations, loop, showIteration],
  );
  if (iterations === 0 || off || box === null) return null;
  if (stale !== undefined) {
    return (
      <span className={styles.stale} title={say('canvas.loop.stale.why', { ...stale })}>
        {say('canvas.loop.stale', { measured: stale.measured })}
      </span>
    );
  }
  const shown = shownIteration(chosen, iterations);
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
        {shown === iterations - 1 && <UnreadStates loop={loop} />}
        <span>
          <b>{shown + 1}</b>/{iterations}
        </span>
      </span>
    </>
  );
}

/** Says at the last iteration why no gradient comes back into the states that the loop does not hand out. */
function UnreadStates({ loop }: { readonly loop: NodeId }): JSX.Element | null {
  const say = useText();
  const states = useCanvasStore(({ flow }) => {
    const { nodes, graph } = flow.scene;
    const node = nodes.get(loop)?.node;
    return node === undefined ? '' : unreadStates(graph, node).join(', ');
  });
  if (states === '') return null;
  const words = say('canvas.loop.unread', { states });
  return (
    <Tooltip words={words} side="top">
      <span className={styles.unread} role="img" aria-label={words} tabIndex={0}>
        <Icon name="information" size={14} />
      </span>
    </Tooltip>
  );
}
