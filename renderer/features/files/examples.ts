import type { GradloomDocument } from '#shared/graph/document';
import { createTemplate, templates } from '#shared/templates/templates';
import type { Locale } from '#shared/text/locale';
import { wordsUnder } from '#shared/text/text';

/** Templates of other families that the menu offers too. */
const shortcuts: ReadonlySet<string> = new Set(['digits-cnn', 'rla']);

/** A template as the menu of files offers it, with its defaults. */
export interface TemplateChoice {
  readonly id: string;
  readonly name: string;
  create(): GradloomDocument;
}

/** The first networks to look at, named in a language; the palette has all templates. */
export function templateChoices(locale: Locale): readonly TemplateChoice[] {
  const offered = templates.filter(({ family, name }) => family === 'basics' || shortcuts.has(name));
  return offered.map(({ name }) => ({
    id: name,
    name: wordsUnder(locale, `template.${name}.name`, name),
    create: () => createTemplate(name, {}, locale),
  }));
}
