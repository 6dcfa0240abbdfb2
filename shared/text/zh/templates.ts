import type { templateText as english } from '../en/templates.ts';

export const templateText: Readonly<Record<keyof typeof english, string>> = {};
