import { useEffect, useMemo, useRef, useState } from 'react';
import type { JSX } from 'react';
import { describeDifference, documentDifferences, whatTellsApart } from '#shared/graph/differences';
import { parseDocument } from '#shared/graph/serialise';
import type { Locale } from '#shared/text/locale';
import type { RunHistory } from '#shared/protocol/runs';
import type { TelemetryFrame } from '#shared/protocol/telemetry';
import type { Theme } from '../../canvas/overlay/colourScale.ts';
import { getClient } from '../../platform/client.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { epochsOfHistory, framesOfHistory } from '../../state/history.ts';
import { tellFailure, useKeptRuns } from '../../state/keptRuns.ts';
import { forgetRun, isUnderWay, useRunStore } from '../../state/runStore.ts';
import { useSliceStore } from '../../state/sliceStore.ts';
import { showDockTab } from '../../state/viewStore.ts';
import { Button } from '../../ui/Button.tsx';
import { cssValue } from '../../ui/drawing.ts';
import { count, magnitude, moment } from '../../ui/format.ts';
import { FullView } from '../../ui/FullView.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { inkOf } from '../../ui/plot/ink.ts';
import { SavePlot } from '../../ui/plot/SavePlot.tsx';
import { saveFile } from '../../ui/saveFile.ts';
import styles from './CompareView.module.css';
import {
  comparisonTable,
  frameAt,
  lossDrawing,
  lossTable,
  networkDrawing,
  paper,
  profileDrawing,
  seriesOfRuns,
  strengthIn,
} from './drawings.ts';
import type { Ink, Shown } from './drawings.ts';
import { affordable, reportInk, reportPage } from './report.ts';

/** How long a comparison under way waits between two looks, in milliseconds. */
const pause = 2000;

/** A run that is shown, and whether it is still under way. */
interface Loaded extends Shown {
  readonly isUnderWay: boolean;
  /** When it began, in milliseconds. */
  readonly began: number;
}

function loaded(history: RunHistory): Loaded | null {
  const parsed = parseDocument(history.document);
  if (!parsed.ok) return null;
  const { state, document, began } = history.summary;
  return {
    name: document,
    document: parsed.document,
    table: history.table,
    frames: framesOfHistory(history),
    losses: epochsOfHistory(history).flatMap(({ step, training }) =>
      training['loss'] === undefined ? [] : [{ step, value: training['loss'] }],
    ),
    isUnderWay: state === 'preparing' || state === 'running' || state === 'paused',
    began: Date.parse(began),
  };
}

/**
 * Runs by names that a person can point at: where several have one, it goes on with what they have otherwise than each other,
 * else with when each began, else with its place among them.
 */
function named(runs: readonly Loaded[], locale: Locale): readonly Loaded[] {
  return runs.map((run) => {
    const alike = runs.filter(({ name }) => name === run.name);
    if (alike.length === 1) return run;
    const at = alike.indexOf(run);
    const times = alike.map(({ began }) => moment(began, locale));
    const apart =
      whatTellsApart(
        locale,
        alike.map(({ document }) => document),
      ) ?? (new Set(times).size === alike.length ? times : null);
    return { ...run, name: apart === null ? `${run.name} (${at + 1})` : `${run.name} · ${apart[at] ?? ''}` };
  });
}

/** The compared runs as they are on the disk now; while one is under way they are read again and again. */
function useLoaded(names: readonly string[]): readonly Loaded[] | null {
  const [runs, setRuns] = useState<{ readonly of: readonly string[]; readonly list: readonly Loaded[] } | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isGone = false;
    const look = async (): Promise<void> => {
      const histories = await Promise.all(
        // A run that has just been started has no table yet.
        names.map((run) =>
          getClient()
            .call('run.history', { run })
            .catch(() => null),
        ),
      );
      if (isGone) return;
      const list = histories.flatMap((history) => (history === null ? [] : (loaded(history) ?? [])));
      if (list.length === names.length) setRuns({ of: names, list });
      if (list.length < names.length || list.some((run) => run.isUnderWay))
        timer = setTimeout(() => void look(), pause);
    };
    void look();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [names]);
  return runs?.of === names ? runs.list : null;
}

