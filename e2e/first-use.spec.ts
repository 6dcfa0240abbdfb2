import type { Locator } from '@playwright/test';
import { anyWords } from '#shared/lessons/testing/lessonFile';
import { small } from './fixtures/documents.ts';
import type { GradloomPage } from './fixtures/gradloomPage.ts';
import { shellKind } from './fixtures/shell.ts';
import { expect, test } from './fixtures/test.ts';

test.use({ viewport: { width: 1280, height: 800 } });

async function showLessons(gradloom: GradloomPage): Promise<void> {
  const rail = gradloom.page.getByRole('navigation', { name: gradloom.say('app.rail'), exact: true });
  await rail.getByRole('button', { name: gradloom.say('app.rail.lessons'), exact: true }).click();
}

test('what a network lacks to be trained stands where its numbers would, and leads to where it is mended', async ({
  gradloom,
}) => {
  const document = small();
  const { training } = document;
  await gradloom.show({ ...document, training: { ...training, data: null } }, 'without-data.gradloom.json');
  await expect(gradloom.button('training.run')).toBeDisabled();
  await expect(gradloom.transport).not.toContainText(gradloom.say('training.state.idle'));
  await gradloom.transport.getByRole('button', { name: gradloom.say('training.blocked.data') }).click();
  await expect(gradloom.dock.getByRole('tab', { name: gradloom.say('app.dock.data') })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await gradloom.show(
    { ...document, training: { ...training, losses: [], metrics: [] } },
    'without-loss.gradloom.json',
  );
  await gradloom.transport.getByRole('button', { name: gradloom.say('training.blocked.loss') }).click();
  await expect(gradloom.page.locator('[data-area="left"]')).toContainText(gradloom.say('training.losses'));
});

test('the bar keeps its place and its width whatever a run has to say, and cuts no name', async ({ gradloom }) => {
  const { page, transport, document } = gradloom;
  // So long that no machine is through with it before it is stopped; its steps have five digits.
  await gradloom.show({ ...document, training: { ...document.training, epochs: 999 } });
  const atRest = await transport.boundingBox();
  await gradloom.run();
  await expect(transport).toContainText(gradloom.say('training.meter.step'));
  expect(await transport.boundingBox()).toEqual(atRest);
  await gradloom.stop();
  await expect(transport).toContainText(gradloom.say('training.state.stopped'));
  expect(await transport.boundingBox()).toEqual(atRest);
  const isNameCut = (): Promise<boolean> =>
    gradloom.fileButton.evaluate((button) =>
      [...button.querySelectorAll('span')].some((one) => one.scrollWidth > one.clientWidth + 1),
    );
  expect(await isNameCut()).toBe(false);
  await page.setViewportSize({ width: 1440, height: 900 });
  const wider = await transport.boundingBox();
  await gradloom.run();
  await expect(transport).toContainText(gradloom.say('training.meter.step'));
  expect(await transport.boundingBox()).toEqual(wider);
  expect(await isNameCut()).toBe(false);
});

test('in a window of any width nothing of the bar lies over anything else, and no line of the depth profile has its name cut', async ({
  gradloom,
}) => {
  // Many windows, each drawn anew while a run goes on.
  test.slow();
  const { page, document } = gradloom;
  const { training } = document;
  await gradloom.show({ ...document, name: 'Plain or residual, twice', training: { ...training, epochs: 999 } });
  const profile = await gradloom.openDock('depth');
  await gradloom.run();
  await expect(gradloom.transport).toContainText(gradloom.say('training.meter.step'));
  // Buttons, and what the run has to say beside them: its numbers, its state and the pill of a network edited since.
  const overlaps = (): Promise<readonly string[]> =>
    page.locator('[data-area="top"] button, [data-area="top"] [role="toolbar"] > span > *').evaluateAll((all) => {
      const shown = all.filter((one) => one.getClientRects().length > 0);
      const boxes = shown.map((one) => {
        const { left, top, bottom, width } = one.getBoundingClientRect();
        // What is written further than its own box reaches lies over the next one just as well.
        const right = left + Math.max(width, one.scrollWidth);
        return { name: one.ariaLabel ?? one.textContent, left, top, bottom, right };
      });
      return boxes.flatMap((one, at) =>
        boxes
          .slice(at + 1)
          .filter(
            (other) =>
              other.left < one.right && one.left < other.right && other.top < one.bottom && one.top < other.bottom,
          )
          .map((other) => `${one.name} / ${other.name}`),
      );
    });
  const cut = (): Promise<readonly (string | null)[]> =>
    profile.locator('li').evaluateAll((all) =>
      all
        .filter((one) => {
          const { left, right, bottom } = one.getBoundingClientRect();
          const list = one.parentElement?.getBoundingClientRect();
          return list === undefined || left < list.left || right > list.right || bottom > list.bottom;
        })
        .map((one) => one.textContent),
    );
  const isNameCut = (): Promise<boolean> =>
    gradloom.fileButton.evaluate((button) =>
      [...button.querySelectorAll('span')].some((one) => one.scrollWidth > one.clientWidth + 1),
    );
  await expect(profile.locator('li')).toHaveCount(3);
  for (const width of [1280, 1279, 1240, 1024, 923]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await overlaps(), `${width}`).toEqual([]);
    expect(await cut(), `${width}`).toEqual([]);
    expect(await isNameCut(), `${width}`).toBe(false);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.keyboard.press('p');
  await expect(gradloom.inspector).toHaveCount(0);
  expect(await overlaps()).toEqual([]);
  expect(await isNameCut()).toBe(false);
  await page.keyboard.press('p');
  await page.setViewportSize({ width: 1024, height: 800 });
  await expect(gradloom.inspector).toHaveCount(1);
  // The canvas stays where it is, whatever becomes of the run.
  const height = async (): Promise<number> => {
    const box = await page.locator('[data-area="top"]').first().boundingBox();
    if (box === null) throw new Error('the bar is not drawn');
    return box.height;
  };
  const pill = gradloom.transport.getByText(gradloom.say('training.state.outdated'), { exact: true });
  const step = gradloom.transport.getByText(gradloom.say('training.meter.step'));
  const addDropout = async (): Promise<void> => {
    await gradloom.selectWire('plain-dense-4', 'plain-dense-5');
    await page.locator('[data-entry="dropout"]').dblclick();
    await expect(pill).toBeVisible();
  };
  const rail = page.getByRole('navigation', { name: gradloom.say('app.rail'), exact: true });
  await rail.getByRole('button', { name: gradloom.say('app.rail.layers'), exact: true }).click();
  const atRun = await height();
  await addDropout();
  // The run goes on, and so does its number.
  for (const width of [1601, 1440, 1401, 1280, 1279, 1060, 1024, 901]) {
    await page.setViewportSize({ width, height: 800 });
    await expect(step, `${width}`).toBeVisible();
    await expect(pill, `${width}`).toBeVisible();
    expect(await overlaps(), `${width}`).toEqual([]);
    expect(await isNameCut(), `${width}`).toBe(false);
    expect(await height(), `${width}`).toBe(atRun);
  }
  await page.setViewportSize({ width: 1024, height: 800 });
  expect(await height()).toBe(atRun);
  await expect(step).toHaveText(/\d/);
  await gradloom.button('command.undo').click();
  await expect(pill).toHaveCount(0);
  await gradloom.stop();
  expect(await overlaps()).toEqual([]);
  expect(await height()).toBe(atRun);
  await addDropout();
  expect(await overlaps()).toEqual([]);
  expect(await height()).toBe(atRun);
  // A sum without its second wire: a problem is told where the numbers stood.
  await gradloom.selectWire('residual-stem', 'residual-add-1');
  await page.keyboard.press('Delete');
  await expect(gradloom.transport).toContainText(gradloom.say('training.blocked.problem'));
  for (const width of [1280, 1024, 901]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await overlaps(), `${width}`).toEqual([]);
    expect(await isNameCut(), `${width}`).toBe(false);
    expect(await height(), `${width}`).toBe(atRun);
  }
});

