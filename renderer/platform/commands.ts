import { useSyncExternalStore } from 'react';
import { z } from 'zod';
import type { TextKey } from '#shared/text/text';
import { platform } from './environment.ts';
import type { Platform } from './environment.ts';
import { localStore, readStored, writeStored } from './storage.ts';

/**
 * One thing a person can do, whether by key, button, menu or palette. `keys` are written like `Mod+Shift+Z`: Mod is ⌘ on
 * Apple's keyboards and Ctrl elsewhere. Keys do nothing while an input method composes, nor in a text field unless the
 * command is `global`.
 */
export interface Command {
  readonly id: string;
  readonly label: TextKey;
  readonly keys?: readonly string[];
  readonly global?: boolean;
  /**
   * The browser itself acts on these keys and tells by an event of its own (copy, cut, paste): they are named here to be
   * shown and to be nobody else's.
   */
  readonly native?: boolean;
  /** Makes sense by its key alone: lists of commands leave it out. */
  readonly unlisted?: boolean;
  /** Whether the command makes sense now; absent: always. */
  readonly when?: () => boolean;
  readonly run: () => void;
}

const storageKey = 'gradloom.keys';
const chosenSchema = z.record(z.string(), z.array(z.string()));

const commands = new Map<string, Command>();
/** Keys that the person chose in the place of a command's own, by its id. */
let chosen: Readonly<Record<string, readonly string[]>> = chosenSchema
  .catch({})
  .parse(readStored(localStore, storageKey));
const byKey = new Map<string, string>();
const listeners = new Set<() => void>();
let snapshot: readonly Command[] = [];

const modifiers = ['Mod', 'Ctrl', 'Alt', 'Shift'] as const;
type Modifier = (typeof modifiers)[number];

function isModifier(part: string): part is Modifier {
  return (modifiers as readonly string[]).includes(part);
}

/** Writes a key combination in one way: modifiers in a fixed order, single letters as capitals. */
export function normaliseKeys(keys: string): string {
  const parts = keys === '+' ? ['+'] : keys.split('+').filter((part) => part !== '');
  if (keys.endsWith('++')) parts.push('+');
  const key = parts.filter((part) => !isModifier(part));
  if (key.length !== 1 || key[0] === undefined) throw new Error(`"${keys}" is not one key with modifiers before it`);
  const held = modifiers.filter((modifier) => parts.includes(modifier));
  return [...held, key[0].length === 1 ? key[0].toUpperCase() : key[0]].join('+');
}

function ownKeys(command: Command): readonly string[] {
  return (command.keys ?? []).map(normaliseKeys);
}

/** What a command answers to: the keys that the person chose for it, else its own. */
export function keysOf(id: string): readonly string[] {
  const command = commands.get(id);
  return command === undefined ? [] : (chosen[id] ?? ownKeys(command));
}

/** A key that was chosen wins over another command's own. */
function assignKeys(): void {
  byKey.clear();
  const isChosen = ({ id }: Command): boolean => chosen[id] !== undefined;
  const inOrder = [...commands.values()].toSorted((one, other) => Number(isChosen(other)) - Number(isChosen(one)));
  for (const { id } of inOrder) for (const key of keysOf(id)) if (!byKey.has(key)) byKey.set(key, id);
}

function changed(): void {
  assignKeys();
  snapshot = [...commands.values()];
  for (const listener of listeners) listener();
}

/**
 * Adds a command and returns how to take it away. Two commands with one id, or two that answer to one key, are an error:
 * a person could not know which of them runs.
 */
export function registerCommand(command: Command): () => void {
  if (commands.has(command.id)) throw new Error(`the command ${command.id} is registered twice`);
  for (const key of ownKeys(command)) {
    const other = [...commands.values()].find((one) => ownKeys(one).includes(key));
    if (other !== undefined) throw new Error(`the key ${key} of ${command.id} already belongs to ${other.id}`);
  }
  commands.set(command.id, command);
  changed();
  return () => {
    if (commands.get(command.id) !== command) return;
    commands.delete(command.id);
    changed();
  };
}

/** The command that answers to these keys, if any. */
export function ownerOfKeys(keys: string): Command | undefined {
  return commands.get(byKey.get(normaliseKeys(keys)) ?? '');
}

/** Whether a person chose other keys for a command than its own. */
export function hasChosenKeys(id: string): boolean {
  return chosen[id] !== undefined;
}

/** Lets a command answer to other keys than its own; a command that had one of them gives it up. Kept between visits. */
export function chooseKeys(id: string, keys: readonly string[]): void {
  const wanted = keys.map(normaliseKeys);
  const given = wanted.flatMap((key) => ownerOfKeys(key) ?? []).filter((owner) => owner.id !== id);
  chosen = {
    ...chosen,
    ...Object.fromEntries(
      given.map((owner) => [owner.id, keysOf(owner.id).filter((key) => !wanted.includes(key))] as const),
    ),
    [id]: wanted,
  };
  writeStored(localStore, storageKey, chosen);
  changed();
}

/** Gives a command its own keys back, or all of them theirs. A key that another was given since then stays there. */
export function resetKeys(id?: string): void {
  chosen = id === undefined ? {} : Object.fromEntries(Object.entries(chosen).filter(([one]) => one !== id));
  writeStored(localStore, storageKey, chosen);
  changed();
}

/** Adds several commands; takes all of them away together. Adds none where one of them cannot be added. */
export function registerCommands(list: readonly Command[]): () => void {
  const undo: (() => void)[] = [];
  const takeAway = (): void => {
    for (const remove of undo) remove();
  };
  try {
    for (const command of list) undo.push(registerCommand(command));
  } catch (problem) {
    takeAway();
    throw problem;
  }
  return takeAway;
}

