import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { crc32, deflateSync } from 'node:zlib';
import { withSource } from '#shared/graph/dataBinding';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import { RandomStream } from '#shared/program/random';
import type { EngineMessage } from '#shared/protocol/engine';
import { decodeFrame } from '#shared/protocol/telemetry';
import { loadEngine } from '../main/engine/backend/load.ts';
import { initialWeights, planDocument } from '../main/engine/execute/network.ts';
import type { NodeSketch } from '../main/engine/testing/documents.ts';
import { sketch } from '../main/engine/testing/documents.ts';
import { Run } from '../main/engine/train/run.ts';
import { DataFiles } from '../main/services/dataFiles.ts';
import { nodeFileSystem } from '../main/services/fileSystem.ts';
import { reachEverything } from '../main/services/reach.ts';

/*
 * Whether data larger than what may be held train in bounded memory: a CSV file of 2 GB and a folder of 100,000 images,
 * each beside a small one of its kind, each in a process of its own. Writes and deletes some 2.5 GB in the folder for
 * temporary files. `--write` writes docs/bench-data.md; ends with 1 where a peak lies further above that of the small
 * one than is promised.
 */

const { values: options } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    /** Runs one part in this process: what to read, and how many steps to train. */
    part: { type: 'string' },
    path: { type: 'string' },
  },
});

const columns = 20;
const side = 32;
const classes = 10;
const batch = 512;
const steps = 100;
const wholeBytes = 2 * 1000 ** 3;
const wholeImages = 100_000;
/** In MiB above the small data: fields that are held (32), the index of rows, 256 of decoded images, and the collector's slack. */
const allowed = 512;

type Part = 'table' | 'images';

/** What one process came to. */
interface Outcome {
  readonly examples: number;
  readonly describeSeconds: number;
  readonly trainSeconds: number;
  readonly steps: number;
  readonly first: number;
  readonly last: number;
  /** The most memory that lay in the machine's at once, in MiB. */
  readonly peak: number;
}

