/** Words for values and measures. */
export const measureText = {
  'measure.scalar': 'scalar',
} as const;
