import type { JSX } from 'react';
import { useWords } from '../documentLocale.ts';
import { MenuButton } from '../MenuButton.tsx';
import type { Side } from '../placement.ts';
import { pictureOf, saveFile } from '../saveFile.ts';

export interface SavePlotProps {
  /** Beginning of the files' names, without a suffix. */
  readonly name: string;
  readonly side?: Side;
  /** The plot now, as SVG on paper. Called when a person asks for it. */
  svg(): string;
  /** The numbers behind it now. */
  csv(): string;
}

/** A small button beside a plot: the plot leaves as PNG, SVG or CSV. */
export function SavePlot({ name, side = 'top', svg, csv }: SavePlotProps): JSX.Element {
  const words = useWords();
  const savePicture = async (): Promise<void> => {
    const picture = await pictureOf(svg());
    if (picture !== null) saveFile(`${name}.png`, 'image/png', picture);
  };
  return (
    <MenuButton
      icon="import"
      size="small"
      side={side}
      label={words('plot.save')}
      entries={[
        { kind: 'action', id: 'png', label: words('plot.png'), run: () => void savePicture() },
        {
          kind: 'action',
          id: 'svg',
          label: words('plot.svg'),
          run: () => saveFile(`${name}.svg`, 'image/svg+xml', svg()),
        },
        {
          kind: 'action',
          id: 'csv',
          label: words('plot.csv'),
          run: () => saveFile(`${name}.csv`, 'text/csv', csv()),
        },
      ]}
    />
  );
}
