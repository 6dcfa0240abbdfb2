import type { measureText as english } from '../en/measures.ts';

export const measureText: Readonly<Record<keyof typeof english, string>> = {
  'measure.scalar': '标量',
};
