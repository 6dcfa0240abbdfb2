import type { JSX } from 'react';
import { useText } from '../../platform/i18n.ts';
import { fieldsOf } from '../../state/shownArray.ts';
import { magnitude } from '../../ui/format.ts';
import type { HeadViewProps } from './ConfusionView.tsx';
import { worstOf } from './examined.ts';
import { Thumbs } from './Thumbs.tsx';

const most = 24;

/** The examples with the greatest loss, the worst first. */
export function WorstView({ subject, part, head }: HeadViewProps): JSX.Element {
  const say = useText();
  const names = fieldsOf(subject.document).find(({ name }) => name === head.target)?.classes;
  const nameOf = (index: number | undefined): string => (index === undefined ? '–' : (names?.[index] ?? String(index)));
  const { decided } = head;
  const examples = worstOf(head, most).map(({ example, loss }) => {
    const size = say('predictions.loss', { loss: magnitude(loss, 3) });
    // Of several positions each has a decision of its own; the loss is theirs together.
    const words =
      decided === null || decided.positions !== 1
        ? size
        : `${size} · ${say('predictions.taken', { actual: nameOf(decided.actual[example]), predicted: nameOf(decided.predicted[example]) })}`;
    return { example, words };
  });
  return <Thumbs subject={subject} part={part} examples={examples} />;
}
