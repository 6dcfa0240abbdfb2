import type { JSX } from 'react';
import { useText } from '../../platform/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { useCanvasStore } from '../canvasStore.ts';
import styles from './LayoutProgress.module.css';

/** Says that a layout is under way, and stops it. */
export function LayoutProgress(): JSX.Element | null {
  const say = useText();
  const layout = useCanvasStore((store) => store.layout);
  if (layout === null) return null;
  return (
    <div className={styles.progress} role="status">
      <span>{say('canvas.layout.underWay')}</span>
      <Button size="small" onClick={layout.stop}>
        {say('canvas.layout.stop')}
      </Button>
    </div>
  );
}
