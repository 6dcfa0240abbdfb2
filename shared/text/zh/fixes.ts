import type { fixText as english } from '../en/fixes.ts';

export const fixText: Readonly<Record<keyof typeof english, string>> = {};
