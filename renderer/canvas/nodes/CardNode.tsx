import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import type { CSSProperties, JSX } from 'react';
import type { Diagnostic } from '#shared/check/diagnostic';
import type { Locale } from '#shared/text/locale';
import { textWidth } from '#shared/text/textWidth';
import { text } from '#shared/text/text';
import type { NodeFace } from '#shared/drawing/faces';
import { cardName, nameOfFace, shapeWords } from '#shared/drawing/words';
import { useLocale, useText } from '../../platform/i18n.ts';
import { describeFinding } from '../../state/describeFinding.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { telemetry } from '../../state/telemetry.ts';
import { classes } from '../../ui/classes.ts';
import { magnitude, shortCount } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { LiveText } from '../../ui/LiveText.tsx';
import { Tooltip } from '../../ui/Tooltip.tsx';
import { countRender } from '../counters.ts';
import type { FlowNode } from '../flow.ts';
import styles from './CardNode.module.css';
import { CycleMark } from './CycleMark.tsx';
import { FoldButton } from './FoldButton.tsx';
import { hueOf } from './hue.ts';
import { Ports } from './Ports.tsx';

/** A layer, an instance of a cell, a folded loop: a quiet card. */
export const CardNode = memo(function CardNode({ id, data, selected }: NodeProps<FlowNode>): JSX.Element {
  countRender('card');
  const locale = useLocale();
  const { face, layout } = data;
  const name = nameOfFace(locale, face);
  const shownName = cardName(name);
  const facts = factWords(locale, face);
  return (
    <div
      className={classes(styles.card, selected && styles.selected, face.held !== null && styles.folded)}
      style={{ '--hue': hueOf(face) } as CSSProperties}
      data-family={face.family}
    >
      <div className={styles.words}>
        <div className={styles.head} data-part="name">
          <span className={classes(styles.name, textWidth(shownName) > surelyFits && styles.long)} title={name}>
            {shownName}
          </span>
          {face.held !== null && <FoldButton node={id} folded />}
        </div>
        <div className={styles.facts} data-part="facts">
          <span className={classes(styles.shape, textWidth(facts) > surelyFits && styles.long)} title={facts}>
            {facts}
          </span>
          {face.note !== null && <NoteMark note={face.note} />}
          {face.frozen && <FrozenMark />}
          {face.pinned && <PinnedMark />}
          <span className={styles.weights}>
            {face.type === 'output' ? (
              <Loss node={id} face={face} />
            ) : (
              facts.length <= roomForFacts && weightWords(face)
            )}
          </span>
        </div>
      </div>
      {face.cell !== null && <InstanceBand face={face} />}
      {face.count !== null && <span className={styles.count}>×{face.count}</span>}
      <CycleMark node={id} />
      <ProblemMark problems={face.problems} />
      <Ports node={id} ports={layout.ports} />
    </div>
  );
});

/** A line of so many columns fits a card at every size that the zoom gives it. */
const surelyFits = 7;

/** An instance carries its cell's colour: filled where it shares its weights, an outline where they are its own. */
function InstanceBand({ face }: { readonly face: NodeFace }): JSX.Element {
  const say = useText();
  const words = face.sharesWeights
    ? say('canvas.instance.shared', { count: face.count ?? 1 })
    : say('canvas.instance.own');
  return (
    <span
      className={classes(styles.band, !face.sharesWeights && styles.own)}
      role="img"
      aria-label={words}
      title={words}
      data-weights={face.sharesWeights ? 'shared' : 'own'}
    />
  );
}

/** Says that the optimiser leaves the weights here as they are. */
export function FrozenMark(): JSX.Element {
  const say = useText();
  return (
    <span className={styles.frozen} role="img" aria-label={say('inspector.frozen')} title={say('inspector.frozen')}>
      <Icon name="frozen" size={14} />
    </span>
  );
}

/** Says that automatic layout leaves the node where it is. */
export function PinnedMark(): JSX.Element {
  const say = useText();
  return (
    <span className={styles.pinned} role="img" aria-label={say('canvas.pinned')} title={say('canvas.pinned.help')}>
      <Icon name="pin" size={14} />
    </span>
  );
}

/** Says that a person wrote something about a node; its words on hover. */
export function NoteMark({ note }: { readonly note: string }): JSX.Element {
  const say = useText();
  const words = say('canvas.note', { note });
  return (
    <span className={styles.note} role="img" aria-label={words} title={note}>
      <Icon name="note" size={14} />
    </span>
  );
}

/** The shape; of a folded frame, which has none, how much it holds. */
function factWords(locale: Locale, { type, held, shape }: NodeFace): string {
  return type === 'frame' && held !== null
    ? text(locale, 'canvas.frame.held', { count: held })
    : shapeWords(locale, shape);
}

/** A shape longer than this has the line of the card to itself; the number of weights stands in the inspector. */
const roomForFacts = 12;

function weightWords({ weights }: NodeFace): string {
  return weights > 0 ? shortCount(weights) : '';
}

const losses = {
  softmaxCrossEntropy: 'canvas.loss.crossEntropy',
  sigmoidCrossEntropy: 'canvas.loss.crossEntropy',
  focal: 'canvas.loss.focal',
  meanSquaredError: 'canvas.loss.meanSquaredError',
  meanAbsoluteError: 'canvas.loss.meanAbsoluteError',
  huber: 'canvas.loss.huber',
  linear: 'canvas.loss.linear',
} as const;

/** The loss of an output: its kind, and its value while a run measures it. */
function Loss({ node, face }: { readonly node: string; readonly face: NodeFace }): JSX.Element | null {
  const say = useText();
  if (face.loss === null) return null;
  const kind = say(losses[face.loss]);
  const read = (): string => {
    const { table, latest } = telemetry;
    const head = table?.heads.findIndex(({ output }) => output === node) ?? -1;
    const value = head < 0 ? undefined : latest?.headLoss[head];
    return value === undefined ? kind : say('canvas.loss.value', { value: magnitude(value) });
  };
  return (
    <span title={kind}>
      <LiveText source={telemetryTells} read={read} />
    </span>
  );
}

/** Notifies at every frame, and where a run begins or is forgotten. */
function telemetryTells(notify: () => void): () => void {
  const takeAway = [telemetry.onFrame(notify), telemetry.onTable(notify)];
  return () => {
    for (const remove of takeAway) remove();
  };
}

/** A mark on a node that something is wrong with; its words on hover and for screen readers. */
export function ProblemMark({ problems }: { readonly problems: readonly Diagnostic[] }): JSX.Element | null {
  const locale = useLocale();
  const say = useText();
  const [first] = problems;
  if (first === undefined) return null;
  const more = problems.length - 1;
  return (
    <span className={classes(styles.problem, styles[first.severity])}>
      <Tooltip
        words={describeFinding(locale, useDocumentStore.getState().document, 'problem', first)}
        hint={more > 0 ? say('canvas.problem.more', { count: more }) : undefined}
        side="top"
      >
        <span className={styles.problemIcon}>
          <Icon name={first.severity === 'error' ? 'error' : 'warning'} size={14} />
        </span>
      </Tooltip>
    </span>
  );
}