for (const locale of ['en-US', 'zh-CN'] as const) {
  test.describe(locale, () => {
    test.use({ locale });

    test('no line of the curves has its name or its numbers cut in a window of any width', async ({ gradloom }) => {
      const { page } = gradloom;
      const curves = await gradloom.openDock('curves');
      await gradloom.run();
      await expect(curves.locator('li button')).toHaveCount(8);
      const cut = (): Promise<readonly string[]> =>
        curves.locator('li button').evaluateAll((all) =>
          all
            .filter((one) => {
              const box = one.getBoundingClientRect();
              const list = one.closest('ul')?.getBoundingClientRect();
              const isOutside =
                list === undefined ||
                box.left < list.left ||
                box.right > list.right + 1 ||
                box.top < list.top ||
                box.bottom > list.bottom;
              const isShort = [...one.querySelectorAll('span')].some((part) => part.scrollWidth > part.clientWidth + 1);
              return isOutside || isShort;
            })
            .map((one) => one.textContent),
        );
      for (const width of [1440, 1280, 1024, 940, 901, 900]) {
        for (const height of [800, 720]) {
          await page.setViewportSize({ width, height });
          expect(await cut(), `${width}×${height}`).toEqual([]);
        }
      }
    });
  });
}

test('in a narrow bar a menu says and sets what of the gradient is drawn', async ({ gradloom }) => {
  const { page } = gradloom;
  await page.setViewportSize({ width: 1024, height: 720 });
  const menuOf = (of: 'activations' | 'weights', scale: 'relative' | 'off'): Locator =>
    gradloom.button('gradients.overlay.menu', {
      of: gradloom.say(`gradients.of.${of}`),
      scale: gradloom.say(`gradients.overlay.${scale}`),
    });
  await menuOf('activations', 'relative').click();
  await page.getByRole('menuitemradio', { name: gradloom.say('gradients.of.weights'), exact: true }).click();
  await menuOf('weights', 'relative').click();
  await page.getByRole('menuitemradio', { name: gradloom.say('gradients.overlay.off'), exact: true }).click();
  await expect(menuOf('weights', 'off')).toBeVisible();
  await expect.poll(async () => (await gradloom.canvas()).overlay).toBe('off');
});

