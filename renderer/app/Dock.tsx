import type { JSX } from 'react';
import { ReasoningTab } from '../features/reasoning/ReasoningTab.tsx';
import { DataTab } from '../features/data/DataTab.tsx';
import { FindingsTab } from '../features/findings/FindingsTab.tsx';
import { CurvesTab } from '../features/gradients/CurvesTab.tsx';
import { DepthProfileTab } from '../features/gradients/DepthProfileTab.tsx';
import { HeatMapTab } from '../features/gradients/HeatMapTab.tsx';
import { PredictionsTab } from '../features/predict/PredictionsTab.tsx';
import { ProblemsTab } from '../features/problems/ProblemsTab.tsx';
import { SlicesTab } from '../features/slices/SlicesTab.tsx';
import { SweepTab } from '../features/sweep/SweepTab.tsx';
import { ValuesTab } from '../features/values/ValuesTab.tsx';
import { shownKeyOf } from '../platform/commands.ts';
import { useText } from '../platform/i18n.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import { dockTabs, useViewStore } from '../state/viewStore.ts';
import type { DockTab } from '../state/viewStore.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import type { Tab } from '../ui/Tabs.tsx';
import { Boundary } from './Boundary.tsx';
import styles from './Dock.module.css';
import { countOf } from './Rail.tsx';

/** Curves, depth profile, values, reasoning, predictions, problems and data beneath the canvas. */
export function Dock(): JSX.Element {
  const say = useText();
  const dockTab = useViewStore((store) => store.dockTab);
  const set = useViewStore((store) => store.set);
  const errors = useDocumentStore((store) => countOf(store.check.diagnostics, 'error'));
  const warnings = useDocumentStore((store) => countOf(store.check.diagnostics, 'warning'));
  const count = errors > 0 ? errors : warnings;
  const tabs = dockTabs.map((value): Tab<DockTab> => {
    const label = say(`app.dock.${value}`);
    if (value !== 'problems' || count === 0) return { value, label };
    return { value, label, count, tone: errors > 0 ? 'danger' : 'warning' };
  });
  return (
    <section className={styles.dock} aria-label={say('app.dock')}>
      <h2 className="visually-hidden">{say('app.dock')}</h2>
      <Tabs
        label={say('app.dock')}
        moreLabel={say('ui.moreTabs')}
        className={styles.tabs}
        value={dockTab}
        tabs={tabs}
        onChange={(value) => set({ dockTab: value })}
        aside={
          <IconButton
            icon="chevronDown"
            size="small"
            side="top"
            label={say('app.dock.fold')}
            keys={shownKeyOf('view.dock')}
            onClick={() => set({ dockOpen: false })}
          />
        }
      >
        <Boundary key={dockTab}>
          <Panel tab={dockTab} />
        </Boundary>
      </Tabs>
    </section>
  );
}

function Panel({ tab }: { readonly tab: DockTab }): JSX.Element {
  switch (tab) {
    case 'curves':
      return <CurvesTab />;
    case 'depth':
      return <DepthProfileTab />;
    case 'time':
      return <HeatMapTab />;
    case 'findings':
      return <FindingsTab />;
    case 'values':
      return <ValuesTab />;
    case 'reasoning':
      return <ReasoningTab />;
    case 'predictions':
      return <PredictionsTab />;
    case 'sweep':
      return <SweepTab />;
    case 'slices':
      return <SlicesTab />;
    case 'problems':
      return <ProblemsTab />;
    case 'data':
      return <DataTab />;
    default:
      return tab satisfies never;
  }
}
