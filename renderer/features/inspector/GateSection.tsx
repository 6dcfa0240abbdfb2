import type { JSX } from 'react';
import type { GraphNode } from '#shared/graph/document';
import { gateKindOf, gateKinds, gateSwap } from '#shared/theory/gates';
import { useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { Section } from '../../ui/Section.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import styles from './Inspector.module.css';

/** Gates in place of a plain recurrent layer or cell, and back; what that did to the gradient of a stated network. */
export function GateSection({ node }: { readonly node: GraphNode }): JSX.Element | null {
  const say = useText();
  const document = useDocumentStore((store) => store.document);
  const edit = useDocumentStore((store) => store.edit);
  const own = gateKindOf(node);
  if (own === null) return null;
  const offered = gateKinds.filter((kind) => kind === own.kind || gateSwap(document, node, kind) !== null);
  return (
    <Section title={say('inspector.gates')}>
      {offered.length > 1 && (
        <Segmented
          label={say('inspector.gates')}
          size="small"
          value={own.kind}
          options={offered.map((value) => ({ value, label: say(`inspector.gates.${value}`) }))}
          onChange={(kind) => {
            const operations = gateSwap(document, node, kind);
            if (operations !== null) edit(operations, { key: 'inspector.edit.gates' });
          }}
        />
      )}
      <p className={styles.note}>{say('inspector.gates.help')}</p>
    </Section>
  );
}
