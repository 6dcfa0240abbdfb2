import { z } from 'zod';

/**
 * What a run measures, as it crosses processes. A table of what is measured goes once, as JSON, when the run is
 * compiled; then every step's numbers go as one binary frame whose arrays follow that table.
 */

/** One step into a loop or an instance, as in `Path` of shared/program/program.ts. */
export const pathStepSchema = z.union([
  z.object({ loop: z.string(), iteration: z.number().int() }).strict(),
  z.object({ instance: z.string() }).strict(),
]);

/** One measured wire on one path. `size` is the number of elements per example. */
export const measuredWireSchema = z
  .object({
    wire: z.string(),
    path: z.array(pathStepSchema),
    shape: z.array(z.number().int()),
    /** Taps (`node:preactivation`) carry their name here and an empty wire id. */
    tap: z.string().optional(),
    /** Depth of the consumer: the longest way from a data input, in weighted or activation nodes. */
    depth: z.number().int(),
  })
  .strict();
export type MeasuredWire = z.infer<typeof measuredWireSchema>;

export const measuredWeightSchema = z
  .object({
    id: z.string(),
    node: z.string(),
    shape: z.array(z.number().int()),
    trainable: z.boolean(),
    depth: z.number().int(),
  })
  .strict();
export type MeasuredWeight = z.infer<typeof measuredWeightSchema>;

export const measuredHeadSchema = z.object({ output: z.string(), label: z.string(), loss: z.string() }).strict();

/**
 * Why a run does not take the faster way: its engine has no graphs, a person asked for the other one, or the step could not
 * be recorded. Keys of the text table, behind `training.way.`
 */
export const wayCodes = ['noGraphs', 'asked', 'notRecorded'] as const;
export type WayCode = (typeof wayCodes)[number];

/** The table that the frames' arrays follow. */
export const runTableSchema = z
  .object({
    run: z.string(),
    wires: z.array(measuredWireSchema),
    weights: z.array(measuredWeightSchema),
    heads: z.array(measuredHeadSchema),
    metrics: z.array(z.object({ output: z.string(), kind: z.string() }).strict()),
    stepsPerEpoch: z.number().int(),
    epochs: z.number().int(),
    batch: z.number().int(),
    /** 'plain' or 'graph', and why not the faster one: in English, and as a code that runs of former versions lack. */
    way: z.enum(['plain', 'graph']),
    wayReason: z.string().optional(),
    wayCode: z.enum(wayCodes).optional(),
    device: z.string(),
  })
  .strict();
export type RunTable = z.infer<typeof runTableSchema>;

/** The marks a number may carry instead of a magnitude. */
export const marks = ['none', 'zero', 'underflow', 'infinity', 'notANumber', 'noPath'] as const;
export type Mark = (typeof marks)[number];

/**
 * One step's numbers. Lengths follow the run's table; NaN in an array that was not measured at this step
 * (`details` false) is written as such and never shown.
 */
export interface TelemetryFrame {
  readonly run: string;
  /** Counts frames of a run from 0, for acknowledgement. */
  readonly sequence: number;
  /** Optimiser steps done before this measurement: the first frame of a run is step 0. */
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly examplesPerSecond: number;
  readonly secondsLeft: number;
  /** Raw global norm of all weight gradients, and after clipping. */
  readonly gradientNorm: number;
  readonly appliedNorm: number;
  /** RMS over all heads' logit gradients: what "relative" divides by. */
  readonly headRms: number;
  /** True when the slow statistics below were measured at this step. */
  readonly details: boolean;
  /** Per head: its own loss. */
  readonly headLoss: Float32Array;
  /** Per metric: over this step's batch. */
  readonly metrics: Float32Array;
  /** Per wire: RMS and largest magnitude of dL/dvalue as its consumer sees it. */
  readonly wireRms: Float32Array;
  readonly wireMax: Float32Array;
  /** Per wire: index into `marks`. */
  readonly wireMark: Uint8Array;
  /** Per wire, with details: mean, deviation and share of exact zeros of the value itself; per-example L2 of its gradient. */
  readonly valueMean: Float32Array;
  readonly valueDeviation: Float32Array;
  readonly valueZeros: Float32Array;
  readonly wireL2: Float32Array;
  /**
   * Per wire, with details, where its value feeds several wires: cosine between this wire's gradient and the sum of the
   * others', and RMS of the sum of all. NaN where there is no fork.
   */
  readonly forkCosine: Float32Array;
  readonly forkSum: Float32Array;
  /** Per weight: L2 of dL/dW (regulariser in, before clipping). */
  readonly weightGradient: Float32Array;
  readonly weightMark: Uint8Array;
  /** Per weight, with details: L2 of W and L2 of the update over L2 of W. */
  readonly weightNorm: Float32Array;
  readonly updateRatio: Float32Array;
}

const magic = 0x474c5446;

const scalarNames = [
  'sequence',
  'step',
  'epoch',
  'loss',
  'learningRate',
  'examplesPerSecond',
  'secondsLeft',
  'gradientNorm',
  'appliedNorm',
  'headRms',
] as const;

