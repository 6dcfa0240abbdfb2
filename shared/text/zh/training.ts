import type { trainingText as english } from '../en/training.ts';

export const trainingText: Readonly<Record<keyof typeof english, string>> = {};
