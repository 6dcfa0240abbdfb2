import { createTemplate } from '#shared/templates/templates';
import type { Template, TemplateSetting } from '#shared/templates/template';
import { TemplateError, templateValues } from '#shared/templates/template';
import type { GradloomDocument } from '#shared/graph/document';
import { fail, listNames } from '../services/failure.ts';
import type { Setting } from '../services/settings.ts';

/** @throws ServiceError where a text is not NAME=VALUE */
export function parseSetting(given: string): Setting {
  const at = given.indexOf('=');
  if (at <= 0) throw fail('set.form', { text: given });
  return { name: given.slice(0, at), value: given.slice(at + 1) };
}

/** What a template's setting takes, in words. */
export function describeSetting(setting: TemplateSetting): string {
  switch (setting.kind) {
    case 'integer':
    case 'number':
      return `${setting.kind} ${setting.minimum} … ${setting.maximum}`;
    case 'boolean':
      return 'true | false';
    case 'choice':
      return setting.options.join(' | ');
    default:
      return setting satisfies never;
  }
}

/** Makes a template's document. @throws ServiceError for an unknown setting or a wrong value */
export function buildTemplate(template: Template, settings: readonly Setting[]): GradloomDocument {
  const values: Record<string, string> = {};
  for (const { name, value } of settings) {
    const setting = template.settings.find(({ key }) => key === name);
    if (setting === undefined) {
      throw fail('set.unknown', { name, expected: listNames(template.settings.map(({ key }) => key)) });
    }
    values[name] = value;
    try {
      templateValues(template, { [name]: value });
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw fail('set.value', { name, expected: describeSetting(setting), received: `"${value}"` });
    }
  }
  return createTemplate(template.name, values);
}