test('an output that still guesses when a run is over is told above the canvas, until the network is edited', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  const { training, ...rest } = small();
  // A rate that moves nothing: after every epoch it is right as often as it was.
  const optimiser = { ...training.optimiser, learningRate: 1e-9 };
  await gradloom.show({ ...rest, training: { ...training, optimiser, epochs: 6, schedule: { kind: 'constant' } } });
  await gradloom.run();
  await gradloom.waitForState('finished');
  const banner = page.getByRole('status').filter({ hasText: gradloom.say('training.guessing', { output: 'class' }) });
  await banner.getByRole('button', { name: gradloom.say('training.showFindings') }).click();
  await expect(gradloom.dock.getByRole('tab', { name: gradloom.say('app.dock.findings') })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await gradloom.selectNode('hidden');
  await page.keyboard.press('Delete');
  await expect(gradloom.node('hidden')).toHaveCount(0);
  await expect(banner).toHaveCount(0);
  // With the edit undone it is the network again that ran.
  await gradloom.button('command.undo').click();
  await expect(banner).toHaveCount(1);
});

test('what was found on the way to an output that guesses is named with it', async ({ gradloom }) => {
  await gradloom.run();
  await gradloom.waitForState('finished', 110_000);
  const vanishing = gradloom.say('training.guessing.ailment', { ailment: gradloom.say('findings.ailment.vanishing') });
  const banner = gradloom.page.getByRole('status').filter({ hasText: gradloom.say('training.showFindings') });
  await expect(banner).toContainText(gradloom.say('training.guessing.found', { ailments: vanishing }));
  await banner.getByRole('button', { name: gradloom.say('training.showFindings') }).click();
  await expect(gradloom.dock).toContainText(gradloom.say('findings.ailment.vanishing'));
});

