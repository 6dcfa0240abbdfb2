import type { parameterText as english } from '../en/parameters.ts';

export const parameterText: Readonly<Record<keyof typeof english, string>> = {};
