import type { WebSocketRoute } from '@playwright/test';
import type { Update } from '#shared/protocol/calls';
import { faultsOf } from './fixtures/faults.ts';
import type { GradloomPage } from './fixtures/gradloomPage.ts';
import { shellKind } from './fixtures/shell.ts';
import { expect, test } from './fixtures/test.ts';

const host = 'releases.example.org';
const nothing: Update = {
  stage: 'idle',
  obstacle: null,
  host,
  found: null,
  done: 0,
  total: 0,
  failure: null,
  asked: Date.UTC(2026, 0, 2, 10),
  daily: true,
};
const found = { version: '0.2.0', released: Date.UTC(2026, 0, 1, 12), size: 96_000_000 };

/** The services of an installed app, as far as updates go: the browser shell has none of that. */
interface Installed {
  /** The calls that the window made, each with its arguments. */
  readonly calls: (readonly [name: string, values: unknown])[];
  /** Tells the window how things stand from now on. */
  tell(update: Partial<Update>): void;
}

/** Puts itself between the window and its services, and answers what concerns updates. */
async function asInstalled({ page }: GradloomPage): Promise<Installed> {
  const calls: Installed['calls'] = [];
  let update = nothing;
  let socket: WebSocketRoute | null = null;
  await page.routeWebSocket(/.*/, (route) => {
    socket = route;
    const server = route.connectToServer();
    route.onMessage((message) => {
      const request = typeof message === 'string' ? (JSON.parse(message) as { id: number; call: string }) : null;
      if (request === null || !request.call.startsWith('update.')) return server.send(message);
      const { id, call, arguments: values } = request as typeof request & { readonly arguments: unknown };
      calls.push([call, values]);
      route.send(JSON.stringify({ id, result: call === 'update.state' ? { update } : {} }));
    });
  });
  await page.reload();
  return {
    calls,
    tell: (change) => {
      update = { ...update, ...change };
      socket?.send(JSON.stringify({ event: 'update', update }));
    },
  };
}

/** Every way in which the dialog can stand. */
const standings: readonly (readonly [name: string, update: Partial<Update>])[] = [
  ['checking', { stage: 'checking' }],
  ['current', { stage: 'current' }],
  ['available', { stage: 'available', found }],
  ['downloading', { stage: 'downloading', found, done: 31_000_000, total: 95_000_000 }],
  ['ready', { stage: 'ready', found }],
  [
    'a download that failed',
    {
      stage: 'failed',
      found,
      failure: {
        code: 'update.checksum',
        message: '',
        values: { host, version: '0.2.0', reason: 'sha512 checksum mismatch, expected abc, got def' },
      },
    },
  ],
  [
    'a question that failed',
    { stage: 'failed', failure: { code: 'update.unreachable', message: '', values: { host, reason: 'getaddrinfo' } } },
  ],
];

test.skip(shellKind === 'electron', 'the services of the app itself are not to be stood in for');

async function openDialog(gradloom: GradloomPage) {
  await gradloom.button('help.menu').click();
  await gradloom.page.getByRole('menuitem', { name: gradloom.say('update.command'), exact: true }).click();
  const dialog = gradloom.dialog('update.title');
  await expect(dialog).toBeVisible();
  return dialog;
}

test('a checkout says that it looks for no updates, and why', async ({ gradloom }) => {
  const dialog = await openDialog(gradloom);
  await expect(dialog).toContainText(gradloom.say('update.off.checkout'));
  await expect(dialog.getByRole('switch')).toHaveCount(0);
  await expect(dialog.getByRole('button')).toHaveCount(2);
});

test('a newer version: asked for, found, downloaded at a word, installed at the quit', async ({ gradloom }) => {
  const installed = await asInstalled(gradloom);
  const dialog = await openDialog(gradloom);
  const press = (key: Parameters<GradloomPage['say']>[0]) =>
    dialog.getByRole('button', { name: gradloom.say(key), exact: true }).click();
  await expect.poll(() => installed.calls.map(([name]) => name)).toContain('update.check');
  installed.tell({ stage: 'checking' });
  await expect(dialog).toContainText(host);
  installed.tell({ stage: 'available', found });
  await expect(dialog).toContainText(gradloom.say('update.available', { version: '0.2.0' }));
  await expect(dialog).toContainText('96 MB');
  await press('update.download');
  const bar = dialog.getByRole('progressbar');
  for (const [done, total, share, amount] of [
    [0, 0, '0', null],
    [24_000_000, 96_000_000, '25', { done: '24 MB', total: '96 MB' }],
    // More than the list of versions said.
    [97_000_000, 96_000_000, '100', { done: '97 MB', total: '96 MB' }],
  ] as const) {
    installed.tell({ stage: 'downloading', done, total });
    await expect(bar).toHaveAttribute('aria-valuenow', share);
    const words = amount === null ? null : gradloom.say('ui.progress.amount', amount);
    expect(await bar.getAttribute('aria-valuetext')).toBe(words);
  }
  await press('update.stop');
  installed.tell({ stage: 'available', done: 0, total: 0 });
  await press('update.download');
  // Closed meanwhile, the window tells when it is ready.
  await gradloom.page.keyboard.press('Escape');
  installed.tell({ stage: 'ready' });
  await expect(gradloom.page.getByText(gradloom.say('update.waits', { version: '0.2.0' }))).toBeVisible();
  await openDialog(gradloom);
  await expect(dialog).toContainText(gradloom.say('update.ready.help'));
  await dialog.getByRole('switch', { name: gradloom.say('update.daily') }).click();
  expect(installed.calls.filter(([name]) => name !== 'update.state')).toEqual([
    ['update.check', {}],
    ['update.download', {}],
    ['update.stop', {}],
    ['update.download', {}],
    ['update.daily', { daily: false }],
  ]);
});

test('one that was found without being asked for is told once, with a way to it', async ({ gradloom }) => {
  const installed = await asInstalled(gradloom);
  const { page } = gradloom;
  const notice = page.getByText(gradloom.say('update.available', { version: '0.2.0' }));
  await gradloom.whenReady();
  installed.tell({ stage: 'checking' });
  installed.tell({ stage: 'available', found });
  await expect(notice).toBeVisible();
  await page.getByRole('button', { name: gradloom.say('update.show'), exact: true }).click();
  await expect(gradloom.dialog('update.title')).toContainText('0.2.0');
  // Known already: to open the dialog asks nobody.
  expect(installed.calls.map(([name]) => name)).not.toContain('update.check');
  await page.reload();
  await gradloom.whenReady();
  installed.tell({ stage: 'checking' });
  installed.tell({ stage: 'available', found });
  await openDialog(gradloom);
  await expect(notice).toHaveCount(1);
});

for (const locale of ['en-US', 'zh-CN'] as const) {
  test.describe(locale, () => {
    test.use({ locale, viewport: { width: 1280, height: 800 }, contextOptions: { reducedMotion: 'reduce' } });

    test('each standing: nothing cut, no foreign word, and axe finds nothing wrong in either theme', async ({
      gradloom,
    }) => {
      const installed = await asInstalled(gradloom);
      const dialog = await openDialog(gradloom);
      const faults: string[] = [];
      for (const [name, change] of standings) {
        installed.tell({ ...nothing, ...change });
        await expect(dialog.getByRole('status')).not.toBeEmpty();
        const own = [host, 'getaddrinfo', 'sha512 checksum mismatch, expected abc, got def'];
        faults.push(...(await faultsOf(gradloom, name, own)));
      }
      expect(faults).toEqual([]);
    });
  });
}
