import { readFileSync } from 'node:fs';
import type { Locator } from '@playwright/test';
import { chapter } from '#shared/lessons/chapters';
import type { Lesson } from '#shared/lessons/lesson';
import { anyWords, lessonFile } from '#shared/lessons/testing/lessonFile';
import { shellKind } from './fixtures/shell.ts';
import { expect, test } from './fixtures/test.ts';
import type { GradloomPage } from './fixtures/gradloomPage.ts';

/** A way through a chapter that runs one of its short steps. */
interface Way {
  readonly chapter: string;
  /** The guess: the number to type, or the option to choose. */
  readonly guess: { readonly step: string; readonly says: string };
  /** A measure or verdict that needs one run step only, and a number in it that is known from elsewhere. */
  readonly shown: string;
  readonly known: RegExp;
  /** Whether the guess is right. */
  readonly isRight: boolean;
}

const ways: readonly Way[] = [
  // 0.25 to the tenth.
  {
    chapter: 'gradients',
    guess: { step: 'guess-chain', says: '1e-6' },
    shown: 'chain-verdict',
    known: /9\.54e−7/u,
    isRight: true,
  },
  // A branch with γ = 0 hands on exactly nothing.
  {
    chapter: 'resnet',
    guess: { step: 'guess-starts', says: 'small' },
    shown: 'starts-verdict',
    known: /时 0：恰好为零/u,
    isRight: false,
  },
  // Two 3×3 convolutions of 1 and 8 channels, a layer norm over 12, 12 → 8 and 12 → 4 of 3×3, and 8 → 10: 2086; with 2 and 1 channels, as in plain JavaScript, 178.
  {
    chapter: 'rla',
    guess: { step: 'guess-weights', says: 'cost' },
    shown: 'counts-table',
    known: /2,086|178/u,
    isRight: true,
  },
  // Four equal counts.
  {
    chapter: 'attention',
    guess: { step: 'guess-weights', says: 'same' },
    shown: 'counts-verdict',
    known: /(\d+,\d+)\D+\1\D+\1\D+\1/u,
    isRight: true,
  },
];

const ofChapter = (name: string): Way => {
  const way = ways.find((each) => each.chapter === name);
  if (way === undefined) throw new Error(`no way through ${name}`);
  return way;
};

async function open(
  gradloom: GradloomPage,
  name: string,
): Promise<{ lesson: Lesson; view: Locator; go(step: string): Promise<void> }> {
  const { page, locale } = gradloom;
  const lesson = chapter(name);
  if (lesson === null) throw new Error(`the chapter ${name} is gone`);
  const rail = page.getByRole('navigation', { name: gradloom.say('app.rail') });
  const panel = page.getByRole('region', { name: gradloom.say('app.rail.lessons'), exact: true });
  // A second press would put the panel away.
  if (!(await panel.isVisible()))
    await rail.getByRole('button', { name: gradloom.say('app.rail.lessons'), exact: true }).click();
  await panel.getByRole('button', { name: lesson.title[locale] }).click();
  const titleOf = (id: string): string => lesson.steps.find((step) => step.id === id)?.title[locale] ?? '';
  return {
    lesson,
    view: page.getByRole('region', { name: lesson.title[locale] }),
    // Behind the title stands that a step is done, where it is.
    go: (step) =>
      panel
        .getByRole('button')
        .filter({ has: page.getByText(titleOf(step), { exact: true }) })
        .click(),
  };
}

/** From the first page over a guess to what was measured, and back to the guess. */
async function clickThrough(gradloom: GradloomPage, way: Way): Promise<void> {
  const { page, locale } = gradloom;
  const { lesson, view, go } = await open(gradloom, way.chapter);
  await expect(view.locator('.katex').first()).toBeVisible();
  await gradloom.button('lessons.next').click();

  await go(way.guess.step);
  const step = lesson.steps.find(({ id }) => id === way.guess.step);
  if (step?.kind !== 'predict') throw new Error(`${way.guess.step} is no guess`);
  if (step.answer.kind === 'number') {
    await view.getByRole('textbox').fill(way.guess.says);
    await page.keyboard.press('Enter');
  } else {
    const option = step.answer.options.find(({ id }) => id === way.guess.says);
    await view.getByRole('radio', { name: option?.words[locale] ?? '', exact: true }).check();
  }
  await gradloom.button('lessons.commit').click();
  await expect(view).toContainText(gradloom.say('lessons.guess.wait'));

  // Straight to what was measured: it says what has to be run, and can run it.
  await go(way.shown);
  await view
    .getByRole('button', { name: gradloom.say('lessons.run'), exact: true })
    .first()
    .click();
  await expect(view).toContainText(way.known, { timeout: 60_000 });
  await expect(view).not.toContainText('[[');
  await go(way.guess.step);
  await expect(view).toContainText(gradloom.say(way.isRight ? 'lessons.guess.right' : 'lessons.guess.wrong'));
}

