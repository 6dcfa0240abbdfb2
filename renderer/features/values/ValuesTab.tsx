import type { JSX } from 'react';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Fact, FactList } from '../../ui/FactList.tsx';
import { magnitude } from '../../ui/format.ts';
import { SidedTab } from '../../ui/SidedTab.tsx';
import { describeMessage } from '../../ui/words.ts';
import { ExampleControls } from './ExampleControls.tsx';
import { placesOf } from './places.ts';
import { ShownValues } from './ShownValues.tsx';
import { useInspection } from './useInspection.ts';
import styles from './Values.module.css';
import { weightsWords } from './weightsWords.ts';

/** What one example becomes on the chosen wire or at the outputs of the chosen node, large. */
export function ValuesTab(): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const nodes = useSelectionStore((store) => store.nodes);
  const wires = useSelectionStore((store) => store.wires);
  const drawn = useDocumentStore((store) => store.document);
  const { places, document, answer } = useInspection();
  if (placesOf(drawn, { nodes, wires }).length === 0) {
    return (
      <EmptyState icon="values" title={say('values.none')}>
        {say(nodes.size === 1 ? 'values.noOutput' : 'values.none.help')}
      </EmptyState>
    );
  }
  const { result, failure, stale } = answer;
  const loops = [...new Map(places.flatMap((place) => place.loops).map((loop) => [loop.node.id, loop])).values()];
  return (
    <SidedTab
      side={
        <>
          <ExampleControls loops={loops} />
          {result !== null && (
            <FactList>
              {result.loss !== null && <Fact name={say('example.loss')}>{magnitude(Number(result.loss), 4)}</Fact>}
            </FactList>
          )}
          {result !== null && <p className={styles.note}>{weightsWords(say, result.step)}</p>}
        </>
      }
    >
      <div className={classes(styles.values, stale && styles.stale)} aria-busy={stale}>
        {document === null ? (
          <EmptyState icon="warning" title={say('example.failed')}>
            {say('example.unsound')}
          </EmptyState>
        ) : failure !== null ? (
          <EmptyState icon="warning" title={say('example.failed')}>
            {describeMessage(locale, 'failure', failure)}
          </EmptyState>
        ) : result === null ? (
          <EmptyState icon="values" title={say('example.waiting')} />
        ) : (
          <ShownValues places={places} document={document} inspection={result} large />
        )}
      </div>
    </SidedTab>
  );
}
