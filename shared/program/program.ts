import type { CellId, NodeId, WireId } from '../graph/identifiers.ts';
import type { Loss, Metric, Training } from '../graph/training.ts';
import type { Initialiser, Regulariser, Shape, TensorType } from '../graph/values.ts';
import type { OperationSpecification } from '../layers/operations.ts';

/** One step into a loop's iteration (from 0) or a cell's instance. */
export type PathStep = { readonly loop: NodeId; readonly iteration: number } | { readonly instance: NodeId };

/** From the sheet inwards: which iteration of which loop, which instance of which cell. */
export type Path = readonly PathStep[];

/**
 * Names a value. Structured: inside one sheet (the Program's own body with its loops, or one cell's body). Flat: inside
 * the whole flat Program, where it is the id of the operation that makes it, or of the input node. Deterministic.
 */
export type ValueId = string & { readonly __value: never };
/**
 * Names an operation inside one flat Program: `node`, then `node#2`, … for the further operations of a layer, or
 * `node.port` for one of a terminal (`loop.next.x`); then the path, outermost first, each iteration as `[loop=3]` and
 * each instance as `@instance`. Deterministic.
 */
export type OperationId = string & { readonly __operation: never };
/** `node id/name`, then `[loop=i]` per per-step member, then `@instance` if own; see `flatten`. */
export type WeightId = string & { readonly __weight: never };

/** Where an operation comes from. A node may have several operations. */
export interface Origin {
  readonly node: NodeId;
  readonly path: Path;
}

// ---------------------------------------------------------------------------------------------------- structured form

/** A weight as the structured form names it: flatten resolves it to one id per iteration or instance. */
export interface WeightReference {
  readonly node: NodeId;
  readonly name: string;
  /** Loops (outermost first) over whose iterations this weight is not shared. */
  readonly perStep: readonly NodeId[];
  /** The node says `perInstance`: the innermost enclosing instance owns it. */
  readonly perInstance: boolean;
  readonly shape: Shape;
  readonly initialiser: Initialiser;
  readonly regulariser: Regulariser;
  readonly trainable: boolean;
}

/** A document wire that ends at input `slot` of the operation or region that holds it. */
export interface WireEnd {
  readonly slot: number;
  readonly wire: WireId;
}

export interface StructuredOperation {
  readonly item: 'operation';
  readonly node: NodeId;
  readonly specification: OperationSpecification;
  readonly inputs: readonly ValueId[];
  readonly output: ValueId;
  readonly type: TensorType;
  readonly weights: Readonly<Record<string, WeightReference>>;
  readonly wires: readonly WireEnd[];
  /** Inner values by name (`preactivation`): the probe reads the operation's output. */
  readonly tap?: string;
}

/**
 * A loop. Each terminal is an identity operation of its own in `body` or around the region, so that every document
 * wire has one consumer per path; `bindings` join those to the region.
 */
export interface LoopRegion {
  readonly item: 'loop';
  readonly node: NodeId;
  readonly iterations: number;
  readonly perStep: readonly NodeId[];
  readonly states: readonly {
    readonly id: string;
    readonly type: TensorType;
    /** Value outside (already through its terminal) that the state starts with. */
    readonly initial: ValueId;
    /** Value inside that an iteration starts with. */
    readonly current: ValueId;
    /** Value inside that the next iteration starts with (the residual sum included). */
    readonly next: ValueId;
  }[];
  readonly inputs: readonly {
    readonly id: string;
    readonly kind: 'constant' | 'scan';
    readonly outer: ValueId;
    readonly inner: ValueId;
    readonly innerType: TensorType;
  }[];
  readonly outputs: readonly {
    readonly id: string;
    readonly kind: 'last' | 'all';
    readonly inner: ValueId;
    readonly outer: ValueId;
    readonly outerType: TensorType;
  }[];
  readonly body: readonly Item[];
}

export interface CellCall {
  readonly item: 'call';
  readonly node: NodeId;
  /** Key into `Program.cells`: one entry per definition, parameter values, input types and freezing. */
  readonly cell: string;
  readonly weights: 'shared' | 'own';
  readonly perStep: readonly NodeId[];
  readonly perInstance: boolean;
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly { readonly value: ValueId; readonly type: TensorType }[];
}

export type Item = StructuredOperation | LoopRegion | CellCall;

/** A definition specialised to the types of its inputs and the values of its exposed parameters. */
export interface CellBody {
  readonly key: string;
  readonly cell: CellId;
  readonly inputs: readonly { readonly id: string; readonly value: ValueId; readonly type: TensorType }[];
  readonly outputs: readonly { readonly id: string; readonly value: ValueId; readonly type: TensorType }[];
  readonly body: readonly Item[];
}

export interface ProgramInput {
  readonly node: NodeId;
  readonly label: string;
  readonly value: ValueId;
  readonly type: TensorType;
  /** The field of the data set it reads, if any. */
  readonly field: string | null;
}

export interface ProgramOutput {
  readonly node: NodeId;
  readonly label: string;
  readonly value: ValueId;
  readonly type: TensorType;
  /** Applied for prediction and export only: losses read the value itself. */
  readonly link: 'none' | 'softmax' | 'sigmoid';
}

/** What a lowered document is, loops and cells still standing. */
export interface Program {
  readonly inputs: readonly ProgramInput[];
  readonly outputs: readonly ProgramOutput[];
  readonly body: readonly Item[];
  readonly cells: Readonly<Record<string, CellBody>>;
  readonly losses: readonly Loss[];
  readonly metrics: readonly Metric[];
  readonly training: Training;
}

// ---------------------------------------------------------------------------------------------------------- flat form

export interface Weight {
  readonly id: WeightId;
  readonly shape: Shape;
  readonly initialiser: Initialiser;
  readonly regulariser: Regulariser;
  readonly trainable: boolean;
  /** The operations that use it, in order of execution. */
  readonly owners: readonly OperationId[];
}

export interface FlatOperation {
  readonly id: OperationId;
  readonly specification: OperationSpecification;
  readonly inputs: readonly ValueId[];
  readonly output: ValueId;
  readonly type: TensorType;
  /** By slot: kernel, bias, gamma, beta, movingMean, movingVariance, value. */
  readonly weights: Readonly<Record<string, WeightId>>;
  readonly origin: Origin;
}

/** What a probe taps: one document wire on one path, ending at one input of one operation. */
export interface FlatWire {
  readonly wire: WireId;
  readonly path: Path;
  readonly value: ValueId;
  readonly type: TensorType;
  readonly consumer: OperationId;
  readonly slot: number;
  /** A trained weight lies upstream. False at a data input, and for what is made of data and what is frozen. */
  readonly learns: boolean;
}

/** An inner value of a node that a probe can tap: `node:preactivation`. */
export interface FlatTap {
  readonly name: string;
  readonly path: Path;
  readonly value: ValueId;
  readonly type: TensorType;
  /** As a wire's. */
  readonly learns: boolean;
}

/** The Program unrolled: what trainer, overlay and theory read. Operations are in order of execution. */
export interface FlatProgram {
  readonly inputs: readonly ProgramInput[];
  readonly outputs: readonly ProgramOutput[];
  readonly operations: readonly FlatOperation[];
  readonly weights: readonly Weight[];
  readonly wires: readonly FlatWire[];
  readonly taps: readonly FlatTap[];
  readonly losses: readonly Loss[];
  readonly metrics: readonly Metric[];
  readonly training: Training;
}
