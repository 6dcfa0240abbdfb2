/** English: see text.ts. */
export const parameterText = {} as const;
