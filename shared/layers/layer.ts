import type { JsonObject, JsonValue } from '../graph/json.ts';
import type { DataType, Initialiser, Regulariser, Shape, TensorType } from '../graph/values.ts';
import type { FormulaFaultCode } from './formula/parseFormula.ts';
import type { OperationSpecification } from './operations.ts';

/** One family is one hue in the window and one heading in the palette. */
export type LayerFamily =
  | 'data'
  | 'core'
  | 'convolution'
  | 'activation'
  | 'normalisation'
  | 'shape'
  | 'merge'
  | 'recurrent'
  | 'attention'
  | 'arithmetic'
  | 'structure'
  | 'output';

/** How one parameter is edited and checked. Labels and help are in the text table under `parameter.<name>`. */
export type ParameterField =
  | { readonly kind: 'integer'; readonly default: number; readonly minimum: number; readonly maximum: number }
  | {
      readonly kind: 'number';
      readonly default: number;
      readonly minimum: number;
      readonly maximum: number;
      /** The minimum itself is not allowed. */
      readonly exclusiveMinimum?: boolean;
      readonly exclusiveMaximum?: boolean;
    }
  | { readonly kind: 'boolean'; readonly default: boolean }
  | { readonly kind: 'choice'; readonly default: string; readonly options: readonly string[] }
  | { readonly kind: 'shape'; readonly default: Shape; readonly minimumRank: number; readonly maximumRank: number }
  | { readonly kind: 'pair'; readonly default: readonly [number, number]; readonly minimum: number }
  | { readonly kind: 'triple'; readonly default: readonly [number, number, number]; readonly minimum: number }
  | {
      readonly kind: 'integers';
      readonly default: readonly number[];
      readonly minimum: number;
      readonly maximum: number;
      readonly minimumLength: number;
      readonly maximumLength: number;
    }
  /** A whole number, or null where the layer works it out by itself. */
  | {
      readonly kind: 'optionalInteger';
      readonly default: number | null;
      readonly minimum: number;
      readonly maximum: number;
    }
  /** Before and after, for each of the example's first axes: zeros to add or elements to cut away. */
  | { readonly kind: 'margins'; readonly default: Margins; readonly minimumAxes: number; readonly maximumAxes: number }
  /** A text that `parseFormula` reads. */
  | { readonly kind: 'formula'; readonly default: string }
  | { readonly kind: 'initialiser'; readonly default: Initialiser }
  | { readonly kind: 'regulariser'; readonly default: Regulariser };

/** Before and after, per axis. */
export type Margins = readonly (readonly [number, number])[];

export type ParameterFields = Readonly<Record<string, ParameterField>>;

type FieldValue<Field extends ParameterField> = Field extends { kind: 'integer' | 'number' }
  ? number
  : Field extends { kind: 'boolean' }
    ? boolean
    : Field extends { kind: 'choice'; options: readonly (infer Option)[] }
      ? Option
      : Field extends { kind: 'shape' }
        ? Shape
        : Field extends { kind: 'pair' }
          ? readonly [number, number]
          : Field extends { kind: 'triple' }
            ? readonly [number, number, number]
            : Field extends { kind: 'integers' }
              ? readonly number[]
              : Field extends { kind: 'optionalInteger' }
                ? number | null
                : Field extends { kind: 'margins' }
                  ? Margins
                  : Field extends { kind: 'formula' }
                    ? string
                    : Field extends { kind: 'initialiser' }
                      ? Initialiser
                      : Field extends { kind: 'regulariser' }
                        ? Regulariser
                        : never;

/** The parameters a layer sees: every field present and of its kind. */
export type ParametersOf<Fields extends ParameterFields> = {
  readonly [Name in keyof Fields]: FieldValue<Fields[Name]>;
};

/** A port of a node. `multiple` on an input: a fan of ports `in.0`, `in.1`, … whose order has meaning. */
export interface Port {
  readonly id: string;
  readonly side: 'input' | 'output';
  /** Container nodes have ports that face inwards: a loop's state is read and written from inside. */
  readonly face: 'outer' | 'inner';
  readonly optional?: boolean;
  /** Why the port exists, for drawing: paired states share a colour. */
  readonly role: 'plain' | 'named' | 'variadic' | 'state' | 'constant' | 'scan' | 'last' | 'all' | 'cell';
  /** The terminal a loop or cell port belongs to. */
  readonly terminal?: string;
  /** For an output of a loop: the state that it hands out. */
  readonly state?: string;
  /** For a port of a loop's state: whether its next value is what the body gives plus what the state held. */
  readonly residual?: boolean;
}

