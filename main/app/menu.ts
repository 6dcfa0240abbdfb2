import type { Locale } from '#shared/text/locale';
import { text } from '#shared/text/text';
import type { TextKey } from '#shared/text/text';
import type { MenuItem } from './electronApi.ts';

interface Entry {
  readonly command: string;
  readonly label: TextKey;
  readonly keys?: string;
}

const separator = 'separator';
type Role = NonNullable<MenuItem['role']>;

/** What Electron does by itself. It names these in English whatever the language is. */
interface RoleEntry {
  readonly role: Role;
  readonly label: TextKey;
  /** Another key for the same, which is not shown. */
  readonly also?: string;
}

interface Heading {
  readonly title: TextKey;
  readonly entries: readonly (Entry | typeof separator | RoleEntry)[];
}

const quit: RoleEntry = { role: 'quit', label: 'menu.quit' };

/** The menu's commands are the window's: the registry there knows what they do and whether they make sense now. */
const headings: readonly Heading[] = [
  {
    title: 'menu.file',
    entries: [
      { command: 'file.new', label: 'menu.file.new', keys: 'CmdOrCtrl+N' },
      { command: 'file.newWindow', label: 'files.newWindow', keys: 'CmdOrCtrl+Shift+N' },
      { command: 'file.open', label: 'menu.file.open', keys: 'CmdOrCtrl+O' },
      separator,
      { command: 'file.save', label: 'menu.file.save', keys: 'CmdOrCtrl+S' },
      { command: 'file.saveAs', label: 'menu.file.saveAs', keys: 'CmdOrCtrl+Shift+S' },
      separator,
      { command: 'file.versions', label: 'files.versions' },
      { command: 'file.unsavedWork', label: 'files.work' },
      separator,
      { command: 'file.export', label: 'menu.file.export', keys: 'CmdOrCtrl+E' },
      { command: 'file.import', label: 'menu.file.import' },
    ],
  },
  {
    title: 'menu.edit',
    entries: [
      { command: 'edit.undo', label: 'menu.edit.undo', keys: 'CmdOrCtrl+Z' },
      { command: 'edit.redo', label: 'menu.edit.redo', keys: 'CmdOrCtrl+Shift+Z' },
      { command: 'view.history', label: 'command.history' },
      separator,
      { role: 'cut', label: 'command.cut' },
      { role: 'copy', label: 'command.copy' },
      { role: 'paste', label: 'command.paste' },
      { role: 'selectAll', label: 'menu.edit.selectAll' },
    ],
  },
  {
    title: 'menu.run',
    entries: [
      { command: 'training.run', label: 'menu.run.run', keys: 'CmdOrCtrl+Enter' },
      { command: 'training.step', label: 'menu.run.step', keys: 'CmdOrCtrl+Shift+Enter' },
      { command: 'training.stop', label: 'menu.run.stop', keys: 'CmdOrCtrl+.' },
    ],
  },
  {
    title: 'menu.window',
    entries: [
      // Without its key: what Apple's menu bar shows it also takes, while a person types a word with that letter, too.
      { command: 'view.projector', label: 'command.projector' },
      separator,
      // On most keyboards “+” is held with Shift upon “=”.
      { role: 'zoomIn', label: 'menu.window.larger', also: 'CmdOrCtrl+=' },
      { role: 'zoomOut', label: 'menu.window.smaller' },
      { role: 'resetZoom', label: 'menu.window.actualSize' },
      separator,
      { role: 'minimize', label: 'menu.window.minimise' },
      { role: 'togglefullscreen', label: 'menu.window.fullScreen' },
      { role: 'close', label: 'menu.window.close' },
    ],
  },
  {
    title: 'help.menu',
    entries: [
      { command: 'help.tour', label: 'tour.command' },
      { command: 'lessons.show', label: 'lessons.command' },
      separator,
      { command: 'commands.palette', label: 'commands.palette', keys: 'CmdOrCtrl+K' },
      { command: 'commands.keys', label: 'commands.keys' },
      separator,
      { command: 'help.update', label: 'update.command' },
      { command: 'help.crashes', label: 'crash.command' },
      { command: 'help.about', label: 'about.command' },
    ],
  },
];

/** On Apple's systems the first menu is the app's own; elsewhere one quits from the first of the others. */
const appEntries: Heading['entries'] = [
  { command: 'help.about', label: 'about.command' },
  separator,
  { role: 'services', label: 'menu.app.services' },
  separator,
  { role: 'hide', label: 'menu.app.hide' },
  { role: 'hideOthers', label: 'menu.app.hideOthers' },
  { role: 'unhide', label: 'menu.app.showAll' },
  separator,
  quit,
];

/** The command ids that the menu sends, for the test that the window knows them. */
export const menuCommands: readonly string[] = headings.flatMap(({ entries }) =>
  entries.flatMap((entry) => (typeof entry === 'object' && 'command' in entry ? [entry.command] : [])),
);

/** The application's menu as Electron's template. */
export function menuTemplate(locale: Locale, platform: NodeJS.Platform, send: (command: string) => void): MenuItem[] {
  const itemsOf = (entry: Heading['entries'][number]): MenuItem[] => {
    if (entry === separator) return [{ type: separator }];
    const label = text(locale, entry.label);
    if ('role' in entry) {
      const { role, also } = entry;
      return [{ role, label }, ...(also === undefined ? [] : [{ role, label, accelerator: also, visible: false }])];
    }
    return [
      {
        label,
        ...(entry.keys === undefined ? {} : { accelerator: entry.keys }),
        registerAccelerator: false,
        click: () => send(entry.command),
      },
    ];
  };
  const isApple = platform === 'darwin';
  const menus = headings.map(({ title, entries }, index): MenuItem => {
    const last = index === 0 && !isApple ? ([separator, quit] as const) : [];
    return { label: text(locale, title), submenu: [...entries, ...last].flatMap(itemsOf) };
  });
  return isApple ? [{ label: 'Gradloom', submenu: appEntries.flatMap(itemsOf) }, ...menus] : menus;
}
