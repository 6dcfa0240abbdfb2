import { fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { gzipSync, zipSync } from 'fflate';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { check } from '#shared/check/check';
import { parseDocument } from '#shared/graph/serialise';
import { RandomStream } from '#shared/program/random';
import { readCheckpoint, writeCheckpoint } from '../../main/formats/checkpointFile.ts';
import { describeArrays } from '../../main/formats/data/binary.ts';
import { decodeImage } from '../../main/formats/data/images.ts';
import { DataProblem } from '../../main/formats/data/reading.ts';
import { describeTable } from '../../main/formats/data/table.ts';
import { describeText } from '../../main/formats/data/text.ts';
import { ImportProblem } from '../../main/formats/importProblem.ts';
import { exportH5, exportKeras } from '../../main/formats/keras/export.ts';
import { NpzProblem, readNpz, writeNpz } from '../../main/formats/npz.ts';
import { exportOnnx } from '../../main/formats/onnx/export.ts';
import { readModel, weightFiles } from '../../main/formats/readModel.ts';
import { memoryFiles } from '../../main/formats/testing/memoryFiles.ts';
import { templateCases } from '../../main/formats/testing/models.ts';
import { exportTfjs } from '../../main/formats/tfjs/export.ts';

/*
 * Damaged and hostile files of every format that is read: `npm run campaign -- mutations [COUNT]`. Each must be read or
 * refused with a message, within ten seconds and 512 MB. Every format has a process of its own, whose peak of memory
 * (VmHWM) is told; a file that takes too long ends it and is named, and another process goes on behind it. Writes docs/hostile.md where the count is the usual one.
 */

type Files = ReadonlyMap<string, Uint8Array>;

interface Format {
  readonly originals: () => Promise<readonly Files[]>;
  /** Files made by hand: bombs, absurd sizes, ways out of the folder. */
  readonly hostile?: () => readonly Files[];
  readonly read: (files: Files) => unknown;
}

const usualCount = 1000;
const secondsAllowed = 10;
const megabytesAllowed = 512;

const one = (bytes: Uint8Array): Files => new Map([['', bytes]]);
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** What a format's own reader says of a file that is wrong. */
const refusals = [ImportProblem, NpzProblem, DataProblem];

async function written(write: typeof exportKeras): Promise<Files> {
  const cases = templateCases();
  const { model } = cases[2] ?? cases[0] ?? { model: null };
  const files = model === null ? undefined : await write(model).write?.();
  if (files === undefined) throw new Error('the example was refused');
  return files;
}

/** The same files as another program would write them: Gradloom's own document is not found in them. */
function foreign(files: Files): Files {
  return new Map(
    [...files].map(([name, bytes]) => {
      const copy = Buffer.from(bytes);
      for (const key of ['gradloom.document', 'gradloom_document', 'gradloomDocument', 'gradloom.json']) {
        for (let at = copy.indexOf(key); at >= 0; at = copy.indexOf(key, at + 1)) copy.write('g', at + 3);
      }
      return [name, new Uint8Array(copy)];
    }),
  );
}

const both = (write: typeof exportKeras) => async (): Promise<readonly Files[]> => {
  const files = await written(write);
  return [files, foreign(files)];
};

/** A zip whose members unpack to gigabytes of zeros, and one that lies about their sizes. */
function bombs(name: string, also: Readonly<Record<string, Uint8Array>> = {}): readonly Files[] {
  const zeros = new Uint8Array(700 * 2 ** 20);
  const bomb = zipSync({ ...also, [name]: [zeros, { level: 9 }] });
  const lying = bomb.slice();
  const view = new DataView(lying.buffer);
  for (let at = 0; at + 4 < lying.length; at += 1) {
    if (view.getUint32(at, true) === zeros.length) view.setUint32(at, 100, true);
  }
  return [one(bomb), one(lying)];
}

function npy(shape: string, body: Uint8Array, description = '<f4'): Uint8Array {
  const header = `{'descr': '${description}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117) + '\n';
  return Uint8Array.from([0x93, ...text('NUMPY'), 1, 0, header.length, 0, ...text(header), ...body]);
}

function picture(): PNG {
  const image = new PNG({ width: 24, height: 18 });
  image.data.forEach((_, at) => (image.data[at] = (at * 7) % 256));
  return image;
}

function describe(kind: 'arrays' | 'idx' | 'cifar', files: Files): unknown {
  const memory = memoryFiles(Object.fromEntries(files));
  const facts = memory.files.map(({ path, size }) => ({ path, bytes: size, fingerprint: '0'.repeat(64) }));
  return memory.run(describeArrays(kind, memory.files, facts, {}));
}

function fact(files: Files): {
  readonly memory: ReturnType<typeof memoryFiles>;
  readonly file: { path: string; bytes: number; fingerprint: string };
} {
  const memory = memoryFiles(Object.fromEntries(files));
  const [file] = memory.files;
  return { memory, file: { path: file?.path ?? '', bytes: file?.size ?? 0, fingerprint: '0'.repeat(64) } };
}

const numbers = writeNpz({
  x: { shape: [8, 5], dtype: 'float32', data: Float32Array.from({ length: 40 }, (_, at) => at / 7) },
  y: { shape: [8], dtype: 'int32', data: Int32Array.from({ length: 8 }, (_, at) => at % 3) },
});
const arrayFile = { shape: [4, 3], dtype: 'float32', data: new Float32Array(12).fill(0.5) } as const;

const formats: Readonly<Record<string, Format>> = {
  document: {
    originals: async () =>
      templateCases()
        .slice(0, 6)
        .map(({ model }) => one(text(model.document))),
    hostile: () => [
      one(text('['.repeat(200_000))),
      one(text(`{"format":"gradloom","version":1,"name":"${'x'.repeat(5e6)}"}`)),
    ],
    read: (files) => {
      const parsed = parseDocument(new TextDecoder().decode(files.get('')));
      if (!parsed.ok) throw new ImportProblem('document', { reason: parsed.problems[0]?.message ?? '' });
      return check(parsed.document);
    },
  },
  keras: {
    originals: both(exportKeras),
    hostile: () => bombs('model.weights.h5', { 'config.json': text('{}'), '../../escaped.txt': text('x') }),
    read: readModel,
  },
  h5: { originals: both(exportH5), read: readModel },
  tfjs: {
    originals: both(exportTfjs),
    hostile: () =>
      ['../../../etc/passwd', '/etc/passwd', 'a/../../b', 'C:\\x'].map(
        (path) =>
          new Map([
            [
              'model.json',
              text(JSON.stringify({ modelTopology: {}, weightsManifest: [{ paths: [path], weights: [] }] })),
            ],
          ]),
      ),
    read: (files) => {
      const description = files.get('model.json') ?? new Uint8Array();
      for (const name of weightFiles(description)) {
        if (/^\/|\.\.|\\|:/.test(name)) throw new Error(`it would read ${name}`);
      }
      return readModel(files);
    },
  },
  onnx: { originals: both(exportOnnx), read: readModel },
  npz: {
    originals: async () => [one(numbers)],
    hostile: () => bombs('x.npy'),
    read: (files) => readNpz(files.get('') ?? new Uint8Array()),
  },
  checkpoint: {
    originals: async () => [one(writeCheckpoint({ step: 3, weights: { a: arrayFile }, memory: { b: arrayFile } }))],
    hostile: () => bombs('weights/a.npy'),
    read: (files) => readCheckpoint(files.get('') ?? new Uint8Array()),
  },
  'npz as data': {
    originals: async () => [new Map([['data.npz', numbers]])],
    hostile: () => bombs('x.npy').map((files) => new Map([['data.npz', files.get('') ?? new Uint8Array()]])),
    read: (files) => describe('arrays', files),
  },
  'npy as data': {
    originals: async () => [new Map([['x.npy', npy('(4, 3)', new Uint8Array(48))]])],
    hostile: () =>
      ['(4000000000, 4000000000)', '(99999999999999999999,)', '(-1, 3)', `(${'1, '.repeat(500)})`].map(
        (shape) => new Map([['x.npy', npy(shape, new Uint8Array(48))]]),
      ),
    read: (files) => describe('arrays', files),
  },
  idx: {
    originals: async () => [
      new Map([
        [
          'x-images-idx3-ubyte',
          Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 5, ...new Array<number>(100).fill(9)]),
        ],
        ['x-labels-idx1-ubyte', Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 2, 3])],
      ]),
    ],
    hostile: () => [
      new Map([['x-images-idx3-ubyte', Uint8Array.from([0, 0, 14, 255, ...new Array<number>(400).fill(255)])]]),
    ],
    read: (files) => describe('idx', files),
  },
  cifar: {
    originals: async () => [new Map([['data_batch_1.bin', Uint8Array.from({ length: 4 * 3073 }, (_, at) => at % 10)]])],
    read: (files) => describe('cifar', files),
  },
  csv: {
    originals: async () => [
      new Map([
        [
          'a.csv',
          text(
            `a,b,"c, d",kind\n${Array.from({ length: 60 }, (_, row) => `${row / 3},${row},"${row} ""x""",${row % 2 ? 'yes' : 'no'}`).join('\n')}\n`,
          ),
        ],
      ]),
    ],
    hostile: () => [new Map([['a.csv', text(`"${'x'.repeat(4e6)}`)]]), new Map([['a.csv', text(','.repeat(2e6))]])],
    read: (files) => {
      const { memory, file } = fact(files);
      const [readable] = memory.files;
      return readable === undefined ? null : memory.run(describeTable(readable, file, {}));
    },
  },
  text: {
    originals: async () => [
      new Map([['a.txt', text('The quick brown fox jumps over the lazy dog.\n那只敏捷的狐狸。\n'.repeat(20))]]),
    ],
    read: (files) => {
      const { memory, file } = fact(files);
      const [readable] = memory.files;
      return readable === undefined ? null : memory.run(describeText(readable, file, {}));
    },
  },
  png: {
    originals: async () => [one(Uint8Array.from(PNG.sync.write(picture())))],
    hostile: () => {
      const image = PNG.sync.write(picture());
      return [
        [65_535, 65_535],
        [2 ** 31 - 1, 1],
        [7000, 7000],
      ].map(([width = 0, height = 0]) => {
        const copy = Buffer.from(image);
        copy.writeUInt32BE(width, 16);
        copy.writeUInt32BE(height, 20);
        return one(new Uint8Array(copy));
      });
    },
    read: (files) => decodeImage(files.get('') ?? new Uint8Array(), 'a.png'),
  },
  jpeg: {
    originals: async () => [one(Uint8Array.from(jpeg.encode(picture(), 80).data))],
    hostile: () => {
      const image = Buffer.from(jpeg.encode(picture(), 80).data);
      const frame = image.indexOf(Buffer.from([0xff, 0xc0]));
      return [
        [65_535, 65_535],
        [7000, 7000],
      ].map(([width = 0, height = 0]) => {
        const copy = Buffer.from(image);
        copy.writeUInt16BE(height, frame + 5);
        copy.writeUInt16BE(width, frame + 7);
        return one(new Uint8Array(copy));
      });
    },
    read: (files) => decodeImage(files.get('') ?? new Uint8Array(), 'a.jpg'),
  },
};

