import { useKeptRuns } from './keptRuns.ts';
import { useLessonStore } from './lessonStore.ts';

/** Brings the document's canvas to the front, where a lesson or a comparison of runs lies over it. */
export function showCanvas(): void {
  useLessonStore.getState().hide();
  useKeptRuns.getState().compare([]);
}
