import { beforeEach, expect, test, vi } from 'vitest';
import { chapter, chapterNames } from '#shared/lessons/chapters';
import type { Lesson } from '#shared/lessons/lesson';
import type * as Kept from './keptLessons.ts';
import type * as Store from './lessonStore.ts';

const [first = ''] = chapterNames;
const found = chapter(first);
if (found === null) throw new Error('no chapter comes along');
const own = (title: string, summary = 'Mine'): Lesson => ({
  ...found,
  title: { en: title, 'zh-CN': title },
  summary: { en: summary, 'zh-CN': summary },
});

/** What a browser keeps, from one visit to the next. */
function storage(): Storage {
  const items = new Map<string, string>();
  return {
    length: 0,
    clear: () => items.clear(),
    key: () => null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

/** The stores as a page has them that was just loaded. */
async function visit(): Promise<{
  readonly kept: typeof Kept;
  readonly lessons: typeof Store;
}> {
  vi.resetModules();
  const { provideClient } = await import('../platform/client.ts');
  provideClient({
    connection: 'open',
    call: () => Promise.resolve({ results: {} } as never),
    onEvent: () => () => undefined,
    onFrame: () => () => undefined,
    onConnection: () => () => undefined,
  });
  return { kept: await import('./keptLessons.ts'), lessons: await import('./lessonStore.ts') };
}

beforeEach(() => {
  vi.stubGlobal('localStorage', storage());
  vi.stubGlobal('sessionStorage', storage());
  return () => vi.unstubAllGlobals();
});

test('a lesson of one’s own is found again at the next visit, the newest first, until it is taken off', async () => {
  const before = (await visit()).kept.useKeptLessons.getState();
  before.keep(own('One'));
  before.keep(own('Two'));
  before.keep(own('One', 'Changed'));
  const after = (await visit()).kept.useKeptLessons;
  expect(after.getState().lessons.map(({ title, summary }) => [title.en, summary.en])).toEqual([
    ['One', 'Changed'],
    ['Two', 'Mine'],
  ]);
  after.getState().forget(own('One'));
  expect((await visit()).kept.useKeptLessons.getState().lessons.map(({ title }) => title.en)).toEqual(['Two']);
});

test('two lessons that share the title in one language alone are both kept', async () => {
  const { keep } = (await visit()).kept.useKeptLessons.getState();
  const inOneLanguage = (chinese: string): Lesson => ({ ...found, title: { en: 'Depth', 'zh-CN': chinese } });
  keep(inOneLanguage('深度'));
  keep(inOneLanguage('层数'));
  keep(inOneLanguage('深度'));
  expect((await visit()).kept.useKeptLessons.getState().lessons.map(({ title }) => title['zh-CN'])).toEqual([
    '深度',
    '层数',
  ]);
});

test('what no longer reads as a lesson is left out', async () => {
  localStorage.setItem('gradloom.lessons', JSON.stringify(['{"format":"something else"}', 7]));
  expect((await visit()).kept.useKeptLessons.getState().lessons).toEqual([]);
});

test('a reload of the page comes back to the step that was shown, with the guesses made', async () => {
  const { useLessonStore } = (await visit()).lessons;
  const lesson = own('One');
  useLessonStore.getState().open(lesson);
  useLessonStore.getState().go(2);
  useLessonStore.getState().predict('guess', 'more');
  const again = (await visit()).lessons;
  expect(again.useLessonStore.getState().lesson).toBeNull();
  again.reopenLesson();
  expect(again.useLessonStore.getState()).toMatchObject({
    lesson,
    at: 2,
    isShown: true,
    predictions: { guess: 'more' },
  });
  expect([...again.useLessonStore.getState().seen]).toEqual([lesson.steps[0]?.id, lesson.steps[2]?.id]);
});

test('a lesson that was closed does not come back', async () => {
  const { useLessonStore } = (await visit()).lessons;
  useLessonStore.getState().open(own('One'));
  useLessonStore.getState().close();
  const again = (await visit()).lessons;
  again.reopenLesson();
  expect(again.useLessonStore.getState().lesson).toBeNull();
});