test('a name too long for the bar is whole where the pointer rests on it', async ({ gradloom }) => {
  const { page } = gradloom;
  const name = 'Plain or residual, each with twenty layers of sigmoids between two spirals, before a lecture room';
  await gradloom.show({ ...small(), name });
  for (const isProjected of [false, true]) {
    if (isProjected) await page.keyboard.press('p');
    await gradloom.fileButton.hover();
    await expect(page.getByRole('tooltip')).toContainText(name);
    await expect(page.getByRole('tooltip')).toContainText('shown.gradloom.json');
    await page.mouse.move(0, 0);
  }
});

test('before a lecture room the inspector says why a wire is dark, and what was open before comes back', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  await gradloom.measureStepZero();
  await page.keyboard.press('p');
  await expect(gradloom.inspector).toHaveCount(0);
  await gradloom.selectWire('plain-stem', 'plain-dense-1');
  await gradloom.button('command.inspector').click();
  await expect(gradloom.inspector).toContainText(gradloom.say('inspector.kind.vanishing'));
  const finding = gradloom.inspector.getByText(gradloom.say('inspector.kind.vanishing'), { exact: true });
  expect((await finding.first().boundingBox())?.y).toBeLessThan(700);
  await page.keyboard.press('ControlOrMeta+i');
  await expect(gradloom.inspector).toHaveCount(0);
  await page.keyboard.press('p');
  await expect(gradloom.inspector).toBeVisible();
});

test('in a lesson, P is the lesson’s own projector view, and no second one lies behind it', async ({ gradloom }) => {
  const { page } = gradloom;
  await showLessons(gradloom);
  const lessons = page.getByRole('region', { name: gradloom.say('app.rail.lessons'), exact: true });
  await lessons.getByRole('button').first().click();
  const own = gradloom.button('lessons.projector');
  await expect(own).toHaveAttribute('aria-pressed', 'false');
  await page.keyboard.press('p');
  await expect(own).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('p');
  await expect(own).toHaveAttribute('aria-pressed', 'false');
  await expect(page.locator('html')).not.toHaveAttribute('data-projected');
});

test('names of layers are never cut in the palette, and a drag lights up the wire that takes the layer', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  await gradloom.show(small(), 'small.gradloom.json');
  const rail = page.getByRole('navigation', { name: gradloom.say('app.rail'), exact: true });
  await rail.getByRole('button', { name: gradloom.say('app.rail.layers'), exact: true }).click();
  const cut = await page
    .locator('[data-entry] span')
    .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent));
  expect(cut).toEqual([]);

  const wire = gradloom.wireId('point', 'hidden');
  const to = await gradloom.pointOnWire(wire);
  const from = await page.locator('[data-entry="dense"]').boundingBox();
  if (from === null) throw new Error('the palette has no dense layer');
  const paths = page.locator(`[data-wire="${wire}"] path`);
  const before = await paths.count();
  await page.mouse.move(from.x + 20, from.y + 8);
  await page.mouse.down();
  await page.mouse.move(from.x + 40, from.y + 20);
  await page.mouse.move(to.x, to.y, { steps: 8 });
  await page.mouse.move(to.x, to.y);
  await expect(paths).toHaveCount(before + 1);
  await page.mouse.up();
  await expect(gradloom.node('dense')).toHaveCount(1);
  expect(await gradloom.wireIds()).toHaveLength(4);
});

test('an empty sheet is shown at full size, and what is added behind what is selected stays in view', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  await gradloom.chooseFromFileMenu('files.new');
  const rail = page.getByRole('navigation', { name: gradloom.say('app.rail'), exact: true });
  await rail.getByRole('button', { name: gradloom.say('app.rail.layers'), exact: true }).click();
  const inView = (id: string): Promise<boolean> =>
    gradloom.node(id).evaluate((node) => {
      const canvas = document.querySelector('[data-area="canvas"]')?.getBoundingClientRect();
      const { left, right, top, bottom } = node.getBoundingClientRect();
      if (canvas === undefined) return false;
      return left >= canvas.left && right <= canvas.right && top >= canvas.top && bottom <= canvas.bottom;
    });
  for (const id of ['input', 'dense', 'dense-2', 'relu', 'dense-3', 'add', 'tanh', 'output']) {
    await page.locator(`[data-entry="${id.replace(/-\d$/, '')}"]`).dblclick();
    await expect(gradloom.node(id)).toHaveClass(/selected/);
    await expect.poll(() => inView(id), id).toBe(true);
  }
  await expect(gradloom.region).toContainText('100%');
  expect(await gradloom.wireIds()).toHaveLength(7);
});

