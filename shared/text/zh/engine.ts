import type { engineText as english } from '../en/engine.ts';

export const engineText: Readonly<Record<keyof typeof english, string>> = {};
