/** The languages the product speaks. */
export const locales = ['en', 'zh-CN'] as const;
export type Locale = (typeof locales)[number];

/** Values put into a text at `{name}`. */
export type TextValues = Readonly<Record<string, unknown>>;
