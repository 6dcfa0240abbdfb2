import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { RandomStream } from '#shared/program/random';
import { lower } from '#shared/program/lower';
import { flatten } from '#shared/program/flatten';
import { exportKerasCode } from '../../main/formats/kerascode/export.ts';
import { exportH5, exportKeras } from '../../main/formats/keras/export.ts';
import type { Export, ExportedFiles, ModelToExport } from '../../main/formats/model.ts';
import type { NpzArrays } from '../../main/formats/npz.ts';
import { exportOnnx } from '../../main/formats/onnx/export.ts';
import { exportTorch } from '../../main/formats/pytorch/export.ts';
import { exportSavedModel } from '../../main/formats/tensorflow/export.ts';
import { exportLite } from '../../main/formats/tflite/export.ts';
import { exportTfjs } from '../../main/formats/tfjs/export.ts';
import { exportCase, largestError, templateCases, tolerance, wideDocument } from '../../main/formats/testing/models.ts';
import type { DocumentCase } from '../../main/formats/testing/models.ts';
import { predictInOnnxRuntime, predictInTfjs } from '../../main/formats/testing/nodeReaders.ts';
import type { Predictions } from '../../main/formats/testing/nodeReaders.ts';
import { predictInPython, whyNoPython } from '../../main/formats/testing/python.ts';
import type { PythonReader } from '../../main/formats/testing/python.ts';

/*
 * Every template and random graphs over the whole catalogue, written in every format and read back by the format's own
 * framework: `npm run campaign -- formats [FORMAT…] [--graphs 60] [--part 100] [--new]`. Each part (so many models of one
 * format, in one process of the reader) is kept in `.campaign/formats.json` when it is done, so that a campaign that was
 * ended goes on there; after a change of the code it begins anew. Seeds that fail are kept in
 * `main/formats/testing/keptSeeds.json`, which the tests read as well. With all formats done it writes its tables into
 * docs/model-files.md.
 */

type Read = (cases: readonly Written[]) => Promise<readonly (Predictions | string)[]>;

interface Written {
  readonly given: DocumentCase;
  readonly files: ExportedFiles;
}

interface Format {
  readonly write: (model: ModelToExport) => Export;
  readonly read: Read;
  readonly reader: string;
  /** `layers` where the format holds layers of Keras alone: random graphs of the whole catalogue would all be refused. */
  readonly graphs: 'all' | 'layers';
}

interface Outcome {
  readonly name: string;
  /** Largest |a − b| / max(1, |b|); null where it was refused or not read. */
  readonly error: number | null;
  /** How far the float64 result moves where weights and inputs move by float32's rounding, where the error is above the bound. */
  readonly sensitivity?: number;
  /** Why there is no file, or what the reader said. */
  readonly refused?: readonly string[];
  readonly failed?: string;
}

const here = join('main', 'formats', 'testing');
const seedsFile = join(here, 'keptSeeds.json');
const stateFile = join('.campaign', 'formats.json');

/** Reads one after another in this process. */
const inNode =
  (read: (files: ExportedFiles, inputs: NpzArrays) => Promise<Predictions>): Read =>
  async (cases) => {
    const results: (Predictions | string)[] = [];
    for (const { files, given } of cases) {
      results.push(await read(files, given.inputs).catch((error: unknown) => String(error).slice(0, 300)));
    }
    return results;
  };

const inPython =
  (reader: PythonReader): Read =>
  async (cases) => {
    const why = whyNoPython(reader);
    if (why !== null) throw new Error(why);
    const asked = cases.map(({ files, given }) => ({
      files,
      inputs: given.inputs,
      outputs: Object.keys(given.expected),
    }));
    return predictInPython(reader, asked, join(here, 'readers.py')).map((result) =>
      typeof result === 'string'
        ? result.trim().slice(0, 300)
        : Object.fromEntries(Object.entries(result).map(([name, { data }]) => [name, data])),
    );
  };

