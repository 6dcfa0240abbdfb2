import { expect, it } from 'vitest';
import { chapter } from '#shared/lessons/chapters';
import { CallFailure, provideClient } from '../platform/client.ts';
import { useQuestionStore } from './fileQuestions.ts';
import { useLessonStore } from './lessonStore.ts';

const lost = new CallFailure('lesson.stop', { code: 'engine.ended', message: 'the engine has ended', values: {} });

it('says that a step cannot be stopped, and leaves it under way', async () => {
  provideClient({
    connection: 'open',
    // A step that never ends and cannot be stopped; nothing was kept.
    call: (name) =>
      name === 'lesson.stop'
        ? Promise.reject(lost)
        : name === 'lesson.run'
          ? new Promise(() => undefined)
          : Promise.resolve({ results: {} } as never),
    onEvent: () => () => undefined,
    onFrame: () => () => undefined,
    onConnection: () => () => undefined,
  });
  const lesson = chapter('gradients');
  if (lesson === null) throw new Error('the first chapter is gone');
  useLessonStore.getState().open(lesson);
  void useLessonStore.getState().run('chains');
  const stopping = useLessonStore.getState().stop();
  await Promise.resolve();
  await expect
    .poll(() => useQuestionStore.getState().question)
    .toMatchObject({
      kind: 'failure',
      asked: { title: 'lessons.failed.stop', failure: lost.failure },
    });
  expect(useLessonStore.getState().running).toMatchObject({ step: 'chains' });
  useQuestionStore.getState().question?.answer(null as never);
  await stopping;
  expect(useLessonStore.getState().running).toMatchObject({ step: 'chains' });
});
