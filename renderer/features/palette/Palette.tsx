import { useEffect, useRef, useState } from 'react';
import type { JSX } from 'react';
import { useText } from '../../platform/i18n.ts';
import { Tabs } from '../../ui/Tabs.tsx';
import { LayerList } from './LayerList.tsx';
import styles from './Palette.module.css';
import { onPaletteRequest } from './paletteCommands.ts';
import { TemplateList } from './TemplateList.tsx';
import type { TemplateListProps } from './TemplateList.tsx';

type PaletteTab = 'layers' | 'templates';

export interface PaletteProps {
  readonly onOpenTemplate: TemplateListProps['onOpen'];
}

/** What can be put on the canvas: layers by family with a search, and whole networks as templates. */
export function Palette({ onOpenTemplate }: PaletteProps): JSX.Element {
  const say = useText();
  const [tab, setTab] = useState<PaletteTab>('layers');
  const search = useRef<HTMLInputElement>(null);
  useEffect(
    () =>
      onPaletteRequest((place) => {
        setTab(place === 'search' ? 'layers' : 'templates');
        if (place !== 'search') return;
        const begin = (): void => {
          search.current?.focus();
          search.current?.select();
        };
        // What a person types next belongs into the field: it takes the focus at once, unless the list has to come back first.
        if (search.current === null) requestAnimationFrame(begin);
        else begin();
      }),
    [],
  );
  return (
    <Tabs
      label={say('palette.title')}
      moreLabel={say('ui.moreTabs')}
      className={styles.palette}
      value={tab}
      tabs={[
        { value: 'layers', label: say('palette.tab.layers') },
        { value: 'templates', label: say('palette.tab.templates') },
      ]}
      onChange={setTab}
    >
      {tab === 'layers' ? <LayerList search={search} /> : <TemplateList onOpen={onOpenTemplate} />}
    </Tabs>
  );
}
