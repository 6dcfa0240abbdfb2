import type { JSX } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import { findLayer } from '#shared/layers/catalogue';
import { familyColour } from '#shared/drawing/layout';
import { useLocale, useText } from '../platform/i18n.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import { ChoicePalette } from '../ui/ChoicePalette.tsx';
import type { Choice } from '../ui/ChoicePalette.tsx';
import { useCanvasStore } from './canvasStore.ts';
import { findNodes, revealNode } from './editing/find.ts';
import styles from './Palettes.module.css';

/** More than this is not read by anyone. */
const mostShown = 60;

/** Finds nodes of the document by name, type, shape or problem, while it is open. */
export function FindPalette(): JSX.Element | null {
  const open = useCanvasStore((store) => store.finding);
  return open ? <OpenFind /> : null;
}

function OpenFind(): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const document = useDocumentStore((store) => store.document);
  const check = useDocumentStore((store) => store.check);
  const shapeOf = (id: NodeId): readonly number[] | null =>
    Object.values(check.nodes.get(id)?.outputs ?? {})[0]?.shape ?? null;
  const find = (query: string): readonly Choice[] =>
    findNodes({ document, diagnostics: check.diagnostics, shapeOf, locale }, query)
      .slice(0, mostShown)
      .map(({ node, title, kind, within }) => ({
        id: node.id,
        name: title,
        hint: [...within, kind].join(' › '),
        hue: familyColour(findLayer(node.type)?.family ?? 'structure'),
        choose: () => revealNode(node.id),
      }));
  return (
    <ChoicePalette
      label={say('command.find')}
      placeholder={say('canvas.find')}
      className={styles.find}
      find={find}
      nothing={(query) => (query.trim() === '' ? null : say('canvas.find.nothing'))}
      onClose={() => useCanvasStore.setState({ finding: false })}
    />
  );
}
