import type { JsonObject } from '../graph/json.ts';
import type { TensorType } from '../graph/values.ts';
import type { BuildContext, BuildValue, BuildWeight, LayerDefinition, WeightRequest } from './layer.ts';
import { LayerProblem } from './layer.ts';
import { activationCount, multiplyAdds, outputType } from './operationRules.ts';
import type { OperationSpecification } from './operations.ts';
import { firstPorts } from './nodePorts.ts';
import { buildLayer, typedParameters } from './parameters.ts';
import { elementCount } from './requirements.ts';

/** One operation that a layer would emit. */
export interface DryOperation {
  readonly specification: OperationSpecification;
  readonly inputs: readonly TensorType[];
  readonly output: TensorType;
  readonly multiplyAdds: number;
}

/** What a layer would do with inputs of the given types, learned without lowering anything. */
export interface DryBuild {
  /** Of the main output. */
  readonly output: TensorType;
  /** By output port. */
  readonly outputs: Readonly<Record<string, TensorType>>;
  readonly weights: readonly WeightRequest[];
  readonly operations: readonly DryOperation[];
  readonly multiplyAdds: number;
  /** Numbers that one example's forward pass leaves behind for the gradient: `activationCount` in operationRules.ts. */
  readonly activations: number;
  /** Names of the inner values that a probe can tap. */
  readonly taps: readonly string[];
}

function checkInitialiser({ name, shape, initialiser }: WeightRequest): void {
  if (initialiser.kind === 'values' && initialiser.values.length !== elementCount(shape)) {
    const values = { weight: name, shape, expected: elementCount(shape), received: initialiser.values.length };
    throw new LayerProblem('valuesLength', values);
  }
  if (initialiser.kind === 'orthogonal' && shape.length < 2) {
    throw new LayerProblem('orthogonalRank', { weight: name, shape });
  }
}

/**
 * Runs a layer's build to learn its output type, weights and cost. `parameters` come out of `parseParameters`; `ports`
 * name the inputs (without them: the first ones). Throws a LayerProblem where the inputs do not fit.
 */
export function dryBuild(
  definition: LayerDefinition,
  parameters: Readonly<JsonObject>,
  inputTypes: readonly TensorType[],
  ports: readonly string[] = firstPorts(definition, inputTypes.length),
): DryBuild {
  const weights: WeightRequest[] = [];
  const operations: DryOperation[] = [];
  const taps: string[] = [];
  const context: BuildContext = {
    weight(request) {
      checkInitialiser(request);
      weights.push(request);
      return { shape: request.shape, key: request.name };
    },
    operation(specification, inputs, weightsBySlot = {}) {
      const types = inputs.map((value) => value.type);
      const shapes = weightShapes(weightsBySlot);
      const output = outputType(specification, types, shapes);
      const cost = multiplyAdds(specification, types, output, shapes);
      operations.push({ specification, inputs: types, output, multiplyAdds: cost });
      return { type: output, key: `operation.${operations.length - 1}` };
    },
    tap(name) {
      taps.push(name);
    },
  };
  const placeholder = definition.placeholderType?.(typedParameters(parameters));
  const types = placeholder === undefined ? inputTypes : [placeholder];
  const inputs = types.map((type, index): BuildValue => ({ type, key: `input.${index}` }));
  const built = buildLayer(definition, context, parameters, inputs, ports);
  const outputs = Object.fromEntries(Object.entries(built).map(([port, { type }]) => [port, type]));
  const [output] = Object.values(outputs);
  if (output === undefined) throw new Error(`the layer ${definition.type} was built without an output`);
  const cost = operations.reduce((sum, operation) => sum + operation.multiplyAdds, 0);
  const activations = operations.reduce((sum, operation) => sum + activationCount(operation), 0);
  return { output, outputs, weights, operations, multiplyAdds: cost, activations, taps };
}

/** Shapes by slot, as `outputType` and `multiplyAdds` want them. */
export function weightShapes(
  weights: Readonly<Record<string, BuildWeight>>,
): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(Object.entries(weights).map(([slot, weight]) => [slot, weight.shape]));
}
