import type { GradloomDocument } from '#shared/graph/document';
import { serialiseDocument } from '#shared/graph/serialise';
import { flatten } from '#shared/program/flatten';
import { lower } from '#shared/program/lower';
import { initialiseWeight } from '#shared/program/initialise';
import { RandomStream } from '#shared/program/random';
import { createTemplate, templates } from '#shared/templates/templates';
import { array64 } from '#shared/testing/array64';
import type { Array64 } from '#shared/testing/array64';
import { interpretFlat } from '#shared/testing/interpreter';
import { randomBatch, randomDocument } from '#shared/testing/randomGraphs';
import type { ModelToExport } from '../model.ts';
import { endNames } from '../model.ts';
import type { NpzArray, NpzArrays } from '../npz.ts';
import { roundWeights } from '../precision.ts';
import type { Precision } from '../precision.ts';
import keptSeeds from './keptSeeds.json' with { type: 'json' };

/** A model with inputs, and what the float64 interpreter makes of them. Arrays go by the names that the files give. */
export interface ExportCase {
  readonly name: string;
  readonly model: ModelToExport;
  readonly inputs: NpzArrays;
  readonly expected: Readonly<Record<string, Array64>>;
}

/** A case of a whole document, which can be asked again with other weights. */
export interface DocumentCase extends ExportCase {
  readonly expectedWith: (weights: NpzArrays) => ExportCase['expected'];
}

/** A document as an export case: random inputs, and weights that hide no term behind a zero or a one. */
export function exportCase(document: GradloomDocument, seed: number, noise = 0.2): DocumentCase {
  const lowered = lower(document);
  if (!lowered.ok) throw new Error(lowered.diagnostics.map(({ message }) => message).join('; '));
  const { program } = lowered;
  const flat = flatten(program);
  const { batch } = randomBatch(flat, seed, 3);
  const random = new RandomStream(seed, 'export case');
  const weights = new Map(
    flat.weights.map((weight): [string, Array64] => {
      const start = initialiseWeight(weight, seed);
      const isVariance = weight.id.includes('/movingVariance');
      const draw = (index: number): number =>
        isVariance ? 0.4 + random.uniform() : (start[index] ?? 0) + noise * random.normal();
      return [weight.id, array64(weight.shape, (index) => Math.fround(draw(index)))];
    }),
  );
  const inputNames = endNames(flat.inputs);
  const outputNames = endNames(flat.outputs);
  const answer = (of: ReadonlyMap<string, Array64>): ExportCase['expected'] => {
    const { outputs } = interpretFlat(flat, { ...batch, weights: of, training: false });
    return Object.fromEntries(
      flat.outputs.map(({ node, link }, index) => {
        const value = outputs.get(node);
        if (value === undefined) throw new Error(`the interpreter gave no ${node}`);
        return [outputNames[index] ?? '', linked(value, link)];
      }),
    );
  };
  return {
    name: document.name,
    model: {
      name: document.name,
      program,
      flat,
      weights: Object.fromEntries([...weights].map(([id, array]) => [id, namedArray('float32', array)])),
      document: serialiseDocument(document),
    },
    inputs: Object.fromEntries(
      flat.inputs.map(({ node, type }, index): [string, NpzArray] => {
        const given = batch.inputs[node];
        if (given === undefined) throw new Error(`no values were drawn for ${node}`);
        return [inputNames[index] ?? '', namedArray(type.dtype, given)];
      }),
    ),
    expected: answer(weights),
    expectedWith: (other) =>
      answer(
        new Map(
          Object.entries(other).map(([id, { shape, data }]) => [
            id,
            array64(shape, (index) => data[index] ?? Number.NaN),
          ]),
        ),
      ),
  };
}

/** The case as a file of a precision should answer it: what the network predicts with rounded weights. */
export function withRoundedWeights(given: DocumentCase, precision: Precision): ExportCase {
  const { flat, weights } = given.model;
  return { ...given, expected: given.expectedWith(roundWeights(flat, weights, precision)) };
}