const formats: Readonly<Record<string, Format>> = {
  onnx: { write: exportOnnx, read: inNode(predictInOnnxRuntime), reader: 'ONNX Runtime', graphs: 'all' },
  tfjs: { write: exportTfjs, read: inNode(predictInTfjs), reader: 'TensorFlow.js', graphs: 'layers' },
  keras: { write: exportKeras, read: inPython('keras'), reader: 'Keras', graphs: 'all' },
  h5: { write: exportH5, read: inPython('h5'), reader: 'Keras', graphs: 'layers' },
  savedmodel: { write: exportSavedModel, read: inPython('savedmodel'), reader: 'TensorFlow', graphs: 'all' },
  tflite: { write: (model) => exportLite(model), read: inPython('tflite'), reader: 'TensorFlow Lite', graphs: 'all' },
  pytorch: { write: exportTorch, read: inPython('pytorch'), reader: 'PyTorch', graphs: 'all' },
  'keras-code': { write: exportKerasCode, read: inPython('keras-code'), reader: 'Keras', graphs: 'all' },
};

/** What the results depend on: they are worth nothing after it has changed. */
function codeVersion(): string {
  const hash = createHash('sha256');
  for (const folder of ['main/formats', 'shared']) {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
    for (const file of files) {
      // What reads the files of others, and words, change no file that is written.
      if (/\.(ts|py)$/.test(file) && !/\.test\.ts$|^text|^foreign|^data/.test(file)) {
        hash.update(readFileSync(join(folder, file)));
      }
    }
  }
  return hash.digest('hex').slice(0, 16);
}

interface State {
  code: string;
  graphs: number;
  /** By format and name of the model. */
  done: Record<string, Record<string, Outcome>>;
  seconds: Record<string, number>;
  /** How many random graphs were looked at until enough were carried. */
  tried: Record<string, number>;
}

interface Kept {
  readonly kind: 'all' | 'layers';
  readonly seed: number;
  formats: string[];
  readonly why: string;
}

const keptSeeds = (): Kept[] => JSON.parse(readFileSync(seedsFile, 'utf8')) as Kept[];

/** Names of random graphs for a format: those that failed once, and as many as asked that it carries, from seed 1 on. */
function randomNames(format: string, count: number): { readonly names: readonly string[]; readonly tried: number } {
  const { write, graphs } = formats[format] ?? { write: exportOnnx, graphs: 'all' };
  const kept = keptSeeds()
    .filter((each) => each.formats.includes(format))
    .map(({ kind, seed }) => `${kind} ${seed}`);
  const names: string[] = [];
  let seed = 0;
  while (names.length < count && seed < 40 * count) {
    seed += 1;
    const document = wideDocument(graphs, seed);
    const lowered = lower(document);
    if (!lowered.ok)
      throw new Error(`${document.name}: ${lowered.diagnostics.map(({ message }) => message).join('; ')}`);
    const { program } = lowered;
    // Weights are not looked at before a file is written.
    const model = { name: document.name, program, flat: flatten(program), weights: {}, document: '' };
    if (write(model).write !== null) names.push(document.name);
  }
  return { names: [...new Set([...names, ...kept])], tried: seed };
}

/** How far the float64 predictions move where every weight moves by float32's rounding: what no reader can do better than. */
function sensitivityOf(given: DocumentCase): number {
  let largest = 0;
  for (let round = 0; round < 3; round += 1) {
    const random = new RandomStream(round, 'rounding');
    const moved = Object.fromEntries(
      Object.entries(given.model.weights).map(([id, array]) => [
        id,
        { ...array, data: Float64Array.from(array.data, (value) => value * (1 + (random.uniform() - 0.5) * 2 ** -23)) },
      ]),
    ) as unknown as NpzArrays;
    const answered = given.expectedWith(moved);
    for (const [name, { values }] of Object.entries(given.expected)) {
      largest = Math.max(largest, largestError(answered[name]?.values ?? [], values));
    }
  }
  return largest;
}

const made = new Map<string, DocumentCase>();
const templates = new Map(templateCases().map((each) => [`template ${each.template}`, each]));

