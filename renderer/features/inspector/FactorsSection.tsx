import { useMemo } from 'react';
import type { JSX } from 'react';
import type { GradloomDocument, Wire } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { findNode } from '#shared/graph/queries';
import type { RunTable } from '#shared/protocol/telemetry';
import { wordsUnder } from '#shared/text/text';
import { useLocale, useText } from '../../platform/i18n.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { useAnswer } from '../../state/useAnswer.ts';
import { useSubject } from '../../state/useSubject.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { classes } from '../../ui/classes.ts';
import { DefinitionButton } from '../../ui/DefinitionButton.tsx';
import { count, magnitude } from '../../ui/format.ts';
import { Formula } from '../../ui/Formula.tsx';
import { PlotFigure } from '../../ui/plot/PlotFigure.tsx';
import { Section } from '../../ui/Section.tsx';
import { describeMessage } from '../../ui/words.ts';
import styles from './Factors.module.css';
import { factorColumns, factorIn, wayDrawing, wayTable } from './factorWords.ts';
import type { Way, WayFactor } from './factorWords.ts';

interface FactorsProps {
  readonly wire: Wire;
  /** The measure that is shown, among the table's wires. */
  readonly index: number;
  readonly table: RunTable;
}

/** What each operation between a wire and the loss does to the gradient. Folded away it asks the engine nothing. */
export function FactorsSection(props: FactorsProps): JSX.Element {
  const say = useText();
  // It stays as it was left while a person goes from wire to wire.
  const open = useViewStore((store) => store.factorsOpen);
  const set = useViewStore((store) => store.set);
  return (
    <Section
      title={say('inspector.factors')}
      aside={<DefinitionButton measure="factors" />}
      foldable
      folded={!open}
      onToggle={(factorsOpen) => set({ factorsOpen })}
    >
      <Factors {...props} />
    </Section>
  );
}

function Factors({ wire, index, table }: FactorsProps): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const subject = useSubject((document) => hasWire(document, wire.id));
  const path = table.wires[index]?.path;
  const question = useMemo(() => {
    if (subject === null) return null;
    const loops = (path ?? []).flatMap((step) => ('loop' in step ? [[step.loop, step.iteration] as const] : []));
    return { of: subject.of, wire: wire.id, iterations: Object.fromEntries(loops) };
  }, [subject, wire.id, path]);
  const { result, failure, stale } = useAnswer('run.factors', question, subject !== null && 'run' in subject.of);
  if (failure !== null) return <p className={styles.note}>{describeMessage(locale, 'failure', failure)}</p>;
  if (result === null || subject === null) return <p className={styles.note}>{say('example.waiting')}</p>;
  if (result.way === null) return <p className={styles.note}>{say('inspector.factors.none')}</p>;
  return (
    <div className={classes(styles.factors, stale && styles.stale)}>
      <WayView way={result.way} document={subject.document} step={result.step} />
    </div>
  );
}

function hasWire(document: GradloomDocument, wire: string): boolean {
  return [document.graph, ...document.cells.map(({ graph }) => graph)].some(({ wires }) =>
    wires.some(({ id }) => id === wire),
  );
}

interface WayViewProps {
  readonly way: Way;
  readonly document: GradloomDocument;
  readonly step: number | null;
}

function WayView({ way, document, step }: WayViewProps): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const titleOf = (node: string): string => {
    const found = findNode(document, node as NodeId);
    return found === undefined ? node : nodeTitle(locale, found.node);
  };
  const nameOf = ({ node, path, kind, function: name, slope }: WayFactor): string => {
    const iterations = path.flatMap((one) => ('loop' in one ? [one.iteration + 1] : [])).join('.');
    const title = iterations === '' ? titleOf(node) : `${titleOf(node)} [${iterations}]`;
    if (kind === 'fork') return say('inspector.factors.fork', { name: title });
    if (name === null) return title;
    const words = wordsUnder(locale, `option.function.${name}`, name);
    return slope === null ? words : say('inspector.factors.slope', { function: words, mean: magnitude(Number(slope)) });
  };
  const weights = step === null ? say('example.weights.initial') : say('example.weights.run', { step: count(step) });
  const radii = new Map(way.factors.flatMap((factor) => (factor.radius === null ? [] : [[factor.node, factor]])));
  const words = {
    columns: {
      bound: say('inspector.factors.bound'),
      typical: say('inspector.factors.typical'),
      measured: say('inspector.factors.measured'),
    },
    loss: say('gradients.profile.loss'),
    wire: say('inspector.wire'),
    axis: say('inspector.factors.axis'),
  };
  const title = `${say('inspector.factors')} · ${weights}`;
  return (
    <>
      <PlotFigure
        words={say('inspector.factors.plot')}
        name={say('inspector.factors')}
        drawing={(ink) => wayDrawing(way.factors, words, ink, { width: 300, height: 150 })}
        onPaper={(ink) => wayDrawing(way.factors, { ...words, title }, ink, { width: 520, height: 240 })}
        csv={() => wayTable(way.factors)}
      />
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{say('inspector.factors.factor')}</th>
              {factorColumns.map((column) => (
                <th key={column} scope="col">
                  {words.columns[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {way.factors.map((factor, place) => (
              // The same operation may stand on a way at several iterations; its place is what tells them apart.
              <tr key={place} className={classes(factor.kind === 'fork' && styles.fork)}>
                <th scope="row" title={nameOf(factor)}>
                  {nameOf(factor)}
                </th>
                {factorColumns.map((column) => (
                  <td key={column}>{written(factorIn(column, factor))}</td>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{say('inspector.factors.whole')}</th>
              {factorColumns.map((column) => (
                <td key={column}>{written(way.whole[column] === null ? null : Number(way.whole[column]))}</td>
              ))}
            </tr>
          </tfoot>
        </table>
      </div>
      {[...radii.values()].map((factor) => (
        <p key={factor.node} className={styles.note}>
          {say('inspector.factors.radius', {
            name: titleOf(factor.node),
            radius: magnitude(Number(factor.radius), 3),
          })}
        </p>
      ))}
      <p className={styles.note}>
        {say('inspector.factors.note', { output: titleOf(way.output), examples: way.examples, weights })}
      </p>
      {way.factors.some(({ kind }) => kind === 'add') && (
        <>
          <Formula tex={residualProduct} display />
          <Formula tex={residualSum} display />
          <p className={styles.note}>{say('inspector.factors.residual')}</p>
        </>
      )}
    </>
  );
}

/** Both forms of the derivative of a stack of residual blocks (He et al. 2016, identity mappings, equation 5). */
const residualProduct = String.raw`\frac{\partial x_L}{\partial x_l}=\prod_{i=l}^{L-1}\Big(I+\frac{\partial F_i}{\partial x_i}\Big)`;
const residualSum = String.raw`\frac{\partial\mathcal{L}}{\partial x_l}=\frac{\partial\mathcal{L}}{\partial x_L}\Big(1+\frac{\partial}{\partial x_l}\sum_{i=l}^{L-1}F_i(x_i)\Big)`;

function written(value: number | null): string {
  return value === null || Number.isNaN(value) ? '–' : magnitude(value);
}
