import type { problemText as english } from '../en/problems.ts';

export const problemText: Readonly<Record<keyof typeof english, string>> = {};
