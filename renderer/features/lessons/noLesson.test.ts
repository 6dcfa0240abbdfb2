import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chapter, chapterNames } from '#shared/lessons/chapters';
import type { Lesson } from '#shared/lessons/lesson';
import { experimentsOf } from '#shared/lessons/lesson';

/** Everything in the folder but tests, the state beside it and the terminal's command: what shows lessons. */
const root = join(import.meta.dirname, '../../..');
const sources = [
  ...readdirSync(import.meta.dirname)
    .filter((name) => /\.(ts|tsx|css)$/u.test(name) && !name.includes('.test.'))
    .map((name) => join('renderer/features/lessons', name)),
  'renderer/state/lessonStore.ts',
  'main/cli/commands/lesson.ts',
];

/** Strings as they stand in code, between quotes of any kind, and the names of classes in style sheets. */
function quoted(source: string): ReadonlySet<string> {
  const strings = [...source.matchAll(/'([^'\n]*)'|"([^"\n]*)"|`([^`]*)`/gu)].map(([, ...found]) =>
    found.find(Boolean),
  );
  return new Set(strings.flatMap((words) => (words === undefined ? [] : [words])));
}

describe('what shows lessons knows none of them', () => {
  const lessons = chapterNames.map((name) => ({ name, lesson: chapter(name) as Lesson }));

  /** Ids that are ordinary words of the code as well ("run" is a kind of step) prove nothing. */
  const kinds = new Set(['read', 'predict', 'run', 'measure', 'verdict', 'explore', 'bare', 'cell', 'memory']);
  const ids = lessons.flatMap(({ name, lesson }) => [
    name,
    ...lesson.steps.map(({ id }) => id),
    ...experimentsOf(lesson).flatMap(({ id, measures }) => [id, ...measures.map((each) => `${id}.${each.id}`)]),
  ]);

  it.each(sources)('%s', (path) => {
    const source = readFileSync(join(root, path), 'utf8');
    const strings = quoted(source);
    expect(ids.filter((id) => !kinds.has(id) && strings.has(id))).toEqual([]);
    const titles = lessons.flatMap(({ lesson }) => [lesson.title, ...lesson.steps.map(({ title }) => title)]);
    expect(titles.flatMap((title) => [title.en, title['zh-CN']]).filter((words) => strings.has(words))).toEqual([]);
    // A number of a chapter or a position in the list would be knowledge of one, too.
    expect(source).not.toMatch(/chapterNames\[|chapter\('/u);
  });
});
