import { expect, it } from 'vitest';
import { registerCommands } from '../platform/commands.ts';
import { commands } from './commands.ts';

it('has no two commands with one id or one key', () => {
  expect(() => registerCommands(commands)()).not.toThrow();
  expect(commands.length).toBeGreaterThan(30);
});
