import { dataText } from './en/data.ts';
import { editingText } from './en/editing.ts';
import { engineText } from './en/engine.ts';
import { exampleText } from './en/examples.ts';
import { exportText } from './en/exports.ts';
import { fileText } from './en/files.ts';
import { fixText } from './en/fixes.ts';
import { imageTemplateText } from './en/imageTemplates.ts';
import { interfaceText } from './en/interface.ts';
import { labText } from './en/lab.ts';
import { layerText } from './en/layers.ts';
import { lessonText } from './en/lessons.ts';
import { measureText } from './en/measures.ts';
import { parameterText } from './en/parameters.ts';
import { problemText } from './en/problems.ts';
import { sequenceText } from './en/sequence.ts';
import { sequenceTemplateText } from './en/sequenceTemplates.ts';
import { shellText } from './en/shells.ts';
import { templateText } from './en/templates.ts';
import { tourText } from './en/tour.ts';
import { trainingText } from './en/training.ts';
import type { Locale, TextValues } from './locale.ts';
import { dataText as dataTextChinese } from './zh/data.ts';
import { editingText as editingTextChinese } from './zh/editing.ts';
import { engineText as engineTextChinese } from './zh/engine.ts';
import { exampleText as exampleTextChinese } from './zh/examples.ts';
import { exportText as exportTextChinese } from './zh/exports.ts';
import { fileText as fileTextChinese } from './zh/files.ts';
import { fixText as fixTextChinese } from './zh/fixes.ts';
import { imageTemplateText as imageTemplateTextChinese } from './zh/imageTemplates.ts';
import { interfaceText as interfaceTextChinese } from './zh/interface.ts';
import { labText as labTextChinese } from './zh/lab.ts';
import { layerText as layerTextChinese } from './zh/layers.ts';
import { lessonText as lessonTextChinese } from './zh/lessons.ts';
import { measureText as measureTextChinese } from './zh/measures.ts';
import { parameterText as parameterTextChinese } from './zh/parameters.ts';
import { problemText as problemTextChinese } from './zh/problems.ts';
import { sequenceText as sequenceTextChinese } from './zh/sequence.ts';
import { sequenceTemplateText as sequenceTemplateTextChinese } from './zh/sequenceTemplates.ts';
import { shellText as shellTextChinese } from './zh/shells.ts';
import { templateText as templateTextChinese } from './zh/templates.ts';
import { tourText as tourTextChinese } from './zh/tour.ts';
import { trainingText as trainingTextChinese } from './zh/training.ts';

const english = {
  ...dataText,
  ...editingText,
  ...engineText,
  ...exampleText,
  ...exportText,
  ...fileText,
  ...fixText,
  ...imageTemplateText,
  ...interfaceText,
  ...labText,
  ...layerText,
  ...lessonText,
  ...measureText,
  ...parameterText,
  ...problemText,
  ...sequenceText,
  ...sequenceTemplateText,
  ...shellText,
  ...templateText,
  ...tourText,
  ...trainingText,
} as const;

/** A key of the one text table. */
export type TextKey = keyof typeof english;

const chinese: Readonly<Record<TextKey, string>> = {
  ...dataTextChinese,
  ...editingTextChinese,
  ...engineTextChinese,
  ...exampleTextChinese,
  ...exportTextChinese,
  ...fileTextChinese,
  ...fixTextChinese,
  ...imageTemplateTextChinese,
  ...interfaceTextChinese,
  ...labTextChinese,
  ...layerTextChinese,
  ...lessonTextChinese,
  ...measureTextChinese,
  ...parameterTextChinese,
  ...problemTextChinese,
  ...sequenceTextChinese,
  ...sequenceTemplateTextChinese,
  ...shellTextChinese,
  ...templateTextChinese,
  ...tourTextChinese,
  ...trainingTextChinese,
};

const tables: Readonly<Record<Locale, Readonly<Record<TextKey, string>>>> = { en: english, 'zh-CN': chinese };

/** Whether a string is a key of the table. */
export function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(english, key);
}

/** All keys, for the test that both languages have the same placeholders. */
export function textKeys(): readonly TextKey[] {
  return Object.keys(english).filter(isTextKey);
}

/** The text under `key` with `values` put in at `{name}`. A shape reads 8×8×16, a scalar's reads "scalar" or 标量. */
export function text(locale: Locale, key: TextKey, values: TextValues = {}): string {
  return tables[locale][key].replace(/\{([A-Za-z][A-Za-z0-9]*)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? formatValue(locale, values[name]) : whole,
  );
}

/**
 * A text to be put into another, as a value of it: it is told in the language of the text around it, however far both
 * travelled before somebody reads them. Plain JSON, so that it crosses between processes.
 */
export type InnerText<Values extends TextValues = TextValues> = { readonly text: TextKey; readonly values: Values };

/** Makes a text to be put into another. */
export function innerText<Values extends TextValues>(key: TextKey, values: Values): InnerText<Values> {
  return { text: key, values };
}

function isInnerText(value: unknown): value is InnerText {
  if (typeof value !== 'object' || value === null || !('text' in value) || !('values' in value)) return false;
  return typeof value.text === 'string' && isTextKey(value.text) && typeof value.values === 'object';
}

/** A problem carries a parameter's id, because it comes from a document; a person reads its name. */
export function withNamedParameter(locale: Locale, values: TextValues): TextValues {
  const key = typeof values['parameter'] === 'string' ? `parameter.${values['parameter']}.name` : '';
  return isTextKey(key) ? { ...values, parameter: text(locale, key) } : values;
}

function formatValue(locale: Locale, value: unknown): string {
  if (isInnerText(value)) return text(locale, value.text, withNamedParameter(locale, value.values));
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item === 'number')) {
      return value.length === 0 ? text(locale, 'measure.scalar') : value.join('×');
    }
    return value.map((item) => formatValue(locale, item)).join(', ');
  }
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return JSON.stringify(value) ?? '';
}

/** The words under a key built from data, or `otherwise` where the table has none. */
export function wordsUnder(locale: Locale, key: string, otherwise: string): string {
  return isTextKey(key) ? text(locale, key) : otherwise;
}
