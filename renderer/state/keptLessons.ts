import { z } from 'zod';
import { create } from 'zustand';
import type { Lesson } from '#shared/lessons/lesson';
import { parseLesson, serialiseLesson } from '#shared/lessons/parseLesson';
import { locales } from '#shared/text/locale';
import { localStore, readStored, writeStored } from '../platform/storage.ts';

/** A person's own lessons, newest first: a file that was opened is found again at the next visit. */
export interface KeptLessons {
  readonly lessons: readonly Lesson[];
  /** Keeps a lesson before all others, in the place of one with the same titles. */
  keep(lesson: Lesson): void;
  forget(lesson: Lesson): void;
}

const storageKey = 'gradloom.lessons';
/** More are not kept: what a browser stores is small. */
const most = 8;

/** A lesson that no longer reads is left out. */
function readKept(): readonly Lesson[] {
  const texts = z.array(z.string()).catch([]).parse(readStored(localStore, storageKey));
  return texts.slice(0, most).flatMap((text) => {
    const read = parseLesson(text);
    return read.ok ? [read.lesson] : [];
  });
}

function writeKept(lessons: readonly Lesson[]): void {
  writeStored(localStore, storageKey, lessons.map(serialiseLesson));
}

function isSame(one: Lesson, other: Lesson): boolean {
  return locales.every((locale) => one.title[locale] === other.title[locale]);
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