test('every kind of data is in view where there is none yet', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.chooseFromFileMenu('files.new');
  const dock = await gradloom.openDock('data');
  for (const size of [
    { width: 1280, height: 800 },
    { width: 1024, height: 720 },
  ]) {
    await page.setViewportSize(size);
    const hidden = await dock.locator('[role="tabpanel"] button').evaluateAll((all) =>
      all.flatMap((one) => {
        const { left, right, top, bottom } = one.getBoundingClientRect();
        const hit = document.elementFromPoint((left + right) / 2, bottom - 2);
        return top >= 0 && bottom <= innerHeight && one.contains(hit) ? [] : [one.textContent];
      }),
    );
    expect(hidden, `${size.width}`).toEqual([]);
  }
});

test('the save dialog makes a folder and saves into it; one that is there already is told', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.chooseFromFileMenu('files.saveAs');
  const dialog = gradloom.dialog('files.dialog.save');
  const open = dialog.getByRole('button', { name: gradloom.say('files.dialog.newFolder'), exact: true });
  const name = dialog.getByRole('textbox', { name: gradloom.say('files.dialog.newFolder.name') });
  await open.click();
  await name.press('Escape');
  // Escape is meant for the name: the dialog stays.
  await expect(name).toHaveCount(0);
  await expect(dialog).toBeVisible();
  await open.click();
  await name.fill('lesson one');
  await name.press('Enter');
  await expect(dialog).toContainText('lesson one');
  await dialog.getByRole('button', { name: gradloom.say('files.dialog.up') }).click();
  await open.click();
  await name.fill('lesson one');
  await name.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('lesson one');
  await name.press('Escape');
  await dialog.getByRole('option', { name: 'lesson one' }).dblclick();
  await dialog.getByRole('button', { name: gradloom.say('files.dialog.save.action'), exact: true }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(gradloom.textOf('lesson one/Plain or residual.gradloom.json')).toContain('"format": "gradloom"');
});

test('the export dialog keeps its size from format to format, and says what opens each', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.chooseFromFileMenu('files.export');
  const dialog = page.getByRole('dialog');
  // It rises a little as it opens.
  await dialog.evaluate((opening) => Promise.all(opening.getAnimations().map(({ finished }) => finished)));
  const size = await dialog.boundingBox();
  const files = { onnx: 'model.onnx', keras: 'model.keras', pytorch: '', svg: '', tfjs: '' } as const;
  for (const format of ['onnx', 'keras', 'pytorch', 'svg', 'tfjs'] as const) {
    await dialog
      .getByRole('radio', { name: gradloom.say(`export.format.${format}`) })
      .first()
      .click();
    await expect(dialog).toContainText(gradloom.say(`export.open.${format}`, { file: files[format] }));
    expect(await dialog.boundingBox(), format).toEqual(size);
  }
});

test('a lesson greys the bar of the canvas, and comes back after a reload', async ({ gradloom }) => {
  const { page } = gradloom;
  await showLessons(gradloom);
  await page.locator('[data-area="left"] li button').first().click();
  await page.getByRole('button', { name: gradloom.say('lessons.next'), exact: true }).click();
  const step = gradloom.say('lessons.step', { number: 2, count: 0 }).split('0')[0] ?? '';
  await expect(page.locator('body')).toContainText(step);
  await expect(gradloom.button('training.run')).toBeDisabled();
  await page.reload();
  await expect(page.locator('body')).toContainText(step);
  await gradloom.transport.getByRole('button', { name: gradloom.say('training.blocked.lesson') }).click();
  await gradloom.whenReady();
});

