import type { JSX, ReactNode } from 'react';
import { findNode, findWire } from '#shared/graph/queries';
import { useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { useViewStore } from '../../state/viewStore.ts';
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

function Content({ children }: InspectorProps): JSX.Element {
  const say = useText();
  const document = useDocumentStore((store) => store.document);
  const selectedNodes = useSelectionStore((store) => store.nodes);
  const selectedWires = useSelectionStore((store) => store.wires);
  const sheet = useViewStore((store) => store.sheet);
  const nodes = [...selectedNodes].flatMap((id) => findNode(document, id)?.node ?? []);
  const wires = [...selectedWires].flatMap((id) => findWire(document, id) ?? []);
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
