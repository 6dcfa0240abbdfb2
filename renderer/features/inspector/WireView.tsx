import { useMemo } from 'react';
import type { JSX } from 'react';
import type { Graph, Wire } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { ancestorsOf, nodeOf, wiresFrom } from '#shared/graph/queries';
import type { Locale } from '#shared/text/locale';
import { scaleEnds } from '../../canvas/overlay/colourScale.ts';
import type { ScaleKind } from '../../canvas/overlay/colourScale.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { staleOn, useStaleLoops } from '../../state/measuredLoops.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { telemetry } from '../../state/telemetry.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { DefinitionButton } from '../../ui/DefinitionButton.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Fact, FactList } from '../../ui/FactList.tsx';
import { count, magnitude, percentage, powerOfTen } from '../../ui/format.ts';
import { LiveText } from '../../ui/LiveText.tsx';
import { paperInk } from '../../ui/plot/ink.ts';
import { SavePlot } from '../../ui/plot/SavePlot.tsx';
import { Section } from '../../ui/Section.tsx';
import { Sparkline } from '../../ui/Sparkline.tsx';
import { chooseIndex, loopsAround } from './choosePath.ts';
import { FactorsSection } from './FactorsSection.tsx';
import { latestDetails, latestOfWire, markAt, onFrame } from './frames.ts';
import styles from './Inspector.module.css';
import { markWords } from './markWords.ts';
import { IterationStrip } from './IterationStrip.tsx';
import { Problems } from './Problems.tsx';
import { historyDrawing, historyTable } from './savedHistory.ts';
import type { HistoryPoint } from './savedHistory.ts';
import { useRunTable } from './useSubscribed.ts';
import { Why } from './Why.tsx';

/** One wire: what it carries forward, and the gradient that comes back through it. */
export function WireView({ wire, graph }: { readonly wire: Wire; readonly graph: Graph }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const check = useDocumentStore((store) => store.check);
  const table = useRunTable();
  const chosen = useViewStore((store) => store.iterations);
  const indices = useMemo(() => (table === null ? [] : telemetry.wireIndex(wire.id)), [table, wire.id]);
  const index = table === null ? -1 : chooseIndex(table, indices, chosen);
  const stale = useStaleLoops();
  const staleLoop = staleOn(table?.wires[index]?.path ?? [], stale);
  const staleAround = staleLoop === null ? undefined : stale.get(staleLoop);
  const type = check.wires.get(wire.id);
  const name = (id: NodeId): string => titleOf(locale, graph, id);
  const around = containerTitle(locale, graph, wire.to.node);
  const problems = check.diagnostics.filter((problem) => problem.wire === wire.id);
  return (
    <>
      <header className={styles.header}>
        <span className={styles.kind}>
          {around === null ? say('inspector.wire') : say('inspector.wire.inside', { name: around })}
        </span>
        <span className={styles.title}>
          {say('inspector.wire.ends', { from: name(wire.from.node), to: name(wire.to.node) })}
        </span>
        <FactList>
          <Fact name={say('inspector.shape')} strong>
            {type === undefined
              ? say('inspector.shape.unknown')
              : say(type.dtype === 'float32' ? 'inspector.shapeOnly' : 'inspector.type', {
                  shape: type.shape,
                  dtype: type.dtype,
                })}
          </Fact>
        </FactList>
      </header>
      <Problems problems={problems} />
      {table === null ? (
        <EmptyState icon="wire" title={say('inspector.wire.unmeasured')}>
          {say('inspector.wire.unmeasured.help')}
        </EmptyState>
      ) : index < 0 ? (
        <EmptyState icon="wire" title={say('inspector.wire.notInRun')}>
          {say('inspector.wire.notInRun.help')}
        </EmptyState>
      ) : staleAround !== undefined ? (
        <EmptyState icon="wire" title={say('inspector.wire.stale', { measured: staleAround.measured })}>
          {say('canvas.loop.stale.why', { ...staleAround })}
        </EmptyState>
      ) : (
        <>
          <GradientSection index={index} />
          {loopsAround(table, indices).map(({ loop }) => (
            <IterationStrip
              key={loop}
              table={table}
              indices={indices}
              shown={index}
              loop={loop as NodeId}
              name={name(loop as NodeId)}
            />
          ))}
          <Why wire={wire} graph={graph} index={index} table={table} />
          <FactorsSection wire={wire} index={index} table={table} />
          <ForkSection wire={wire} graph={graph} />
          <ValueSection index={index} />
        </>
      )}
    </>
  );
}

