import { useStore, useStoreApi } from '@xyflow/react';
import { memo, useMemo } from 'react';
import type { JSX, MouseEvent } from 'react';
import { createPortal } from 'react-dom';
import type { WireId } from '#shared/graph/identifiers';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { classes } from '../../ui/classes.ts';
import { useCanvasStore } from '../canvasStore.ts';
import { countRender } from '../counters.ts';
import type { FlowWire } from '../flow.ts';
import { openMenu } from '../menu.ts';
import { withinCanvas } from '../view.ts';
import { pullEnd } from './pull.ts';
import styles from './wires.module.css';

/** With more wires than this, only the ends of selected ones can be grabbed: each has two more elements for it. */
const reattachUpTo = 400;

/** How far around its port the end of a wire can be grabbed, in pixels of the sheet. */
const endRadius = 12;

/**
 * The wires of the sheet, all in one picture: what the pointer meets of them, and what lies around selected ones. Their
 * gradients are drawn by the overlay. They are not React Flow's edges: each of those is a picture to itself, and asks the
 * store thrice at every change; on a large sheet that took a third of an edit's time.
 */
export function Wires(): JSX.Element | null {
  const store = useStoreApi();
  const sheet = useMovingSheet();
  const wires = useCanvasStore(({ flow }) => flow.wires);
  const canReattach = useCanvasStore(({ flow }) => flow.scene.wires.size <= reattachUpTo);
  const held = useCanvasStore(({ connecting }) => connecting?.reattached?.wire ?? null);

  const onMouseDown = ({ nativeEvent }: MouseEvent): void => {
    const end = nativeEvent.target instanceof Element ? nativeEvent.target.getAttribute('data-end') : null;
    const wire = wireOf(nativeEvent);
    const found = wire === null ? undefined : useCanvasStore.getState().flow.scene.wires.get(wire);
    if (found !== undefined && (end === 'from' || end === 'to')) pullEnd(store, nativeEvent, found, end);
  };
  const onClick = ({ nativeEvent }: MouseEvent): void => {
    const wire = wireOf(nativeEvent);
    if (wire !== null) choose(wire, store.getState().multiSelectionActive);
  };
  if (sheet === null) return null;
  return createPortal(
    <svg
      className={styles.wires}
      data-part="wires"
      onMouseDown={onMouseDown}
      onClick={onClick}
      onContextMenu={onContextMenu}
      onMouseMove={showHover}
      onMouseLeave={hideHover}
      onMouseOut={hideHover}
    >
      {wires.map((wire) => (
        <Wire key={wire.id} wire={wire} isHeld={wire.id === held} canReattach={canReattach || wire.isSelected} />
      ))}
    </svg>,
    sheet,
  );
}

/** The layer of React Flow that moves with the sheet. Its own `ViewportPortal` looks for it at every change of its store. */
function useMovingSheet(): Element | null {
  const canvas = useStore(({ domNode }) => domNode);
  return useMemo(() => canvas?.querySelector('.react-flow__viewport-portal') ?? null, [canvas]);
}

function wireOf({ target }: { readonly target: EventTarget | null }): WireId | null {
  return target instanceof Element
    ? ((target.closest('[data-wire]')?.getAttribute('data-wire') ?? null) as WireId | null)
    : null;
}

/** A press selects the wire alone; with a key for several, it comes to what is selected or leaves it. */
function choose(wire: WireId, isOneOfSeveral: boolean): void {
  const { nodes, wires, select } = useSelectionStore.getState();
  if (!isOneOfSeveral) select({ wires: [wire] });
  else select({ nodes, wires: wires.has(wire) ? [...wires].filter((other) => other !== wire) : [...wires, wire] });
}

function onContextMenu(event: MouseEvent): void {
  const wire = wireOf(event);
  if (wire !== null) openMenu(event, { wires: [wire] });
}

function showHover(event: MouseEvent): void {
  const wire = wireOf(event);
  if (wire === null || useCanvasStore.getState().connecting !== null) return;
  useCanvasStore.setState({ hover: { wire, at: withinCanvas(event) } });
}

function hideHover(): void {
  if (useCanvasStore.getState().hover !== null) useCanvasStore.setState({ hover: null });
}

/** A wire at rest, and the wide invisible line that the pointer meets; none while its end is in the hand. */
const Wire = memo(function Wire({
  wire,
  isHeld,
  canReattach,
}: {
  readonly wire: FlowWire;
  readonly isHeld: boolean;
  readonly canReattach: boolean;
}): JSX.Element {
  countRender('wire');
  const { id, path, from, to, label, isSelected } = wire;
  return (
    <g
      className={classes(styles.wire, 'nopan', isSelected && styles.selected)}
      data-wire={id}
      data-selected={isSelected ? '' : undefined}
      role="img"
      aria-label={label}
    >
      {!isHeld && (
        <>
          <path className={styles.halo} d={path} />
          <CycleHalo wire={wire} />
          <path className={styles.line} d={path} />
          <path className={styles.reach} d={path} />
        </>
      )}
      {canReattach && (
        <>
          <circle className={styles.end} data-end="from" cx={from.x + endRadius} cy={from.y} r={endRadius} />
          <circle className={styles.end} data-end="to" cx={to.x - endRadius} cy={to.y} r={endRadius} />
        </>
      )}
    </g>
  );
});

/** Lights a wire up that lies on the cycle which the wire being dragged would close, or that would take a node in. */
function CycleHalo({ wire: { id, source, target, path } }: { readonly wire: FlowWire }): JSX.Element | null {
  const isIn = useCanvasStore(
    ({ backEdge, dropWire }) => dropWire === id || (backEdge?.body.has(source) === true && backEdge.body.has(target)),
  );
  return isIn ? <path className={styles.cycle} d={path} /> : null;
}
