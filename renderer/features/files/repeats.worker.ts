import { makeRepeatedCells } from '#shared/graph/gestures';
import { lower } from '#shared/program/lower';
import { flatten } from '#shared/program/flatten';
import { text } from '#shared/text/text';
import type { Repeats, RepeatsQuestion } from './findRepeats.ts';

/** Looking for repeated blocks takes seconds in a network of hundreds of layers: the window's thread is not kept from drawing. */
function answer({ document, locale }: RepeatsQuestion): Repeats {
  const { cells, operations, renamed } = makeRepeatedCells(document, (number) =>
    text(locale, 'repeats.name', { number }),
  );
  const lowered = document.weights === undefined ? null : lower(document);
  const ids = lowered?.ok === true ? flatten(lowered.program).weights.map(({ id }) => id as string) : [];
  const names = Object.fromEntries(ids.flatMap((id) => (renamed(id) === id ? [] : [[id, renamed(id)]])));
  return { cells, operations, names };
}

addEventListener('message', ({ data }: MessageEvent<RepeatsQuestion>) => postMessage(answer(data)));
