import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { createTemplate } from '#shared/templates/templates';
import { small } from './fixtures/documents.ts';
import { shellKind } from './fixtures/shell.ts';
import type { GradloomPage } from './fixtures/gradloomPage.ts';
import { expect, test } from './fixtures/test.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
};

/** The plainest server there is: the files of one folder. */
async function serve(folder: string): Promise<{ readonly server: Server; readonly address: string }> {
  const server = createServer((request, response) => {
    const name = request.url === '/' ? 'index.html' : (request.url ?? '').slice(1);
    try {
      const bytes = readFileSync(join(folder, name));
      response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

async function exportWithPage(gradloom: GradloomPage, name: string): Promise<string> {
  await gradloom.page.keyboard.press('ControlOrMeta+e');
  const choosing = gradloom.dialog('export.title', { name });
  await choosing.getByRole('radio', { name: gradloom.say('export.format.tfjs') }).click();
  await choosing.getByRole('switch', { name: gradloom.say('export.page') }).click();
  await choosing.getByRole('button', { name: gradloom.say('export.action'), exact: true }).click();
  const place = gradloom.dialog('export.dialog');
  await place.getByRole('textbox').fill('web');
  await place.getByRole('button', { name: gradloom.say('export.dialog.action'), exact: true }).click();
  const done = gradloom.dialog('export.done', { format: 'TensorFlow.js' });
  await expect(done).toContainText('index.html');
  await expect(done).toContainText(gradloom.say('export.check.whole'));
  return gradloom.pathOf('web');
}

test('a page goes along that computes what Gradloom did', async ({ gradloom }) => {
  test.skip(shellKind === 'electron', 'the platform’s own dialogs ask where to');
  await gradloom.show(small(), 'small.gradloom.json');
  const folder = await exportWithPage(gradloom, 'Small');
  const { server, address } = await serve(folder);
  const page = await gradloom.page.context().newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  try {
    await page.goto(address);
    const check = page.locator('#check');
    await expect(check).toHaveAttribute('data-state', 'good');
    expect(Number(await check.getAttribute('data-difference'))).toBeLessThan(1e-5);

    const sheet = JSON.parse(readFileSync(join(folder, 'gradloom.json'), 'utf8')) as {
      examples: Record<'inputs' | 'outputs', Record<string, { values: number[] }>>;
    };
    const shares = (): Promise<number[]> =>
      page.locator('#outputs .value').evaluateAll((values) => values.map((value) => Number(value.textContent)));
    const wanted = sheet.examples.outputs['class']?.values ?? [];
    for (const number of [1, 2]) {
      await page.getByRole('button', { name: gradloom.say('export.page.example', { number }) }).click();
      const expected = wanted.slice(2 * (number - 1), 2 * number).map((value) => value.toFixed(4));
      await expect.poll(async () => (await shares()).map((value) => value.toFixed(4))).toEqual(expected);
    }

    // The first example’s numbers, typed in.
    const point = sheet.examples.inputs['point']?.values ?? [];
    for (const [index, field] of (await page.locator('.numbers input').all()).entries()) {
      await field.fill(String(point[index]));
    }
    const expected = wanted.slice(0, 2).map((value) => value.toFixed(4));
    await expect.poll(async () => (await shares()).map((value) => value.toFixed(4))).toEqual(expected);
    expect(asked.filter((url) => !url.startsWith(address) && !url.startsWith('data:'))).toEqual([]);
  } finally {
    await page.close();
    server.close();
  }
});

test('on the page of a network for pictures a person draws', async ({ gradloom }) => {
  test.skip(shellKind === 'electron', 'the platform’s own dialogs ask where to');
  const digits = createTemplate('digits-cnn', {});
  await gradloom.show(digits, 'digits.gradloom.json');
  const folder = await exportWithPage(gradloom, digits.name);
  const { server, address } = await serve(folder);
  const page = await gradloom.page.context().newPage();
  try {
    await page.goto(address);
    await expect(page.locator('#check')).toHaveAttribute('data-state', 'good');
    await expect(page.locator('#outputs .row')).toHaveCount(10);
    const values = (): Promise<string[]> => page.locator('#outputs .value').allTextContents();
    await page.getByRole('button', { name: gradloom.say('export.page.clear') }).click();
    await expect(page.getByRole('button', { pressed: true })).toHaveCount(0);
    const before = await values();
    const box = await page.locator('canvas').boundingBox();
    if (box === null) throw new Error('the canvas is not shown');
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.8, { steps: 6 });
    await page.mouse.up();
    await expect.poll(values).not.toEqual(before);
  } finally {
    await page.close();
    server.close();
  }
});
