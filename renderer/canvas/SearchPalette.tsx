import type { CSSProperties, JSX } from 'react';
import type { CellDefinition } from '#shared/graph/document';
import { usesCell } from '#shared/graph/gestures';
import { palette } from '#shared/layers/palette';
import type { PaletteEntry } from '#shared/layers/palette';
import { locales } from '#shared/text/locale';
import type { Locale } from '#shared/text/locale';
import { text } from '#shared/text/text';
import type { TextKey } from '#shared/text/text';
import { cardHeight, cardWidth, familyColour } from '#shared/drawing/layout';
import type { Point } from '#shared/drawing/route';
import { useLocale, useText } from '../platform/i18n.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import { useSelectionStore } from '../state/selectionStore.ts';
import { ChoicePalette } from '../ui/ChoicePalette.tsx';
import type { Choice } from '../ui/ChoicePalette.tsx';
import { useCanvasStore } from './canvasStore.ts';
import type { Search } from './canvasStore.ts';
import { placeCell } from './editing/cells.ts';
import { entryFits, sideOf } from './editing/connect.ts';
import type { Ground } from './editing/connect.ts';
import { addLayer, appendLayer, currentGround, freePlace, outputOfSelected } from './editing/edits.ts';
import { addEmptyLoop } from './editing/structure.ts';
import { forgetPointer } from './pointer.ts';
import styles from './Palettes.module.css';

/** A choice with every word that it answers to. */
interface Candidate extends Choice {
  readonly words: string;
}

/** Candidates whose words hold every word of the query; those whose name begins with it come first. */
function matching(candidates: readonly Candidate[], query: string): readonly Candidate[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return candidates;
  const parts = wanted.split(/\s+/);
  return candidates
    .filter(({ words }) => parts.every((part) => words.includes(part)))
    .map((candidate) => ({ candidate, late: candidate.name.toLowerCase().startsWith(wanted) ? 0 : 1 }))
    .toSorted((one, other) => one.late - other.late)
    .map(({ candidate }) => candidate);
}

function wordsOf(locale: Locale, name: TextKey, ...more: readonly string[]): string {
  return [...locales.map((one) => text(one, name)), ...more, text(locale, 'family.structure')].join(' ').toLowerCase();
}

/** Where the upper left corner of a new card goes: under the pointer, or beyond it where a wire leads there. */
function cornerOf({ place, from }: Search, ground: Ground | null): Point {
  const y = place.y - cardHeight / 2;
  if (from === null || ground === null) return { x: place.x - cardWidth / 2, y };
  return { x: sideOf(ground, from) === 'output' ? place.x : place.x - cardWidth, y };
}

/**
 * Adds a layer where the search was opened. What is selected means something for it where no wire led there: it is wired
 * to the one selected node, and goes into the one selected wire. Without a pointer it goes behind the node.
 */
function addChosen(entry: PaletteEntry, search: Search, ground: Ground | null): void {
  const { nodes, wires } = useSelectionStore.getState();
  const isForWire = nodes.size === 0 && wires.size === 1;
  if (search.from !== null) addLayer(entry, cornerOf(search, ground), { from: search.from });
  else if (search.at === null || isForWire) appendLayer(entry, search.place);
  else addLayer(entry, freePlace(cornerOf(search, ground)), { from: outputOfSelected() });
}

function layers(search: Search, ground: Ground | null, locale: Locale): readonly Candidate[] {
  const { from } = search;
  return palette
    .filter((entry) => from === null || ground === null || entryFits(ground, entry, from))
    .map((entry) => {
      const family = text(locale, `family.${entry.family}`);
      return {
        id: entry.id,
        name: text(locale, entry.name),
        hint: family,
        hue: familyColour(entry.family),
        words: [...locales.map((one) => text(one, entry.name)), entry.id, family].join(' ').toLowerCase(),
        choose: () => addChosen(entry, search, ground),
      };
    });
}

/** The loop, and the document's cells: those that would contain themselves here, or lack a port to wire, are left out. */
function structures(search: Search, ground: Ground | null, locale: Locale): readonly Candidate[] {
  const { from } = search;
  const corner = cornerOf(search, ground);
  const side = from === null || ground === null ? null : sideOf(ground, from);
  const within = ground?.sheet ?? null;
  const isPlaceable = ({ id, inputs, outputs }: CellDefinition): boolean =>
    (ground === null || within === null || !usesCell(ground.document, id, within)) &&
    (side === null || (side === 'output' ? inputs : outputs).length > 0);
  const cells = (ground?.document.cells ?? []).filter(isPlaceable).map((cell): Candidate => ({
    id: `cell ${cell.id}`,
    name: cell.name,
    hint: text(locale, 'layer.cell.name'),
    hue: cell.colour ?? familyColour('structure'),
    words: wordsOf(locale, 'layer.cell.name', cell.name, cell.id),
    choose: () => placeCell(cell.id, { x: corner.x + cardWidth / 2, y: corner.y + cardHeight / 2 }, { from }),
  }));
  const loop: Candidate = {
    id: 'loop',
    name: text(locale, 'palette.loop'),
    hint: text(locale, 'family.structure'),
    hue: familyColour('structure'),
    words: wordsOf(locale, 'palette.loop', 'loop'),
    choose: () => addEmptyLoop(corner, from),
  };
  return [...cells, loop];
}

/** The search palette at the pointer, while it is open. */
export function SearchPalette(): JSX.Element | null {
  const search = useCanvasStore((store) => store.search);
  return search === null ? null : <OpenSearch search={search} />;
}

function OpenSearch({ search }: { readonly search: Search }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  // The document may change under an open palette: what fits is asked anew.
  useDocumentStore((store) => store.check);
  const ground = currentGround();
  const candidates = [...layers(search, ground, locale), ...structures(search, ground, locale)].map(
    (candidate): Candidate => ({
      ...candidate,
      choose: () => {
        candidate.choose();
        forgetPointer();
      },
    }),
  );
  const words = say(search.from === null ? 'canvas.search' : 'canvas.search.fitting');
  const { at } = search;
  const place =
    at === null
      ? { '--left': 'calc(50% - var(--width) / 2)', '--top': 'calc(33% - var(--height) / 3)' }
      : { '--left': `${at.x}px`, '--top': `${at.y}px` };
  return (
    <ChoicePalette
      label={words}
      placeholder={words}
      className={styles.search}
      style={place as CSSProperties}
      find={(query) => matching(candidates, query)}
      nothing={() => say('canvas.search.nothing')}
      onClose={() => useCanvasStore.setState({ search: null })}
    />
  );
}
