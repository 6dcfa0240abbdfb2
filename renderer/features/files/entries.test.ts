import { expect, test } from 'vitest';
import { shownEntries } from './entries.ts';

const entry = (name: string, folder = false) => ({ name, path: `/${name}`, folder, size: 0, modified: 0 });

test('folders first, then documents, in natural order; hidden and other files are left out', () => {
  const entries = [
    entry('run 10.gradloom.json'),
    entry('picture.png'),
    entry('zoo', true),
    entry('.secret', true),
    entry('run 2.gradloom.json'),
    entry('Anna', true),
    entry('plain.JSON'),
  ];
  expect(shownEntries(entries).map(({ name }) => name)).toEqual([
    'Anna',
    'zoo',
    'plain.JSON',
    'run 2.gradloom.json',
    'run 10.gradloom.json',
  ]);
});
