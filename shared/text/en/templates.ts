/** English: see text.ts. */
export const templateText = {} as const;