function titleOf(locale: Locale, graph: Graph, id: NodeId): string {
  const node = nodeOf(graph, id);
  return node === undefined ? id : nodeTitle(locale, node);
}

/** What the innermost frame or loop around a node is called; null where there is none. */
function containerTitle(locale: Locale, graph: Graph, id: NodeId): string | null {
  const container = ancestorsOf(graph, id)[0];
  return container === undefined ? null : nodeTitle(locale, container);
}

function GradientSection({ index }: { readonly index: number }): JSX.Element {
  const say = useText();
  const overlay = useViewStore((store) => store.overlay);
  const kind: ScaleKind = overlay === 'absolute' ? 'absolute' : 'relative';
  const [low, high] = scaleEnds(kind);
  const read = (write: (frame: NonNullable<ReturnType<typeof latestOfWire>>) => string): string => {
    const frame = latestOfWire(index);
    if (frame === null) return '–';
    const mark = markAt(frame.wireMark, index);
    return mark === 'none' ? write(frame) : markWords(say, mark);
  };
  return (
    <Section
      title={say('inspector.gradient')}
      aside={
        <LiveText
          className={styles.step}
          source={onFrame}
          read={() =>
            latestOfWire(index) === null ? '' : say('gradients.atStep', { step: count(latestOfWire(index)?.step ?? 0) })
          }
        />
      }
    >
      <FactList>
        <Fact name={say('measure.wireRms')} aside={<DefinitionButton measure="wireRms" />} strong={kind === 'absolute'}>
          <LiveText source={onFrame} read={() => read((frame) => written(frame.wireRms[index]))} />
        </Fact>
        <Fact
          name={say('measure.wireRelative')}
          aside={<DefinitionButton measure="wireRelative" />}
          strong={kind === 'relative'}
        >
          <LiveText
            source={onFrame}
            read={() => read((frame) => written((frame.wireRms[index] ?? Number.NaN) / frame.headRms))}
          />
        </Fact>
        <Fact name={say('measure.wireMax')} aside={<DefinitionButton measure="wireMax" />}>
          <LiveText source={onFrame} read={() => read((frame) => written(frame.wireMax[index]))} />
        </Fact>
      </FactList>
      <figure className={styles.spark}>
        <Sparkline
          label={say('inspector.gradient.overTime')}
          source={onFrame}
          minimum={low}
          maximum={high}
          rules={kind === 'relative' ? [0] : [-6]}
          read={() => measuredOverTime(index, kind === 'relative').map(({ logarithm }) => logarithm)}
        />
        <figcaption className={styles.sparkEnds}>
          <span>
            {say('inspector.gradient.scale', {
              low: powerOfTen(low),
              high: powerOfTen(high),
              kind: say(`gradients.overlay.${kind}`),
            })}
          </span>
          <SavePlot
            name={say('inspector.gradient.overTime')}
            svg={() => {
              const words = { title: say('inspector.gradient.overTime'), axis: say('gradients.time.axis') };
              return historyDrawing(measuredOverTime(index, kind === 'relative'), [low, high], words, paperInk);
            }}
            csv={() => historyTable(measuredOverTime(index, kind === 'relative'), kind)}
          />
        </figcaption>
      </figure>
    </Section>
  );
}

/** log10 of the wire's gradient at the steps that measured it; NaN where a mark stands in its place. */
function measuredOverTime(index: number, relative: boolean): readonly HistoryPoint[] {
  const history = telemetry.wires;
  if (history === null) return [];
  const steps = history.steps;
  return [...history.series(index, relative)].flatMap((logarithm, column) =>
    !Number.isNaN(logarithm) || history.mark(index, column) !== 0 ? [{ step: steps[column] ?? 0, logarithm }] : [],
  );
}

function written(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : magnitude(value);
}

/** A cosine to two places, with a typographic minus. */
function cosineText(cosine: number | undefined): string {
  return cosine === undefined || Number.isNaN(cosine) ? '–' : cosine.toFixed(2).replace('-', '−');
}