test.describe('zh-CN', () => {
  test.use({ locale: 'zh-CN' });
  for (const way of ways) {
    test(`${way.chapter}: a guess, a run, what was measured`, async ({ gradloom }) => {
      test.setTimeout(120_000);
      await clickThrough(gradloom, way);
    });
  }
});

test.describe('en-US', () => {
  test('a lesson leads from a guess through a run to a verdict and into the editor; no step is locked, and what was measured is there at the next visit', async ({
    gradloom,
  }) => {
    test.setTimeout(120_000);
    const { page } = gradloom;
    await clickThrough(gradloom, ofChapter('gradients'));
    const { view, go } = await (async () => {
      await gradloom.button('lessons.close').click();
      return open(gradloom, 'gradients');
    })();
    // Nothing is run a second time.
    await go('chain-curve');
    await expect(view.getByRole('img').first()).toBeVisible();
    // Escape leads out of the projector view, though the canvas behind the lesson has a use for it too.
    const projector = view.getByRole('button', { name: gradloom.say('lessons.projector') });
    await projector.click();
    await expect(projector).toHaveAttribute('aria-pressed', 'true');
    await page.keyboard.press('Escape');
    await expect(projector).toHaveAttribute('aria-pressed', 'false');
    await go('chains');
    await expect(view).toContainText(gradloom.say('lessons.runAgain'));

    await go('look');
    await gradloom.button('lessons.explore').click();
    await expect(view).toHaveCount(0);
    await expect(
      page.getByRole('button', { name: gradloom.say('files.menu', { name: 'Plain network' }) }),
    ).toBeVisible();
  });

  test('a lesson of one’s own: what is broken is named with its line; what is too large or never ends can be left', async ({
    gradloom,
  }) => {
    // Electron shows the platform's own dialog, which no test can answer here.
    test.skip(shellKind === 'electron', 'the platform’s own dialog');
    const { page } = gradloom;
    const openOwn = async (lesson: string | object): Promise<void> => {
      gradloom.put('own.lesson.json', typeof lesson === 'string' ? lesson : JSON.stringify(lesson, null, 1));
      await gradloom.button('lessons.open').click();
      const dialog = gradloom.dialog('files.dialog.open');
      await dialog.getByRole('option', { name: 'own.lesson.json' }).click();
      await dialog.getByRole('button', { name: gradloom.say('files.dialog.open.action'), exact: true }).click();
      await expect(dialog).toHaveCount(0);
    };
    const own = (experiment: object): object => ({
      ...lessonFile(
        {
          seeds: [1],
          experiments: [
            {
              id: 'net',
              label: anyWords,
              train: false,
              measures: [{ id: 'ratio', measure: { kind: 'gradientRatio', at: 'first' } }],
              ...experiment,
            },
          ],
        },
        [{ holds: 'yes', when: [{ of: 'net.ratio', least: 0 }], words: anyWords }],
      ),
    });
    await page
      .getByRole('navigation', { name: gradloom.say('app.rail') })
      .getByRole('button', { name: gradloom.say('app.rail.lessons'), exact: true })
      .click();
    const broken = gradloom.dialog('files.broken.title', { name: 'own.lesson.json' });
    for (const [lesson, told] of [
      ['{"format": "gradloom-lesson",\n "version": 1,,}', 'Line 2, column 15'],
      [own({}), 'steps[0].experiments[0].document is missing'],
    ] as const) {
      await openOwn(lesson);
      await expect(broken).toContainText(told);
      await expect(broken).toContainText(gradloom.say('lessons.broken'));
      await page.keyboard.press('Escape');
    }
    const view = page.getByRole('region', { name: anyWords.en, exact: true });
    const large = { template: 'plain-mlp', settings: { depth: 150 } };
    await openOwn(own({ document: large, set: { 'dense-*.units': 2048, 'stem.units': 2048 } }));
    await view.getByRole('button', { name: gradloom.say('lessons.run'), exact: true }).click();
    await expect(view.getByRole('alert')).toContainText('629463042 weights');
    await gradloom.button('lessons.all').click();

    const document = { template: 'plain-mlp', settings: { depth: 1, width: 4 } };
    await openOwn(own({ document, train: true, set: { 'training.epochs': 100000 } }));
    await view.getByRole('button', { name: gradloom.say('lessons.run'), exact: true }).click();
    await expect(view.getByRole('progressbar')).toBeVisible();
    await view.getByRole('button', { name: gradloom.say('lessons.stop'), exact: true }).click();
    await expect(view.getByRole('button', { name: gradloom.say('lessons.run'), exact: true })).toBeEnabled();

    // What is handed on holds no more and no less than what was opened.
    const [saved] = await Promise.all([page.waitForEvent('download'), gradloom.button('lessons.save').click()]);
    expect(JSON.parse(readFileSync(await saved.path(), 'utf8'))).toEqual(
      JSON.parse(gradloom.textOf('own.lesson.json')),
    );
  });
});