/** An array of the interpreter as files hold it. */
export function namedArray(dtype: NpzArray['dtype'], { shape, values }: Array64): NpzArray {
  switch (dtype) {
    case 'float32':
      return { shape, dtype, data: Float32Array.from(values) };
    case 'int32':
      return { shape, dtype, data: Int32Array.from(values) };
    case 'bool':
      return { shape, dtype, data: Uint8Array.from(values) };
  }
}

/** What an output with a link hands out. */
export function linked({ shape, values }: Array64, link: 'none' | 'softmax' | 'sigmoid'): Array64 {
  switch (link) {
    case 'none':
      return { shape, values };
    case 'sigmoid':
      return { shape, values: values.map((value) => 1 / (1 + Math.exp(-value))) };
    case 'softmax': {
      const length = shape.at(-1) ?? 1;
      const result = values.slice();
      for (let start = 0; start < values.length; start += length) {
        const row = values.subarray(start, start + length);
        const top = Math.max(...row);
        const sum = row.reduce((total, value) => total + Math.exp(value - top), 0);
        row.forEach((value, index) => (result[start + index] = Math.exp(value - top) / sum));
      }
      return { shape, values: result };
    }
  }
}

/** Settings that keep a template's network small enough for the float64 interpreter, where the default is not. */
const small: Readonly<Record<string, Readonly<Record<string, number | string>>>> = {
  'resnet-cifar': { depth: '8', firstChannels: 2, side: 12 },
  resnet: { firstChannels: 2, classes: 10, side: '32' },
  densenet: { layersInBlock: 2, growth: 3, firstChannels: 4, side: 12 },
  unet: { filters: 2, side: '16' },
  rla: { iterations: 4, channels: 4, memory: 3 },
  'rla-net': { firstChannels: 2, classes: 10, side: '32', memory: 2 },
  dianet: { blocksInStage: 2, firstChannels: 2, side: 12 },
};

/** One case for each template. Noise is small: deep linear recurrences would blow float32's rounding up with it. */
export function templateCases(): readonly (DocumentCase & { readonly template: string })[] {
  return templates.map(({ name }, index) => ({
    ...exportCase(createTemplate(name, small[name] ?? {}), 100 + index, 0.02),
    template: name,
  }));
}

/** Cases of random graphs, kinks and dropout included. */
export function randomCases(count: number, first = 1): readonly DocumentCase[] {
  return Array.from({ length: count }, (_, index) =>
    exportCase(randomDocument(first + index, { kinks: true, dropout: true }), first + index),
  );
}

/** A random graph of the campaign: every layer, or only what Keras's older formats hold (`layers`). */
export function wideDocument(kind: 'all' | 'layers', seed: number): GradloomDocument {
  return { ...randomDocument(seed, { wide: kind, kinks: true, dropout: true }), name: `${kind} ${seed}` };
}

interface KeptSeed {
  readonly kind: 'all' | 'layers';
  readonly seed: number;
  readonly formats: readonly string[];
  /** What was wrong with it. */
  readonly why: string;
}

/** Cases of the seeds that once failed in a format: \`npm run campaign -- formats\` adds to them. */
export function keptCases(format: string): readonly DocumentCase[] {
  return (keptSeeds as readonly KeptSeed[])
    .filter(({ formats }) => formats.includes(format))
    .map(({ kind, seed }) => exportCase(wideDocument(kind, seed), seed));
}

/** Largest |a − b| / max(1, |b|): the measure that an export is held to, at most 1e-5. */
export function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let index = 0; index < expected.length; index += 1) {
    const wanted = expected[index] ?? Number.NaN;
    const error = Math.abs((actual[index] ?? Number.NaN) - wanted) / Math.max(1, Math.abs(wanted));
    if (!(error <= largest)) largest = error;
  }
  return largest;
}

/** What every export keeps to. */
export const tolerance = 1e-5;
