import type { Locale } from '#shared/text/locale';
import { isTextKey, text, withNamedParameter } from '#shared/text/text';
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
  return isTextKey(key)
    ? text(locale, key, withNamedParameter(locale, message.values))
    : (message.message ?? message.title ?? message.code);
}

/** The key built from data where the table has it. */
export function existingKey(key: string): TextKey | undefined {
  return isTextKey(key) ? key : undefined;
}
