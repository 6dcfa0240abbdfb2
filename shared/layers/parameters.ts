import { z } from 'zod';
import type { JsonObject, JsonValue } from '../graph/json.ts';
import { initialiserSchema, regulariserSchema, shapeSchema } from '../graph/values.ts';
import { parseFormula } from './formula/parseFormula.ts';
import type {
  BuildContext,
  BuildValue,
  LayerDefinition,
  ParameterField,
  ParameterFields,
  ParameterProblem,
  ParameterResult,
  ParametersOf,
  PortValues,
} from './layer.ts';

function fieldSchema(field: ParameterField): z.ZodType {
  switch (field.kind) {
    case 'integer':
      return z.int().min(field.minimum).max(field.maximum);
    case 'number': {
      const least = field.exclusiveMinimum === true ? z.number().gt(field.minimum) : z.number().min(field.minimum);
      return field.exclusiveMaximum === true ? least.lt(field.maximum) : least.max(field.maximum);
    }
    case 'boolean':
      return z.boolean();
    case 'choice':
      return z.enum(field.options as readonly [string, ...string[]]);
    case 'shape':
      return shapeSchema.min(field.minimumRank).max(field.maximumRank);
    case 'pair': {
      const side = z.int().min(field.minimum).max(largestPairSide);
      return z.tuple([side, side]);
    }
    case 'triple': {
      const side = z.int().min(field.minimum).max(largestPairSide);
      return z.tuple([side, side, side]);
    }
    case 'integers':
      return z.array(z.int().min(field.minimum).max(field.maximum)).min(field.minimumLength).max(field.maximumLength);
    case 'optionalInteger':
      return z.int().min(field.minimum).max(field.maximum).nullable();
    case 'margins': {
      const margin = z.int().min(0).max(largestPairSide);
      return z
        .array(z.tuple([margin, margin]))
        .min(field.minimumAxes)
        .max(field.maximumAxes);
    }
    case 'formula':
      return z.string().refine((text) => parseFormula(text).ok);
    case 'initialiser':
      return initialiserSchema.refine((start) => start.kind !== 'uniform' || start.minimum <= start.maximum);
    case 'regulariser':
      return regulariserSchema;
  }
}

const largestPairSide = 65_536;

function describe(field: ParameterField): { readonly expected: string; readonly values: JsonObject } {
  switch (field.kind) {
    case 'integer':
      return {
        expected: `a whole number from ${field.minimum} to ${field.maximum}`,
        values: { minimum: field.minimum, maximum: field.maximum },
      };
    case 'number': {
      const from = `${field.exclusiveMinimum === true ? 'above' : 'from'} ${field.minimum}`;
      const to = `${field.exclusiveMaximum === true ? 'below' : 'to'} ${field.maximum}`;
      const least = field.exclusiveMinimum === true ? '(' : '[';
      const most = field.exclusiveMaximum === true ? ')' : ']';
      return {
        expected: `a number ${from} ${to}`,
        values: { interval: `${least}${field.minimum}, ${field.maximum}${most}` },
      };
    }
    case 'boolean':
      return { expected: 'true or false', values: {} };
    case 'choice':
      return { expected: `one of ${field.options.join(', ')}`, values: { options: field.options } };
    case 'shape':
      return {
        expected: `a list of ${field.minimumRank} to ${field.maximumRank} whole numbers from 1 to 1000000`,
        values: { minimum: field.minimumRank, maximum: field.maximumRank },
      };
    case 'pair':
      return {
        expected: `two whole numbers from ${field.minimum} to ${largestPairSide}`,
        values: { minimum: field.minimum, maximum: largestPairSide },
      };
    case 'triple':
      return {
        expected: `three whole numbers from ${field.minimum} to ${largestPairSide}`,
        values: { minimum: field.minimum, maximum: largestPairSide },
      };
    case 'integers': {
      const { minimum, maximum, minimumLength: least, maximumLength: most } = field;
      return {
        expected: `a list of ${least} to ${most} whole numbers from ${minimum} to ${maximum}`,
        values: { minimum, maximum, least, most },
      };
    }
    case 'optionalInteger':
      return {
        expected: `null or a whole number from ${field.minimum} to ${field.maximum}`,
        values: { minimum: field.minimum, maximum: field.maximum },
      };
    case 'margins': {
      const count = countWords(field.minimumAxes, field.maximumAxes);
      return {
        expected: `a list of ${count} pairs [before, after] of whole numbers from 0 to ${largestPairSide}`,
        values: { count, maximum: largestPairSide },
      };
    }
    case 'formula':
      return { expected: 'a formula such as "a * sigmoid(b)"', values: {} };
    case 'initialiser':
      return {
        expected: 'an initialiser such as {"kind":"glorotUniform"} or {"kind":"constant","value":0}',
        values: {},
      };
    case 'regulariser':
      return { expected: 'null or a penalty such as {"l1":0,"l2":0.0001}', values: {} };
  }
}

