import type { EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import type { JSX } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import { useCanvasStore } from '../canvasStore.ts';
import { countRender } from '../counters.ts';
import type { FlowEdge } from '../flow.ts';
import styles from './wires.module.css';

/** React Flow measures ports anew now and then, to a hair; the course of a wire is the scene's alone. */
function sameCourse(one: EdgeProps<FlowEdge>, other: EdgeProps<FlowEdge>): boolean {
  return one.data?.path === other.data?.path && one.source === other.source && one.target === other.target;
}

/** Lights a wire up that lies on the cycle which the wire being dragged would close, or that would take a node in. */
function CycleHalo(props: {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly path: string;
}): JSX.Element | null {
  const { id, source, target, path } = props;
  const isIn = useCanvasStore(
    ({ backEdge, dropWire }) =>
      dropWire === id || (backEdge?.body.has(source as NodeId) === true && backEdge.body.has(target as NodeId)),
  );
  return isIn ? <path className={styles.cycle} d={path} /> : null;
}

/** A wire at rest, and the wide invisible line that the pointer meets. Its gradient is drawn by the overlay. */
export const WireEdge = memo(function WireEdge({ id, data, source, target }: EdgeProps<FlowEdge>): JSX.Element {
  countRender('wire');
  const path = data?.path ?? '';
  return (
    <>
      <path className={styles.halo} d={path} />
      <CycleHalo id={id} source={source} target={target} path={path} />
      <path className={styles.line} d={path} />
      <path className={styles.reach} d={path} />
    </>
  );
}, sameCourse);
