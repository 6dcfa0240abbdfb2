import { z } from 'zod';
import { create } from 'zustand';
import type { Lesson } from '#shared/lessons/lesson';
import { parseLesson, serialiseLesson } from '#shared/lessons/parseLesson';
import type { Prediction } from '#shared/lessons/verdict';
import type { Failure } from '#shared/protocol/calls';
import type { LessonProgress, LessonResult, Reading } from '#shared/protocol/lessons';
import { CallFailure, failureOf, getClient } from '../platform/client.ts';
import { readStored, sessionStore, writeStored } from '../platform/storage.ts';
import { orTell } from './chooseFile.ts';

export interface LessonState {
  /** The lesson that a person is in; null while in none. */
  readonly lesson: Lesson | null;
  /** Whether it is shown in place of the canvas. */
  readonly isShown: boolean;
  /** Index of the step that is shown. */
  readonly at: number;
  /** Steps that have been shown, by id. */
  readonly seen: ReadonlySet<string>;
  /** Committed guesses, by step. */
  readonly predictions: Readonly<Record<string, Prediction>>;
  /** What was measured, by run step. */
  readonly results: Readonly<Record<string, LessonResult>>;
  /** The run step under way, and how far it is. */
  readonly running: { readonly step: string; readonly progress: LessonProgress | null } | null;
  readonly failed: { readonly step: string; readonly failure: Failure } | null;
  /** Large type over the whole window. */
  readonly isProjected: boolean;
  open(lesson: Lesson): void;
  close(): void;
  /** Shows the canvas again; the lesson stays where it is. */
  hide(): void;
  go(at: number): void;
  /** A guess is committed once. */
  predict(step: string, prediction: Prediction): void;
  run(step: string): Promise<void>;
  /** Ends the step under way. Where that fails it is said, and the step goes on. */
  stop(): Promise<void>;
  project(isProjected: boolean): void;
}

const nothing = { at: 0, predictions: {}, results: {}, running: null, failed: null } as const;

/** The lesson in the window: where the person is, what was guessed and measured. What was measured is kept between visits. */
export const useLessonStore = create<LessonState>()((set, get) => ({
  ...nothing,
  lesson: null,
  isShown: false,
  seen: new Set(),
  isProjected: false,
  open: (lesson) => {
    void get().stop();
    const [first] = lesson.steps;
    set({ ...nothing, lesson, isShown: true, seen: new Set(first === undefined ? [] : [first.id]) });
    void recall(lesson);
  },
  close: () => {
    void get().stop();
    set({ ...nothing, lesson: null, isShown: false, seen: new Set(), isProjected: false });
  },
  hide: () => set({ isShown: false, isProjected: false }),
  go: (at) => {
    const step = get().lesson?.steps[at];
    if (step !== undefined) set(({ seen }) => ({ at, isShown: true, seen: new Set(seen).add(step.id) }));
  },
  predict: (step, prediction) =>
    set(({ predictions }) =>
      Object.hasOwn(predictions, step) ? {} : { predictions: { ...predictions, [step]: prediction } },
    ),
  run: async (step) => {
    const { lesson, running } = get();
    if (lesson === null || running !== null) return;
    set({ running: { step, progress: null }, failed: null });
    // A lesson that was closed or changed meanwhile takes nothing of this one.
    const isOurs = (): boolean => get().lesson === lesson && get().running?.step === step;
    try {
      const result = await getClient().call('lesson.run', { lesson: serialiseLesson(lesson), step });
      if (isOurs()) set(({ results }) => ({ running: null, results: { ...results, [step]: result } }));
    } catch (problem) {
      const failure = failureOf(problem);
      if (isOurs()) set({ running: null, failed: failure.code === 'lesson.stopped' ? null : { step, failure } });
    }
  },
  stop: async () => {
    if (get().running !== null) await orTell('lessons.failed.stop', getClient().call('lesson.stop', {}));
  },
  project: (isProjected) => set({ isProjected }),
}));

/** Where a person is in a lesson, as the tab keeps it over a reload of the page. */
const placeSchema = z.object({
  lesson: z.string(),
  isShown: z.boolean(),
  at: z.number().int().min(0),
  seen: z.array(z.string()),
  predictions: z.record(z.string(), z.union([z.string(), z.number()])),
});
const placeKey = 'gradloom.lesson';

function placeOf({ lesson, isShown, at, seen, predictions }: LessonState): z.infer<typeof placeSchema> | null {
  if (lesson === null) return null;
  return { lesson: serialiseLesson(lesson), isShown, at, seen: [...seen], predictions: { ...predictions } };
}

useLessonStore.subscribe((state, before) => {
  const isMoved = (['lesson', 'isShown', 'at', 'seen', 'predictions'] as const).some(
    (key) => state[key] !== before[key],
  );
  if (isMoved) writeStored(sessionStore, placeKey, placeOf(state));
});

/** Opens the lesson again that a person was in when the page was reloaded, at the same step; nothing where none was open. */
export function reopenLesson(): void {
  if (useLessonStore.getState().lesson !== null) return;
  const place = placeSchema.safeParse(readStored(sessionStore, placeKey)).data;
  const read = place === undefined ? null : parseLesson(place.lesson);
  if (place === undefined || read === null || !read.ok) return;
  const { lesson } = read;
  const { isShown, predictions } = place;
  const at = Math.min(place.at, lesson.steps.length - 1);
  useLessonStore.setState({ ...nothing, lesson, isShown, at, seen: new Set(place.seen), predictions });
  void recall(lesson);
}

/** Puts what was measured on former visits into the lesson, unless it was measured anew meanwhile. */
async function recall(lesson: Lesson): Promise<void> {
  try {
    const { results: kept } = await getClient().call('lesson.kept', { lesson: serialiseLesson(lesson) });
    if (useLessonStore.getState().lesson === lesson)
      useLessonStore.setState(({ results }) => ({ results: { ...kept, ...results } }));
  } catch (problem) {
    // The lesson is whole without it: every step can be run.
    if (!(problem instanceof CallFailure)) throw problem;
  }
}

/** Takes what the services tell of a step under way. */
export function receiveLessonProgress(progress: LessonProgress): void {
  const { running } = useLessonStore.getState();
  if (running?.step === progress.step) useLessonStore.setState({ running: { ...running, progress } });
}

/** All that was measured in a lesson so far. */
export function readingsOf(results: LessonState['results']): readonly Reading[] {
  return Object.values(results).flatMap(({ readings }) => readings);
}
