import type { JSX } from 'react';
import { shownKeyOf } from '../platform/commands.ts';
import { useText } from '../platform/i18n.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import { useKeptRuns } from '../state/keptRuns.ts';
import { useLessonStore } from '../state/lessonStore.ts';
import { dockTabs, railTabs, toggleRail, useViewStore } from '../state/viewStore.ts';
import type { DockTab, RailTab } from '../state/viewStore.ts';
import { classes } from '../ui/classes.ts';
import { IconButton } from '../ui/IconButton.tsx';
import type { IconName } from '../ui/Icon.tsx';
import styles from './Rail.module.css';

const railIcons: Readonly<Record<RailTab, IconName>> = {
  layers: 'blocks',
  training: 'sliders',
  runs: 'history',
  lessons: 'lesson',
  history: 'edits',
};
const dockIcons: Readonly<Record<DockTab, IconName>> = {
  curves: 'curves',
  depth: 'profile',
  time: 'heatMap',
  findings: 'pulse',
  sweep: 'fan',
  slices: 'contours',
  values: 'values',
  reasoning: 'reveal',
  predictions: 'check',
  problems: 'warning',
  data: 'data',
};

/** Above: what the left panel shows. Below: what the dock shows. The one that is shown folds its panel away. */
export function Rail(): JSX.Element {
  const say = useText();
  const { railTab, paletteOpen, dockTab, dockOpen, set } = useViewStore();
  const isComparing = useKeptRuns((store) => store.compared.length > 0);
  const isLearning = useLessonStore((store) => store.isShown);
  return (
    <nav className={styles.rail} aria-label={say('app.rail')} data-area="rail">
      {railTabs.map((tab) => {
        const isShown = paletteOpen && railTab === tab;
        return (
          <IconButton
            key={tab}
            className={classes(styles.button, isShown && styles.shown)}
            icon={railIcons[tab]}
            label={say(`app.rail.${tab}`)}
            keys={railTab === tab ? shownKeyOf('view.leftPanel') : undefined}
            size="large"
            side="right"
            pressed={isShown}
            onClick={() => toggleRail(tab)}
          />
        );
      })}
      <span className={styles.gap} />
      {(isComparing || isLearning ? [] : dockTabs).map((tab) => {
        const isShown = dockOpen && dockTab === tab;
        return (
          <span key={tab} className={styles.place}>
            <IconButton
              className={classes(styles.button, isShown && styles.shown)}
              icon={dockIcons[tab]}
              label={say(`app.dock.${tab}`)}
              keys={dockTab === tab ? shownKeyOf('view.dock') : undefined}
              size="large"
              side="right"
              pressed={isShown}
              onClick={() => set({ dockTab: tab, dockOpen: !isShown })}
            />
            {tab === 'problems' && <ProblemCount />}
          </span>
        );
      })}
    </nav>
  );
}

/** How many errors there are, or warnings where there is no error. */
function ProblemCount(): JSX.Element | null {
  const errors = useDocumentStore((store) => countOf(store.check.diagnostics, 'error'));
  const warnings = useDocumentStore((store) => countOf(store.check.diagnostics, 'warning'));
  const count = errors > 0 ? errors : warnings;
  if (count === 0) return null;
  return (
    <span className={classes(styles.count, errors > 0 ? styles.error : styles.warning)} aria-hidden="true">
      {count > 99 ? '99+' : count}
    </span>
  );
}

/** Counts the diagnostics of one severity. */
export function countOf(diagnostics: readonly { readonly severity: string }[], severity: string): number {
  let count = 0;
  for (const diagnostic of diagnostics) if (diagnostic.severity === severity) count++;
  return count;
}