/** A weight that a layer asks for. Its id becomes `node id/name` and so on. */
export interface WeightRequest {
  readonly name: string;
  readonly shape: Shape;
  readonly initialiser: Initialiser;
  readonly regulariser: Regulariser;
  readonly trainable: boolean;
}

/** Handles that a build hands around; what is behind them differs between check and lowering. */
export interface BuildValue {
  readonly type: TensorType;
  readonly key: string;
}
export interface BuildWeight {
  readonly shape: Shape;
  readonly key: string;
}

/**
 * What a layer builds with. Check runs a build to learn shapes, weights and cost; lowering runs the same build to emit
 * the operations. So the shape rule, the weights, the cost and the meaning of a layer are written once.
 */
export interface BuildContext {
  /** Asks for a weight of this node. */
  weight(request: WeightRequest): BuildWeight;
  /**
   * Emits one operation and returns its outputs. Output types follow from `outputType` in operationRules.ts.
   * `weights` are by slot name (kernel, bias, gamma, beta, movingMean, movingVariance, value).
   */
  operation(
    specification: OperationSpecification,
    inputs: readonly BuildValue[],
    weights?: Readonly<Record<string, BuildWeight>>,
  ): BuildValue;
  /** Names an inner value `node:name`, so that a probe can read it and its gradient. */
  tap(name: string, value: BuildValue): void;
}

/** A port of a layer that has several different ones. Its words are in the text table under `port.<id>`; numbered ones, `out.0`, `out.1`, …, under `port.out`. */
export interface LayerPort {
  readonly id: string;
  readonly optional?: boolean;
}

/** Values by the id of their port. */
export type PortValues = Readonly<Record<string, BuildValue>>;

/** A layer of the catalogue: one file each. Name, help and shape rule in words are in the text table under its type. */
export interface LayerDefinition<Fields extends ParameterFields = ParameterFields> {
  readonly type: string;
  readonly family: LayerFamily;
  readonly parameters: Fields;
  /** Which parameters show for the given values (all, when absent). */
  visible?(parameters: ParametersOf<Fields>): readonly string[];
  /**
   * 'one': a port `in`; 'many': variadic ports `in.0`, `in.1`, … (at least two wired); 'none': a data input; a list:
   * ports of different meaning, in the order they are drawn, the first being the main one.
   */
  readonly inputs: 'none' | 'one' | 'many' | readonly LayerPort[];
  /** Input ports where they follow from the parameters; then `inputs` lists all that there can be. */
  inputPorts?(parameters: ParametersOf<Fields>): readonly LayerPort[];
  /** 'one': a port `out`; 'none': an end of the graph; a list: several, the first being the main one. */
  readonly outputs: 'one' | 'none' | readonly LayerPort[];
  /** Output ports where they follow from the parameters; then `outputs` lists those of the defaults. */
  outputPorts?(parameters: ParametersOf<Fields>): readonly LayerPort[];
  /** What the layer computes, in TeX. */
  readonly formula: string;
  /** Paper and equation, where there is one. */
  readonly source?: string;
  /**
   * Builds the layer on its inputs and returns its output, or throws a LayerProblem that names the input, what was
   * expected and received. For a data input, `inputs` holds the placeholder made from `placeholderType`. `inputs` are
   * the wired ones in the order of the ports, `ports` the same by port. A layer with a list of outputs returns them by
   * port.
   */
  build(
    context: BuildContext,
    parameters: ParametersOf<Fields>,
    inputs: readonly BuildValue[],
    ports: PortValues,
  ): BuildValue | PortValues;
  /** The type of a data input's placeholder. */
  placeholderType?(parameters: ParametersOf<Fields>): TensorType;
}

/** What a layer throws when its inputs do not fit. `input` is the index of the offending input. */
export class LayerProblem extends Error {
  constructor(
    /** A key of the text table, under `problem.`. */
    readonly code: LayerProblemCode,
    readonly values: Readonly<Record<string, JsonValue>>,
    readonly input?: number,
  ) {
    super(`${code} ${JSON.stringify(values)}`);
    this.name = 'LayerProblem';
  }
}

