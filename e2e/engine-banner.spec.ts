import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import type { Provision } from '#shared/protocol/calls';
import type { TextKey } from '#shared/text/text';
import { faultsOf } from './fixtures/faults.ts';
import type { GradloomPage } from './fixtures/gradloomPage.ts';
import type { PackagedBuild } from './fixtures/packagedBuild.ts';
import { shellKind } from './fixtures/shell.ts';
import { expect, test } from './fixtures/test.ts';

test.skip(shellKind === 'electron', 'a packaged build is served to a browser here');
test.use({ packagedWith: 'server' });

function demand(packaged: PackagedBuild | null): PackagedBuild {
  if (packaged === null) throw new Error('the build is not laid out as a package');
  return packaged;
}

/** The line across the window that speaks of the engine. */
function banner({ page }: GradloomPage, text: string): Locator {
  return page.getByRole('status').or(page.getByRole('alert')).filter({ hasText: text });
}

async function press(gradloom: GradloomPage, key: TextKey): Promise<void> {
  await gradloom.button(key).click();
}

const half = 3_000_000;

/** Puts something in the place of the note beside the engine that nothing can be renamed onto; gives its path. */
function hideNote({ folders }: GradloomPage): string {
  const engines = join(folders.data, 'engine');
  const engine = readdirSync(engines).find((name) => name.startsWith('tensorflow-'));
  if (engine === undefined) throw new Error('no engine is installed');
  const note = join(engines, engine, 'installed.json');
  rmSync(note);
  mkdirSync(join(note, 'in the way'), { recursive: true });
  return note;
}

test('is offered with its size and whence; downloads, stops, goes on from there, and is handed over', async ({
  gradloom,
  packaged,
}) => {
  const { server, archive, engine } = demand(packaged);
  const { page } = gradloom;
  const absent = banner(gradloom, gradloom.say('provision.absent'));
  await expect(absent).toContainText(new URL(server.address).host);
  await expect(absent).toContainText('6.1 MB');
  expect(server.ranges).toEqual([]);

  await test.step('it waits at a half, and says how far it is', async () => {
    server.habits.silentAfter = half;
    await press(gradloom, 'provision.download');
    const bar = page.getByRole('progressbar', { name: gradloom.say('provision.downloading') });
    await expect(bar).toHaveAttribute('aria-valuenow', String(Math.floor((100 * half) / archive.length)));
    await expect(bar).toHaveAttribute(
      'aria-valuetext',
      gradloom.say('ui.progress.amount', { done: '3 MB', total: '6.1 MB' }),
    );
    // The window is not blocked.
    await gradloom.selectNode('plain-dense-1');
  });

  await test.step('stopped, it keeps what came, also over a reload of the page', async () => {
    await press(gradloom, 'provision.stop');
    const kept = gradloom.say('provision.kept', { done: '3 MB', total: '6.1 MB' });
    await expect(absent).toContainText(kept);
    await page.reload();
    await gradloom.whenReady();
    await expect(absent).toContainText(kept);
  });

  await test.step('it goes on from there while a run is open, and waits for the person’s word', async () => {
    await gradloom.measureStepZero();
    server.habits.silentAfter = null;
    await press(gradloom, 'provision.goOn');
    await expect(banner(gradloom, gradloom.say('provision.ready'))).toBeVisible();
    expect(server.ranges).toEqual(['', `bytes=${half}-`]);
  });

  await test.step('handed over while a run is under way, it says what to do; then it takes over', async () => {
    await press(gradloom, 'provision.use');
    const refusal = page.getByRole('dialog').filter({ hasText: gradloom.say('failure.engine.busy') });
    await expect(refusal).toBeVisible();
    await page.keyboard.press('Escape');
    await gradloom.stop();
    await press(gradloom, 'provision.use');
    // This engine is no library, so plain JavaScript computes on, and the window says so instead of offering it again.
    await expect(banner(gradloom, gradloom.say('provision.unloadable'))).toBeVisible();
    await expect(gradloom.button('provision.download')).toHaveCount(0);
    await gradloom.measureStepZero();
  });
  expect(engine.size).toBe(archive.length);
});

test('what fails says why and what to do; the next try works', async ({ gradloom, packaged }) => {
  const { server, archive, engine } = demand(packaged);
  const failed = banner(gradloom, gradloom.say('provision.failed'));
  await test.step('a server that does not have it', async () => {
    server.habits.status = 404;
    await press(gradloom, 'provision.download');
    await expect(failed).toContainText(`${engine.file}: it answered 404`);
  });
  await test.step('a file that is another one', async () => {
    server.habits.status = null;
    server.habits.bytes = Buffer.from(archive).fill(0, 1000, 1100);
    await press(gradloom, 'provision.again');
    await expect(failed).toContainText(engine.sha256);
    await expect(failed).toContainText('Nothing was installed');
  });
  await test.step('put off, it comes back by its command', async () => {
    await failed.getByRole('button', { name: gradloom.say('ui.dismiss'), exact: true }).click();
    await expect(failed).toHaveCount(0);
    await gradloom.page.keyboard.press('ControlOrMeta+k');
    await gradloom.page.keyboard.type(gradloom.say('provision.command'));
    await gradloom.page.keyboard.press('Enter');
    await expect(failed).toBeVisible();
  });
  server.habits.bytes = archive;
  await press(gradloom, 'provision.again');
  await expect(failed).toHaveCount(0);
  await expect(banner(gradloom, gradloom.say('provision.unloadable'))).toBeVisible();
});

