import type { JSX } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import { useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { Fact, FactList } from '../../ui/FactList.tsx';
import { byteWords } from '../../ui/format.ts';
import styles from './Inspector.module.css';

const bytesPerNumber = 4;

/** About how much memory training keeps for the gradient: of a node with all that is in it, or of the document. */
export function MemoryFact({
  node,
  iterations,
}: {
  readonly node: NodeId | null;
  readonly iterations?: number;
}): JSX.Element | null {
  const say = useText();
  const batch = useDocumentStore((store) => store.document.training.batch);
  const numbers = useDocumentStore((store) =>
    node === null ? store.check.totals.activations : (store.check.nodes.get(node)?.activations ?? 0),
  );
  if (numbers === 0) return null;
  return (
    <>
      <FactList>
        <Fact name={say('inspector.memory')}>{byteWords(numbers * bytesPerNumber * batch)}</Fact>
      </FactList>
      <p className={styles.note}>
        {iterations === undefined
          ? say('inspector.memory.help', { batch })
          : say('inspector.memory.loop', { batch, iterations })}
      </p>
    </>
  );
}
