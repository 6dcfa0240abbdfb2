import type { interfaceText as english } from '../en/interface.ts';

export const interfaceText: Readonly<Record<keyof typeof english, string>> = {};