function comparedInk(element: Element, theme: Theme): Ink {
  const ink = inkOf(element);
  return {
    ...ink,
    strength: strengthIn(theme),
    card: cssValue(element, '--colour-raised'),
    series: seriesOfRuns(ink.series),
  };
}

/** Two to four runs side by side: networks on one fixed scale, losses and profiles over each other, one slider of time. */
export function CompareView({ theme }: { readonly theme: Theme }): JSX.Element {
  const say = useText();
  const names = useKeptRuns((store) => store.compared);
  const compare = useKeptRuns((store) => store.compare);
  const locale = useLocale();
  const found = useLoaded(names);
  const runs = useMemo(() => (found === null ? null : named(found, locale)), [found, locale]);
  return (
    <FullView
      title={say('compare.title')}
      actions={
        <>
          {runs !== null && <Actions runs={runs} names={names} />}
          <IconButton icon="close" label={say('compare.close')} onClick={() => compare([])} />
        </>
      }
    >
      {runs === null ? <p className={styles.wait}>{say('compare.loading')}</p> : <Panes runs={runs} theme={theme} />}
    </FullView>
  );
}

function useDifferences(runs: readonly Shown[]): readonly string[] {
  const locale = useLocale();
  const say = useText();
  return useMemo(() => {
    const [first, ...others] = runs;
    if (first === undefined) return [];
    return others.flatMap((run) => {
      const found = documentDifferences(first.document, run.document);
      const lines = found.map((difference) => describeDifference(locale, difference, run.name));
      const words = lines.length > 0 ? lines : [say('difference.none')];
      return words.map((line) => say('compare.difference', { name: run.name, difference: line }));
    });
  }, [runs, locale, say]);
}

/** The steps at which any of the runs was recorded, in order. */
function stepsOf(runs: readonly Shown[]): readonly number[] {
  return [...new Set(runs.flatMap(({ frames }) => frames.map(({ step }) => step)))].sort((one, other) => one - other);
}

function Actions({
  runs,
  names,
}: {
  readonly runs: readonly Loaded[];
  readonly names: readonly string[];
}): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const differences = useDifferences(runs);
  const compare = useKeptRuns((store) => store.compare);
  const refresh = useKeptRuns((store) => store.refresh);
  const runState = useRunStore((store) => store.state);
  const isBusy = isUnderWay(runState) || runs.some((run) => run.isUnderWay);

  const trainAnew = async (): Promise<void> => {
    try {
      forgetRun();
      const started = await getClient().call('run.compare', {
        documents: runs.map(({ document }) => document),
        paused: false,
      });
      compare(started.runs);
      await refresh();
    } catch (problem) {
      tellFailure(problem);
    }
  };
  const stop = async (): Promise<void> => {
    const run = names.find((_, index) => runs[index]?.isUnderWay === true);
    if (run === undefined) return;
    await getClient().call('run.control', { run, action: 'stop' }).catch(tellFailure);
  };
  const showSlices = (): void => {
    useSliceStore.getState().choose({ chosen: names, isOwnChosen: false });
    showDockTab('slices');
    compare([]);
  };
  const saveReport = (): void => {
    const words = wordsOf(say);
    const at = (step: number) => ({
      step,
      networks: runs.map((run) => {
        const frame = frameAt(run.frames, step);
        const told = frame === null ? '' : batchLossWords(say, frame);
        return { drawing: networkDrawing(run, frame, reportInk, locale), words: told };
      }),
      profile: profileDrawing(runs, step, reportInk, words.profile),
      loss: lossDrawing(runs, step, reportInk, words.loss),
    });
    const steps = stepsOf(runs);
    const size = JSON.stringify(at(steps.at(-1) ?? 0)).length;
    const page = reportPage({
      language: locale,
      title: say('compare.report.title', { names: runs.map(({ name }) => name).join(' · ') }),
      names: runs.map(({ name }) => name),
      differences,
      captions: { loss: say('compare.loss'), profile: say('compare.profile'), network: say('compare.network') },
      empty: say('compare.report.empty'),
      time: say('compare.time'),
      atStep: say('gradients.atStep', { step: '{step}' }),
      steps: affordable(steps, size).map(at),
    });
    saveFile('comparison.html', 'text/html', page);
  };
  return (
    <div className={styles.actions}>
      {runs.some((run) => run.isUnderWay) ? (
        <Button size="small" onClick={() => void stop()}>
          {say('compare.stop')}
        </Button>
      ) : (
        <Button
          size="small"
          look="primary"
          disabled={isBusy}
          title={say('compare.anew.help')}
          onClick={() => void trainAnew()}
        >
          {say('compare.anew')}
        </Button>
      )}
      <Button size="small" onClick={saveReport}>
        {say('compare.report')}
      </Button>
      <Button size="small" onClick={showSlices}>
        {say('slice.compare')}
      </Button>
    </div>
  );
}