const floatArrayNames = [
  'headLoss',
  'metrics',
  'wireRms',
  'wireMax',
  'valueMean',
  'valueDeviation',
  'valueZeros',
  'wireL2',
  'forkCosine',
  'forkSum',
  'weightGradient',
  'weightNorm',
  'updateRatio',
] as const;

const byteArrayNames = ['wireMark', 'weightMark'] as const;

/** Writes a frame as bytes: magic, flags, run name, scalars as float64, then length-prefixed arrays, little-endian. */
export function encodeFrame(frame: TelemetryFrame): Uint8Array {
  const name = new Uint8Array(frame.run.length);
  for (let index = 0; index < frame.run.length; index++) {
    name[index] = frame.run.charCodeAt(index) & 0x7f;
  }
  let size = 4 + 4 + 4 + name.length + 8 * scalarNames.length;
  for (const key of floatArrayNames) size += 4 + 4 * frame[key].length;
  for (const key of byteArrayNames) size += 4 + frame[key].length;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  const writeUnsigned = (value: number): void => {
    view.setUint32(offset, value, true);
    offset += 4;
  };
  writeUnsigned(magic);
  writeUnsigned(frame.details ? 1 : 0);
  writeUnsigned(name.length);
  bytes.set(name, offset);
  offset += name.length;
  for (const key of scalarNames) {
    view.setFloat64(offset, frame[key], true);
    offset += 8;
  }
  for (const key of floatArrayNames) {
    const values = frame[key];
    writeUnsigned(values.length);
    for (let index = 0; index < values.length; index++) {
      view.setFloat32(offset, values[index] ?? Number.NaN, true);
      offset += 4;
    }
  }
  for (const key of byteArrayNames) {
    const values = frame[key];
    writeUnsigned(values.length);
    bytes.set(values, offset);
    offset += values.length;
  }
  return bytes;
}

/** The sequence number of an encoded frame, without reading the rest. Throws a RangeError where there is none. */
export function frameSequence(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic) throw new RangeError('telemetry frame: the first four bytes are not its mark');
  return view.getFloat64(12 + view.getUint32(8, true), true);
}

/** The step of an encoded frame, without reading the rest. Throws a RangeError where there is none. */
export function frameStep(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic) throw new RangeError('telemetry frame: the first four bytes are not its mark');
  return view.getFloat64(12 + view.getUint32(8, true) + 8 * scalarNames.indexOf('step'), true);
}

/** Arrays that frames did not have before forks were measured. */
const sinceForks: ReadonlySet<string> = new Set(['forkCosine', 'forkSum']);

/**
 * Reads a frame; one that was written before forks were measured has none of them. Throws a RangeError with a reason where
 * the bytes are not one whole frame.
 */
export function decodeFrame(bytes: Uint8Array): TelemetryFrame {
  try {
    return decodeLayout(bytes, new Set());
  } catch (problem) {
    try {
      return decodeLayout(bytes, sinceForks);
    } catch {
      // What the layout of today lacks is what is wrong.
      throw problem;
    }
  }
}

/** Arrays named in `without` are not in the bytes and come out empty. */
function decodeLayout(bytes: Uint8Array, without: ReadonlySet<string>): TelemetryFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  const need = (count: number, what: string): void => {
    if (offset + count > bytes.byteLength) {
      throw new RangeError(
        `telemetry frame: ${what} needs ${count} bytes at ${offset}, the frame has ${bytes.byteLength}`,
      );
    }
  };
  const readUnsigned = (what: string): number => {
    need(4, what);
    const value = view.getUint32(offset, true);
    offset += 4;
    return value;
  };
  if (readUnsigned('magic') !== magic) throw new RangeError('telemetry frame: the first four bytes are not its mark');
  const flags = readUnsigned('flags');
  const nameLength = readUnsigned('length of the run name');
  need(nameLength, 'run name');
  const run = String.fromCharCode(...bytes.subarray(offset, offset + nameLength));
  offset += nameLength;
  const scalars = {} as Record<(typeof scalarNames)[number], number>;
  for (const key of scalarNames) {
    need(8, key);
    scalars[key] = view.getFloat64(offset, true);
    offset += 8;
  }
  const floats = {} as Record<(typeof floatArrayNames)[number], Float32Array>;
  for (const key of floatArrayNames) {
    const length = without.has(key) ? 0 : readUnsigned(`length of ${key}`);
    need(4 * length, key);
    const values = new Float32Array(length);
    for (let index = 0; index < length; index++) {
      values[index] = view.getFloat32(offset, true);
      offset += 4;
    }
    floats[key] = values;
  }
  const marksRead = {} as Record<(typeof byteArrayNames)[number], Uint8Array>;
  for (const key of byteArrayNames) {
    const length = readUnsigned(`length of ${key}`);
    need(length, key);
    marksRead[key] = bytes.slice(offset, offset + length);
    offset += length;
  }
  if (offset !== bytes.byteLength) {
    throw new RangeError(`telemetry frame: ${bytes.byteLength - offset} bytes are left over`);
  }
  return { run, ...scalars, details: (flags & 1) === 1, ...floats, ...marksRead };
}
