import type { CallResult } from '#shared/protocol/calls';

type Examination = CallResult<'run.examine'>;
export type ExaminedHead = Examination['heads'][number];

/** What was judged so far of one part of the data, from its first example on. */
export interface Judged {
  /** Examples judged, and examples of the part. */
  readonly examined: number;
  readonly count: number;
  /** The steps whose weights judged the first and the last; null where no run stands behind them. */
  readonly steps: readonly [first: number | null, last: number | null];
  readonly heads: readonly ExaminedHead[];
}

/** Adds the next stretch. */
export function addStretch(judged: Judged | null, { examined, count, step, heads }: Examination): Judged {
  if (judged === null) return { examined, count, steps: [step, step], heads };
  return {
    examined: judged.examined + examined,
    count,
    steps: [judged.steps[0], step],
    heads: judged.heads.map((head, at) => joinHeads(head, heads[at])),
  };
}

function joinHeads(head: ExaminedHead, next: ExaminedHead | undefined): ExaminedHead {
  if (next === undefined) return head;
  return {
    ...head,
    loss: [...head.loss, ...next.loss],
    decided:
      head.decided === null || next.decided === null
        ? null
        : {
            ...head.decided,
            actual: [...head.decided.actual, ...next.decided.actual],
            predicted: [...head.decided.predicted, ...next.decided.predicted],
            confidence: [...head.decided.confidence, ...next.decided.confidence],
          },
  };
}

/** How often each class was taken for each. */
export interface Confusion {
  readonly classes: number;
  /** Row by row: the right class; column by column: the class decided. */
  readonly counts: readonly number[];
  readonly right: number;
  readonly all: number;
}

/** Counts every decision once; null where the head decides nothing. */
export function confusionOf({ decided }: ExaminedHead): Confusion | null {
  if (decided === null) return null;
  const { classes, actual, predicted } = decided;
  const counts = new Array<number>(classes * classes).fill(0);
  let right = 0;
  for (const [place, is] of actual.entries()) {
    const cell = is * classes + (predicted[place] ?? 0);
    counts[cell] = (counts[cell] ?? 0) + 1;
    if (is === predicted[place]) right += 1;
  }
  return { classes, counts, right, all: actual.length };
}

/** Numbers of the examples in which a class was taken for another, each once. */
export function examplesIn({ decided }: ExaminedHead, actual: number, predicted: number): readonly number[] {
  if (decided === null) return [];
  const found = new Set<number>();
  for (const [place, is] of decided.actual.entries()) {
    if (is === actual && decided.predicted[place] === predicted) found.add(Math.floor(place / decided.positions));
  }
  return [...found];
}

/** Numbers of the examples with the greatest loss, the worst first; what is not a number is worse than everything. */
export function worstOf(
  { loss }: ExaminedHead,
  most: number,
): readonly { readonly example: number; readonly loss: number }[] {
  const rank = (value: number): number => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value);
  return loss
    .map((value, example) => ({ example, loss: Number(value) }))
    .toSorted((one, other) => {
      const [first, second] = [rank(one.loss), rank(other.loss)];
      return first === second ? one.example - other.example : second - first;
    })
    .slice(0, most);
}
