import type { JSX } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import { classes } from '../../ui/classes.ts';
import { useCanvasStore } from '../canvasStore.ts';
import styles from './CycleMark.module.css';

/** Lights a node up while a wire that leads back is held over a port: the node would be part of the loop. */
export function CycleMark({
  node,
  round = false,
}: {
  readonly node: string;
  readonly round?: boolean;
}): JSX.Element | null {
  const isIn = useCanvasStore(({ backEdge }) => backEdge?.body.has(node as NodeId) === true);
  return isIn ? <span className={classes(styles.cycle, round && styles.round)} aria-hidden="true" /> : null;
}

/** Shows that an area would take in what is dragged. */
export function DropMark({ node }: { readonly node: string }): JSX.Element | null {
  const isIt = useCanvasStore(({ dropArea }) => dropArea === node);
  return isIt ? <span className={styles.drop} aria-hidden="true" /> : null;
}