function network(part: Part): GradloomDocument {
  const nodes: Record<string, NodeSketch> = {
    x: { type: 'input', params: { shape: part === 'table' ? [columns] : [side, side, 3] } },
    flat: { type: 'flatten' },
    hidden: { type: 'dense', params: { units: 32, activation: 'relu', kernelInitialiser: { kind: 'heNormal' } } },
    logits: { type: 'dense', params: { units: classes } },
    out: { type: 'output', params: { link: 'softmax' } },
  };
  return sketch(nodes, ['x > flat', 'flat > hidden', 'hidden > logits', 'logits > out'], {
    losses: [{ output: nodeId('out'), kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
    optimiser: { kind: 'sgd', learningRate: 0.05, momentum: 0 },
    epochs: 1000,
    batch,
    probes: { every: 10, details: 100 },
  });
}

async function runPart(part: Part, path: string): Promise<Outcome> {
  const began = performance.now();
  const files = new DataFiles(nodeFileSystem, reachEverything(nodeFileSystem));
  const { source: found } = await files.describe({ path, source: null, folders: [] });
  // The numbers lie side by side in one field.
  const source =
    found.kind === 'table'
      ? { ...found, columns: found.columns.map((each) => (each.name === 'label' ? each : { ...each, field: 'x' })) }
      : found;
  const described = performance.now();
  const drawn = network(part);
  const training = { ...drawn.training, ...withSource(drawn.training, source, [{ id: nodeId('x') }]) };
  const plan = planDocument({ ...drawn, training });
  const { device, report } = await loadEngine();
  const losses: number[] = [];
  let done = 0;
  let failure: string | null = null;
  const listen = (message: EngineMessage): void => {
    if (message.kind === 'state') failure = message.failure?.message ?? null;
    if (message.kind !== 'frame') return;
    const { step, loss } = decodeFrame(message.bytes);
    losses.push(loss);
    done = step + 1;
    if (done >= steps) run.control('stop');
  };
  const run = new Run(
    device,
    report.devices[0] ?? 'CPU',
    { name: 'data', plan, weights: initialWeights(plan, 1), paused: false, folder: null },
    listen,
  );
  await run.start();
  if (failure !== null) throw new Error(failure);
  const trained = performance.now();
  run.dispose();
  return {
    examples: source.size,
    describeSeconds: (described - began) / 1000,
    trainSeconds: (trained - described) / 1000,
    steps: done,
    first: losses[0] ?? Number.NaN,
    last: losses.at(-1) ?? Number.NaN,
    peak: process.resourceUsage().maxRSS / 1024,
  };
}

/** Writes rows of a table: a class, and numbers drawn around a centre of the class. Stops at the first row past `bytes`. */
async function writeTable(path: string, bytes: number): Promise<void> {
  const stream = new RandomStream(1, 'table');
  const centres = Array.from({ length: classes * columns }, () => stream.normal());
  const out = createWriteStream(path);
  const head = `${Array.from({ length: columns }, (_, column) => `x${column}`).join(',')},label\n`;
  let written = head.length;
  let block = head;
  // Drawing each number of two billion bytes would take longer than reading them: a pool is gone through again and again.
  const pool = Array.from({ length: 100_003 }, () => stream.normal());
  for (let row = 0, at = 0; written < bytes; row += 1) {
    const label = row % classes;
    let line = '';
    for (let column = 0; column < columns; column += 1, at = (at + 1) % pool.length)
      line += `${((centres[label * columns + column] ?? 0) + (pool[at] ?? 0)).toFixed(5)},`;
    line += `c${label}\n`;
    written += line.length;
    block += line;
    if (block.length > 2 ** 20) {
      if (!out.write(block)) await once(out, 'drain');
      block = '';
    }
  }
  out.end(block);
  await once(out, 'close');
}

/** A PNG of eight-bit colours (ISO/IEC 15948): one filter byte before each row, all in one chunk of data. */
function png(pixels: Uint8Array): Buffer {
  const chunk = (kind: string, content: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(kind, 'latin1'), content]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(side * (1 + 3 * side));
  for (let row = 0; row < side; row += 1) {
    rows.set(pixels.subarray(row * 3 * side, (row + 1) * 3 * side), row * (1 + 3 * side) + 1);
  }
  const mark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    mark,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A folder for each class; each image is its class's colour under noise. */
function writeImages(folder: string, count: number): void {
  const stream = new RandomStream(2, 'images');
  const noise = Uint8Array.from({ length: 65_537 }, () => Math.floor(64 * stream.uniform()));
  for (let label = 0; label < classes; label += 1) mkdirSync(join(folder, `c${label}`), { recursive: true });
  let at = 0;
  for (let image = 0; image < count; image += 1) {
    const label = image % classes;
    const pixels = new Uint8Array(3 * side * side);
    for (let index = 0; index < pixels.length; index += 1, at = (at + 1) % noise.length)
      pixels[index] = ((label * (1 + (index % 3)) * 37) % 192) + (noise[at] ?? 0);
    writeFileSync(join(folder, `c${label}`, `${image}.png`), png(pixels));
  }
}

function inProcess(part: Part, path: string): Outcome {
  const program = process.argv[1] ?? '';
  const child = spawnSync(process.execPath, [program, '--part', part, '--path', path], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = child.stdout.trim().split('\n').at(-1) ?? '';
  if (child.status !== 0) throw new Error(`the part ${part} ended with ${child.status ?? child.signal}`);
  return JSON.parse(line) as Outcome;
}

const number = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 0 });

async function measureAll(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gradloom-bench-data-'));
  const clear = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', clear);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(143));
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < 2 * wholeBytes) throw new Error(`${folder} has less than ${2 * wholeBytes} bytes left`);
  const rows: { readonly name: string; readonly size: string; readonly outcome: Outcome; readonly above: number }[] =
    [];
  const measure = (part: Part, name: string, path: string, size: string, base: Outcome | null): Outcome => {
    const outcome = inProcess(part, path);
    rows.push({ name, size, outcome, above: base === null ? 0 : outcome.peak - base.peak });
    process.stderr.write(`${name}: ${JSON.stringify(outcome)}\n`);
    return outcome;
  };
  const table = join(folder, 'table.csv');
  const megabytes = (): string => `${number(statSync(table).size / 1e6)} MB`;
  await writeTable(table, 2e6);
  const smallTable = measure('table', 'CSV, small', table, megabytes(), null);
  await writeTable(table, wholeBytes);
  measure('table', 'CSV', table, megabytes(), smallTable);
  rmSync(table);
  const [few, many] = [join(folder, 'few'), join(folder, 'many')];
  writeImages(few, 1000);
  const smallImages = measure('images', 'images, few', few, '1,000 files', null);
  writeImages(many, wholeImages);
  measure('images', 'images', many, `${number(wholeImages)} files`, smallImages);
  const holds = rows.every(({ above }) => above <= allowed);
  const head =
    '| data | size | examples | looked through | trained | steps | loss: first, last | peak | above the small one |';
  const lines = rows.map(({ name, size, outcome, above }) => {
    const { examples, describeSeconds, trainSeconds, first, last, peak } = outcome;
    const cells = [
      name,
      size,
      number(examples),
      `${describeSeconds.toFixed(1)} s`,
      `${trainSeconds.toFixed(1)} s`,
      number(outcome.steps),
      `${first.toFixed(3)}, ${last.toFixed(3)}`,
      `${number(peak)} MiB`,
      above === 0 ? '–' : `${number(above)} MiB`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const result = [head, '| --- | --- | --- | --- | --- | --- | --- | --- | --- |', ...lines].join('\n');
  process.stdout.write(`${result}\n`);
  if (options.write) writeFileSync('docs/bench-data.md', page(result, holds));
  process.exitCode = holds ? 0 : 1;
}

function page(result: string, holds: boolean): string {
  return `# Data larger than what may be held

A CSV file of two billion bytes (${columns} numbers and a class of ${classes} in a row) and a folder of ${number(wholeImages)} images (PNG, ${side}×${side}),
each beside a small one of its kind. Each is looked through as "From a file…" does (types, statistics, fingerprint) and then
trained on by a dense network for ${number(steps)} steps of ${batch} shuffled examples, in a process of its own. "Peak" is the most memory
that process ever had resident, TensorFlow included. Written by \`npm run bench -- data --write\`.

${result}

Promised: at most ${allowed} MiB above the small one (32 of fields that are held, the index of rows, 256 of decoded images, and
what the collector leaves lying). ${holds ? 'Kept.' : '**Not kept.**'} The seconds are those of one machine under other load and tell the order of
size only. An epoch over the whole file, with its evaluation, was not run.
`;
}

if (options.part === 'table' || options.part === 'images') {
  process.stdout.write(`${JSON.stringify(await runPart(options.part, options.path ?? ''))}\n`);
  process.exit(0);
}
await measureAll();