test('an engine that could not be noted says so, and is taken when it is checked again', async ({
  gradloom,
  packaged,
}) => {
  const { server } = demand(packaged);
  await press(gradloom, 'provision.download');
  await expect(banner(gradloom, gradloom.say('provision.unloadable'))).toBeVisible();
  const note = hideNote(gradloom);
  await gradloom.page.reload();
  await gradloom.whenReady();
  const unnoted = banner(gradloom, gradloom.say('provision.unnoted'));
  await expect(unnoted).toContainText(gradloom.say('failure.file.isFolder', { path: note }));
  await expect(unnoted).toContainText(gradloom.say('provision.unnoted.help'));
  await expect(gradloom.button('provision.download')).toHaveCount(0);
  await press(gradloom, 'provision.check');
  await expect(unnoted).toBeVisible();
  rmSync(note, { recursive: true });
  await press(gradloom, 'provision.check');
  await expect(unnoted).toHaveCount(0);
  await expect(banner(gradloom, gradloom.say('provision.unloadable'))).toBeVisible();
  expect(server.ranges).toEqual(['']);
});

test.describe('without an address', () => {
  test.use({ packagedWith: 'file' });

  test('the file is named: one that is another is refused and stays, the right one is installed', async ({
    gradloom,
    packaged,
  }) => {
    const { archive, engine } = demand(packaged);
    await expect(banner(gradloom, gradloom.say('provision.absent'))).toContainText(engine.file);
    await expect(gradloom.button('provision.download')).toHaveCount(0);
    const choose = async (name: string): Promise<void> => {
      await press(gradloom, 'provision.choose');
      const dialog = gradloom.dialog('provision.choose.title');
      await dialog.getByRole('option', { name }).click();
      await dialog.getByRole('button', { name: gradloom.say('provision.choose.action'), exact: true }).click();
    };
    gradloom.put('other.tar.gz', Uint8Array.from(archive.subarray(0, 1000)));
    await choose('other.tar.gz');
    const failed = banner(gradloom, gradloom.say('provision.failed'));
    await expect(failed).toContainText(
      `other.tar.gz is not the engine of this Gradloom: expected ${archive.length} bytes`,
    );
    gradloom.put(engine.file, Uint8Array.from(archive));
    await choose(engine.file);
    await expect(banner(gradloom, gradloom.say('provision.unloadable'))).toBeVisible();
  });
});

for (const locale of ['en-US', 'zh-CN'] as const) {
  test.describe(locale, () => {
    test.use({ locale, viewport: { width: 1280, height: 800 }, contextOptions: { reducedMotion: 'reduce' } });

    test('each standing: nothing cut, no foreign word, and axe finds nothing wrong in either theme', async ({
      gradloom,
      packaged,
    }) => {
      const { server, engine, archive } = demand(packaged);
      const { page } = gradloom;
      const faults: string[] = [];
      const own = ['CPU', engine.file, new URL(server.address).host];
      const look = async (view: string): Promise<void> => {
        faults.push(...(await faultsOf(gradloom, view, own)));
      };
      await expect(banner(gradloom, gradloom.say('provision.absent'))).toBeVisible();
      await look('offered');
      server.habits.silentAfter = half;
      await press(gradloom, 'provision.download');
      await expect(page.getByRole('progressbar', { name: gradloom.say('provision.downloading') })).toHaveAttribute(
        'aria-valuenow',
        /^4\d$/,
      );
      await look('downloading');
      await press(gradloom, 'provision.stop');
      await expect(gradloom.button('provision.goOn')).toBeVisible();
      await look('stopped');
      Object.assign(server.habits, { silentAfter: null, status: 404 });
      await press(gradloom, 'provision.goOn');
      await expect(banner(gradloom, gradloom.say('provision.failed'))).toBeVisible();
      await look('failed');
      server.habits.status = null;
      await gradloom.measureStepZero();
      await press(gradloom, 'provision.again');
      await expect(banner(gradloom, gradloom.say('provision.ready'))).toBeVisible();
      await look('ready');
      // A file that cannot be read for a moment: no disk can be brought to that from outside, so its event is sent.
      let tell: (provision: Provision) => void = () => undefined;
      await page.routeWebSocket(/./, (window) => {
        window.connectToServer();
        tell = (provision) => window.send(JSON.stringify({ event: 'provision', provision }));
      });
      const note = hideNote(gradloom);
      await page.reload();
      await gradloom.whenReady();
      await expect(banner(gradloom, gradloom.say('provision.unnoted'))).toBeVisible();
      own.push(note);
      await look('unnoted');
      rmSync(note, { recursive: true });
      const path = join(note, '..', 'deps/lib/libtensorflow_cc.so.2');
      own.push(path, 'EBUSY');
      const { host } = new URL(server.address);
      const { file, size, tensorflow } = engine;
      const values = { path, reason: 'EBUSY' };
      const failure = { code: 'file.failed', message: gradloom.say('failure.file.failed', values), values };
      const standing = { done: 0, total: 0, file, size, unpacked: size, tensorflow, host, waiting: false };
      tell({ ...standing, stage: 'unread', failure });
      await expect(banner(gradloom, gradloom.say('provision.unread'))).toBeVisible();
      await look('unread');
      expect(archive.length).toBeGreaterThan(half);
      expect(faults).toEqual([]);
    });
  });
}
