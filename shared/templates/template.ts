import type { GradloomDocument } from '../graph/document.ts';
import type { JsonValue } from '../graph/json.ts';
import type { ParameterField } from '../layers/layer.ts';
import type { Locale, TextValues } from '../text/locale.ts';
import type { TextKey } from '../text/text.ts';
import { text } from '../text/text.ts';

/** One value that a template can be made with: how it is edited, and what it may be. */
export type TemplateSetting = { readonly key: string } & Extract<
  ParameterField,
  { readonly kind: 'integer' | 'number' | 'boolean' | 'choice' }
>;

/** Values of a template's settings, every one there and of its kind. */
export class TemplateValues {
  readonly #values: ReadonlyMap<string, JsonValue>;

  readonly #locale: Locale;

  constructor(values: ReadonlyMap<string, JsonValue>, locale: Locale) {
    this.#values = values;
    this.#locale = locale;
  }

  /** Words that go into the document, in the language it is made in. */
  say(key: TextKey, values: TextValues = {}): string {
    return text(this.#locale, key, values);
  }

  number(key: string): number {
    const value = this.#values.get(key);
    if (typeof value !== 'number')
      throw new Error(`the template asks for the number ${key}, which is not a setting of it`);
    return value;
  }

  boolean(key: string): boolean {
    const value = this.#values.get(key);
    if (typeof value !== 'boolean')
      throw new Error(`the template asks for the switch ${key}, which is not a setting of it`);
    return value;
  }

  choice<Option extends string>(key: string, options: readonly Option[]): Option {
    const found = options.find((option) => option === this.#values.get(key));
    if (found === undefined) throw new Error(`the template asks for the choice ${key}, which is not a setting of it`);
    return found;
  }
}

/**
 * What a template is about. Names are in the text table under `template.family.<family>`.
 * - basics: first networks, and plain against residual
 * - images: convolutional networks
 * - depth: cells and states that recur along the depth
 * - sequences: recurrence over steps, attention
 * - exact: networks whose gradient is known in closed form
 */
export const templateFamilies = ['basics', 'images', 'depth', 'sequences', 'exact'] as const;
export type TemplateFamily = (typeof templateFamilies)[number];

/**
 * A document that can be made with settings. Its name and help are in the text table under `template.<name>.name` and
 * `template.<name>.help`, its settings' under `template.setting.<key>`, with help under `template.setting.<key>.help`
 * where the name does not say it all; an option's words under `template.option.<key>.<option>`.
 */
export interface Template {
  readonly name: string;
  readonly family: TemplateFamily;
  readonly settings: readonly TemplateSetting[];
  /** The paper that it follows, and where to find it. */
  readonly source?: string;
  create(values: TemplateValues): GradloomDocument;
}

/** A setting that a template does not have, or a value that it may not have. */
export class TemplateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TemplateError';
  }
}

/**
 * The values of a template's settings: those given, and defaults for the rest. Numbers and switches may come as text, as
 * a command line gives them. Throws a TemplateError that says what may be set to what.
 */
export function templateValues(
  template: Template,
  given: Readonly<Record<string, JsonValue>>,
  locale: Locale = 'en',
): TemplateValues {
  const known = template.settings.map(({ key }) => key);
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) {
      const list = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
      throw new TemplateError(`The template "${template.name}" has no setting "${key}"; ${list}.`);
    }
  }
  return new TemplateValues(
    new Map(
      template.settings.map((setting) => {
        const value = Object.hasOwn(given, setting.key) ? given[setting.key] : undefined;
        return [setting.key, value === undefined ? setting.default : valueOf(template, setting, value)];
      }),
    ),
    locale,
  );
}

function valueOf(template: Template, setting: TemplateSetting, given: JsonValue): JsonValue {
  const refuse = (expected: string): never => {
    throw new TemplateError(
      `The template "${template.name}": ${setting.key} must be ${expected}; received ${JSON.stringify(given)}.`,
    );
  };
  switch (setting.kind) {
    case 'integer':
    case 'number': {
      const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
      const what = setting.kind === 'integer' ? 'a whole number' : 'a number';
      const fits =
        typeof value === 'number' &&
        value >= setting.minimum &&
        value <= setting.maximum &&
        (setting.kind === 'number' || Number.isInteger(value));
      return fits ? value : refuse(`${what} from ${setting.minimum} to ${setting.maximum}`);
    }
    case 'boolean':
      if (typeof given === 'boolean') return given;
      return given === 'true' ? true : given === 'false' ? false : refuse('true or false');
    case 'choice':
      return typeof given === 'string' && setting.options.includes(given)
        ? given
        : refuse(`one of ${setting.options.join(', ')}`);
  }
}
