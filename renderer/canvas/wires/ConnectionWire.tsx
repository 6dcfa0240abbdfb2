import type { ConnectionLineComponentProps } from '@xyflow/react';
import type { JSX } from 'react';
import { classes } from '../../ui/classes.ts';
import type { FlowNode } from '../flow.ts';
import { curve } from '../scene/route.ts';
import styles from './wires.module.css';

/** The wire being dragged: solid where it would hold, dashed elsewhere. */
export function ConnectionWire(props: ConnectionLineComponentProps<FlowNode>): JSX.Element {
  const { fromX, fromY, toX, toY, fromHandle, connectionStatus } = props;
  const [held, loose] = [
    { x: fromX, y: fromY },
    { x: toX, y: toY },
  ];
  const { path } = fromHandle.type === 'source' ? curve(held, loose) : curve(loose, held);
  return <path className={classes(styles.dragged, connectionStatus === 'valid' && styles.valid)} d={path} />;
}
