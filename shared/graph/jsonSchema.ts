import { z } from 'zod';
import {
  cellSchema,
  cellTerminalParametersSchema,
  documentSchema,
  endpointSchema,
  graphSchema,
  instanceParametersSchema,
  loopParametersSchema,
  modelWeightsSchema,
  nodeSchema,
  opaqueParametersSchema,
  runWeightsSchema,
  weightsReferenceSchema,
  wireSchema,
} from './document.ts';
import {
  augmentationSchema,
  dataArraySchema,
  dataFileSchema,
  dataStatisticsSchema,
  tableColumnSchema,
} from './fileSources.ts';
import { nodeIdSchema } from './identifiers.ts';
import { schemaDescriptions } from './schemaDescriptions.ts';
import {
  clippingSchema,
  dataSchema,
  earlyStoppingSchema,
  lossSchema,
  metricSchema,
  optimiserSchema,
  scheduleSchema,
  trainingSchema,
} from './training.ts';
import { dataTypeSchema, initialiserSchema, shapeSchema } from './values.ts';

type Schema = Record<string, unknown>;

/** What becomes a definition of its own. All ids are one schema to zod: brands live in types only. */
const definitions: Readonly<Record<string, z.core.$ZodType>> = {
  Document: documentSchema,
  Graph: graphSchema,
  Node: nodeSchema,
  Wire: wireSchema,
  Endpoint: endpointSchema,
  Cell: cellSchema,
  Training: trainingSchema,
  Loss: lossSchema,
  Metric: metricSchema,
  Optimiser: optimiserSchema,
  Schedule: scheduleSchema,
  Clipping: clippingSchema,
  EarlyStopping: earlyStoppingSchema,
  Data: dataSchema,
  DataFile: dataFileSchema,
  DataStatistics: dataStatisticsSchema,
  TableColumn: tableColumnSchema,
  DataArray: dataArraySchema,
  Augmentation: augmentationSchema,
  WeightsReference: weightsReferenceSchema,
  RunWeights: runWeightsSchema,
  ModelWeights: modelWeightsSchema,
  LoopParameters: loopParametersSchema,
  InstanceParameters: instanceParametersSchema,
  CellTerminalParameters: cellTerminalParametersSchema,
  OpaqueParameters: opaqueParametersSchema,
  Initialiser: initialiserSchema,
  Shape: shapeSchema,
  DataType: dataTypeSchema,
  Identifier: nodeIdSchema,
  Json: nodeSchema.shape.params.valueType,
};

/** Which parameters a node of a type of the graph language has. The program opens a file that breaks this and says so. */
const parametersByType: Readonly<Record<string, string>> = {
  loop: 'LoopParameters',
  cell: 'InstanceParameters',
  cellInput: 'CellTerminalParameters',
  cellOutput: 'CellTerminalParameters',
  opaque: 'OpaqueParameters',
};

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function innerSchemas(schema: Schema, place: string): readonly (readonly [Schema, string])[] {
  const { properties, items, additionalProperties, oneOf, anyOf } = schema;
  const variants = [oneOf, anyOf].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : [])).filter(isSchema);
  const kindOf = (variant: Schema): string | null => {
    const inner = isSchema(variant['properties']) ? variant['properties']['kind'] : undefined;
    return isSchema(inner) && typeof inner['const'] === 'string' ? inner['const'] : null;
  };
  return [
    ...Object.entries(isSchema(properties) ? properties : {}).flatMap(([key, inner]) =>
      isSchema(inner) ? [[inner, `${place}.${key}`] as const] : [],
    ),
    ...(isSchema(items) ? [[items, `${place}[]`] as const] : []),
    ...(isSchema(additionalProperties) ? [[additionalProperties, `${place}{}`] as const] : []),
    ...variants.flatMap((variant) => {
      const kind = kindOf(variant);
      return kind === null ? [] : [[variant, `${place}(${kind})`] as const];
    }),
  ];
}

/** Calls `visit` for a schema and those inside it, each with its place as in `schemaDescriptions`. */
export function visitSchema(schema: Schema, place: string, visit: (schema: Schema, place: string) => void): void {
  visit(schema, place);
  for (const [inner, innerPlace] of innerSchemas(schema, place)) visitSchema(inner, innerPlace, visit);
}

function described(schema: Schema, name: string): Schema {
  visitSchema(schema, name, (inner, place) => {
    const description = schemaDescriptions[place];
    if (description === undefined) return;
    // Titles and descriptions stand first, where a person looks.
    const { ...rest } = inner;
    for (const key of Object.keys(inner)) delete inner[key];
    Object.assign(inner, place === name ? { title: name } : {}, { description }, rest);
  });
  return schema;
}

/**
 * The JSON Schema (draft 2020-12) of a document. Ids that must be unique and wires that must have their nodes are
 * beyond what it can say.
 */
export function documentJsonSchema(): Schema {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(definitions)) registry.add(schema, { id });
  const all = z.object(definitions);
  const generated = z.toJSONSchema(all, { metadata: registry, target: 'draft-2020-12' }) as Schema;
  const found = (generated['$defs'] ?? {}) as Readonly<Record<string, Schema>>;
  const names = Object.keys(definitions);
  const { Document: root = {}, ...others } = Object.fromEntries(
    names.map((name) => {
      const { id: _id, ...schema } = found[name] ?? {};
      return [name, described(schema, name)];
    }),
  );
  const node = others['Node'] ?? {};
  node['allOf'] = Object.entries(parametersByType).map(([type, parameters]) => ({
    if: { properties: { type: { const: type } } },
    then: { properties: { params: { $ref: `#/$defs/${parameters}` } } },
  }));
  return { $schema: generated['$schema'], ...root, $defs: others };
}
