import type { ConnectionLineComponentProps } from '@xyflow/react';
import { useEffect } from 'react';
import type { JSX } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import { curve } from '#shared/drawing/route';
import { endBehind } from '#shared/drawing/scene';
import { classes } from '../../ui/classes.ts';
import { useCanvasStore } from '../canvasStore.ts';
import { holdOverCycle } from '../editing/backEdge.ts';
import type { FlowNode } from '../flow.ts';
import styles from './wires.module.css';

/** The wire being dragged: solid where it would hold, in the loops' hue where it would lead back, dashed elsewhere. */
export function ConnectionWire(props: ConnectionLineComponentProps<FlowNode>): JSX.Element {
  const { fromX, fromY, toX, toY, fromHandle, toHandle, connectionStatus } = props;
  const leadsBack = useCanvasStore((store) => store.backEdge !== null);
  const [node, port] = [toHandle?.nodeId ?? null, toHandle?.id ?? null];
  useEffect(() => {
    const over = node === null || port === null ? null : { node: node as NodeId, port };
    useCanvasStore.setState({ over });
    holdOverCycle(over === null ? null : endBehind(over));
    return () => useCanvasStore.setState({ over: null });
  }, [node, port]);
  const [held, loose] = [
    { x: fromX, y: fromY },
    { x: toX, y: toY },
  ];
  const { path } = fromHandle.type === 'source' ? curve(held, loose) : curve(loose, held);
  return (
    <path
      className={classes(styles.dragged, connectionStatus === 'valid' && styles.valid, leadsBack && styles.back)}
      d={path}
    />
  );
}
