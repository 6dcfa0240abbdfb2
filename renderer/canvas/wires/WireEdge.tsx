import type { EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import type { JSX } from 'react';
import { countRender } from '../counters.ts';
import type { FlowEdge } from '../flow.ts';
import styles from './wires.module.css';

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
});
