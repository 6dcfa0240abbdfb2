import { locales } from '#shared/text/locale';
import type { Locale } from '#shared/text/locale';
import { isTextKey, text } from '#shared/text/text';
import { keysOf, showKeys } from '../../platform/commands.ts';
import type { Command } from '../../platform/commands.ts';

function plain(words: string): string {
  return words.normalize('NFKC').toLowerCase().trim();
}

/**
 * Commands whose name in any language, id or keys hold every word of a query; those whose name begins with it first. All
 * of them, in their order, where it is empty.
 */
export function searchCommands(commands: readonly Command[], query: string, locale: Locale): readonly Command[] {
  const wanted = plain(query);
  if (wanted === '') return commands;
  const parts = wanted.split(/\s+/);
  return commands
    .flatMap((command) => {
      const names = locales.map((one) => text(one, command.label));
      const all = plain([...names, command.id, ...keysOf(command.id).map((keys) => showKeys(keys))].join(' '));
      if (!parts.every((part) => all.includes(part))) return [];
      return [{ command, late: plain(text(locale, command.label)).startsWith(wanted) ? 0 : 1 }];
    })
    .toSorted((one, other) => one.late - other.late)
    .map(({ command }) => command);
}

/** What a group of commands is called: the part of their ids before the point says which it is. */
export function groupOf({ id }: Command, locale: Locale): string {
  const key = `commands.group.${id.split('.')[0] ?? ''}`;
  return text(locale, isTextKey(key) ? key : 'commands.group.more');
}

/** Commands by group, in the order in which the groups first come; what belongs to none comes last. */
export function byGroup(
  commands: readonly Command[],
  locale: Locale,
): readonly { readonly name: string; readonly commands: readonly Command[] }[] {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    const name = groupOf(command, locale);
    groups.set(name, [...(groups.get(name) ?? []), command]);
  }
  const last = text(locale, 'commands.group.more');
  return [...groups]
    .map(([name, members]) => ({ name, commands: members }))
    .toSorted((one, other) => Number(one.name === last) - Number(other.name === last));
}
