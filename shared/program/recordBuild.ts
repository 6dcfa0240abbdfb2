import type { JsonObject } from '../graph/json.ts';
import type { TensorType } from '../graph/values.ts';
import { weightShapes } from '../layers/buildDry.ts';
import type { BuildContext, BuildValue, LayerDefinition, WeightRequest } from '../layers/layer.ts';
import { outputType } from '../layers/operationRules.ts';
import type { OperationSpecification } from '../layers/operations.ts';
import { buildLayer } from '../layers/parameters.ts';

/** Where an operation of a build reads from: an input of the layer, or an earlier operation of the same build. */
export type RecordedSource =
  { readonly from: 'input'; readonly index: number } | { readonly from: 'operation'; readonly index: number };

export interface RecordedOperation {
  readonly specification: OperationSpecification;
  readonly inputs: readonly RecordedSource[];
  readonly type: TensorType;
  /** By slot. */
  readonly weights: Readonly<Record<string, WeightRequest>>;
  readonly tap?: string;
}

export interface RecordedBuild {
  readonly operations: readonly RecordedOperation[];
  /** By output port; the end of a graph has its value under `out`. */
  readonly outputs: Readonly<Record<string, RecordedSource>>;
}

function required<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`a layer's build used ${what} that its context never gave`);
  return value;
}

/** Runs a layer's build and keeps what it asks for. `parameters` come out of `parseParameters`; `ports` name the inputs. */
export function recordBuild(
  definition: LayerDefinition,
  parameters: Readonly<JsonObject>,
  inputTypes: readonly TensorType[],
  ports: readonly string[],
): RecordedBuild {
  const operations: RecordedOperation[] = [];
  const taps = new Map<number, string>();
  const requests = new Map<string, WeightRequest>();
  const sources = new Map<string, RecordedSource>();
  const makeValue = (source: RecordedSource, type: TensorType): BuildValue => {
    const key = `${source.from}.${source.index}`;
    sources.set(key, source);
    return { type, key };
  };
  const sourceOf = ({ key }: BuildValue): RecordedSource => required(sources.get(key), `the value ${key}`);
  const context: BuildContext = {
    weight(request) {
      requests.set(request.name, request);
      return { shape: request.shape, key: request.name };
    },
    operation(specification, inputs, weights = {}) {
      const type = outputType(
        specification,
        inputs.map((value) => value.type),
        weightShapes(weights),
      );
      operations.push({
        specification,
        inputs: inputs.map(sourceOf),
        type,
        weights: Object.fromEntries(
          Object.entries(weights).map(([slot, { key }]) => [slot, required(requests.get(key), `the weight ${key}`)]),
        ),
      });
      return makeValue({ from: 'operation', index: operations.length - 1 }, type);
    },
    tap(name, value) {
      const source = sourceOf(value);
      if (source.from === 'operation') taps.set(source.index, name);
    },
  };
  const inputs = inputTypes.map((type, index) => makeValue({ from: 'input', index }, type));
  const built = buildLayer(definition, context, parameters, inputs, ports);
  const outputs = Object.fromEntries(Object.entries(built).map(([port, value]) => [port, sourceOf(value)]));
  const tapped = operations.map((operation, index) => {
    const tap = taps.get(index);
    return tap === undefined ? operation : { ...operation, tap };
  });
  return { operations: tapped, outputs };
}
