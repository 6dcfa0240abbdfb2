import { writeFileSync } from 'node:fs';
import { availableParallelism, arch, loadavg, platform } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { build, preview } from 'vite';
import { browserSwitches, findBrowser } from '../scripts/test/browser.mjs';

/*
 * The canvas at size: the real window on a document of 2,000 nodes and 2,498 wires with made-up gradients, in a browser
 * that draws in software, or with `--gpu` on the machine's GPU. How soon an edit shows, what the overlay costs at 30 frames
 * a second, how many pictures a second panning gives with all nodes in view. `--json` prints all figures, `--write` writes
 * docs/bench-canvas.md or, with `--gpu`, docs/bench-canvas-gpu.md. `--angle` names the way to the GPU where there is no
 * screen (vulkan, gl-egl).
 */

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    nodes: { type: 'string', default: '2000' },
    gpu: { type: 'boolean', default: false },
    angle: { type: 'string' },
  },
});

const root = process.cwd();
const fixtures = join(root, 'e2e/fixtures');
const editGoal = 50;
const overlayGoal = 0.2;
const panGoal = 30;
const edits = 20;
const watched = 5000;
const overlayTurns = 5;
const warmUp = 8000;

interface Spread {
  readonly median: number;
  readonly worst: number;
}

interface Figures {
  /** What draws, as the browser names it. */
  readonly renderer: string;
  readonly nodes: number;
  readonly wires: number;
  readonly inView: number;
  /** Milliseconds from a key or the pointer to the picture that shows the edit; the browser tells them in steps of 8. */
  readonly edits: Readonly<Record<string, Spread>>;
  /**
   * Processor time without frames; with frames at each of which about a quarter of the wires changes its colour, and how
   * often the overlay was drawn a second; with the same frames while the overlay is off; with frames that leave all wires
   * in view as they look; of a page with nothing but a canvas as large, on which as many plain lines are drawn anew as often.
   */
  readonly overlay: {
    readonly idle: Load;
    readonly live: Load;
    readonly off: Load;
    readonly drawn: number;
    readonly alike: Load;
    readonly bare: Load;
    readonly lines: number;
  };
  /** Pictures a second, and the longest time between two in milliseconds. */
  readonly pan: Readonly<
    Record<'someInView' | 'allInView' | 'allInViewLive', { readonly rate: number; readonly longest: number }>
  >;
}

/** Shares of one core: of the window's own thread, and of all the browser's processes together. */
interface Load {
  readonly thread: number;
  readonly all: number;
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};
const spread = (values: readonly number[]): Spread => ({ median: median(values), worst: Math.max(...values) });

const medianLoad = (loads: readonly Load[]): Load => ({
  thread: median(loads.map(({ thread }) => thread)),
  all: median(loads.map(({ all }) => all)),
});

const executablePath = findBrowser();
if (executablePath === undefined) throw new Error('no Chromium, Chrome or Edge was found; GRADLOOM_BROWSER names one');
await build({ configFile: join(fixtures, 'vite.config.ts'), logLevel: 'error' });
const server = await preview({ configFile: join(fixtures, 'vite.config.ts'), preview: { port: 0 }, logLevel: 'error' });
const address = server.resolvedUrls?.local[0];
if (address === undefined) throw new Error('the window is served nowhere');
const gpuSwitches = [
  '--ignore-gpu-blocklist',
  '--enable-gpu-rasterization',
  ...(options.angle === undefined ? [] : [`--use-angle=${options.angle}`]),
  ...(options.angle === 'vulkan' ? ['--enable-features=Vulkan'] : []),
];
const browser = await chromium.launch({
  executablePath,
  args: options.gpu
    ? [...browserSwitches.filter((name) => name !== '--disable-gpu'), ...gpuSwitches]
    : [...browserSwitches],
  ...(options.gpu ? { ignoreDefaultArgs: ['--disable-gpu', '--enable-unsafe-swiftshader'] } : {}),
});
try {
  const figures = await measure(browser, address, Number(options.nodes));
  process.stdout.write(options.json ? `${JSON.stringify(figures, null, 2)}\n` : table(figures));
  const file = options.gpu ? 'docs/bench-canvas-gpu.md' : 'docs/bench-canvas.md';
  if (options.write) writeFileSync(resolve(root, file), table(figures));
} finally {
  await browser.close();
  await server.close();
}

