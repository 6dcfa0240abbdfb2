import type { Lesson } from './lesson.ts';
import { lessonSchema } from './lesson.ts';
import attention from './chapters/attention.lesson.json' with { type: 'json' };
import gradients from './chapters/gradients.lesson.json' with { type: 'json' };
import resnet from './chapters/resnet.lesson.json' with { type: 'json' };
import rla from './chapters/rla.lesson.json' with { type: 'json' };

/** The lessons that come along, one for each chapter of the notes, in their order. */
const chapters: Readonly<Record<string, unknown>> = { gradients, resnet, rla, attention };

/** Their names. */
export const chapterNames: readonly string[] = Object.keys(chapters);

/** One of them; null where there is none of that name. */
export function chapter(name: string): Lesson | null {
  return Object.hasOwn(chapters, name) ? lessonSchema.parse(chapters[name]) : null;
}
