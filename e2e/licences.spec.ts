import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultsOf } from './fixtures/faults.ts';
import { build } from './fixtures/shell.ts';
import { expect, test } from './fixtures/test.ts';

/** Needed to set a checkout up, and in no bundle. */
const setUpOnly = ['node-api-headers'];

interface Notice {
  readonly name: string;
  readonly licence: string;
  readonly text: string;
}

/** The packages whose code the maps of main's bundles name: another account of what is in them than the notices' own. */
function mappedPackages(): Set<string> {
  const maps = readdirSync(join(build, 'main'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js.map'),
  );
  const sources = maps.flatMap(
    (file) => (JSON.parse(readFileSync(join(build, 'main', file), 'utf8')) as { sources: string[] }).sources,
  );
  return new Set(sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? []));
}

test('the build tells the licence of every package that is in it', () => {
  const notices = JSON.parse(readFileSync(join(build, 'renderer', 'notices.json'), 'utf8')) as readonly Notice[];
  const told = new Set(notices.map(({ name }) => name));
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
  const needed = Object.keys(manifest.dependencies).filter((name) => !setUpOnly.includes(name));
  const mapped = mappedPackages();
  expect(mapped.size).toBeGreaterThan(10);
  expect([...needed, ...mapped].filter((name) => !told.has(name))).toEqual([]);
  for (const name of setUpOnly) expect([...mapped, ...told]).not.toContain(name);
  const text = readFileSync(join(build, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  expect(notices.filter((notice) => notice.text === '' || !text.includes(notice.text))).toEqual([]);
});

test('under Help stands what Gradloom is and whose work is in it, with each licence', async ({ gradloom }) => {
  const { page } = gradloom;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await gradloom.button('help.menu').click();
  await page.getByRole('menuitem', { name: gradloom.say('about.command'), exact: true }).click();
  const dialog = gradloom.dialog('about.title');
  await expect(dialog).toContainText('Apache License 2.0');
  const row = dialog.getByRole('button', { name: /^react\s*[\d.]+\s*MIT$/ });
  await row.click();
  await expect(row).toHaveAttribute('aria-expanded', 'true');
  await expect(dialog.getByText('Permission is hereby granted')).toBeVisible();
  expect(await faultsOf(gradloom, 'licences')).toEqual([]);
});
