import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import type { CSSProperties, JSX } from 'react';
import { nameOfFace } from '#shared/drawing/words';
import { useLocale } from '../../platform/i18n.ts';
import { classes } from '../../ui/classes.ts';
import { countRender } from '../counters.ts';
import type { FlowNode } from '../flow.ts';
import { PinnedMark, ProblemMark } from './CardNode.tsx';
import { CycleMark } from './CycleMark.tsx';
import { hueOf } from './hue.ts';
import { Ports } from './Ports.tsx';
import styles from './RoundNode.module.css';

const glyphs: Readonly<Record<string, string>> = { add: 'M10 5v10M5 10h10', multiply: 'M6.5 6.5l7 7M13.5 6.5l-7 7' };

/** An addition or a multiplication: a small circle with its sign. */
export const RoundNode = memo(function RoundNode({ id, data, selected }: NodeProps<FlowNode>): JSX.Element {
  countRender('round');
  const locale = useLocale();
  const { face, layout } = data;
  return (
    <div
      className={classes(styles.round, selected && styles.selected)}
      style={{ '--hue': hueOf(face) } as CSSProperties}
      title={nameOfFace(locale, face)}
    >
      <svg className={styles.glyph} data-part="glyph" viewBox="0 0 20 20" aria-hidden="true">
        <path d={glyphs[face.type] ?? ''} />
      </svg>
      <div className={styles.mark}>
        <ProblemMark problems={face.problems} />
      </div>
      {face.pinned && (
        <div className={styles.pin}>
          <PinnedMark />
        </div>
      )}
      <CycleMark node={id} round />
      <Ports node={id} ports={layout.ports} />
    </div>
  );
});
