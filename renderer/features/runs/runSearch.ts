import type { RunSummary } from '#shared/protocol/runs';

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

/** What a run came to, in short: its accuracies, else its loss; names without the output where there is only one. */
export function resultOf({ training }: RunSummary): readonly { readonly name: string; readonly value: number }[] {
  const entries = Object.entries(training).flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
  const accuracies = entries.filter(({ name }) => name.startsWith('accuracy/'));
  if (accuracies.length === 0) return entries.filter(({ name }) => name === 'loss');
  return accuracies.map(({ name, value }) => ({ name: name.slice('accuracy/'.length), value }));
}
