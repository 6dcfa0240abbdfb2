import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createTemplate } from '#shared/templates/templates';
import { broken } from './fixtures/documents.ts';
import type { GradloomPage } from './fixtures/gradloomPage.ts';
import { expect, test } from './fixtures/test.ts';

const folder = resolve(import.meta.dirname, '../docs/screenshots');
mkdirSync(folder, { recursive: true });

const large = { width: 1440, height: 900 } as const;

/** How a window looks; the names of the pictures begin with the key. */
const appearances = {
  light: { locale: 'en-US', colorScheme: 'light', viewport: large },
  dark: { locale: 'en-US', colorScheme: 'dark', viewport: large },
  chinese: { locale: 'zh-CN', colorScheme: 'light', viewport: large },
  'chinese-dark': { locale: 'zh-CN', colorScheme: 'dark', viewport: large },
  small: { locale: 'en-US', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
} as const;
type Appearance = keyof typeof appearances;

/** What a picture shows, and in which appearances it is taken. */
interface Scene {
  readonly name: string;
  readonly in: readonly Appearance[];
  show(gradloom: GradloomPage): Promise<void>;
}

const scenes: readonly Scene[] = [
  {
    name: 'why',
    in: ['light', 'dark', 'chinese', 'small'],
    async show(gradloom) {
      await gradloom.measureStepZero();
      await gradloom.selectWire('plain-stem', 'plain-dense-1');
    },
  },
  {
    name: 'depth',
    in: ['dark'],
    async show(gradloom) {
      await gradloom.measureStepZero();
      await gradloom.openDock('depth');
    },
  },
  {
    name: 'trained',
    in: ['light', 'chinese-dark'],
    async show(gradloom) {
      await gradloom.run();
      await gradloom.waitForState('finished', 110_000);
    },
  },
  {
    name: 'loop',
    in: ['light', 'chinese-dark'],
    async show(gradloom) {
      await gradloom.show(createTemplate('rla'));
      await gradloom.measureStepZero();
      await gradloom.selectWire('conv-x', 'add');
    },
  },
  {
    name: 'projector',
    in: ['light', 'chinese-dark'],
    async show(gradloom) {
      await gradloom.measureStepZero();
      await gradloom.openDock('depth');
      await gradloom.region.focus();
      await gradloom.page.keyboard.press('p');
    },
  },
  {
    name: 'data',
    in: ['light'],
    async show(gradloom) {
      await gradloom.show(createTemplate('digits-cnn'));
      await gradloom.openDock('data');
      await expect(gradloom.dock.getByRole('img')).toBeVisible();
    },
  },
  {
    name: 'problems',
    in: ['chinese-dark'],
    async show(gradloom) {
      await gradloom.show(broken());
      await gradloom.openDock('problems');
      await gradloom.selectNode('sum');
    },
  },
];

for (const [appearance, options] of Object.entries(appearances)) {
  test.describe(appearance, () => {
    test.use(options);
    for (const scene of scenes.filter((one) => one.in.includes(appearance as Appearance))) {
      test(scene.name, async ({ gradloom }) => {
        const { page } = gradloom;
        await gradloom.button('canvas.hint.close').click();
        await scene.show(gradloom);
        // Panels came or went, and what was pressed last keeps its ring.
        await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
        await page.keyboard.press('f');
        await page.mouse.move(0, 0);
        // Flights of the view and messages end by themselves.
        await expect(page.locator('[data-part="notices"] > *')).toHaveCount(0, { timeout: 30_000 });
        await page.waitForTimeout(500);
        await page.screenshot({ path: join(folder, `${appearance}-${scene.name}.png`), animations: 'disabled' });
      });
    }
  });
}