function caseOf(name: string): DocumentCase {
  const known = templates.get(name) ?? made.get(name);
  if (known !== undefined) return known;
  const [kind = '', seed = ''] = name.split(' ');
  const given = exportCase(wideDocument(kind as 'all' | 'layers', Number(seed)), Number(seed));
  made.set(name, given);
  return given;
}

async function readPart(format: Format, names: readonly string[]): Promise<readonly Outcome[]> {
  const outcomes = new Map<string, Outcome>();
  const written: (Written & { readonly name: string })[] = [];
  for (const name of names) {
    const given = caseOf(name);
    const { findings, write } = format.write(given.model);
    if (write === null) {
      const refused = findings.filter(({ severity }) => severity === 'refused');
      outcomes.set(name, {
        name,
        error: null,
        refused: [...new Set(refused.map(({ code, values }) => String(values['kind'] ?? code)))],
      });
    } else written.push({ name, given, files: await write() });
  }
  const predicted = await format.read(written);
  written.forEach(({ name, given }, index) => {
    const outputs = predicted[index];
    if (outputs === undefined || typeof outputs === 'string') {
      outcomes.set(name, { name, error: null, failed: outputs ?? 'nothing came back' });
      return;
    }
    const errors = Object.entries(given.expected).map(([output, { values }]) =>
      largestError(outputs[output] ?? [], values),
    );
    const error = errors.reduce((largest, each) => (each <= largest ? largest : each), 0);
    outcomes.set(name, { name, error, ...(error < tolerance ? {} : { sensitivity: sensitivityOf(given) }) });
  });
  return names.flatMap((name) => outcomes.get(name) ?? []);
}

/** Rounding alone explains a difference that is no larger than this many times what rounding the weights once does. */
const roundings = 40;

function isRight({ error, refused }: Outcome): boolean {
  return refused !== undefined || (error !== null && error < tolerance);
}

function isRounding({ error, sensitivity }: Outcome): boolean {
  return error !== null && sensitivity !== undefined && error < roundings * sensitivity;
}

function keep(format: string, outcome: Outcome): void {
  const [kind = '', number = ''] = outcome.name.split(' ');
  if (kind === 'template' || isRight(outcome) || isRounding(outcome)) return;
  const kept = keptSeeds();
  const known = kept.find((each) => each.kind === kind && each.seed === Number(number));
  if (known === undefined) {
    const why = outcome.failed?.split('\n').at(-1)?.slice(0, 160) ?? `differed by ${String(outcome.error)}`;
    kept.push({ kind: kind as 'all' | 'layers', seed: Number(number), formats: [format], why });
  } else if (!known.formats.includes(format)) known.formats.push(format);
  writeFileSync(seedsFile, `${JSON.stringify(kept, null, 2)}\n`);
}

const shown = (error: number): string => error.toExponential(1);