/** Whole numbers that sizes are made of where they are meant to do harm. */
const absurd = [0xffffffff, 0x7fffffff, 0x80000000, 0x10000, 0];

function damage(bytes: Uint8Array, other: Uint8Array, random: RandomStream): Uint8Array {
  const copy = bytes.slice();
  const at = (room = 0): number => random.integer(Math.max(1, copy.length - room));
  switch (random.integer(8)) {
    case 0:
      return copy.subarray(0, at());
    case 1:
      for (let flips = 0; flips < 8; flips += 1) {
        const place = at();
        copy[place] = (copy[place] ?? 0) ^ (1 << random.integer(8));
      }
      return copy;
    case 2:
      // Few bits near the head, where sizes and names stand.
      for (let flips = 0; flips < 2; flips += 1) {
        const place = random.integer(Math.min(copy.length, 256));
        copy[place] = (copy[place] ?? 0) ^ (1 << random.integer(8));
      }
      return copy;
    case 3: {
      const place = at();
      return copy.fill(random.integer(256), place, place + 16);
    }
    case 4:
      return copy.copyWithin(at(), at(), at());
    case 5:
      copy.set(other.subarray(0, Math.min(64, other.length, copy.length)));
      return copy;
    case 6: {
      if (copy.length < 8) return copy;
      const value = absurd[random.integer(absurd.length)] ?? 0;
      new DataView(copy.buffer).setUint32(at(8), value, random.integer(2) === 0);
      return copy;
    }
    default: {
      const place = at();
      return Uint8Array.from([
        ...copy.subarray(0, place),
        ...other.subarray(0, random.integer(256)),
        ...copy.subarray(place),
      ]);
    }
  }
}

