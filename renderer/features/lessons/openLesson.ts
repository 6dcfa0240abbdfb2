import { parseLesson } from '#shared/lessons/parseLesson';
import { CallFailure, getClient } from '../../platform/client.ts';
import { useEngineStore } from '../../state/engineStore.ts';
import { ask } from '../../state/fileQuestions.ts';
import { useLessonStore } from '../../state/lessonStore.ts';

/** Lets a person choose a lesson's file and opens it. What cannot be read is explained, by line and path in the file. */
export async function openLesson(): Promise<void> {
  try {
    const native = await getClient().call('dialog.open', {});
    const folder = useEngineStore.getState().shell?.folder ?? '';
    const chosen = native.available ? native.path : await ask('open', { folder });
    if (chosen === null) return;
    const { path, text } = await getClient().call('document.read', { path: chosen });
    const read = parseLesson(text);
    if (read.ok) useLessonStore.getState().open(read.lesson);
    else await ask('broken', { path, problems: read.problems });
  } catch (problem) {
    if (!(problem instanceof CallFailure)) throw problem;
    await ask('failure', { title: 'lessons.failed.open', failure: problem.failure });
  }
}