/** Runs a command where it exists and makes sense now; tells whether it ran. */
export function runCommand(id: string): boolean {
  const command = commands.get(id);
  if (command === undefined || command.when?.() === false) return false;
  command.run();
  return true;
}

/** Whether a command exists and makes sense now. */
export function isCommandAvailable(id: string): boolean {
  const command = commands.get(id);
  return command !== undefined && command.when?.() !== false;
}

/** A command by its id. */
export function findCommand(id: string): Command | undefined {
  return commands.get(id);
}

/** All commands, and again when one comes or goes. */
export function useCommands(): readonly Command[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => snapshot,
  );
}

const shown: Readonly<Record<Platform, Readonly<Record<string, string>>>> = {
  apple: { Mod: '⌘', Ctrl: '⌃', Alt: '⌥', Shift: '⇧', Delete: '⌦', Backspace: '⌫', Enter: '↩', Escape: 'Esc' },
  other: { Mod: 'Ctrl', Delete: 'Del', Backspace: '⌫', Enter: '↵', Escape: 'Esc' },
};
const arrows: Readonly<Record<string, string>> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' };

/** A key combination as the person's keyboard labels it. */
export function showKeys(keys: string, on: Platform = platform): string {
  const parts = normaliseKeys(keys).replace(/\+\+$/, '+plus').split('+');
  const words = parts.map((part) => (part === 'plus' ? '+' : (shown[on][part] ?? arrows[part] ?? part)));
  return words.join(on === 'apple' ? '' : '+');
}

/** The first key of a command as the person's keyboard labels it; '' where it has none. */
export function shownKeyOf(id: string): string {
  const keys = keysOf(id)[0];
  return keys === undefined ? '' : showKeys(keys);
}

/** The part of a keyboard event that decides. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
  readonly keyCode: number;
}

/** The combination a key press stands for, in normal form; null while an input method composes or for a bare modifier. */
export function pressedKeys(press: KeyPress, on: Platform = platform): string | null {
  // keyCode 229 is how browsers mark a key that an input method took, even after isComposing fell.
  if (press.isComposing || press.keyCode === 229) return null;
  if (['Control', 'Meta', 'Alt', 'Shift', 'Dead', 'Process', 'Unidentified'].includes(press.key)) return null;
  const key = press.key === ' ' ? 'Space' : letterOf(press);
  const parts: string[] = [];
  if (on === 'apple' ? press.metaKey : press.ctrlKey) parts.push('Mod');
  if (on === 'apple' && press.ctrlKey) parts.push('Ctrl');
  if (press.altKey) parts.push('Alt');
  // A shifted symbol ("?") already says that shift is held.
  if (press.shiftKey && (key.length > 1 || /^\p{L}$/u.test(key))) parts.push('Shift');
  if (on !== 'apple' && press.metaKey) return null;
  return normaliseKeys([...parts, key].join('+'));
}

/** With Alt held, some keyboards give another letter; the physical key is meant. */
function letterOf(press: KeyPress): string {
  const letter = /^Key([A-Z])$/.exec(press.code)?.[1];
  if (letter !== undefined && (press.altKey || !/^[\x20-\x7e]$/.test(press.key))) return letter;
  return press.key.length === 1 ? press.key.toUpperCase() : press.key;
}

/** Whether typing goes into this element. */
export function isTextField(target: EventTarget | null): boolean {
  if (typeof HTMLElement === 'undefined' || !(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return (
    target instanceof HTMLInputElement &&
    !['button', 'checkbox', 'radio', 'range', 'color', 'submit', 'reset', 'file'].includes(target.type)
  );
}

/** The command that a key press asks for, if any. */
export function commandFor(press: KeyPress, inTextField: boolean, on: Platform = platform): Command | undefined {
  const keys = pressedKeys(press, on);
  if (keys === null) return undefined;
  const command = commands.get(byKey.get(keys) ?? '');
  if (command === undefined || command.native === true || command.when?.() === false) return undefined;
  return inTextField && command.global !== true ? undefined : command;
}

/** What the browser does itself in a text field for a command of the same meaning. */
const inTextFields: Readonly<Record<string, string>> = { 'edit.undo': 'undo', 'edit.redo': 'redo' };

/** Runs a command that a native menu asks for. While a person types, undo and redo belong to what they type. */
export function runFromMenu(id: string): void {
  const own = inTextFields[id];
  if (own !== undefined && typeof document !== 'undefined' && isTextField(document.activeElement)) {
    document.execCommand(own);
    return;
  }
  runCommand(id);
}

/** Whether a modal dialog is open: it keeps the keyboard to itself. */
export function isModalOpen(): boolean {
  // Asked at every key: a search by selector looks at all elements of a large sheet each time.
  for (const dialog of document.getElementsByTagName('dialog')) if (dialog.matches(':modal')) return true;
  return false;
}

let dialogsUnderWay = 0;

/**
 * Keeps the keys from every command until a call is answered that brings up a dialog: what a person types meanwhile is
 * meant for that.
 */
export async function holdKeys<Answer>(call: Promise<Answer>): Promise<Answer> {
  dialogsUnderWay++;
  try {
    return await call;
  } finally {
    dialogsUnderWay--;
  }
}

/** Listens to the keyboard of a window until the returned function is called. */
export function listenToKeys(target: Window): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    if (dialogsUnderWay > 0 || isModalOpen()) return;
    const command = commandFor(event, isTextField(event.target));
    if (command === undefined) return;
    event.preventDefault();
    command.run();
  };
  target.addEventListener('keydown', onKeyDown);
  return () => target.removeEventListener('keydown', onKeyDown);
}
