import type { GradloomDocument } from '../graph/document.ts';
import type { OperationKind } from '../layers/operations.ts';
import type { Data } from '../graph/training.ts';
import type { DataPreview, EngineReport, Failure } from './calls.ts';
import type { NotFinite } from './runs.ts';
import type { ExampleChoice, PathStep, Place } from './inspection.ts';
import type { RunTable } from './telemetry.ts';

/**
 * What services and the engine's process say to each other (Electron utilityProcess or a plain fork, with the advanced
 * serialisation: typed arrays travel). Both ends are ours and built together, so types suffice; what comes from a person
 * was validated before.
 */

/** The environment variable that leads the engine's process to a library outside of its package. */
export const engineLibraryVariable = 'GRADLOOM_ENGINE_LIBRARY';

/** Named arrays, as in an .npz: values flat in row-major order, with the batch axis where there is one. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly data: Float32Array | Int32Array | Uint8Array;
}
export type NamedArrays = Readonly<Record<string, NamedArray>>;

/** Where a run stands, beside its weights. */
export interface Progress {
  /** Optimiser steps done. */
  readonly step: number;
  /** What the optimiser remembers of each weight that it moves, in the weight's shape: `<weight id>:<name>`. */
  readonly memory: NamedArrays;
}

/** Everything that a run needs to go on as if it had never stopped; draws and order are functions of seed and step. */
export interface Checkpoint extends Progress {
  /** All of them under their ids, moving statistics and frozen ones included. */
  readonly weights: NamedArrays;
}

/** One wire's measure in `gradients`: one entry per path, in order of iterations. */
export interface WireMeasure {
  readonly wire: string;
  /** Iterations of the enclosing loops, outermost first, and instances as `@id`; e.g. ["loop=3"]. */
  readonly path: readonly string[];
  readonly rms: number;
  readonly l2: number;
  readonly max: number;
  readonly mark: string;
}

export interface WeightMeasure {
  readonly id: string;
  readonly node: string;
  readonly shape: readonly number[];
  readonly l2: number;
  /** For a shared weight inside a loop: L2 of each iteration's share, and its cosine to the sum. */
  readonly iterations?: readonly { readonly path: readonly string[]; readonly l2: number; readonly cosine: number }[];
}

export interface GradientMeasures {
  readonly loss: number;
  readonly headLosses: Readonly<Record<string, number>>;
  readonly headRms: number;
  readonly wires: readonly WireMeasure[];
  readonly weights: readonly WeightMeasure[];
  /** With `raw`: the gradients themselves, by `wire id[loop=i]` and weight id. */
  readonly raw?: NamedArrays;
}

/** Whose weights are looked at: a run's of this moment, those of a kept run, or those that a document begins with. */
export type Subject =
  | { readonly run: string }
  | {
      readonly document: GradloomDocument;
      readonly weights: NamedArrays | null;
      /** The run that the weights were kept of, and the steps it had done then. */
      readonly kept?: { readonly run: string; readonly step: number };
    };

/** One example's value, cut to `kept` where it is large; the statistics are those of the whole. */
export interface InspectedArray {
  readonly shape: readonly number[];
  /** The leading block of each axis that `data` holds: `shape` where nothing is cut. */
  readonly kept: readonly number[];
  readonly dtype: NamedArray['dtype'];
  readonly data: NamedArray['data'];
  /** Over the finite elements; NaN where there is none. */
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
}

/** What stands at one place on one path. */
export interface InspectedValue {
  readonly place: Place;
  readonly path: readonly PathStep[];
  readonly value: InspectedArray;
  /** dL/d(value) for this example's own loss; null where it was not asked for or none flows. */
  readonly gradient: InspectedArray | null;
}

/** One example on its way through a network. No array has a batch axis. */
export interface Inspection {
  /** Optimiser steps done; null where no run stands behind it. */
  readonly step: number | null;
  /** Examples in the chosen part. */
  readonly count: number;
  readonly fields: Readonly<Record<string, InspectedArray>>;
  /** After the outputs' links, by output node. */
  readonly outputs: Readonly<Record<string, InspectedArray>>;
  /** Of this example alone, without regularisers; null where the network has no loss. */
  readonly loss: number | null;
  readonly values: readonly InspectedValue[];
  /** Values that were left out because the answer would have grown too large. */
  readonly left: number;
}

