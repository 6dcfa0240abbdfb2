import { serialiseDocument } from '#shared/graph/serialise';
import type { Template } from '#shared/templates/template';
import { templates } from '#shared/templates/templates';
import { isTextKey } from '#shared/text/text';
import { fail, listNames } from '../../services/failure.ts';
import { fileFailure, replaceFile } from '../../services/fileSystem.ts';
import type { Command } from '../command.ts';
import { buildTemplate, describeSetting, parseSetting } from '../settings.ts';
import type { Terminal } from '../surroundings.ts';
import { table } from '../table.ts';

function words(terminal: Terminal, key: string): string {
  return isTextKey(key) ? terminal.say(key) : '';
}

function list(terminal: Terminal): string {
  const one = ({ name, settings }: Template): string => {
    const title = words(terminal, `template.${name}.name`);
    const help = words(terminal, `template.${name}.help`);
    const rows = settings.map((setting) => [`    ${setting.key}`, String(setting.default), describeSetting(setting)]);
    return `${name}: ${title}\n${help === '' ? '' : `  ${help}\n`}${table(null, rows)}`;
  };
  return templates.map(one).join('\n');
}

/** Lists the templates with every settable value, or makes the document of one. */
export const template: Command = {
  name: 'template',
  usage: 'template [NAME] [--set NAME=VALUE …] [--out FILE]',
  positionals: { minimum: 0, maximum: 1 },
  options: { set: { kind: 'settings' }, out: { kind: 'text', value: 'FILE' } },
  async run(terminal, { positionals: [name], settings, texts }) {
    const given = settings.map(parseSetting);
    if (name === undefined) {
      const listed = templates.map(({ name: each, settings: own }) => ({
        name: each,
        title: words(terminal, `template.${each}.name`),
        help: words(terminal, `template.${each}.help`),
        settings: own,
      }));
      const [first] = given;
      if (first !== undefined) throw fail('set.unknown', { name: first.name, expected: '–' });
      terminal.result({ templates: listed }, () => list(terminal));
      return 0;
    }
    const found = templates.find((each) => each.name === name);
    if (found === undefined) {
      throw fail('template.unknown', { name, expected: listNames(templates.map((each) => each.name)) });
    }
    const text = serialiseDocument(buildTemplate(found, given));
    const out = texts.get('out');
    if (out === undefined) {
      // The document is JSON as it stands.
      terminal.surroundings.out(text);
      return 0;
    }
    const path = terminal.path(out);
    try {
      await replaceFile(terminal.surroundings.fileSystem, path, text);
    } catch (error) {
      throw fileFailure(error, path, 'write');
    }
    terminal.result({ template: name, out: path }, () => `${terminal.say('terminal.written', { path })}\n`);
    return 0;
  },
};
