import { parseLesson } from '#shared/lessons/parseLesson';
import { getClient } from '../../platform/client.ts';
import { chooseToOpen, orTell } from '../../state/chooseFile.ts';
import { useEngineStore } from '../../state/engineStore.ts';
import { ask } from '../../state/fileQuestions.ts';
import { useKeptLessons } from '../../state/keptLessons.ts';
import { useLessonStore } from '../../state/lessonStore.ts';

const title = 'lessons.failed.open';

/** Lets a person choose a lesson's file and opens it. What cannot be read is explained, by line and path in the file. */
export async function openLesson(): Promise<void> {
  const chosen = await chooseToOpen(title, useEngineStore.getState().shell?.folder ?? '');
  if (chosen === null) return;
  const file = await orTell(title, getClient().call('document.read', { path: chosen }));
  if (file === undefined) return;
  const read = parseLesson(file.text);
  if (read.ok) {
    useKeptLessons.getState().keep(read.lesson);
    useLessonStore.getState().open(read.lesson);
  } else await ask('broken', { path: file.path, problems: read.problems, wanted: 'lesson' });
}
