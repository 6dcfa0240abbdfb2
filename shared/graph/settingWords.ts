import type { Locale } from '../text/locale.ts';
import { isTextKey, text } from '../text/text.ts';
import type { JsonValue } from './json.ts';
import { isJsonObject, jsonExcerpt } from './json.ts';

/**
 * What a training setting is called in the window, from its path below `training` ("optimiser.learningRate"): its own name,
 * behind that of the part it belongs to where the name alone would not say. A path that the table does not know stays.
 */
export function settingWords(locale: Locale, path: string): string {
  const parts = path.split('.').filter((part) => part !== 'training' && part !== 'source');
  const [part = '', ...rest] = parts;
  const last = parts.at(-1) ?? '';
  const name = (key: string): string | null => (isTextKey(key) ? text(locale, key) : null);
  const whole = part === 'data' ? name('data.source') : name(`training.${part}`);
  if (rest.length === 0 || last === 'kind') return whole ?? path;
  const own = part === 'data' ? name(`data.${last}`) : (name(`training.${part}.${last}`) ?? name(`training.${last}`));
  if (own === null) return path;
  // The optimiser's settings are named by themselves in the window too.
  if (part === 'optimiser' || part === 'data' || whole === null) return own;
  return text(locale, 'setting.within', { whole, own });
}

/** What a parameter of a layer is called in the window, from its name or the path of a value in it. */
export function parameterWords(locale: Locale, path: string): string {
  const [parameter = '', ...rest] = path.split('.');
  return [firstKnown(locale, [`parameter.${parameter}.name`]) ?? parameter, ...rest].join('.');
}

/** What a setting of a template is called in the window; its key where the table does not know it. */
export function templateSettingWords(locale: Locale, key: string): string {
  return firstKnown(locale, [`template.setting.${key}`]) ?? key;
}

/** One of several values: the template's own words, those of a layer's parameter of this name, or the value. */
export function templateOptionWords(locale: Locale, key: string, option: string): string {
  const keys = [`template.option.${key}.${option}`, `option.${key}.${option}`, `palette.option.${option}`];
  return firstKnown(locale, keys) ?? option;
}

/**
 * A value of a training setting or of a layer's parameter, as a person reads it: choices, initialisers and penalties by
 * their names in the window, numbers as they are.
 *
 * @param path of the setting (`training.optimiser.kind`) or the parameter's name (`kernelInitialiser`)
 */
export function settingValueWords(locale: Locale, path: string, value: JsonValue): string {
  if (typeof value === 'number') return value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
  if (typeof value === 'boolean') return text(locale, value ? 'setting.on' : 'setting.off');
  if (value === null) return text(locale, 'setting.none');
  if (typeof value === 'string') {
    const setting = path.replace(/^training\./, '').replace(/\.kind$/, '');
    const keys = [`training.${setting}.${value}`, `${setting}.${value}`, `option.${path}.${value}`];
    return firstKnown(locale, keys) ?? value;
  }
  if (!isJsonObject(value)) return jsonExcerpt(value);
  const { kind, ...rest } = value;
  const listed = Object.entries(rest).filter(([, inner]) => typeof kind === 'string' || inner !== 0);
  const details = listed.map(([key, inner]) => {
    const name = firstKnown(locale, [`initialiser.field.${key}`, `inspector.penalty.${key}`, `data.${key}`]) ?? key;
    return `${name} ${settingValueWords(locale, key, inner)}`;
  });
  const name =
    typeof kind === 'string' ? [firstKnown(locale, [`initialiser.${kind}`, `data.source.${kind}`]) ?? kind] : [];
  return [...name, ...details].join(text(locale, 'difference.listSeparator'));
}

function firstKnown(locale: Locale, keys: readonly string[]): string | null {
  const known = keys.find(isTextKey);
  return known === undefined ? null : text(locale, known);
}
