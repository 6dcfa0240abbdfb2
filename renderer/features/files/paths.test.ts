import { expect, test } from 'vitest';
import { baseName, documentName, folderOf, joinPath, suggestedName, withEnding } from './paths.ts';

test.each([
  ['/home/a/net.gradloom.json', 'net.gradloom.json', '/home/a', 'net'],
  ['/net.json', 'net.json', '/', 'net'],
  ['C:\\nets\\a.gradloom.json', 'a.gradloom.json', 'C:\\nets', 'a'],
  ['C:\\a.json', 'a.json', 'C:\\', 'a'],
  ['a.json', 'a.json', '', 'a'],
])('takes %s apart', (path, base, folder, name) => {
  expect(baseName(path)).toBe(base);
  expect(folderOf(path)).toBe(folder);
  expect(documentName(path)).toBe(name);
  expect(joinPath(folder, base)).toBe(path);
});

test('suggests names that every file system takes', () => {
  expect(suggestedName('Plain or residual?')).toBe('Plain or residual.gradloom.json');
  expect(suggestedName('残差网络')).toBe('残差网络.gradloom.json');
  expect(suggestedName('a/b:c')).toBe('a-b-c.gradloom.json');
  expect(suggestedName('???')).toBe('untitled.gradloom.json');
});

test('adds the ending once', () => {
  expect(withEnding(' net ')).toBe('net.gradloom.json');
  expect(withEnding('net.json')).toBe('net.json');
  expect(withEnding('net.gradloom.json')).toBe('net.gradloom.json');
});