/**
 * What a fork's consumers send back, each its own share, with their cosine and the norm of their sum: all of one step.
 * Nothing where the value has one consumer.
 */
function ForkSection({ wire, graph }: { readonly wire: Wire; readonly graph: Graph }): JSX.Element | null {
  const say = useText();
  const locale = useLocale();
  const chosen = useViewStore((store) => store.iterations);
  const select = useSelectionStore((store) => store.select);
  const table = useRunTable();
  const branches = wiresFrom(graph, wire.from.node, wire.from.port);
  if (branches.length < 2 || table === null) return null;
  const indexOf = (branch: Wire): number => chooseIndex(table, telemetry.wireIndex(branch.id), chosen);
  const share = (branch: Wire): string => {
    const index = indexOf(branch);
    const frame = latestDetails();
    if (frame === null || index < 0) return '–';
    const mark = markAt(frame.wireMark, index);
    if (mark !== 'none') return markWords(say, mark);
    const size = written(frame.wireRms[index]);
    return branches.length === 2
      ? size
      : say('inspector.fork.withCosine', { size, cosine: cosineText(frame.forkCosine[index]) });
  };
  const own = indexOf(wire);
  const leadsToAdd = (branch: Wire): boolean => nodeOf(graph, branch.to.node)?.type === 'add';
  return (
    <Section
      title={say('measure.share')}
      aside={
        <>
          <DetailsStep />
          <DefinitionButton measure="share" />
        </>
      }
    >
      <ul className={styles.shares}>
        {branches.map((branch) => {
          const title = titleOf(locale, graph, branch.to.node);
          const isAmbiguous = branches.some(
            (other) => other !== branch && titleOf(locale, graph, other.to.node) === title,
          );
          const around = isAmbiguous ? containerTitle(locale, graph, branch.to.node) : null;
          const name = around === null ? title : say('inspector.fork.inside', { name: title, container: around });
          return (
            <li key={branch.id}>
              <button
                type="button"
                className={styles.share}
                aria-current={branch.id === wire.id || undefined}
                onClick={() => select({ wires: [branch.id] })}
              >
                <span className={styles.shareName}>
                  {say(leadsToAdd(branch) ? 'inspector.fork.identity' : 'inspector.fork.to', { name })}
                </span>
                <LiveText className={styles.shareValue} source={onFrame} read={() => share(branch)} />
              </button>
            </li>
          );
        })}
      </ul>
      <FactList>
        {branches.length === 2 && (
          <Fact name={say('inspector.fork.cosine')}>
            <LiveText source={onFrame} read={() => cosineText(latestDetails()?.forkCosine[own])} />
          </Fact>
        )}
        <Fact name={say('inspector.fork.sum')}>
          <LiveText source={onFrame} read={() => written(latestDetails()?.forkSum[own])} />
        </Fact>
      </FactList>
      <p className={styles.note}>{say('inspector.fork.note')}</p>
    </Section>
  );
}

/** Mean, deviation and zeros of what the wire carries forward. */
function ValueSection({ index }: { readonly index: number }): JSX.Element {
  const say = useText();
  return (
    <Section title={say('inspector.value')} aside={<DetailsStep />}>
      <FactList>
        <Fact name={say('inspector.value.mean')} aside={<DefinitionButton measure="valueMean" />}>
          <LiveText source={onFrame} read={() => written(latestDetails()?.valueMean[index])} />
        </Fact>
        <Fact name={say('inspector.value.deviation')} aside={<DefinitionButton measure="valueDeviation" />}>
          <LiveText source={onFrame} read={() => written(latestDetails()?.valueDeviation[index])} />
        </Fact>
        <Fact name={say('measure.valueZeros')} aside={<DefinitionButton measure="valueZeros" />}>
          <LiveText
            source={onFrame}
            read={() => {
              const zeros = latestDetails()?.valueZeros[index];
              return zeros === undefined || Number.isNaN(zeros) ? '–' : percentage(zeros);
            }}
          />
        </Fact>
      </FactList>
    </Section>
  );
}

/** The step whose details stand below. */
function DetailsStep(): JSX.Element {
  const say = useText();
  const read = (): string => {
    const details = latestDetails();
    return details === null ? '' : say('gradients.atStep', { step: count(details.step) });
  };
  return <LiveText className={styles.step} source={onFrame} read={read} />;
}
