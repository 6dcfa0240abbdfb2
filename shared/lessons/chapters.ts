import type { Lesson } from './lesson.ts';
import { lessonSchema } from './lesson.ts';
import gradients from './chapters/gradients.lesson.json' with { type: 'json' };

/** The lessons that come along, one for each chapter of the notes, in their order. */
const chapters: Readonly<Record<string, unknown>> = { gradients };

/** Their names. */
export const chapterNames: readonly string[] = Object.keys(chapters);

/** One of them; null where there is none of that name. */
export function chapter(name: string): Lesson | null {
  return Object.hasOwn(chapters, name) ? lessonSchema.parse(chapters[name]) : null;
}
