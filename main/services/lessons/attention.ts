import { shapeColours } from '#shared/graph/dataFields';
import type { NodeId } from '#shared/graph/identifiers';
import type { Measure } from '#shared/lessons/measures';
import type { InspectedArray, Inspection, NamedArray } from '#shared/protocol/engine';
import type { ExampleChoice } from '#shared/protocol/inspection';
import { fail } from '../failure.ts';
import type { Trial } from './trial.ts';

/** Two colours are one where no channel differs by more. */
const sameColour = 0.02;

/** What the object that a question of Sort-of-CLEVR is about looks like in its picture. */
interface Asked {
  readonly image: InspectedArray;
  /** Which pixels are its. */
  readonly pixels: readonly boolean[];
}

function askedIn(fields: Readonly<Record<string, InspectedArray>>, trial: Trial): Asked {
  const { image, question } = fields;
  if (image === undefined || question === undefined)
    throw fail('lesson.noQuestions', { experiment: trial.experiment, received: Object.keys(fields) });
  const number = Array.from(question.data).findIndex((value) => value === 1);
  const colour = shapeColours[number]?.value ?? [0, 0, 0];
  const [height = 0, width = 0, channels = 0] = image.shape;
  const pixels = Array.from({ length: height * width }, (_, pixel) =>
    colour.every((value, channel) => Math.abs((image.data[pixel * channels + channel] ?? 0) - value) < sameColour),
  );
  return { image, pixels };
}

/** Which regions of a square grid over the picture hold a pixel of the object. */
function regionsOf({ image, pixels }: Asked, regions: number): readonly boolean[] {
  const side = Math.round(Math.sqrt(regions));
  const [height = 1, width = 1] = image.shape;
  const covered = new Array<boolean>(regions).fill(false);
  pixels.forEach((isIts, pixel) => {
    if (!isIts) return;
    const row = Math.floor((Math.floor(pixel / width) * side) / height);
    const column = Math.floor(((pixel % width) * side) / width);
    covered[row * side + column] = true;
  });
  return covered;
}

/**
 * Over the first examples that were held back (the training ones where none was): the share of the last look's map on the regions that
 * the asked object covers, what uniform attention would give there, or how often the answer changes where the object is painted over in the
 * background's white. Attention shows where features were pooled, not why.
 */
export async function attentionOnAsked(
  trial: Trial,
  { node, of, examples }: Extract<Measure, { readonly kind: 'attention' }>,
): Promise<number> {
  const { document } = trial;
  const part = (document.training.data?.validation ?? 0) > 0 ? 'validation' : 'training';
  const numbers = Array.from({ length: examples }, (_, number) => number);
  if (of === 'answerChange') {
    const seen: { readonly fields: Inspection['fields']; readonly asked: Asked }[] = [];
    for (const number of numbers) {
      const { fields } = await inspected(trial, node, { part, number });
      seen.push({ fields, asked: askedIn(fields, trial) });
    }
    const whole = await decided(trial, seen, false);
    const painted = await decided(trial, seen, true);
    return whole.filter((answer, at) => answer !== painted[at]).length / examples;
  }
  let sum = 0;
  for (const number of numbers) {
    const { fields, values } = await inspected(trial, node, { part, number });
    const map = values.at(-1)?.value;
    if (map === undefined) throw fail('lesson.node', { experiment: trial.experiment, node });
    const regions = map.shape.at(-1) ?? 1;
    const covered = regionsOf(askedIn(fields, trial), regions);
    const rows = map.data.length / regions;
    Array.from(map.data).forEach((share, at) => {
      if (covered[at % regions] === true) sum += (of === 'mass' ? share : 1 / regions) / rows;
    });
  }
  return sum / examples;
}

/** What was looked at of a trial: its measures ask for the same examples, one measure after the other. */
const looked = new WeakMap<Trial, Map<string, Promise<Inspection>>>();

function inspected(trial: Trial, node: NodeId, example: ExampleChoice): Promise<Inspection> {
  const known = looked.get(trial) ?? new Map<string, Promise<Inspection>>();
  looked.set(trial, known);
  const key = `${node} ${example.part} ${example.number}`;
  const asked =
    known.get(key) ??
    trial.engine.request({
      kind: 'inspect',
      of: { run: trial.run },
      example,
      places: [{ node, port: 'map' }],
      iterations: {},
      gradients: false,
    });
  known.set(key, asked);
  return asked;
}

/** The classes that the network decides for, with the asked objects in the pictures or painted over; all in one call. */
async function decided(
  trial: Trial,
  seen: readonly { readonly fields: Inspection['fields']; readonly asked: Asked }[],
  isPainted: boolean,
): Promise<readonly number[]> {
  const [first] = seen;
  if (first === undefined) return [];
  const inputs = Object.fromEntries(
    Object.entries(trial.document.training.data?.inputs ?? {}).flatMap(([input, name]): [string, NamedArray][] => {
      const field = first.fields[name];
      if (field === undefined) return [];
      const whole = emptyLike(field.data, seen.length * field.data.length);
      seen.forEach(({ fields, asked }, at) => {
        const own = fields[name];
        if (own !== undefined)
          whole.set(isPainted && own === asked.image ? paintedOver(asked) : own.data, at * own.data.length);
      });
      return [[input, { shape: [seen.length, ...field.shape], dtype: field.dtype, data: whole }]];
    }),
  );
  const [output] = Object.values(await trial.engine.request({ kind: 'predictRun', run: trial.run, inputs }));
  const classes = output?.shape.at(-1) ?? 1;
  return seen.map((_, at) => {
    const shares = Array.from(output?.data.subarray(at * classes, (at + 1) * classes) ?? []);
    return shares.indexOf(Math.max(...shares));
  });
}

function emptyLike(data: NamedArray['data'], length: number): NamedArray['data'] {
  if (data instanceof Float32Array) return new Float32Array(length);
  return data instanceof Int32Array ? new Int32Array(length) : new Uint8Array(length);
}

/** The picture with the asked object in the background's white. */
function paintedOver({ image, pixels }: Asked): Float32Array {
  const channels = image.shape.at(-1) ?? 1;
  return Float32Array.from(image.data, (value, at) => (pixels[Math.floor(at / channels)] === true ? 1 : value));
}
