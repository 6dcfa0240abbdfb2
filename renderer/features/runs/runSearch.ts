import type { RunSummary } from '#shared/protocol/runs';
import type { Locale } from '#shared/text/locale';
import { nodeTitle } from '../../state/nodeTitle.ts';

/** The runs in whose name, document, note or state every word of a search occurs, in their order. */
export function searchRuns(
  runs: readonly RunSummary[],
  search: string,
  stateWord: (run: RunSummary) => string,
): readonly RunSummary[] {
  const words = search
    .toLocaleLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  return runs.filter((run) => {
    const text = [run.run, run.document, run.note, stateWord(run)].join(' ').toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** What a run came to, in short: the accuracy of each output, or the loss where there is none. */
export interface RunResult {
  /** `output` is null where there is only one. */
  readonly accuracies: readonly { readonly output: string | null; readonly value: number }[];
  readonly loss: number | null;
}

/** What a run came to; outputs go by what they were called when it ran, as a person reads it. */
export function resultOf({ training, outputs }: RunSummary, locale: Locale): RunResult {
  const nameOf = (id: string): string => {
    const label = outputs[id];
    return label === undefined ? id : nodeTitle(locale, { id, type: 'output', label, params: {} });
  };
  const accuracies = Object.entries(training).flatMap(([name, value]) =>
    name.startsWith('accuracy/') && value !== null ? [{ output: nameOf(name.slice('accuracy/'.length)), value }] : [],
  );
  const isAlone = accuracies.length === 1;
  return {
    accuracies: accuracies.map(({ output, value }) => ({ output: isAlone ? null : output, value })),
    loss: training['loss'] ?? null,
  };
}