async function measure(where: Browser, url: string, size: number): Promise<Figures> {
  const still = await openWindow(where, url, { document: `chain-${size}`, numbers: 'vanishing' });
  const { nodes, wires } = await countDocument(still);
  const someInView = async (page: Page): Promise<number> => {
    await zoomTo(page, size / 10);
    return visibleNodes(page);
  };
  const panAll = await pan(still);
  const inView = await someInView(still);
  const panSome = await pan(still);
  const idle = await loadAtRest(where, still);
  const measured = await edit(still);
  await still.close();

  const live = await openWindow(where, url, { document: `chain-${size}`, numbers: 'noisy', run: '', rate: '30' });
  const panAllLive = await pan(live);
  await someInView(live);
  const [on, off, draws]: [Load[], Load[], number[]] = [[], [], []];
  // What a run costs, not its first seconds, in which the browser still translates what it runs.
  await live.waitForTimeout(warmUp);
  // By turns, in one window: what else goes on at this machine is in both.
  for (let turn = 0; turn < overlayTurns; turn++) {
    await chooseOverlay(live, 'relative');
    const before = await drawings(live);
    on.push(await load(where, live));
    draws.push(((await drawings(live)) - before) / (watched / 1000));
    await chooseOverlay(live, 'off');
    off.push(await load(where, live));
  }
  await chooseOverlay(live, 'relative');
  const canvas = await live.evaluate(() => {
    const { width, height } = document.querySelector('.react-flow')?.getBoundingClientRect() ?? new DOMRect();
    return { width, height, lines: Object.keys(window.__gradloomCanvas?.wires ?? {}).length };
  });
  await live.close();
  const quiet = await openWindow(where, url, { document: `chain-${size}`, numbers: 'vanishing', run: '', rate: '30' });
  await someInView(quiet);
  await quiet.waitForTimeout(warmUp);
  const alike = await load(where, quiet);
  await quiet.close();
  const bare = await bareCanvas(where, canvas);
  return {
    renderer: await rendererOf(where),
    nodes,
    wires,
    inView,
    edits: measured,
    overlay: {
      idle,
      live: medianLoad(on),
      off: medianLoad(off),
      drawn: median(draws),
      alike,
      bare,
      lines: canvas.lines,
    },
    pan: { someInView: panSome, allInView: panAll, allInViewLive: panAllLive },
  };
}

