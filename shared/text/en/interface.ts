/** English: see text.ts. */
export const interfaceText = {} as const;