test('a lesson of one’s own is on the list after a reload, and gone when it is taken off; its file stays', async ({
  gradloom,
}) => {
  // Electron shows the platform's own dialog, which no test can answer here.
  test.skip(shellKind === 'electron', 'the platform’s own dialog');
  const { page, locale } = gradloom;
  const title = { en: 'Our first gradient', 'zh-CN': '我们的第一个梯度' };
  const step = { kind: 'read', id: 'why', title: anyWords, text: anyWords };
  const text = JSON.stringify({ format: 'gradloom-lesson', version: 1, title, summary: anyWords, steps: [step] });
  gradloom.put('own.lesson.json', text);
  await showLessons(gradloom);
  const own = page.getByRole('list', { name: gradloom.say('lessons.own'), exact: true });
  await expect(own).toHaveCount(0);
  await gradloom.button('lessons.open').click();
  const dialog = gradloom.dialog('files.dialog.open');
  await dialog.getByRole('option', { name: 'own.lesson.json' }).click();
  await dialog.getByRole('button', { name: gradloom.say('files.dialog.open.action'), exact: true }).click();
  await expect(page.getByRole('region', { name: title[locale], exact: true })).toBeVisible();
  await gradloom.button('lessons.all').click();
  await page.reload();
  await expect(own.getByRole('listitem')).toHaveCount(1);
  await expect(own).toContainText(title[locale]);
  const takeOff = gradloom.say('lessons.own.forget', { title: title[locale] });
  await own.getByRole('button', { name: takeOff, exact: true }).click();
  await expect(own).toHaveCount(0);
  await page.reload();
  await expect(gradloom.button('lessons.open')).toBeVisible();
  await expect(own).toHaveCount(0);
  expect(gradloom.textOf('own.lesson.json')).toBe(text);
});

test('all in view lies beneath no legend and no controls, in a small window too, whose panels give way', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  const covered = (): Promise<readonly (string | null)[]> =>
    page.evaluate(() => {
      const controls = [...document.querySelectorAll('[data-part="corner"]')].map((one) => one.getBoundingClientRect());
      return [...document.querySelectorAll('.react-flow__node-card')]
        .filter((card) => {
          const box = card.getBoundingClientRect();
          return controls.some(
            (one) => box.left < one.right && one.left < box.right && box.top < one.bottom && one.top < box.bottom,
          );
        })
        .map((card) => card.getAttribute('data-id'));
    });
  const showAll = async (): Promise<void> => {
    await gradloom.button('command.fit').click();
    await page.mouse.move(0, 0);
    await expect.poll(covered).toEqual([]);
  };
  await showAll();
  await gradloom.openDock('curves');
  await showAll();
  await expect(gradloom.inspector).toHaveCount(1);
  await page.setViewportSize({ width: 640, height: 400 });
  // One panel beside or beneath the canvas, not two.
  await expect(gradloom.dock).toHaveCount(0);
  await showAll();
  await gradloom.openDock('curves');
  await expect(gradloom.inspector).toHaveCount(0);
  expect((await page.locator('[data-area="canvas"]').boundingBox())?.width).toBeGreaterThan(500);
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(gradloom.inspector).toHaveCount(1);
  await expect(gradloom.dock).toHaveCount(1);
});

test('seen from afar all that is selected keeps its hue, and before a lecture room names are larger and whole', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  const size = async (): Promise<number> => {
    const box = await gradloom.node('plain-dense-10').locator('[data-part="name"]').boundingBox();
    return box?.height ?? 0;
  };
  const before = await size();
  await page.keyboard.press('p');
  await expect.poll(size).toBeGreaterThan(before);
  const cut = await page
    .locator('.react-flow__node-card [data-part="name"] *')
    .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent));
  expect(cut).toEqual([]);
  await page.keyboard.press('p');

  await page.keyboard.press('ControlOrMeta+a');
  for (let press = 0; press < 8; press++) await gradloom.button('command.zoomOut').click();
  await expect(page.locator('[data-detail="far"]')).toHaveCount(1);
  const hues = await page
    .locator('.react-flow__node-card.selected [data-family]')
    .evaluateAll((all) => new Set(all.map((one) => getComputedStyle(one).backgroundColor)).size);
  // Data, dense layers, normalisations and outputs.
  expect(hues).toBeGreaterThanOrEqual(4);
});