/** The outputs after their links that a loop's first iterations lead to, in the order asked for. */
export interface IteratedOutputs {
  readonly step: number | null;
  readonly answers: readonly {
    readonly iterations: number;
    readonly outputs: Readonly<Record<string, InspectedArray>>;
  }[];
}

/** What one loss says of each of several examples. */
export interface ExaminedHead {
  readonly output: string;
  readonly target: string;
  /** Of each example alone, without the head's weight. */
  readonly loss: Float32Array;
  /** Of a head that decides between classes: classes by number, for each example and position. */
  readonly decided: {
    readonly classes: number;
    readonly positions: number;
    readonly actual: Int32Array;
    readonly predicted: Int32Array;
    /** Share of the predicted class after softmax, or of the side taken after a sigmoid. */
    readonly confidence: Float32Array;
  } | null;
}

/** A stretch of the examples of one part, each judged by every loss. */
export interface Examination {
  readonly step: number | null;
  /** Examples in the whole part. */
  readonly count: number;
  readonly from: number;
  readonly examined: number;
  readonly heads: readonly ExaminedHead[];
}

/** One factor of the chain rule on the way from a wire to a loss: an operation, or a fork behind it. */
export interface Factor {
  readonly node: string;
  readonly path: readonly PathStep[];
  readonly kind: OperationKind | 'fork';
  /** Of an activation. */
  readonly function: string | null;
  /**
   * The most that the operation can lengthen a gradient: the steepest slope of an activation, the largest singular value
   * of a linear map (of the operator, of a convolution as well). Null where none is known.
   */
  readonly bound: number | null;
  /** Root mean square gain of random vector–Jacobian products; null of a fork. */
  readonly typical: number | null;
  /** L2 of the gradient after it (towards the data) over that before it; of a fork the sum of all shares over this one. */
  readonly measured: number;
  /** Mean magnitude of an element-wise activation's derivative. */
  readonly slope: number | null;
  /** Spectral radius of a square map that a loop repeats. */
  readonly radius: number | null;
}

/** All factors of one way, from the wire to the loss. */
export interface Factors {
  /** The output node that the way ends at. */
  readonly output: string;
  /** Examples of the batch. */
  readonly examples: number;
  readonly factors: readonly Factor[];
  /** Of the way as a whole; its bound is null where a factor has none, and holds for this way alone. */
  readonly whole: { readonly bound: number | null; readonly typical: number; readonly measured: number };
}

/** How the units of one activation stand over a batch. */
export interface UnitHealth {
  readonly node: string;
  readonly path: readonly PathStep[];
  readonly function: string;
  /** Elements of the last axis, and examples looked at. */
  readonly units: number;
  readonly examples: number;
  /** Units that are 0 for every example and place; null of a function without a flat side at 0. */
  readonly dead: number | null;
  /** Share of the elements whose slope is under 5 % of the steepest; null of a function that does not squash. */
  readonly flat: number | null;
  /** A sigmoid that is a factor and nothing else: flat is also how it stands open or shut on purpose. */
  readonly isGate: boolean;
}

/** A slice of the loss surface that is ready to be measured: see `LossSlice` in shared/theory. */
export interface SliceBegun {
  readonly step: number | null;
  /** Training examples that it is measured on. */
  readonly examples: number;
  /** `loss`, what is trained, regularisers included; then `loss/<output>` of each output, before its weight. */
  readonly names: readonly string[];
  /** At the weights themselves, in the order of the names. */
  readonly centre: readonly number[];
  /** Elements of all weights, and of those that the directions move. */
  readonly elements: { readonly all: number; readonly moved: number };
}

