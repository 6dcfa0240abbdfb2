import { useStore } from '@xyflow/react';
import type { JSX } from 'react';
import { runCommand, shownKeyOf } from '../platform/commands.ts';
import { useText } from '../platform/i18n.ts';
import { useViewStore } from '../state/viewStore.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';
import styles from './CanvasControls.module.css';

/** Zoom, fit and minimap, for the hand that holds a mouse. */
export function CanvasControls(): JSX.Element {
  const say = useText();
  const zoom = useStore((store) => Math.round(store.transform[2] * 100));
  const minimapOpen = useViewStore((store) => store.minimapOpen);
  return (
    <div className={styles.controls} role="toolbar" aria-label={say('canvas.controls')}>
      <IconButton
        icon="minus"
        size="small"
        side="top"
        label={say('command.zoomOut')}
        keys={shownKeyOf('view.zoomOut')}
        onClick={() => runCommand('view.zoomOut')}
      />
      <Tooltip words={say('command.actualSize')} keys={shownKeyOf('view.actualSize')} side="top">
        <button type="button" className={styles.zoom} onClick={() => runCommand('view.actualSize')}>
          {zoom}%
        </button>
      </Tooltip>
      <IconButton
        icon="plus"
        size="small"
        side="top"
        label={say('command.zoomIn')}
        keys={shownKeyOf('view.zoomIn')}
        onClick={() => runCommand('view.zoomIn')}
      />
      <span className={styles.line} />
      <IconButton
        icon="fit"
        size="small"
        side="top"
        label={say('command.fit')}
        keys={shownKeyOf('view.fit')}
        onClick={() => runCommand('view.fit')}
      />
      <IconButton
        icon="templates"
        size="small"
        side="top"
        label={say('command.minimap')}
        keys={shownKeyOf('view.minimap')}
        pressed={minimapOpen}
        onClick={() => runCommand('view.minimap')}
      />
    </div>
  );
}
