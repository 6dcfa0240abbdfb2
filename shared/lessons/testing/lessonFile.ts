/** Words where a test does not ask which. */
export const anyWords = { en: 'words', 'zh-CN': '文字' };

/** A lesson of one run step and one verdict, as the value of its file. */
export function lessonFile(
  run: { readonly seeds: readonly number[]; readonly experiments: readonly object[] },
  outcomes: readonly object[],
): Record<string, unknown> & { steps: Record<string, unknown>[] } {
  return {
    format: 'gradloom-lesson',
    version: 1,
    title: anyWords,
    summary: anyWords,
    steps: [
      { kind: 'run', id: 'go', title: anyWords, text: anyWords, ...run },
      { kind: 'verdict', id: 'so', title: anyWords, claim: anyWords, outcomes, otherwise: anyWords },
    ],
  };
}