/** A request's kind and arguments. */
export type EngineRequest =
  | { readonly kind: 'report' }
  /** Seconds of processor time that the engine's process has used, over all its threads. */
  | { readonly kind: 'processorTime' }
  | { readonly kind: 'preview'; readonly data: Data; readonly count: number; readonly step?: number }
  | { readonly kind: 'weights'; readonly document: GradloomDocument; readonly seed: number | null }
  | {
      readonly kind: 'gradients';
      readonly document: GradloomDocument;
      readonly seed: number | null;
      readonly weights: NamedArrays | null;
      readonly inputs: NamedArrays | null;
      readonly raw: boolean;
    }
  | {
      readonly kind: 'predict';
      readonly document: GradloomDocument;
      readonly seed: number | null;
      readonly weights: NamedArrays | null;
      readonly inputs: NamedArrays;
    }
  | {
      readonly kind: 'start';
      readonly run: string;
      readonly document: GradloomDocument;
      readonly weights: NamedArrays | null;
      /** Values that some of them start from instead; a run that goes on from an earlier one has none. */
      readonly taken?: NamedArrays;
      readonly paused: boolean;
      /** Where an earlier run stood whose `weights` these are; left out, the run starts at its first step. */
      readonly from?: Progress;
      /** `goesOn`: the folder holds that earlier run's history, which goes on; else the run begins its own. */
      readonly goesOn?: boolean;
      /** Folder that receives the run's history and checkpoints, or null for none. */
      readonly folder: string | null;
      /** Takes each step together with the other runs that name the same; `last`: no further run will join. */
      readonly lockStep?: { readonly name: string; readonly members: number; readonly last: boolean };
    }
  | { readonly kind: 'control'; readonly run: string; readonly action: 'pause' | 'resume' | 'step' | 'stop' }
  | { readonly kind: 'predictRun'; readonly run: string; readonly inputs: NamedArrays }
  | {
      readonly kind: 'inspect';
      readonly of: Subject;
      readonly example: ExampleChoice;
      readonly places: readonly Place[];
      /** Only paths through these iterations; a loop that is not named counts with all of its own. */
      readonly iterations: Readonly<Record<string, number>>;
      readonly gradients: boolean;
    }
  | {
      readonly kind: 'iterate';
      readonly of: Subject;
      readonly example: ExampleChoice;
      readonly loop: string;
      readonly iterations: readonly number[];
    }
  | {
      readonly kind: 'examine';
      readonly of: Subject;
      readonly part: ExampleChoice['part'];
      readonly from: number;
      readonly count: number;
    }
  | {
      readonly kind: 'factors';
      readonly of: Subject;
      readonly wire: string;
      /** Which iteration of each loop; a loop that is not named counts with its first. */
      readonly iterations: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'units'; readonly of: Subject }
  /** Takes the weights of this moment; they stay held under the name until `sliceEnd`. */
  | {
      readonly kind: 'sliceStart';
      readonly slice: string;
      readonly of: Subject;
      readonly seed: number;
      readonly examples: number;
    }
  | {
      readonly kind: 'slicePoints';
      readonly slice: string;
      /** How far along the first and the second direction. */
      readonly points: readonly (readonly [number, number])[];
    }
  | { readonly kind: 'sliceEnd'; readonly slice: string }
  | { readonly kind: 'runWeights'; readonly run: string };

/** The result of each request. */
export interface EngineResults {
  report: EngineReport;
  processorTime: number;
  preview: DataPreview;
  weights: NamedArrays;
  gradients: GradientMeasures;
  predict: NamedArrays;
  start: null;
  control: null;
  predictRun: NamedArrays;
  inspect: Inspection;
  iterate: IteratedOutputs;
  examine: Examination;
  factors: { readonly step: number | null; readonly way: Factors | null };
  units: { readonly step: number | null; readonly units: readonly UnitHealth[] };
  sliceStart: SliceBegun;
  /** Of each point the losses, in the order of the names. */
  slicePoints: readonly (readonly number[])[];
  sliceEnd: null;
  runWeights: NamedArrays;
}

export interface EngineCall {
  readonly id: number;
  readonly request: EngineRequest;
}

/** What the engine's process sends back: answers by id, and what a run tells by itself. */
export type EngineMessage =
  | { readonly kind: 'result'; readonly id: number; readonly result: EngineResults[keyof EngineResults] }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: Failure }
  | { readonly kind: 'table'; readonly table: RunTable }
  /** Of the parts of recording and compiling a step, so many are done. */
  | { readonly kind: 'preparing'; readonly run: string; readonly done: number; readonly parts: number }
  | { readonly kind: 'frame'; readonly run: string; readonly bytes: Uint8Array }
  | {
      readonly kind: 'epoch';
      readonly run: string;
      readonly epoch: number;
      readonly step: number;
      readonly seconds: number;
      readonly training: Readonly<Record<string, number>>;
      readonly validation: Readonly<Record<string, number>>;
      /** The epoch with the smallest loss so far, from 1 on; null without early stopping. */
      readonly best: number | null;
    }
  | {
      readonly kind: 'state';
      readonly run: string;
      readonly state: 'preparing' | 'running' | 'paused' | 'finished' | 'stopped' | 'failed';
      readonly failure: Failure | null;
      readonly notFinite: NotFinite | null;
    };
