import { useMemo } from 'react';
import type { JSX } from 'react';
import type { DataPart } from '#shared/protocol/inspection';
import { useText } from '../../platform/i18n.ts';
import { useExampleStore } from '../../state/exampleStore.ts';
import { fieldOfNode, meaningOf, shownArray } from '../../state/shownArray.ts';
import { useAnswer } from '../../state/useAnswer.ts';
import type { LookedAt } from '../../state/useSubject.ts';
import { ArrayView } from '../../ui/arrays/ArrayView.tsx';
import { classes } from '../../ui/classes.ts';
import { count } from '../../ui/format.ts';
import styles from './Predict.module.css';

export interface ThumbsProps {
  readonly subject: LookedAt;
  readonly part: DataPart;
  readonly examples: readonly { readonly example: number; readonly words?: string }[];
}

/** Some examples side by side; a press makes one the example that the whole window looks at. */
export function Thumbs({ subject, part, examples }: ThumbsProps): JSX.Element {
  return (
    <ul className={styles.thumbs}>
      {examples.map(({ example, words }) => (
        <li key={example}>
          <Thumb subject={subject} part={part} number={example} words={words ?? null} />
        </li>
      ))}
    </ul>
  );
}

function Thumb(props: {
  readonly subject: LookedAt;
  readonly part: DataPart;
  readonly number: number;
  readonly words: string | null;
}): JSX.Element {
  const say = useText();
  const { subject, part, number, words } = props;
  const show = useExampleStore((store) => store.show);
  const isShown = useExampleStore(({ example }) => example.part === part && example.number === number);
  const values = useMemo(
    () => ({ of: subject.of, example: { part, number }, places: [], iterations: {}, gradients: false }),
    [subject, part, number],
  );
  const { result } = useAnswer('run.values', values, false);
  const input = subject.document.graph.nodes.find(({ type }) => type === 'input');
  const field = input === undefined ? null : fieldOfNode(subject.document, input.id);
  const array = field === null ? undefined : result?.fields[field.name];
  const name = say('predictions.example', { number: count(number + 1) });
  return (
    <button
      type="button"
      className={classes(styles.thumb, isShown && styles.shown)}
      aria-current={isShown || undefined}
      onClick={() => show({ part, number })}
    >
      <span className={styles.thumbPicture}>
        {array !== undefined && field !== null && (
          <ArrayView array={shownArray(array)} meaning={meaningOf(field)} label={name} bare />
        )}
      </span>
      <span className={styles.thumbName}>{name}</span>
      {words !== null && <span className={styles.thumbWords}>{words}</span>}
    </button>
  );
}
