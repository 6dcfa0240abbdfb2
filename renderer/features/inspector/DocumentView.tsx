import type { JSX } from 'react';
import { nodeOf } from '#shared/graph/queries';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { telemetry } from '../../state/telemetry.ts';
import { showRail } from '../../state/viewStore.ts';
import { Button } from '../../ui/Button.tsx';
import { DefinitionButton } from '../../ui/DefinitionButton.tsx';
import { Fact, FactList } from '../../ui/FactList.tsx';
import { count, magnitude, shortCount } from '../../ui/format.ts';
import { LiveText } from '../../ui/LiveText.tsx';
import { writeNumber } from '../../ui/numberText.ts';
import { Section } from '../../ui/Section.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { onFrame } from './frames.ts';
import styles from './Inspector.module.css';
import { MemoryFact } from './MemoryFact.tsx';
import { Problems } from './Problems.tsx';
import { useRunTable } from './useSubscribed.ts';
import { wayWords } from './wayWords.ts';

/** What stands here while nothing is selected: the document, its size, and how it trains. */
export function DocumentView(): JSX.Element {
  const say = useText();
  const document = useDocumentStore((store) => store.document);
  const check = useDocumentStore((store) => store.check);
  const edit = useDocumentStore((store) => store.edit);
  const { totals } = check;
  const general = check.diagnostics.filter((problem) => problem.node === undefined && problem.wire === undefined);
  return (
    <>
      <header className={styles.header}>
        <span className={styles.kind}>{say('inspector.document')}</span>
        <TextInput
          label={say('inspector.document.name')}
          value={document.name}
          maximumLength={200}
          className={styles.name}
          onCommit={(name) => {
            const plain = name.trim();
            if (plain !== '') edit([{ kind: 'setDocument', set: { name: plain } }], { key: 'inspector.edit.name' });
          }}
        />
        <TextInput
          label={say('inspector.note')}
          value={document.note ?? ''}
          rows={2}
          maximumLength={20_000}
          placeholder={say('inspector.note.empty')}
          onCommit={(note) => edit([{ kind: 'setDocument', set: { note } }], { key: 'inspector.edit.note' })}
        />
      </header>
      <Problems problems={general} />
      <Section title={say('inspector.size')}>
        <FactList>
          <Fact name={say('measure.weights')} aside={<DefinitionButton measure="weights" />}>
            {count(totals.trainable)}
          </Fact>
          {totals.other > 0 && <Fact name={say('inspector.otherWeights')}>{count(totals.other)}</Fact>}
          <Fact name={say('measure.multiplyAdds')} aside={<DefinitionButton measure="multiplyAdds" />}>
            {shortCount(totals.multiplyAdds)}
          </Fact>
          <Fact name={say('inspector.nodes')}>{count(document.graph.nodes.length)}</Fact>
        </FactList>
        <MemoryFact node={null} />
      </Section>
      <TrainingSummary />
      <RunSummary />
      <p className={styles.hint}>{say('inspector.document.hint')}</p>
    </>
  );
}

function TrainingSummary(): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const graph = useDocumentStore((store) => store.document.graph);
  const training = useDocumentStore((store) => store.document.training);
  const { optimiser, schedule, clipping } = training;
  return (
    <Section
      title={say('training.title')}
      aside={
        <Button size="small" look="quiet" icon="sliders" onClick={() => showRail('training')}>
          {say('inspector.training.change')}
        </Button>
      }
    >
      <FactList>
        {training.losses.map((loss, index) => {
          const node = nodeOf(graph, loss.output);
          return (
            <Fact key={`${loss.output} ${index}`} name={node === undefined ? loss.output : nodeTitle(locale, node)}>
              <span className={styles.wordsValue}>{say(`training.loss.${loss.kind}`)}</span>
            </Fact>
          );
        })}
        <Fact name={say('training.optimiser')}>
          <span className={styles.wordsValue}>{say(`training.optimiser.${optimiser.kind}`)}</span>
        </Fact>
        <Fact name={say('training.learningRate')}>{writeNumber(optimiser.learningRate)}</Fact>
        {schedule.kind !== 'constant' && (
          <Fact name={say('training.schedule')}>
            <span className={styles.wordsValue}>{say(`training.schedule.${schedule.kind}`)}</span>
          </Fact>
        )}
        {clipping.kind !== 'none' && (
          <Fact name={say('training.clipping')}>
            <span className={styles.wordsValue}>{say(`training.clipping.${clipping.kind}`)}</span>
          </Fact>
        )}
        <Fact name={say('training.epochs')}>{count(training.epochs)}</Fact>
        <Fact name={say('training.batch')}>{count(training.batch)}</Fact>
        <Fact name={say('training.seed')}>{training.seed}</Fact>
      </FactList>
    </Section>
  );
}

function RunSummary(): JSX.Element | null {
  const say = useText();
  const table = useRunTable();
  const locale = useLocale();
  if (table === null) return null;
  const why = wayWords(locale, table);
  const clipping = (): boolean => {
    const now = telemetry.latest;
    return now !== null && now.appliedNorm !== now.gradientNorm;
  };
  return (
    <Section
      title={say('inspector.run')}
      aside={
        <LiveText
          className={styles.step}
          source={onFrame}
          read={() =>
            telemetry.latest === null ? '' : say('gradients.atStep', { step: count(telemetry.latest.step) })
          }
        />
      }
    >
      <FactList>
        <Fact name={say('measure.loss')} aside={<DefinitionButton measure="loss" />}>
          <LiveText source={onFrame} read={() => live(telemetry.latest?.loss, 4)} />
        </Fact>
        <Fact name={say('measure.headRms')} aside={<DefinitionButton measure="headRms" />}>
          <LiveText source={onFrame} read={() => live(telemetry.latest?.headRms)} />
        </Fact>
        <Fact name={say('measure.gradientNorm')} aside={<DefinitionButton measure="gradientNorm" />}>
          <LiveText source={onFrame} read={() => live(telemetry.latest?.gradientNorm)} />
        </Fact>
        <Fact name={say('measure.appliedNorm')} aside={<DefinitionButton measure="appliedNorm" />}>
          <LiveText
            source={onFrame}
            read={() => (clipping() ? live(telemetry.latest?.appliedNorm) : say('inspector.run.sameNorm'))}
          />
        </Fact>
        <Fact name={say('measure.learningRate')} aside={<DefinitionButton measure="learningRate" />}>
          <LiveText source={onFrame} read={() => live(telemetry.latest?.learningRate, 3)} />
        </Fact>
        <Fact name={say('inspector.run.speed')}>
          <LiveText
            source={onFrame}
            read={() =>
              // A step that was only measured has no speed.
              telemetry.latest === null || telemetry.latest.examplesPerSecond === 0
                ? '–'
                : say('training.meter.speed', { speed: count(telemetry.latest.examplesPerSecond) })
            }
          />
        </Fact>
        <Fact name={say('inspector.run.device')}>{table.device}</Fact>
        <Fact name={say('inspector.run.way')}>
          <span className={styles.wordsValue}>{say(`inspector.run.way.${table.way}`)}</span>
        </Fact>
      </FactList>
      {why !== null && <p className={styles.note}>{why}</p>}
    </Section>
  );
}

function live(value: number | undefined, digits = 2): string {
  return value === undefined ? '–' : magnitude(value, digits);
}
