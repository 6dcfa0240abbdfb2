import type { layerText as english } from '../en/layers.ts';

export const layerText: Readonly<Record<keyof typeof english, string>> = {};