async function openWindow(where: Browser, url: string, query: Readonly<Record<string, string>>): Promise<Page> {
  const page = await where.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}?${new URLSearchParams(query).toString()}`);
  await page.waitForFunction(() => (window.__gradloomCanvas?.counts.draw ?? 0) > 0);
  // What waits for a quiet moment, as the check of a large document does, is over by then.
  await page.waitForTimeout(3000);
  return page;
}

async function rendererOf(where: Browser): Promise<string> {
  const page = await where.newPage();
  const name = await page.evaluate(() => {
    const context = document.createElement('canvas').getContext('webgl');
    const details = context?.getExtension('WEBGL_debug_renderer_info');
    return details ? String(context?.getParameter(details.UNMASKED_RENDERER_WEBGL)) : 'none';
  });
  await page.close();
  return name;
}

async function countDocument(page: Page): Promise<{ nodes: number; wires: number }> {
  const nodes = await page.locator('.react-flow__node').count();
  const wires = await page.locator('[data-wire]').count();
  return { nodes, wires };
}

async function chooseOverlay(page: Page, name: 'relative' | 'off'): Promise<void> {
  await page.getByRole('radio', { name, exact: true }).click();
  await page.mouse.move(5, 5);
  await page.waitForTimeout(800);
}

function drawings(page: Page): Promise<number> {
  return page.evaluate(() => window.__gradloomCanvas?.counts.draw ?? 0);
}

/** Nodes of which the middle lies in the canvas. */
function visibleNodes(page: Page): Promise<number> {
  return page.evaluate(() => {
    const box = document.querySelector('.react-flow')?.getBoundingClientRect();
    if (box === undefined) return 0;
    return [...document.querySelectorAll('.react-flow__node')].filter((node) => {
      const { left, right, top, bottom } = node.getBoundingClientRect();
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    }).length;
  });
}

async function middleOfCanvas(page: Page): Promise<{ x: number; y: number }> {
  const box = await page.locator('.react-flow').boundingBox();
  if (box === null) throw new Error('the window shows no canvas');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Zooms in around the middle until no more than so many nodes are in view. */
async function zoomTo(page: Page, nodes: number): Promise<void> {
  const { x, y } = await middleOfCanvas(page);
  await page.mouse.move(x, y);
  for (let turn = 0; turn < 60 && (await visibleNodes(page)) > nodes; turn++) {
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -10);
    await page.keyboard.up('Control');
    await page.waitForTimeout(120);
  }
}

/** Pans with two fingers for a few seconds, there and back; counts the pictures. */
async function pan(page: Page): Promise<{ rate: number; longest: number }> {
  const { x, y } = await middleOfCanvas(page);
  await page.mouse.move(x, y);
  const times = page.evaluate(
    (duration) =>
      new Promise<number[]>((done) => {
        const seen: number[] = [];
        const canvas = document.querySelector('.react-flow__pane');
        const begin = performance.now();
        const tick = (now: number): void => {
          seen.push(now);
          const turn = now - begin;
          if (turn > duration) return done(seen);
          const away = Math.sin(turn / 300) * 24;
          const event = { deltaX: away, deltaY: away / 2, bubbles: true, cancelable: true, clientX: 0, clientY: 0 };
          canvas?.dispatchEvent(new WheelEvent('wheel', event));
          requestAnimationFrame(tick);
        };
        requestAnimationFrame(tick);
      }),
    4000,
  );
  const seen = await times;
  const gaps = seen.slice(1).map((time, at) => time - (seen[at] ?? time));
  const whole = (seen.at(-1) ?? 0) - (seen[0] ?? 0);
  return { rate: (gaps.length / whole) * 1000, longest: Math.max(...gaps) };
}

/** Edits by key; the browser says how long each took to show (Event Timing). */
async function edit(page: Page): Promise<Record<string, Spread>> {
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { gradloomTimes: times });
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (entry.name === 'keydown' || entry.name === 'pointerup') times.push(entry.duration);
      }
    });
    observer.observe({ type: 'event', durationThreshold: 16, buffered: false } as PerformanceObserverInit);
  });
  const take = (): Promise<number[]> =>
    page.evaluate(() => (window as unknown as { gradloomTimes: number[] }).gradloomTimes.splice(0));
  const { x, y } = await middleOfCanvas(page);
  const near = await page.evaluate(
    ([left, top]) => {
      const away = (node: Element): number => {
        const box = node.getBoundingClientRect();
        return Math.hypot((box.left + box.right) / 2 - (left ?? 0), (box.top + box.bottom) / 2 - (top ?? 0));
      };
      const sorted = [...document.querySelectorAll('.react-flow__node')].toSorted((a, b) => away(a) - away(b));
      return sorted[0]?.getAttribute('data-id') ?? '';
    },
    [x, y],
  );
  const figures: Record<string, number[]> = {
    move: [],
    duplicate: [],
    'undo the duplicate': [],
    delete: [],
    'undo the deletion': [],
  };
  const press = async (name: string, key: string): Promise<void> => {
    const [last = key, ...modifiers] = key.split('+').toReversed();
    for (const modifier of modifiers) await page.keyboard.down(modifier);
    // As under a hand, whose key comes long after its modifier: else the modifier's time would be told, to the same picture.
    if (modifiers.length > 0) await page.waitForTimeout(150);
    await take();
    await page.keyboard.press(last);
    await page.waitForTimeout(500);
    for (const modifier of modifiers) await page.keyboard.up(modifier);
    // Faster than the browser reports: within the 16 ms of one picture.
    figures[name]?.push(Math.max(16, ...(await take())));
  };
  const choose = async (): Promise<void> => {
    await page.locator(`.react-flow__node[data-id="${near}"]`).click();
    await page.waitForTimeout(300);
  };
  for (let round = 0; round < edits; round++) {
    await choose();
    await press('move', round % 2 === 0 ? 'ArrowRight' : 'ArrowLeft');
    await press('duplicate', 'Control+d');
    await press('undo the duplicate', 'Control+z');
    await choose();
    await press('delete', 'Delete');
    await press('undo the deletion', 'Control+z');
  }
  return Object.fromEntries(Object.entries(figures).map(([name, times]) => [name, spread(times)]));
}

/** Processor time of all the browser's processes over a few seconds in which nobody does anything, as a share of a core. */
async function load(where: Browser, page: Page): Promise<Load> {
  const [all, own] = [await where.newBrowserCDPSession(), await page.context().newCDPSession(page)];
  await own.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spent = async (): Promise<Load> => {
    const { processInfo } = await all.send('SystemInfo.getProcessInfo');
    const { metrics } = await own.send('Performance.getMetrics');
    return {
      all: processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0),
      thread: metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN,
    };
  };
  const before = await spent();
  await page.waitForTimeout(watched);
  const after = await spent();
  await Promise.all([all.detach(), own.detach()]);
  const share = (of: keyof Load): number => (after[of] - before[of]) / (watched / 1000);
  return { thread: share('thread'), all: share('all') };
}

/** The least of several loads: for half a minute after much work the browser tidies its memory up. */
async function loadAtRest(where: Browser, page: Page): Promise<Load> {
  let least: Load = { thread: Number.POSITIVE_INFINITY, all: Number.POSITIVE_INFINITY };
  for (let time = 0; time < 30_000; time += watched) {
    const now = await load(where, page);
    if (now.all < least.all) least = now;
  }
  return least;
}

/** What a page costs that has nothing but a canvas of this size and draws so many plain lines on it 30 times a second. */
async function bareCanvas(
  where: Browser,
  { width, height, lines }: { readonly width: number; readonly height: number; readonly lines: number },
): Promise<Load> {
  const page = await where.newPage({ viewport: { width: 1440, height: 900 } });
  await page.evaluate(
    ([across, down, count]) => {
      const canvas = document.body.appendChild(document.createElement('canvas'));
      [canvas.width, canvas.height] = [across, down];
      const context = canvas.getContext('2d');
      const columns = Math.ceil(Math.sqrt(count * 1.5));
      const paths = Array.from({ length: count }, (_, line) => {
        const [x, y] = [((line % columns) * across) / columns, (Math.floor(line / columns) * down * columns) / count];
        return new Path2D(`M${x},${y}C${x + 30},${y} ${x + 20},${y + 8} ${x + 50},${y + 8}`);
      });
      let turn = 0;
      const draw = (): void => {
        turn++;
        context?.clearRect(0, 0, across, down);
        for (const [line, path] of paths.entries()) {
          if (context === null) return;
          context.strokeStyle = `hsl(${(line * 7 + turn) % 360} 60% 50%)`;
          context.lineWidth = 1.5;
          context.stroke(path);
        }
      };
      setInterval(() => requestAnimationFrame(draw), 1000 / 30);
    },
    [width, height, lines] as const,
  );
  await page.waitForTimeout(1000);
  const cost = await load(where, page);
  await page.close();
  return cost;
}

function table({ renderer, nodes, wires, inView, edits: edited, overlay, pan: panned }: Figures): string {
  const milliseconds = (value: number): string => `${value.toFixed(0)} ms`;
  const percent = (value: number): string => `${(100 * value).toFixed(0)} %`;
  const rate = ({ rate: pictures, longest }: { rate: number; longest: number }): string =>
    `${pictures.toFixed(0)} a second, longest gap ${longest.toFixed(0)} ms`;
  const cost = overlay.live.all - overlay.off.all;
  const ownCost = overlay.live.thread - overlay.off.thread;
  const missed = [
    ...Object.entries(edited)
      .filter(([, { median: middle }]) => middle > editGoal)
      .map(([name, { median: middle }]) => `${name}: ${milliseconds(middle)}; the goal is ${editGoal} ms.`),
    ...(cost > overlayGoal
      ? [
          `The overlay: ${percent(cost)} of a core, ${percent(ownCost)} of it in the window's own thread; the goal is ${percent(overlayGoal)}.`,
        ]
      : []),
    ...(panned.allInView.rate < panGoal
      ? [`Panning with all in view: ${panned.allInView.rate.toFixed(0)} pictures a second; the goal is ${panGoal}.`]
      : []),
  ];
  const rows = [
    ...Object.entries(edited).map(
      ([name, { median: middle, worst }]) =>
        `| an edit shows: ${name} | ${milliseconds(middle)}, at worst ${milliseconds(worst)} | ${editGoal} ms |`,
    ),
    `| a run at 30 frames a second, a quarter of the wires another colour in each (${overlay.drawn.toFixed(0)} drawn) | ${percent(overlay.live.all - overlay.idle.all)} of one core | |`,
    `| the same with the overlay off | ${percent(overlay.off.all - overlay.idle.all)} of one core | |`,
    `| so the overlay itself | ${percent(cost)} of one core, ${percent(ownCost)} of it in the window's own thread | ${percent(overlayGoal)} |`,
    `| a run at 30 frames a second in which no wire in view changes its colour | ${percent(overlay.alike.all - overlay.idle.all)} of one core | |`,
    `| for comparison: a page with nothing but such a canvas, ${overlay.lines} plain lines drawn 30 times a second | ${percent(overlay.bare.all)} of one core | |`,
    `| panning, all ${nodes} nodes in view | ${rate(panned.allInView)} | ${panGoal} a second |`,
    `| the same while frames come in | ${rate(panned.allInViewLive)} | |`,
    `| panning, ${inView} in view | ${rate(panned.someInView)} | |`,
  ];
  return `# The canvas at size, measured

${nodes.toLocaleString('en')} nodes and ${wires.toLocaleString('en')} wires, ${inView} nodes in view but where it says all; the real window with made-up
gradients in Chromium ${options.gpu ? `on a GPU (${renderer})` : 'without a GPU (drawn in software)'}, 1440 × 900, on ${platform()}-${arch()} with ${availableParallelism()} cores. The machine's
load when it ended: ${(loadavg()[0] ?? 0).toFixed(1)}. Medians of ${edits}. Written by \`npm run bench -- canvas --write${options.gpu ? ' --gpu' : ''}\`.

| what | measured | goal |
| --- | --- | --- |
${rows.join('\n')}

An edit's time is the browser's own (Event Timing): from the key to the picture that shows it, in steps of 8 ms; 16 ms is the
least it tells. What a run costs is processor time while nobody does anything, with frames coming in less without; what the
overlay costs is that less the same with the overlay off, by turns in one window (medians of ${overlayTurns} of ${watched / 1000} s): of all the browser's processes${options.gpu ? '' : ', which without a GPU put every picture together on the processor'}, and of the window's own thread. Pictures are counted while the sheet pans by a little in each.
${missed.length === 0 ? '' : `\nNot reached:\n\n${missed.map((line) => `- ${line}`).join('\n')}\n`}`;
}
