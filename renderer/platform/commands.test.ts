import { afterEach, describe, expect, it } from 'vitest';
import {
  chooseKeys,
  commandFor,
  hasChosenKeys,
  isCommandAvailable,
  keysOf,
  normaliseKeys,
  ownerOfKeys,
  pressedKeys,
  registerCommand,
  registerCommands,
  resetKeys,
  runCommand,
  showKeys,
} from './commands.ts';
import type { Command, KeyPress } from './commands.ts';

const added: (() => void)[] = [];
afterEach(() => {
  for (const remove of added.splice(0)) remove();
});

const nothing = (): void => undefined;
const add = (command: Partial<Command> & { id: string }): void => {
  added.push(registerCommand({ label: 'command.undo', run: nothing, ...command }));
};
const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isComposing: false,
  keyCode: 0,
  ...held,
});

describe('the registry', () => {
  it('refuses a second command with the same id', () => {
    add({ id: 'one' });
    expect(() => registerCommand({ id: 'one', label: 'command.undo', run: nothing })).toThrow(/registered twice/);
  });

  it('refuses a key that belongs to another, however it is written, and names both', () => {
    add({ id: 'one', keys: ['Mod+Shift+Z'] });
    expect(() => registerCommand({ id: 'two', label: 'command.undo', keys: ['Shift+Mod+z'], run: nothing })).toThrow(
      'the key Mod+Shift+Z of two already belongs to one',
    );
    expect(isCommandAvailable('two')).toBe(false);
  });

  it('adds all or none, and frees keys when commands go', () => {
    add({ id: 'one', keys: ['F'] });
    const list: Command[] = [
      { id: 'two', label: 'command.undo', keys: ['G'], run: nothing },
      { id: 'three', label: 'command.undo', keys: ['F'], run: nothing },
    ];
    expect(() => registerCommands(list)).toThrow(/belongs to one/);
    expect(isCommandAvailable('two')).toBe(false);
    added.splice(0).forEach((remove) => remove());
    added.push(registerCommands(list));
    expect(isCommandAvailable('three')).toBe(true);
  });

  it('runs what exists and makes sense now', () => {
    let ran = 0;
    let allowed = false;
    add({ id: 'one', when: () => allowed, run: () => ran++ });
    expect([runCommand('one'), runCommand('other')]).toEqual([false, false]);
    allowed = true;
    expect(runCommand('one')).toBe(true);
    expect(ran).toBe(1);
  });
});

describe('keys', () => {
  it.each([
    ['mod is control elsewhere', press('z', { ctrlKey: true }), 'other', 'Mod+Z'],
    ['mod is command on Apple', press('z', { metaKey: true }), 'apple', 'Mod+Z'],
    ['control on Apple is not mod', press('z', { ctrlKey: true }), 'apple', 'Ctrl+Z'],
    ['the system key belongs to the system elsewhere', press('z', { metaKey: true }), 'other', null],
    ['shift counts with letters', press('Z', { ctrlKey: true, shiftKey: true }), 'other', 'Mod+Shift+Z'],
    ['shift is part of a symbol', press('?', { shiftKey: true, code: 'Slash' }), 'other', '?'],
    ['a bare modifier is nothing', press('Shift', { shiftKey: true }), 'other', null],
    ['an input method composes', press('a', { isComposing: true }), 'other', null],
    ['an input method took the key', press('a', { keyCode: 229 }), 'other', null],
    ['alt gives other letters, the key is meant', press('å', { altKey: true, code: 'KeyA' }), 'apple', 'Alt+A'],
    ['a letter of another script means its key', press('я', { ctrlKey: true, code: 'KeyZ' }), 'other', 'Mod+Z'],
    ['space', press(' ', { code: 'Space' }), 'other', 'Space'],
    ['plus', press('+', { code: 'Equal', shiftKey: true }), 'other', '+'],
    ['arrows', press('ArrowUp', { shiftKey: true }), 'other', 'Shift+ArrowUp'],
  ] as const)('%s', (_what, event, platform, keys) => {
    expect(pressedKeys(event, platform)).toBe(keys);
  });

  it('are written in one way', () => {
    expect(normaliseKeys('Shift+Mod+z')).toBe('Mod+Shift+Z');
    expect(normaliseKeys('Mod++')).toBe('Mod++');
    expect(() => normaliseKeys('Mod')).toThrow(/not one key/);
    expect(() => normaliseKeys('A+B')).toThrow(/not one key/);
  });

  it('are shown as the keyboard labels them', () => {
    expect(showKeys('Mod+Shift+Z', 'other')).toBe('Ctrl+Shift+Z');
    expect(showKeys('Mod+Shift+Z', 'apple')).toBe('⌘⇧Z');
    expect(showKeys('Shift+ArrowUp', 'other')).toBe('Shift+↑');
    expect(showKeys('Mod++', 'other')).toBe('Ctrl++');
  });

  it('do nothing in a text field unless the command is global, and never where the browser acts itself', () => {
    add({ id: 'plain', keys: ['F'] });
    add({ id: 'global', keys: ['Mod+S'], global: true });
    add({ id: 'native', keys: ['Mod+C'], native: true });
    const save = press('s', { ctrlKey: true });
    expect(commandFor(press('f'), false, 'other')?.id).toBe('plain');
    expect(commandFor(press('f'), true, 'other')).toBeUndefined();
    expect(commandFor(save, true, 'other')?.id).toBe('global');
    expect(commandFor(press('c', { ctrlKey: true }), false, 'other')).toBeUndefined();
  });
});

describe('chosen keys', () => {
  afterEach(() => resetKeys());

  it('take the place of a command’s own, and a command that had them gives them up', () => {
    add({ id: 'one', keys: ['F', 'G'] });
    add({ id: 'two', keys: ['H'] });
    chooseKeys('two', ['g']);
    expect([keysOf('one'), keysOf('two')]).toEqual([['F'], ['G']]);
    expect([ownerOfKeys('G')?.id, ownerOfKeys('H')?.id]).toEqual(['two', undefined]);
    expect(commandFor(press('g'), false, 'other')?.id).toBe('two');
    expect(commandFor(press('h'), false, 'other')).toBeUndefined();
    resetKeys();
    expect([keysOf('one'), keysOf('two')]).toEqual([['F', 'G'], ['H']]);
  });

  it('win over the own key of a command that comes later', () => {
    add({ id: 'one', keys: ['F'] });
    chooseKeys('one', ['J']);
    add({ id: 'two', keys: ['J'] });
    expect(ownerOfKeys('J')?.id).toBe('one');
    expect(hasChosenKeys('two')).toBe(false);
    resetKeys('one');
    expect([ownerOfKeys('F')?.id, ownerOfKeys('J')?.id]).toEqual(['one', 'two']);
  });
});
