import { useEffect, useState } from 'react';
import type { JSX } from 'react';
import { findNode } from '#shared/graph/queries';
import { nodeId } from '#shared/graph/identifiers';
import { sliceLimits } from '#shared/protocol/slices';
import type { RunSummary } from '#shared/protocol/runs';
import { largestSeed } from '#shared/graph/training';
import { csvOf } from '#shared/text/csv';
import type { LossSlice, SliceScale } from '#shared/theory/lossSlice';
import { sliceMinimum, sliceRows, sliceScale } from '#shared/theory/lossSlice';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useKeptRuns } from '../../state/keptRuns.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { useRunStore } from '../../state/runStore.ts';
import { useSliceStore } from '../../state/sliceStore.ts';
import type { SlicedNetwork } from '../../state/sliceStore.ts';
import { useSubject } from '../../state/useSubject.ts';
import { Button } from '../../ui/Button.tsx';
import { DefinitionButton } from '../../ui/DefinitionButton.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { magnitude, moment } from '../../ui/format.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import { PlotFigure } from '../../ui/plot/PlotFigure.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { SidedTab } from '../../ui/SidedTab.tsx';
import { describeMessage } from '../../ui/words.ts';
import { sliceDrawing } from './slicePlot.ts';
import styles from './SlicesTab.module.css';

/** Kept runs that are offered beside those that are chosen. */
const mostOffered = 12;

/** Pixels of a plot's height: as tall as the tab leaves room for, within what can be read. */
const [leastHeight, mostHeight] = [150, 420];
/** What a plot is wider than high, so that its plane is nearly square beside its bar. */
const wider = 44;

/** The height that is left for a plot in an element, below whatever stands above it. */
function useRoom(): readonly [(element: HTMLElement | null) => void, number] {
  const [height, setHeight] = useState(leastHeight);
  const [element, setElement] = useState<HTMLElement | null>(null);
  useEffect(() => {
    if (element === null) return;
    const fit = (): void => setHeight(Math.max(leastHeight, Math.min(mostHeight, element.clientHeight - roomAround)));
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return [setElement, height];
}

/** A plot that leaves is as large as it likes. */
const paperSize = { width: 420, height: 360 } as const;

/** Padding, and the row with the choice of what is shown. */
const [roomAround, switchRoom] = [18, 40];

type Show = 'whole' | 'outputs';

/** The loss in a plane through the weights of up to four networks, on one scale. */
export function SlicesTab(): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { progress, result, stopped, failure } = useSliceStore();
  const [wanted, setShow] = useState<Show>('whole');
  const hasOutputs = result?.some(({ slice }) => slice.surfaces.length > 2) ?? false;
  const show = hasOutputs ? wanted : 'whole';
  const [measured, height] = useRoom();
  return (
    <SidedTab wide side={<Choices />}>
      <div ref={measured} className={styles.main}>
        {failure !== null && (
          <p role="alert" className={styles.failure}>
            {describeMessage(locale, 'failure', failure)}
          </p>
        )}
        {progress !== null && <p role="status">{say('slice.progress', progress)}</p>}
        {result === null ? (
          failure === null && (
            <EmptyState icon="contours" title={say(progress === null ? 'slice.none' : 'slice.waiting')}>
              {say(stopped ? 'slice.stopped' : 'slice.none.help')}
            </EmptyState>
          )
        ) : (
          <>
            {hasOutputs && (
              <Segmented
                label={say('slice.show')}
                size="small"
                fitted
                value={show}
                options={(['whole', 'outputs'] as const).map((value) => ({ value, label: say(`slice.show.${value}`) }))}
                onChange={setShow}
              />
            )}
            <Slices
              result={result}
              show={show}
              height={hasOutputs ? Math.max(leastHeight, height - switchRoom) : height}
            />
          </>
        )}
      </div>
    </SidedTab>
  );
}

/** The networks that can be sliced: the one in this window, then kept runs, the chosen ones and the newest first. */
function useNetworks(): { readonly own: SlicedNetwork | null; readonly kept: readonly RunSummary[] } {
  const subject = useSubject();
  const name = useDocumentStore((store) => store.document.name);
  const runs = useKeptRuns((store) => store.runs);
  const refresh = useKeptRuns((store) => store.refresh);
  const runState = useRunStore((store) => store.state);
  const chosen = useSliceStore((store) => store.chosen);
  useEffect(() => void refresh(), [refresh, runState]);
  const usable = (runs ?? []).filter(({ hasCheckpoint }) => hasCheckpoint);
  return {
    own:
      subject === null ? null : { name: subject.document.name === '' ? name : subject.document.name, of: subject.of },
    kept: usable.filter(({ run }, at) => at < mostOffered || chosen.includes(run)),
  };
}

function Choices(): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { span, progress, chosen, isOwnChosen, choose, setSpan, measure, stop } = useSliceStore();
  const { own, kept } = useNetworks();
  const marked = kept.filter(({ run }) => chosen.includes(run));
  const takesOwn = isOwnChosen && own !== null;
  const isFull = marked.length + (takesOwn ? 1 : 0) >= sliceLimits.compared;
  const networks = [
    ...(takesOwn ? [own] : []),
    ...marked.map(({ run, document }): SlicedNetwork => ({ name: document, of: { kept: run } })),
  ];
  // Networks of one name are told apart by their place.
  const named = networks.map((network, at): SlicedNetwork => {
    const isTwice = networks.some(({ name }, other) => other !== at && name === network.name);
    return isTwice ? { ...network, name: `${network.name} (${at + 1})` } : network;
  });
  return (
    <>
      <fieldset className={styles.networks}>
        <legend>{say('slice.networks')}</legend>
        <label>
          <input
            type="checkbox"
            checked={takesOwn}
            disabled={own === null || (isFull && !takesOwn)}
            onChange={() => choose({ isOwnChosen: !isOwnChosen })}
          />
          <span>{say('slice.here')}</span>
        </label>
        {kept.map(({ run, document, began, note }) => (
          <label key={run}>
            <input
              type="checkbox"
              checked={chosen.includes(run)}
              disabled={isFull && !chosen.includes(run)}
              onChange={() =>
                choose({ chosen: chosen.includes(run) ? chosen.filter((other) => other !== run) : [...chosen, run] })
              }
            />
            <span>
              {document}
              <small>{note === '' ? moment(Date.parse(began), locale) : note}</small>
            </span>
          </label>
        ))}
      </fieldset>
      {progress !== null ? (
        <Button icon="stop" onClick={() => void stop()}>
          {say('slice.stop')}
        </Button>
      ) : (
        <Button look="primary" icon="play" disabled={named.length === 0} onClick={() => void measure(named)}>
          {say('slice.start')}
        </Button>
      )}
      <NumberField
        label={say('slice.points')}
        value={span.points}
        {...sliceLimits.points}
        integer
        onCommit={(points) => setSpan({ points })}
      />
      <NumberField
        label={say('slice.range')}
        value={span.range}
        {...sliceLimits.range}
        onCommit={(range) => setSpan({ range })}
      />
      <NumberField
        label={say('slice.examples')}
        value={span.examples}
        {...sliceLimits.examples}
        integer
        onCommit={(examples) => setSpan({ examples })}
      />
      <NumberField
        label={say('slice.seed')}
        value={span.seed}
        minimum={0}
        maximum={largestSeed}
        integer
        onCommit={(seed) => setSpan({ seed })}
      />
    </>
  );
}