export type LayerProblemCode =
  /** At least { expected } axes, { received } were given, { shape } */
  | 'rank'
  /** height×width×channels was expected, { shape } received */
  | 'imageRank'
  /** { expected, received } element types */
  | 'dtype'
  /** { expected, received } shapes of two inputs that must be equal */
  | 'shapesDiffer'
  /** The { window } (dilation included) does not fit the spatial { size } without padding */
  | 'windowTooLarge'
  /** { axis, rank } */
  | 'axis'
  /** Shapes may differ along the axis only: { axis, expected, received } */
  | 'concatenateShapes'
  /** { expected, received } lengths of a list of values for { weight } of { shape } */
  | 'valuesLength'
  /** An orthogonal start needs two axes: { weight, shape } */
  | 'orthogonalRank'
  /** { minimum, received } number of inputs */
  | 'tooFewInputs'
  /** { strides, dilations } may not both be above 1 */
  | 'strideAndDilation'
  /** { expected, received } shapes that do not broadcast, aligned at the last axis */
  | 'broadcast'
  /** The inner lengths { expected, received } of the matrices in { first } and { second } differ */
  | 'matrixProduct'
  /** steps×features was expected, { shape } with { received } axes came */
  | 'sequenceRank'
  /** { received } numbers would have to be worked out; at most { limit } are */
  | 'constantTooLarge'
  /** One axis was expected, { shape } with { received } axes came */
  | 'vectorRank'
  /** { expected, received } shapes of a cell's state */
  | 'stateShape'
  /** { expected, received } shapes of a mask */
  | 'maskShape'
  /** { expected } keys for as many values; { received } came */
  | 'attentionKeys'
  /** Query and key of { expected } and { received } features */
  | 'attentionFeatures'
  /** A mask of one of the { expected } shapes (the first: one for each key), { received } came */
  | 'attentionMask'
  /** { expected, received } shapes within a formula that do not broadcast */
  | 'formulaBroadcast'
  /** { function } in a formula acts along the last axis, and there is none */
  | 'formulaAxis'
  /** { port } is needed for what is set */
  | 'portNeeded'
  /** { port } has no meaning for what is set */
  | 'portSurplus'
  /** { minimum, maximum } of a clip: the first must be below the second */
  | 'clipRange'
  /** { expected, received } counts of axes: a list must have one number per axis of { shape } */
  | 'axisCount'
  /** { begin, size } does not lie within the { length } of { axis } */
  | 'sliceRange'
  /** { permutation } does not name each of { rank } axes once */
  | 'permutation'
  /** { target } cannot hold the elements of { shape }; more than one −1 counts as that, too */
  | 'reshapeTarget'
  /** { margins } leave nothing of { shape } */
  | 'cropTooLarge'
  /** The { length } of { axis } cannot be cut into { parts } equal parts */
  | 'splitParts'
  /** The { length } of { axis } is not the sum of { sizes } */
  | 'splitSizes'
  /** { count } channels are not a multiple of { groups } */
  | 'channelGroups'
  /** depth×height×width×channels was expected, { shape } received */
  | 'volumeRank';

/** Parsed parameters, or what is wrong with them, by parameter name. */
export type ParameterResult =
  | { readonly ok: true; readonly parameters: Readonly<JsonObject> }
  | { readonly ok: false; readonly problems: readonly ParameterProblem[] };

export interface ParameterProblem {
  readonly parameter: string;
  /**
   * What kind of value was expected; `unknown`: the layer has no such parameter; `formula.` and what keeps a text from
   * being one. A key under `problem.parameter.`.
   */
  readonly code: ParameterField['kind'] | 'unknown' | `formula.${FormulaFaultCode}`;
  /** What the text needs: minimum, maximum, options, … */
  readonly values: Readonly<Record<string, JsonValue>>;
  /** The allowed values in English words and numbers, e.g. "a whole number from 1 to 65536". */
  readonly expected: string;
  readonly received: JsonValue | undefined;
}

/** A numeric type of an element in bytes. */
export const bytesPerElement: Readonly<Record<DataType, number>> = { float32: 4, int32: 4, bool: 1 };