function batchLossWords(say: ReturnType<typeof useText>, { loss, step }: TelemetryFrame): string {
  return say('compare.batchLoss', { value: magnitude(loss, 3), step: count(step) });
}

function wordsOf(say: ReturnType<typeof useText>): {
  readonly profile: { readonly data: string; readonly loss: string; readonly axis: string };
  readonly loss: string;
} {
  return {
    profile: {
      data: say('gradients.profile.data'),
      loss: say('gradients.profile.loss'),
      axis: say('gradients.profile.axis'),
    },
    loss: say('gradients.time.axis'),
  };
}

function Panes({ runs, theme }: { readonly runs: readonly Loaded[]; readonly theme: Theme }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const box = useRef<HTMLDivElement>(null);
  const [ink, setInk] = useState<Ink | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const differences = useDifferences(runs);
  useEffect(() => {
    if (box.current !== null) setInk(comparedInk(box.current, theme));
  }, [theme]);
  const steps = useMemo(() => stepsOf(runs), [runs]);
  const place = chosen === null ? steps.length - 1 : Math.min(chosen, steps.length - 1);
  const step = steps[place] ?? 0;
  const words = wordsOf(say);
  return (
    <div ref={box} className={styles.body}>
      <div className={styles.time}>
        <input
          type="range"
          min={0}
          max={Math.max(0, steps.length - 1)}
          value={Math.max(0, place)}
          aria-label={say('compare.time')}
          aria-valuetext={say('gradients.atStep', { step: count(step) })}
          onChange={(event) => setChosen(Number(event.target.value))}
        />
        <output className={styles.step}>{say('gradients.atStep', { step: count(step) })}</output>
      </div>
      {ink !== null && (
        <>
          <div className={styles.panes}>
            {runs.map((run, index) => {
              const frame = frameAt(run.frames, step);
              return (
                <figure key={run.table.run} className={styles.pane}>
                  <figcaption className={styles.name}>
                    <span className={styles.swatch} style={{ background: ink.series[index] }} />
                    {run.name}
                    <span className={styles.value}>{frame !== null && batchLossWords(say, frame)}</span>
                    <SavePlot
                      name={run.name}
                      svg={() => networkDrawing(run, frame, paper, locale)}
                      csv={() => comparisonTable([run])}
                    />
                  </figcaption>
                  <div className={styles.network}>
                    <Drawing
                      svg={networkDrawing(run, frame, ink, locale)}
                      words={say('compare.networkOf', { name: run.name })}
                    />
                  </div>
                </figure>
              );
            })}
          </div>
          <p className={styles.note}>{say('compare.network')}</p>
          <div className={styles.panes}>
            <figure className={styles.pane}>
              <figcaption className={styles.name}>
                <span className={styles.caption}>{say('compare.loss')}</span>
                <SavePlot
                  name={say('measure.loss')}
                  svg={() => lossDrawing(runs, step, paper, words.loss)}
                  csv={() => lossTable(runs)}
                />
              </figcaption>
              <Drawing svg={lossDrawing(runs, step, ink, words.loss)} words={say('compare.loss')} />
            </figure>
            <figure className={styles.pane}>
              <figcaption className={styles.name}>
                <span className={styles.caption}>{say('compare.profile')}</span>
                <SavePlot
                  name={say('app.dock.depth')}
                  svg={() => profileDrawing(runs, step, paper, words.profile)}
                  csv={() => comparisonTable(runs)}
                />
              </figcaption>
              <Drawing svg={profileDrawing(runs, step, ink, words.profile)} words={say('compare.profile')} />
            </figure>
          </div>
          <ul className={styles.differences}>
            {differences.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Drawing({ svg, words }: { readonly svg: string; readonly words: string }): JSX.Element {
  return (
    <img className={styles.drawing} alt={words} src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`} />
  );
}
