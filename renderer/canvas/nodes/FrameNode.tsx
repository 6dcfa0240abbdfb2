import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import type { CSSProperties, JSX } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import { isColour } from '#shared/drawing/layout';
import { nameOfFace } from '#shared/drawing/words';
import { useLocale } from '../../platform/i18n.ts';
import { classes } from '../../ui/classes.ts';
import { countRender } from '../counters.ts';
import type { FlowNode } from '../flow.ts';
import { FrozenMark, NoteMark, PinnedMark, ProblemMark } from './CardNode.tsx';
import { CycleMark, DropMark } from './CycleMark.tsx';
import { FoldButton } from './FoldButton.tsx';
import { ResizeHandle } from './ResizeHandle.tsx';
import styles from './AreaNode.module.css';

/** The four edges of an area can be grabbed; its inside is the canvas. */
export function GrabbableEdges(): JSX.Element {
  return (
    <>
      <span className={classes(styles.edge, styles.top)} />
      <span className={classes(styles.edge, styles.right)} />
      <span className={classes(styles.edge, styles.bottom)} />
      <span className={classes(styles.edge, styles.left)} />
    </>
  );
}

/** A box around nodes that belong together. The overlay draws its tint, beneath the wires. */
export const FrameNode = memo(function FrameNode({ id, data, selected }: NodeProps<FlowNode>): JSX.Element {
  countRender('frame');
  const locale = useLocale();
  const { face } = data;
  const colour = isColour(face.colour) ? face.colour : 'var(--colour-text-faint)';
  return (
    <div
      className={classes(styles.area, styles.frame, selected && styles.selected)}
      style={{ '--hue': colour } as CSSProperties}
    >
      <DropMark node={id} />
      <CycleMark node={id} />
      <GrabbableEdges />
      <ResizeHandle node={id as NodeId} layout={data.layout} />
      <div className={styles.label} data-part="area">
        <FoldButton node={id} folded={false} />
        <span className={styles.name}>{nameOfFace(locale, face)}</span>
        {face.note !== null && <NoteMark note={face.note} />}
        {face.frozen && <FrozenMark />}
        {face.pinned && <PinnedMark />}
      </div>
      <div className={styles.mark}>
        <ProblemMark problems={face.problems} />
      </div>
    </div>
  );
});
