/** English: see text.ts. */
export const trainingText = {} as const;
