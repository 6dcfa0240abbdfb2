import type { Locale } from '#shared/text/locale';
import { isTextKey, text } from '#shared/text/text';
import type { TextKey } from '#shared/text/text';

/** What check and the services say: a code of the text table, its values, and English for what the table lacks. */
export interface Message {
  readonly code: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly title?: string;
}

/** A message in a language: the table's words under `prefix.code`, otherwise the English the message brought along. */
export function describeMessage(locale: Locale, prefix: 'problem' | 'fix' | 'failure', message: Message): string {
  const key = `${prefix}.${message.code}`;
  const values = { ...message.values, ...namedParameter(locale, message.values.parameter) };
  return isTextKey(key) ? text(locale, key, values) : (message.message ?? message.title ?? message.code);
}

/** A message carries a parameter's id, because it comes from a document; a person reads its name. */
function namedParameter(locale: Locale, parameter: unknown): { readonly parameter?: string } {
  const key = typeof parameter === 'string' ? `parameter.${parameter}.name` : '';
  return isTextKey(key) ? { parameter: text(locale, key) } : {};
}

/** The key built from data where the table has it. */
export function existingKey(key: string): TextKey | undefined {
  return isTextKey(key) ? key : undefined;
}