function report({ done, tried, graphs }: State): string {
  const rows = Object.entries(formats).flatMap(([format, { reader }]) => {
    const outcomes = Object.values(done[format] ?? {});
    return outcomes.map((outcome) => ({ format, reader, outcome }));
  });
  const worst = (list: readonly Outcome[]): string => {
    const errors = list.flatMap(({ error }) => error ?? []);
    return errors.length === 0 ? '–' : shown(Math.max(...errors));
  };
  const wrong = rows.filter(({ outcome }) => !isRight(outcome));
  const refusedTemplates = rows.filter(
    ({ outcome }) => outcome.refused !== undefined && outcome.name.startsWith('template'),
  );
  const exceptions = [
    ...wrong.map(({ format, outcome }) => {
      const { name, error, failed, sensitivity } = outcome;
      const what =
        failed !== undefined
          ? failed.replaceAll(/\s+/g, ' ').replaceAll('|', '/').slice(0, 160)
          : `differs by ${shown(error ?? Number.NaN)}${
              isRounding(outcome)
                ? `; the graph itself moves by ${shown(sensitivity ?? 0)} where each weight moves by float32's rounding`
                : ''
            }`;
      return `| ${format} | ${name} | ${what} |`;
    }),
    ...refusedTemplates.map(({ format, outcome }) => {
      return `| ${format} | ${outcome.name} | refused: ${(outcome.refused ?? []).join(', ')} |`;
    }),
  ];
  const table = Object.entries(formats).map(([format, { reader, graphs: kind }]) => {
    const outcomes = Object.values(done[format] ?? {});
    const [own, random] = [true, false].map((isTemplate) =>
      outcomes.filter(({ name, refused }) => name.startsWith('template') === isTemplate && refused === undefined),
    );
    return `| \`${format}\` | ${reader} | ${own?.length ?? 0} of ${templates.size} | ${worst(own ?? [])} | ${random?.length ?? 0}${
      kind === 'layers' ? ' (layers)' : ''
    } | ${tried[format] ?? graphs} | ${worst(random ?? [])} |`;
  });
  return `Written by \`npm run campaign -- formats\`: every template and ${graphs} random graphs that the format carries, with cells, loops, several
inputs and outputs, recurrent layers, attention, convolutions over one to three axes, normalisations, embeddings, masks, merges and
every setting of each layer; each file read by the format's own framework and compared with the float64 interpreter, the
difference being the largest of |a − b| / max(1, |b|), at most ${shown(tolerance)}. Keras's older format and TensorFlow.js hold layers alone; their
random graphs have layers alone as well.

Exceptions:

${exceptions.length === 0 ? 'None.' : `| format | model | what |\n| --- | --- | --- |\n${exceptions.join('\n')}`}

| format | read by | templates | largest difference | random graphs | drawn until so many were carried | largest difference |
| --- | --- | --- | --- | --- | --- | --- |
${table.join('\n')}`;
}

const [begin, end] = ['<!-- formats campaign: begin -->', '<!-- formats campaign: end -->'];

const args = process.argv.slice(2);
const option = (name: string, usual: number): number => {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? usual : Number(args.splice(at, 2)[1]);
};
const graphs = option('graphs', 60);
const part = option('part', 100);
const isNew = args.includes('--new');
const chosen = args.filter((arg) => !arg.startsWith('--'));
const code = codeVersion();
const empty: State = { code, graphs, done: {}, seconds: {}, tried: {} };
const former = existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, 'utf8')) as State) : empty;
const state = isNew || former.code !== code || former.graphs !== graphs ? empty : former;

for (const name of chosen.length === 0 ? Object.keys(formats) : chosen) {
  const format = formats[name];
  if (format === undefined)
    throw new Error(`There is no format ${name}. There are: ${Object.keys(formats).join(', ')}.`);
  const { names, tried } = randomNames(name, graphs);
  state.tried[name] = tried;
  const done = (state.done[name] ??= {});
  const open = [...templates.keys(), ...names].filter((each) => done[each] === undefined);
  for (let at = 0; at < open.length; at += part) {
    const began = performance.now();
    const outcomes = await readPart(format, open.slice(at, at + part));
    for (const outcome of outcomes) {
      done[outcome.name] = outcome;
      keep(name, outcome);
      if (!isRight(outcome)) process.stdout.write(`${name} ${JSON.stringify(outcome)}\n`);
    }
    state.seconds[name] = (state.seconds[name] ?? 0) + (performance.now() - began) / 1000;
    mkdirSync(dirname(stateFile), { recursive: true });
    writeFileSync(stateFile, JSON.stringify(state));
  }
  const read = Object.values(done).filter(({ error }) => error !== null).length;
  process.stdout.write(`${name}: ${read} read, ${(state.seconds[name] ?? 0).toFixed(0)} s\n`);
}

if (Object.keys(formats).every((name) => state.done[name] !== undefined)) {
  const document = 'docs/model-files.md';
  const text = readFileSync(document, 'utf8');
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${document} has no place for the tables`);
  writeFileSync(document, `${before}${begin}\n\n${report(state)}\n\n${end}${after}`);
}
const isBad = Object.values(state.done).some((done) =>
  Object.values(done).some((each) => !isRight(each) && !isRounding(each)),
);
if (isBad) process.exitCode = 1;
