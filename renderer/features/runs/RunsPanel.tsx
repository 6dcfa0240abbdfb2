import { useEffect, useState } from 'react';
import type { CSSProperties, JSX } from 'react';
import { runColours } from '#shared/protocol/runs';
import type { RunColour, RunSummary } from '#shared/protocol/runs';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useKeptRuns } from '../../state/keptRuns.ts';
import { openRun, resumeRun } from '../../state/openRun.ts';
import type { ShowDocument } from '../../state/openRun.ts';
import { isUnderWay, useRunStore } from '../../state/runStore.ts';
import { Button } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { byteSize, decimals, duration, magnitude, moment } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { SearchField } from '../../ui/SearchField.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { resultOf, searchRuns } from './runSearch.ts';
import styles from './RunsPanel.module.css';

/** How many runs stand side by side at most. */
const mostCompared = 4;

function colourOf(colour: RunColour | null): string {
  return colour === null ? 'var(--colour-line-strong)' : `var(--series-${runColours.indexOf(colour) + 1})`;
}

/** The kept runs: found, opened, gone on with, branched, compared, deleted. `onOpen` puts a document into the window. */
export function RunsPanel({ onOpen }: { readonly onOpen: ShowDocument }): JSX.Element {
  const say = useText();
  const { runs, trash, removed, refresh, restore, emptyTrash, compare } = useKeptRuns();
  const runState = useRunStore((store) => store.state);
  const [search, setSearch] = useState('');
  const [opened, setOpened] = useState<string | null>(null);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const isEnded = !isUnderWay(runState);
  useEffect(() => void refresh(), [refresh, runState]);

  if (runs !== null && runs.length === 0 && trash.count === 0) {
    return (
      <EmptyState icon="history" title={say('runs.empty')}>
        {say('runs.empty.help')}
      </EmptyState>
    );
  }
  const found = searchRuns(runs ?? [], search, ({ state }) => say(`runs.state.${state}`));
  const marked = chosen.filter((run) => runs?.some((other) => other.run === run) === true);
  return (
    <section className={styles.panel} aria-label={say('app.rail.runs')}>
      <SearchField label={say('runs.search')} query={search} onQuery={setSearch} />
      <ul className={styles.list}>
        {found.map((run) => (
          <li key={run.run}>
            <RunItem
              run={run}
              isOpen={opened === run.run}
              isMarked={marked.includes(run.run)}
              mayMark={marked.length < mostCompared || marked.includes(run.run)}
              isEnded={isEnded}
              onToggle={() => setOpened(opened === run.run ? null : run.run)}
              onMark={() =>
                setChosen(marked.includes(run.run) ? marked.filter((other) => other !== run.run) : [...marked, run.run])
              }
              onShow={onOpen}
            />
          </li>
        ))}
        {found.length === 0 && runs !== null && <li className={styles.nothing}>{say('runs.nothingFound')}</li>}
      </ul>
      <footer className={styles.foot}>
        {marked.length > 0 && (
          <Button size="small" look="primary" disabled={marked.length < 2} onClick={() => compare(marked)}>
            {say('runs.compare', { count: marked.length })}
          </Button>
        )}
        {trash.count > 0 && (
          <span className={styles.trash}>
            {say('runs.trash', { count: trash.count, size: byteSize(trash.size) })}
            {removed !== null && (
              <Button size="small" look="quiet" onClick={() => void restore(removed)}>
                {say('runs.restore')}
              </Button>
            )}
            <Button size="small" look="quiet" onClick={() => void emptyTrash()}>
              {say('runs.emptyTrash')}
            </Button>
          </span>
        )}
      </footer>
    </section>
  );
}

interface RunItemProps {
  readonly run: RunSummary;
  readonly isOpen: boolean;
  readonly isMarked: boolean;
  readonly mayMark: boolean;
  /** No run of this window is under way. */
  readonly isEnded: boolean;
  onToggle(): void;
  onMark(): void;
  readonly onShow: ShowDocument;
}