interface Surface {
  readonly title: string;
  readonly network: SlicedNetwork;
  readonly slice: LossSlice;
  readonly surface: LossSlice['surfaces'][number];
}

function Slices({
  result,
  show,
  height,
}: {
  readonly result: NonNullable<ReturnType<typeof useSliceStore.getState>['result']>;
  readonly show: Show;
  readonly height: number;
}): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const document = useDocumentStore((store) => store.document);
  const titleOf = (name: string): string => {
    const found = findNode(document, nodeId(name));
    return found === undefined ? name : nodeTitle(locale, found.node);
  };
  const surfaces = result.flatMap(({ network, slice }): Surface[] => {
    const [whole, ...outputs] = slice.surfaces;
    if (show === 'whole') return whole === undefined ? [] : [{ title: network.name, network, slice, surface: whole }];
    return outputs.map((surface) => {
      const output = titleOf(surface.name.slice('loss/'.length));
      return { title: result.length > 1 ? `${network.name}: ${output}` : output, network, slice, surface };
    });
  });
  const scale = sliceScale(surfaces.map(({ surface }) => surface.values));
  const [first] = result;
  return (
    <>
      <div className={styles.plots}>
        {surfaces.map((each, at) => (
          // Names may be alike; the order is that of the result.
          <Figure key={at} {...each} scale={scale ?? { minimum: 1, maximum: 1, levels: [] }} height={height} />
        ))}
      </div>
      {first !== undefined && (
        <p className={styles.note}>
          {say('slice.caption', { ...first.slice, range: magnitude(first.slice.range, 2) })} {say('slice.scale')}{' '}
          {say('slice.rule')} <DefinitionButton measure="sliceLoss" side="top" />
        </p>
      )}
    </>
  );
}

function Figure({
  title,
  network,
  slice,
  surface,
  scale,
  height,
}: Surface & { readonly scale: SliceScale; readonly height: number }): JSX.Element {
  const say = useText();
  const { name, centre, values } = surface;
  const head =
    slice.step === null
      ? say('slice.atBegin', { name: title })
      : say('slice.atStep', { name: title, step: slice.step });
  const least = sliceMinimum(values, slice);
  const written = (value: number): string => magnitude(value, 3);
  const words = { title: head, axis: say('slice.first') };
  const size = { width: height + wider, height };
  return (
    <div className={styles.plot} style={{ width: size.width }}>
      <PlotFigure
        words={say('slice.plot', { name: title })}
        name={`${say('app.dock.slices')} ${title}`}
        width={size.width}
        drawing={(ink) => sliceDrawing(slice, values, scale, words, ink, size)}
        onPaper={(ink) => sliceDrawing(slice, values, scale, words, ink, paperSize)}
        csv={() => {
          const { head: columns, rows } = sliceRows([
            { network: network.name, slice: { ...slice, surfaces: slice.surfaces.filter((one) => one.name === name) } },
          ]);
          return csvOf(columns, rows);
        }}
      />
      <p>
        {least === null
          ? say('slice.facts.none', { centre: written(centre) })
          : say('slice.facts', {
              centre: written(centre),
              least: written(least.value),
              first: magnitude(least.first, 2),
              second: magnitude(least.second, 2),
            })}
      </p>
    </div>
  );
}
