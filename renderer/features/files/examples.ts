import type { GradloomDocument } from '#shared/graph/document';
import { createTemplate, templates } from '#shared/templates/templates';
import type { Locale } from '#shared/text/locale';
import { wordsUnder } from '../../ui/words.ts';

/** A template as the menu of files offers it, with its defaults. */
export interface TemplateChoice {
  readonly id: string;
  readonly name: string;
  create(): GradloomDocument;
}

/** Every template, named in a language. */
export function templateChoices(locale: Locale): readonly TemplateChoice[] {
  return templates.map(({ name }) => ({
    id: name,
    name: wordsUnder(locale, `template.${name}.name`, name),
    create: () => createTemplate(name, {}, locale),
  }));
}
