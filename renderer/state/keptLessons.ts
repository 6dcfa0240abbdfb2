import { z } from 'zod';
import { create } from 'zustand';
import type { Lesson } from '#shared/lessons/lesson';
import { parseLesson, serialiseLesson } from '#shared/lessons/parseLesson';

/** A person's own lessons, newest first: a file that was opened is found again at the next visit. */
export interface KeptLessons {
  readonly lessons: readonly Lesson[];
  /** Keeps a lesson before all others, in the place of one with the same title. */
  keep(lesson: Lesson): void;
  forget(lesson: Lesson): void;
}

const storageKey = 'gradloom.lessons';
/** More are not kept: what a browser stores is small. */
const most = 8;

/** Storage may be missing, full or forbidden; the window then works and forgets. A lesson that no longer reads is left out. */
function readKept(): readonly Lesson[] {
  let stored: unknown = [];
  try {
    stored = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
  } catch {
    stored = [];
  }
  const texts = z.array(z.string()).catch([]).parse(stored);
  return texts.slice(0, most).flatMap((text) => {
    const read = parseLesson(text);
    return read.ok ? [read.lesson] : [];
  });
}

function writeKept(lessons: readonly Lesson[]): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(lessons.map(serialiseLesson)));
  } catch {
    return;
  }
}

function isSame(one: Lesson, other: Lesson): boolean {
  return one.title.en === other.title.en;
}

export const useKeptLessons = create<KeptLessons>()((set, get) => ({
  lessons: readKept(),
  keep: (lesson) => {
    const lessons = [lesson, ...get().lessons.filter((other) => !isSame(lesson, other))].slice(0, most);
    set({ lessons });
    writeKept(lessons);
  },
  forget: (lesson) => {
    const lessons = get().lessons.filter((other) => !isSame(lesson, other));
    set({ lessons });
    writeKept(lessons);
  },
}));