interface Report {
  refused: number;
  read: number;
  slowest: number;
  megabytes: number;
  before: number;
  /** Files that took too long, whose process was ended. */
  ended: number[];
  /** Errors that no reader means to throw, and processes that ended of themselves. */
  strange: string[];
}

/** What a process says of its files, one by one. */
type Message =
  | { readonly before: number }
  | { readonly at: number }
  | { readonly took: number; readonly isRead: boolean; readonly strange: string | null; readonly megabytes: number };

/** The most memory this process has had, in MB. */
function peak(): number {
  const status = readFileSync('/proc/self/status', 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

async function work(name: string, count: number, first: number): Promise<void> {
  const format = formats[name];
  if (format === undefined) throw new Error(`there is no format ${name}`);
  const originals = await format.originals();
  const others = [
    gzipSync(text('other')),
    zipSync({ a: text('b') }),
    Uint8Array.from(PNG.sync.write(picture())),
    numbers,
  ];
  const crafted = format.hostile?.() ?? [];
  globalThis.gc?.();
  const before = process.memoryUsage().rss / 2 ** 20;
  // What it took to make the files is not the reader's.
  writeFileSync('/proc/self/clear_refs', '5');
  const tell = (message: Message): void => {
    process.send?.(message);
  };
  tell({ before });
  for (let index = first; index < count + crafted.length; index += 1) {
    const random = new RandomStream(index, name);
    const original = originals[index % originals.length] ?? new Map<string, Uint8Array>();
    const files: Files =
      index < crafted.length
        ? (crafted[index] ?? new Map<string, Uint8Array>())
        : new Map(
            [...original].map(([file, bytes], at) => {
              const isHit = original.size === 1 || random.integer(2) === 0 || at === original.size - 1;
              return [file, isHit ? damage(bytes, others[random.integer(others.length)] ?? numbers, random) : bytes];
            }),
          );
    tell({ at: index });
    const start = performance.now();
    let strange: string | null = null;
    let isRead = false;
    try {
      await format.read(files);
      isRead = true;
    } catch (error) {
      if (!refusals.some((kind) => error instanceof kind)) {
        strange = `${index}: ${error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' | ') : String(error)}`;
      }
    }
    tell({ took: performance.now() - start, isRead, strange, megabytes: peak() });
  }
}

/** Lets a process read the files of a format from one on; gives the file at which it had to be ended, or null. */
function supervise(name: string, count: number, first: number, report: Report): Promise<number | null> {
  return new Promise((resolve) => {
    const child = fork(process.argv[1] ?? '', ['--work', name, String(count), String(first)], {
      execArgv: ['--expose-gc', '--enable-source-maps'],
      // HDF5 writes what it finds wrong to standard error, at length.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let at = -1;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isEnded = false;
    child.on('message', (message: Message) => {
      if ('before' in message) {
        report.before = Math.max(report.before, message.before);
      } else if ('at' in message) {
        ({ at } = message);
        timer = setTimeout(() => {
          isEnded = true;
          report.ended.push(at);
          child.kill('SIGKILL');
        }, secondsAllowed * 1000);
      } else {
        clearTimeout(timer);
        report[message.isRead ? 'read' : 'refused'] += 1;
        report.slowest = Math.max(report.slowest, message.took);
        report.megabytes = Math.max(report.megabytes, message.megabytes);
        if (message.strange !== null) report.strange.push(message.strange);
      }
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (code === 0 && !isEnded) resolve(null);
      else {
        if (!isEnded) report.strange.push(`the process ended at the file ${at}: ${String(signal ?? code)}`);
        resolve(at);
      }
    });
  });
}

async function readAll(name: string, count: number): Promise<Report> {
  const report: Report = { refused: 0, read: 0, slowest: 0, megabytes: 0, before: 0, ended: [], strange: [] };
  // One that had to be ended is followed by another, which goes on behind the file that did it.
  for (let next: number | null = 0; next !== null;) {
    const last: number | null = await supervise(name, count, next, report);
    next = last === null ? null : last + 1;
  }
  return report;
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === '--work') {
  await work(rest[0] ?? '', Number(rest[1]), Number(rest[2]));
  process.disconnect();
} else {
  const count = Number(mode ?? usualCount);
  const chosen = rest.length === 0 ? Object.keys(formats) : rest;
  const lines: string[] = [];
  const bad: string[] = [];
  const late: string[] = [];
  for (const name of chosen) {
    const { refused, read, slowest, megabytes, before, ended, strange } = await readAll(name, count);
    lines.push(
      `| ${name} | ${refused + read + ended.length} | ${refused} | ${read} | ${ended.length} | ${(slowest / 1000).toFixed(2)} | ${megabytes.toFixed(0)} (${before.toFixed(0)}) |`,
    );
    bad.push(...strange.slice(0, 20).map((what) => `${name} ${what}`));
    if (ended.length > 0) late.push(`${name}: ${ended.join(', ')}`);
    if (megabytes > megabytesAllowed) bad.push(`${name}: ${megabytes.toFixed(0)} MB`);
    process.stdout.write(`${lines.at(-1) ?? ''}\n`);
  }
  process.stdout.write(`${[...bad, ...late].join('\n')}\n`);
  if (count >= usualCount && rest.length === 0) {
    writeFileSync(
      'docs/hostile.md',
      `# Damaged and hostile files

Written by \`npm run campaign -- mutations\`: ${count} damaged files of each format that is read (cut short, bits flipped, runs
overwritten, pieces moved, heads of other formats, absurd sizes, pieces put in between), and files made by hand (zip bombs, sizes
that lie, shapes beyond all memory, paths out of the folder). Each must be read or refused with a message, within ${secondsAllowed} s, in
a process whose memory never exceeds ${megabytesAllowed} MB; no code of a file is ever run.

${bad.length === 0 ? 'There were no exceptions: no crash, no hang, no other error than a message for the person.' : `Exceptions:\n\n${bad.map((line) => `- ${line}`).join('\n')}`}

${
  late.length === 0
    ? ''
    : `Ended after ${secondsAllowed} s, because the damage makes the HDF5 library go round in circles (numbers of the files): ${late.join('; ')}. In the
window and in the terminal such a file is read in a thread that ends after 60 s and 1 s for each megabyte, with a message; Ctrl+C
ends it at once.`
}

| format | files | refused | read | ended | slowest of the others, s | peak of memory, MB (before) |
| --- | --- | --- | --- | --- | --- | --- |
${lines.join('\n')}

A damaged document counts as read in this table: its problems are told one by one. A picture is decoded where that takes at most
360 MB: 11 million pixels of a JPEG that keeps all colours, 19 million of one with a quarter of them, as cameras and phones
write it.
`,
    );
  }
  if (bad.length > 0) process.exitCode = 1;
}
