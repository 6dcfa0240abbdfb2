import type { Locale } from '../text/locale.ts';
import { isTextKey, text } from '../text/text.ts';

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
  const key = `parameter.${parameter}.name`;
  return [isTextKey(key) ? text(locale, key) : parameter, ...rest].join('.');
}