function RunItem({ run, isOpen, isMarked, mayMark, isEnded, onToggle, onMark, onShow }: RunItemProps): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const remove = useKeptRuns((store) => store.remove);
  const note = useKeptRuns((store) => store.note);
  const compare = useKeptRuns((store) => store.compare);
  const branch = useRunStore((store) => store.branch);
  const isOver = run.state === 'finished' || run.state === 'stopped' || run.state === 'failed';
  const mayGoOn = isEnded && run.hasCheckpoint && (run.state === 'interrupted' || run.state === 'stopped');
  const { accuracies, loss } = resultOf(run, locale);
  const each = accuracies.map(({ output, value }) =>
    output === null ? decimals(value, 3) : `${output} ${decimals(value, 3)}`,
  );
  const words =
    each.length > 0
      ? say('runs.accuracy', { values: each.join(' · ') })
      : loss === null
        ? null
        : say('runs.loss', { value: magnitude(loss) });
  return (
    <div
      className={classes(styles.run, isOpen && styles.open)}
      style={{ '--run': colourOf(run.colour) } as CSSProperties}
    >
      <div className={styles.row}>
        <input
          type="checkbox"
          className={styles.mark}
          aria-label={say('runs.mark', { run: run.document })}
          checked={isMarked}
          disabled={!mayMark}
          onChange={onMark}
        />
        <button type="button" className={styles.name} aria-expanded={isOpen} onClick={onToggle}>
          <span className={styles.document}>{run.document}</span>
          <span className={styles.line}>
            {say(`runs.state.${run.state}`)} · {moment(Date.parse(run.began), locale)}
          </span>
          {words !== null && <span className={styles.result}>{words}</span>}
          {run.note !== '' && <span className={styles.noteLine}>{run.note}</span>}
        </button>
      </div>
      {isOpen && (
        <div className={styles.details}>
          <p className={styles.facts}>
            {say('runs.facts', {
              epochs: run.epochs,
              time: duration(run.seconds),
              seed: run.seed,
              size: byteSize(run.size),
            })}
          </p>
          {run.from !== null && (
            <p className={styles.facts}>{say('runs.from', { run: run.from.run, step: run.from.step })}</p>
          )}
          <TextInput
            label={say('runs.note')}
            placeholder={say('runs.note')}
            value={run.note}
            rows={2}
            maximumLength={2000}
            onCommit={(text) => void note(run.run, { note: text })}
          />
          <div className={styles.colours} role="group" aria-label={say('runs.colour')}>
            {runColours.map((colour) => (
              <button
                key={colour}
                type="button"
                className={styles.colour}
                style={{ '--run': colourOf(colour) } as CSSProperties}
                aria-label={say(`runs.colour.${colour}`)}
                aria-pressed={run.colour === colour}
                onClick={() => void note(run.run, { colour: run.colour === colour ? null : colour })}
              />
            ))}
          </div>
          <div className={styles.actions}>
            <Button size="small" disabled={!isEnded} onClick={() => void openRun(run.run, onShow)}>
              {say('runs.open')}
            </Button>
            {run.state !== 'finished' && (
              <Button size="small" disabled={!mayGoOn} onClick={() => void resumeRun(run.run, onShow)}>
                {say('runs.resume')}
              </Button>
            )}
            <Button
              size="small"
              disabled={!isEnded || !run.hasCheckpoint}
              title={say('runs.branch.help')}
              onClick={() => {
                compare([]);
                void branch(run.run);
              }}
            >
              {say('runs.branch')}
            </Button>
            <IconButton
              icon="trash"
              size="small"
              label={say('runs.remove')}
              disabled={!isOver && run.state !== 'interrupted'}
              onClick={() => void remove(run.run)}
            />
          </div>
        </div>
      )}
    </div>
  );
}