function countWords(least: number, most: number): string {
  return least === most ? `${least}` : `${least}–${most}`;
}

interface CheckedField {
  readonly field: ParameterField;
  readonly schema: z.ZodType;
}

const checkedFields = new WeakMap<LayerDefinition, ReadonlyMap<string, CheckedField>>();

function fieldsOf(definition: LayerDefinition): ReadonlyMap<string, CheckedField> {
  const known = checkedFields.get(definition);
  if (known !== undefined) return known;
  const fields = new Map(
    Object.entries(definition.parameters).map(([name, field]) => [name, { field, schema: fieldSchema(field) }]),
  );
  checkedFields.set(definition, fields);
  return fields;
}

const noParameters: Readonly<JsonObject> = {};

/** Every parameter of a layer with its default. */
export function defaultParameters(definition: LayerDefinition): Readonly<JsonObject> {
  return Object.fromEntries(Object.entries(definition.parameters).map(([name, field]) => [name, field.default]));
}

/**
 * Checks the parameters of a node against its layer. A missing one takes its default; a wrong or unknown one is a
 * problem that says what was expected and what was received.
 */
export function parseParameters(
  definition: LayerDefinition,
  params: Readonly<JsonObject> = noParameters,
): ParameterResult {
  const fields = fieldsOf(definition);
  const problems: ParameterProblem[] = [];
  const parameters: Record<string, JsonValue> = {};
  for (const [name, { field, schema }] of fields) {
    const received = Object.hasOwn(params, name) ? params[name] : undefined;
    if (received === undefined) {
      parameters[name] = field.default;
    } else if (schema.safeParse(received).success) {
      parameters[name] = received;
    } else {
      problems.push({
        parameter: name,
        code: field.kind,
        ...describe(field),
        ...formulaFault(field, received),
        received,
      });
    }
  }
  for (const [name, received] of Object.entries(params)) {
    if (fields.has(name)) continue;
    const known = [...fields.keys()];
    const expected = known.length === 0 ? 'no parameter at all' : `one of the parameters ${known.join(', ')}`;
    problems.push({ parameter: name, code: 'unknown', values: { known: known.join(', ') }, expected, received });
  }
  return problems.length === 0 ? { ok: true, parameters } : { ok: false, problems };
}

/** Where and why a text is no formula, as code and values of a problem. */
function formulaFault(field: ParameterField, received: JsonValue): Partial<Pick<ParameterProblem, 'code' | 'values'>> {
  const parsed = field.kind === 'formula' && typeof received === 'string' ? parseFormula(received) : null;
  if (parsed === null || parsed.ok) return {};
  const { code, position, values } = parsed.fault;
  return { code: `formula.${code}`, values: { ...values, position } };
}

/** The names of the parameters that matter for the given values, in the order of the definition. */
export function visibleParameters(definition: LayerDefinition, parameters: Readonly<JsonObject>): readonly string[] {
  return definition.visible?.(typedParameters(parameters)) ?? Object.keys(definition.parameters);
}

/**
 * Runs a layer's build on parameters that came out of `parseParameters`; `portIds` name the ports of `inputs`. Returns
 * the outputs by port; the end of a graph has its value under `out` too. Throws a LayerProblem where inputs do not fit.
 */
export function buildLayer(
  definition: LayerDefinition,
  context: BuildContext,
  parameters: Readonly<JsonObject>,
  inputs: readonly BuildValue[],
  portIds: readonly string[],
): PortValues {
  const ports = Object.fromEntries(inputs.map((value, index) => [portIds[index] ?? `in.${index}`, value]));
  const built = definition.build(context, typedParameters(parameters), inputs, ports);
  return isBuildValue(built) ? { out: built } : built;
}

function isBuildValue(built: BuildValue | PortValues): built is BuildValue {
  return typeof built['key'] === 'string';
}

/** The one place where checked JSON becomes typed parameters: `parseParameters` has seen to it that they are. */
export function typedParameters(parameters: Readonly<JsonObject>): ParametersOf<ParameterFields> {
  return parameters as ParametersOf<ParameterFields>;
}
