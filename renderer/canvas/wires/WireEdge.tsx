import type { EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import type { JSX } from 'react';
import { countRender } from '../counters.ts';
import type { FlowEdge } from '../flow.ts';
import styles from './wires.module.css';

/** React Flow measures ports anew now and then, to a hair; the course of a wire is the scene's alone. */
function sameCourse(one: EdgeProps<FlowEdge>, other: EdgeProps<FlowEdge>): boolean {
  return one.data?.path === other.data?.path;
}

/** A wire at rest, and the wide invisible line that the pointer meets. Its gradient is drawn by the overlay. */
export const WireEdge = memo(function WireEdge({ data }: EdgeProps<FlowEdge>): JSX.Element {
  countRender('wire');
  const path = data?.path ?? '';
  return (
    <>
      <path className={styles.halo} d={path} />
      <path className={styles.line} d={path} />
      <path className={styles.reach} d={path} />
    </>
  );
}, sameCourse);
