import { useMemo } from 'react';
import type { JSX } from 'react';
import type { Graph, Wire } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { ancestorsOf } from '#shared/graph/queries';
import type { RunTable } from '#shared/protocol/telemetry';
import { remediesFor } from '#shared/theory/activationSwap';
import { useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useRunStore } from '../../state/runStore.ts';
import { isOutdated } from '../../state/useOutdated.ts';
import { Button } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import { LiveText } from '../../ui/LiveText.tsx';
import { Section } from '../../ui/Section.tsx';
import { explain, isDark, kindOf } from './explain.ts';
import type { WireMeasured } from './explain.ts';
import { latestOfWire, markAt, onFrame } from './frames.ts';
import styles from './Inspector.module.css';
import { useKindNow } from './useSubscribed.ts';
import { wayToLoss } from './wayToLoss.ts';

interface WhyProps {
  readonly wire: Wire;
  readonly graph: Graph;
  readonly index: number;
  readonly table: RunTable;
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Why the wire looks as it does, from what was measured and from the network's form; and what can be tried. */
export function Why({ wire, graph, index, table }: WhyProps): JSX.Element | null {
  const say = useText();
  const began = useRunStore((store) => store.document);
  const document = useDocumentStore((store) => store.document);
  const edit = useDocumentStore((store) => store.edit);
  // The measured network is the one the run began with; the edits go to the one on the canvas.
  const outer = outermost(graph, wire.to.node);
  const way = useMemo(() => (began === null ? null : wayToLoss(began, outer)), [began, outer]);
  const remedies = useMemo(() => remediesFor(document, outer), [document, outer]);
  const headElements = useMemo(() => {
    const outputs = new Set(table.heads.map((head) => head.output));
    const into = (began?.graph.wires ?? []).filter((one) => outputs.has(one.to.node)).map((one) => one.id as string);
    const sizes = table.wires.filter((one) => into.includes(one.wire)).map((one) => elements(one.shape));
    return sizes.length === 0 ? 1 : Math.max(...sizes);
  }, [began, table]);
  const shape = table.wires[index]?.shape ?? [];

  const measured = (): WireMeasured => {
    const frame = latestOfWire(index);
    return {
      mark: frame === null ? 'none' : markAt(frame.wireMark, index),
      rms: frame?.wireRms[index] ?? Number.NaN,
      headRms: frame?.headRms ?? Number.NaN,
      step: frame?.step ?? 0,
      elements: elements(shape),
      headElements,
    };
  };
  const kind = useKindNow(() => kindOf(measured()));
  const heads = table.heads.length;
  if (kind === 'unmeasured') return null;
  const sentences = explain(kind, measured(), way);
  const tone =
    isDark(kind) || kind === 'zero' || kind === 'noPath'
      ? 'dark'
      : kind === 'healthy' || kind === 'spread'
        ? 'well'
        : 'hot';
  return (
    <Section title={say('inspector.why')}>
      <div className={classes(styles.why, styles[tone])} data-anchor="why">
        <strong className={styles.verdict}>{say(`inspector.kind.${kind}`)}</strong>
        {sentences.map((sentence, place) => (
          <p key={`${kind} ${sentence.key}`}>
            <LiveText
              source={onFrame}
              read={() => {
                const now = explain(kind, measured(), way)[place] ?? sentence;
                return say(now.key, now.values);
              }}
            />
          </p>
        ))}
        {isDark(kind) && remedies.length === 0 && isOutdated(began, document) && (
          <p className={styles.note}>{say('training.state.outdated.hint')}</p>
        )}
        {isDark(kind) && remedies.length > 0 && (
          <div className={styles.remedies}>
            <span className={styles.remediesTitle}>{say('inspector.remedies')}</span>
            {remedies.map((remedy) => (
              <div key={remedy.id} className={styles.remedy}>
                <Button
                  data-anchor={`remedy.${remedy.id}`}
                  size="small"
                  look={remedy.id === 'reluHe' ? 'primary' : 'plain'}
                  icon="wand"
                  onClick={() => edit(remedy.operations, { key: `inspector.remedy.${remedy.id}` })}
                >
                  {say(`inspector.remedy.${remedy.id}`)}
                </Button>
                <span className={styles.note}>
                  {say(`inspector.remedy.${remedy.id}.touches`, {
                    count: remedy.activations,
                    layers: remedy.initialisers,
                  })}{' '}
                  {say(`inspector.remedy.${remedy.id}.effect`)}
                </span>
              </div>
            ))}
            <span className={styles.note}>{say('inspector.remedies.note')}</span>
          </div>
        )}
        {heads > 1 && <p className={styles.note}>{say('inspector.why.heads', { count: heads })}</p>}
      </div>
    </Section>
  );
}

/** The node on the sheet that a place inside loops belongs to: the outermost loop around it, or the node itself. */
function outermost(graph: Graph, node: NodeId): NodeId {
  const loops = ancestorsOf(graph, node).filter((ancestor) => ancestor.type === 'loop');
  return loops.at(-1)?.id ?? node;
}
