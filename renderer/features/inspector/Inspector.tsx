import { useEffect, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import type { GradloomDocument } from '#shared/graph/document';
import { findNode, findWire } from '#shared/graph/queries';
import type { SheetId } from '#shared/graph/queries';
import { useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import type { SelectionState } from '../../state/selectionStore.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { afterPicture } from '../../ui/afterPicture.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { CellView } from './CellSections.tsx';
import { DocumentView } from './DocumentView.tsx';
import styles from './Inspector.module.css';
import { NodeView } from './NodeView.tsx';
import { SeveralView } from './SeveralView.tsx';
import { WireView } from './WireView.tsx';

export interface InspectorProps {
  /** What other features add to a wire or a node that is selected alone. */
  readonly children?: ReactNode;
}

/** Everything about what is selected: the document, a node, a wire, or several nodes at once. */
export function Inspector({ children }: InspectorProps): JSX.Element {
  const say = useText();
  return (
    <aside className={styles.inspector} aria-label={say('inspector.title')}>
      <Content>{children}</Content>
    </aside>
  );
}

function Content({ children }: InspectorProps): JSX.Element | null {
  const say = useText();
  const document = useDocumentStore((store) => store.document);
  const sheet = useViewStore((store) => store.sheet);
  const selection = useShownSelection(document, sheet);
  if (selection === null) return null;
  const nodes = [...selection.nodes].flatMap((id) => findNode(document, id)?.node ?? []);
  const wires = [...selection.wires].flatMap((id) => findWire(document, id) ?? []);
  const [node] = nodes;
  const [wire] = wires;
  if (nodes.length === 0 && wires.length === 0) return sheet === null ? <DocumentView /> : <CellView id={sheet} />;
  if (nodes.length === 1 && node !== undefined) {
    return (
      <>
        <NodeView key={node.id} node={node} />
        {children}
      </>
    );
  }
  if (nodes.length > 1) return <SeveralView nodes={nodes} />;
  if (wires.length === 1 && wire !== undefined) {
    return (
      <>
        <WireView key={wire.wire.id} wire={wire.wire} graph={wire.graph} />
        {children}
      </>
    );
  }
  return (
    <EmptyState icon="wire" title={say('inspector.wires', { count: wires.length })}>
      {say('inspector.wires.help')}
    </EmptyState>
  );
}

/**
 * What is selected; of what an edit selects, one picture later: the sheet shows first what the edit made, and then this
 * panel, which is built anew for another node. Until then it holds what was selected before, nothing (null) where that is
 * gone. What a person selects by hand is shown at once.
 */
function useShownSelection(document: GradloomDocument, sheet: SheetId): SelectionState | null {
  const selection = useSelectionStore();
  const [shown, setShown] = useState({ selection, document });
  const isAnother = shown.selection !== selection;
  const waits = isAnother && shown.document !== document;
  if (!waits && (isAnother || shown.document !== document)) setShown({ selection, document });
  useEffect(() => {
    if (!waits) return;
    // What there is by then: edits that follow at once must not put it off again.
    return afterPicture(() =>
      setShown({ selection: useSelectionStore.getState(), document: useDocumentStore.getState().document }),
    );
  }, [waits]);
  if (!waits) return selection;
  return isWithin(shown.selection, document, sheet) ? shown.selection : null;
}

function isWithin({ nodes, wires }: SelectionState, document: GradloomDocument, sheet: SheetId): boolean {
  return (
    [...nodes].every((id) => findNode(document, id)?.sheet === sheet) &&
    [...wires].every((id) => findWire(document, id)?.sheet === sheet)
  );
}
