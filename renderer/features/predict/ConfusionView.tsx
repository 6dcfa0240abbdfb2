import { useState } from 'react';
import type { JSX } from 'react';
import { useText } from '../../platform/i18n.ts';
import { fieldsOf } from '../../state/shownArray.ts';
import type { LookedAt } from '../../state/useSubject.ts';
import { count, percentage } from '../../ui/format.ts';
import type { DataPart } from '#shared/protocol/inspection';
import { SavePlot } from '../../ui/plot/SavePlot.tsx';
import { confusionOf, examplesIn } from './examined.ts';
import type { ExaminedHead } from './examined.ts';
import styles from './Predict.module.css';
import { confusionDrawing, confusionTable } from './savedPlots.ts';
import { Thumbs } from './Thumbs.tsx';

export interface HeadViewProps {
  readonly subject: LookedAt;
  readonly part: DataPart;
  readonly head: ExaminedHead;
}

const mostThumbs = 12;

/** Which class was taken for which; a press on a field shows the examples in it. */
export function ConfusionView({ subject, part, head }: HeadViewProps): JSX.Element {
  const say = useText();
  const [chosen, setChosen] = useState<readonly [actual: number, predicted: number] | null>(null);
  const confusion = confusionOf(head);
  if (confusion === null) return <p className={styles.note}>{say('predictions.noClasses')}</p>;
  const { classes, counts, right, all } = confusion;
  const names = fieldsOf(subject.document).find(({ name }) => name === head.target)?.classes;
  const nameOf = (index: number): string => names?.[index] ?? String(index);
  const places = Array.from({ length: classes }, (_, index) => index);
  const examples = chosen === null ? [] : examplesIn(head, ...chosen);
  return (
    <div className={styles.split}>
      <div className={styles.scroll}>
        <table className={styles.matrix}>
          <caption className={styles.caption}>
            {say('predictions.right', {
              right: count(right),
              all: count(all),
              share: percentage(right / Math.max(1, all)),
            })}
            <SavePlot
              name={say('predictions.show.confusion')}
              svg={() =>
                confusionDrawing(confusion, places.map(nameOf), {
                  title: say('predictions.right', {
                    right: count(right),
                    all: count(all),
                    share: percentage(right / Math.max(1, all)),
                  }),
                  axes: say('predictions.axes'),
                })
              }
              csv={() => confusionTable(confusion, places.map(nameOf))}
            />
          </caption>
          <thead>
            <tr>
              <th scope="col" className={styles.corner}>
                {say('predictions.axes')}
              </th>
              {places.map((predicted) => (
                <th key={predicted} scope="col">
                  {nameOf(predicted)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {places.map((actual) => {
              const row = counts.slice(actual * classes, (actual + 1) * classes);
              const sum = Math.max(
                1,
                row.reduce((total, amount) => total + amount, 0),
              );
              return (
                <tr key={actual}>
                  <th scope="row">{nameOf(actual)}</th>
                  {row.map((amount, predicted) => (
                    <td key={predicted}>
                      <button
                        type="button"
                        className={styles.cell}
                        aria-pressed={chosen?.[0] === actual && chosen[1] === predicted}
                        aria-label={say('predictions.cell', {
                          actual: nameOf(actual),
                          predicted: nameOf(predicted),
                          count: count(amount),
                        })}
                        style={{
                          background: `color-mix(in srgb, var(${actual === predicted ? '--series-3' : '--series-2'}) ${Math.round((70 * amount) / sum)}%, var(--colour-sunken))`,
                        }}
                        onClick={() => setChosen([actual, predicted])}
                      >
                        {amount === 0 ? '' : count(amount)}
                      </button>
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <div className={styles.scroll}>
        {chosen === null ? (
          <p className={styles.note}>{say('predictions.choose')}</p>
        ) : (
          <>
            <p className={styles.note}>
              {say('predictions.cell', {
                actual: nameOf(chosen[0]),
                predicted: nameOf(chosen[1]),
                count: count(examples.length),
              })}
            </p>
            <Thumbs
              subject={subject}
              part={part}
              examples={examples.slice(0, mostThumbs).map((example) => ({ example }))}
            />
            {examples.length > mostThumbs && (
              <p className={styles.note}>{say('predictions.more', { count: count(examples.length - mostThumbs) })}</p>
            )}
          </>
        )}
      </div>
    </div>
  );
}
