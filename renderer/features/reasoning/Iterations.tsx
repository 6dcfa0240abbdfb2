import type { JSX } from 'react';
import type { CallResult } from '#shared/protocol/calls';
import { useLocale, useText } from '../../platform/i18n.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { shownArray } from '../../state/shownArray.ts';
import type { Answer } from '../../state/useAnswer.ts';
import { shownIteration } from '../../state/shownIteration.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { scaleBound } from '../../ui/arrays/arrayForm.ts';
import { RegionMap } from '../../ui/arrays/RegionMap.tsx';
import { regionsDrawing, regionsTable } from '../../ui/arrays/regionPlot.ts';
import type { SavedRegions } from '../../ui/arrays/regionPlot.ts';
import { classes } from '../../ui/classes.ts';
import { count as countWords, magnitude, percentage } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { paperInk } from '../../ui/plot/ink.ts';
import { SavePlot } from '../../ui/plot/SavePlot.tsx';
import { describeMessage } from '../../ui/words.ts';
import type { Reasoning } from './findReasoning.ts';
import styles from './Reasoning.module.css';
import { byIteration, changes, decision, sharesOf } from './steps.ts';

export interface IterationsProps {
  readonly reasoning: Reasoning;
  readonly inspection: CallResult<'run.values'>;
  readonly answers: Answer<CallResult<'run.iterate'>>;
}

/** One card for each iteration: its map over the picture, how far the memory moved, and the answer if it ended there. */
export function Iterations({ reasoning, inspection, answers }: IterationsProps): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const chosen = useViewStore((store) => store.iterations.get(reasoning.loop.id));
  const showIteration = useViewStore((store) => store.showIteration);
  const { loop, map, grid, memory, image, iterations } = reasoning;
  const picture = inspection.fields[image.name];
  const maps = byIteration(inspection.values, map, loop.id).map((array) => sharesOf(array, grid.rows * grid.columns));
  // One scale for all iterations: what is brighter was weighted more.
  const bound = scaleBound(Math.max(0, ...maps.flat()));
  const moves =
    memory === null
      ? []
      : changes(
          byIteration(inspection.values, memory.before, loop.id),
          byIteration(inspection.values, memory.after, loop.id),
          memory.residual,
        );
  const farthest = Math.max(...moves, Number.MIN_VALUE);
  const shown = shownIteration(chosen, iterations);
  const saved = (array: (typeof inspection.fields)[string]): SavedRegions => ({
    title: `${nodeTitle(locale, loop)} · ${
      inspection.step === null
        ? say('example.weights.initial')
        : say('example.weights.run', { step: countWords(inspection.step) })
    }`,
    pictureName: image.name,
    image: shownArray(array),
    grid,
    maps: maps.map((weights, iteration) => ({
      name: say('reasoning.iteration', { iteration: iteration + 1 }),
      weights,
    })),
    bound,
  });
  return (
    <>
      <ol className={styles.cards}>
        {maps.map((weights, iteration) => (
          <li key={iteration}>
            <button
              type="button"
              className={classes(styles.card, iteration === shown && styles.shown)}
              aria-current={iteration === shown || undefined}
              onClick={() => showIteration(loop.id, iteration)}
            >
              <span className={styles.number}>{say('reasoning.iteration', { iteration: iteration + 1 })}</span>
              <span className={styles.picture}>
                {picture !== undefined && (
                  <RegionMap
                    image={shownArray(picture)}
                    grid={grid}
                    weights={weights}
                    bound={bound}
                    label={say('reasoning.map', { iteration: iteration + 1 })}
                  />
                )}
              </span>
              {moves[iteration] !== undefined && (
                <span className={styles.move}>
                  <span className={styles.moveName}>{say('reasoning.change')}</span>
                  <span className={styles.track}>
                    <span className={styles.fill} style={{ width: `${(100 * moves[iteration]) / farthest}%` }} />
                  </span>
                  <span className={styles.moveValue}>{magnitude(moves[iteration])}</span>
                </span>
              )}
              <Decided reasoning={reasoning} inspection={inspection} answers={answers} iteration={iteration} />
            </button>
          </li>
        ))}
      </ol>
      <p className={styles.note}>
        {picture !== undefined && (
          <SavePlot
            name={`${say('app.dock.reasoning')} ${nodeTitle(locale, loop)}`}
            svg={() => regionsDrawing(saved(picture), paperInk)}
            csv={() => regionsTable(saved(picture))}
          />
        )}
        {say('reasoning.caption', { bound: magnitude(bound) })}
        {answers.failure !== null && ` ${describeMessage(locale, 'failure', answers.failure)}`}
        {inspection.left > 0 && ` ${say('values.leftOut', { count: inspection.left })}`}
      </p>
    </>
  );
}

/** The answer if the loop ended after this iteration, marked where it is the right one. */
function Decided({
  reasoning: { answer },
  inspection,
  answers,
  iteration,
}: IterationsProps & { readonly iteration: number }): JSX.Element | null {
  const say = useText();
  const given = answers.result?.answers.find(({ iterations }) => iterations === iteration + 1);
  const output = answer === null ? undefined : given?.outputs[answer.node.id];
  if (answer === null || output === undefined) return null;
  const { chosen, share } = decision(shownArray(output));
  const { field } = answer;
  const right = field === null ? undefined : inspection.fields[field.name];
  const isClass = field?.meaning === 'class' && right?.values.length === 1;
  if (!isClass) return <span className={styles.answer}>{magnitude(Number(output.values[0]), 3)}</span>;
  const isRight = Number(right.values[0]) === chosen;
  return (
    <span className={classes(styles.answer, isRight && styles.right)}>
      <Icon name={isRight ? 'check' : 'close'} size={14} />
      <span className="visually-hidden">{say(isRight ? 'reasoning.isRight' : 'reasoning.isWrong')}</span>
      <span className={styles.answerName}>{field.classes?.[chosen] ?? chosen}</span>
      <span className={styles.share}>{percentage(share, 0)}</span>
    </span>
  );
}
