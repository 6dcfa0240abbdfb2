import { z } from 'zod';
import { cellIdSchema, nodeIdSchema, terminalIdSchema, wireIdSchema } from './identifiers.ts';
import type { JsonValue } from './json.ts';
import { trainingSchema } from './training.ts';
import { dataTypeSchema, initialiserSchema, shapeSchema } from './values.ts';

/** The version this program writes. A file with a greater one is refused and left alone. */
export const documentVersion = 1;

const jsonValueSchema: z.ZodType<JsonValue> = z.json();

const coordinate = z.number().finite().min(-1e7).max(1e7);

const digestSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** A kept run: weights start where it left those of the same ids and shapes. */
export const runWeightsSchema = z.object({ run: z.string().min(1).max(200) }).strict();
export type RunWeights = z.infer<typeof runWeightsSchema>;

/**
 * A model file: weights start as those of the same shape under the same id or, where it has none, the same name of the
 * layer. The path is absolute or relative to the document's folder; the digest is that of `modelDigest` in main/services.
 */
export const modelWeightsSchema = z.object({ model: z.string().min(1).max(4096), sha256: digestSchema }).strict();
export type ModelWeights = z.infer<typeof modelWeightsSchema>;

/** Where weights start in the place of the seed. */
export const weightsSourceSchema = z.union([runWeightsSchema, modelWeightsSchema]);
export type WeightsSource = z.infer<typeof weightsSourceSchema>;

/**
 * One node. `params` is checked by the catalogue, not here: a document with a wrong parameter opens and says so.
 * `position` is relative to the parent (a frame or a loop) and in canvas pixels.
 * `perStep` lists the enclosing loops over whose iterations this node (or everything inside this container) does NOT
 * share its weights. `perInstance` says the same of the instances of the enclosing cell definition. `weightsFrom` of a
 * container or an instance holds for everything inside that does not say its own.
 */
export const nodeSchema = z
  .object({
    id: nodeIdSchema,
    type: z.string().min(1).max(64),
    params: z.record(z.string(), jsonValueSchema),
    position: z.object({ x: coordinate, y: coordinate }).strict(),
    size: z.object({ width: coordinate.positive(), height: coordinate.positive() }).strict().optional(),
    label: z.string().max(200).optional(),
    note: z.string().max(20_000).optional(),
    parent: nodeIdSchema.optional(),
    perStep: z.array(nodeIdSchema).optional(),
    perInstance: z.boolean().optional(),
    frozen: z.boolean().optional(),
    weightsFrom: weightsSourceSchema.optional(),
    collapsed: z.boolean().optional(),
    colour: z.string().max(32).optional(),
    pinned: z.boolean().optional(),
  })
  .strict();
export type GraphNode = z.infer<typeof nodeSchema>;

/** One end of a wire. Ports are named in `shared/graph/portNames.ts`. */
export const endpointSchema = z.object({ node: nodeIdSchema, port: z.string().min(1).max(80) }).strict();
export type Endpoint = z.infer<typeof endpointSchema>;

/** One wire, from the port that gives a value to the port that takes it. */
export const wireSchema = z.object({ id: wireIdSchema, from: endpointSchema, to: endpointSchema }).strict();
export type Wire = z.infer<typeof wireSchema>;

/** Nodes and wires on one sheet. Nesting (frames, loops) is the nodes' `parent`. */
export const graphSchema = z.object({ nodes: z.array(nodeSchema), wires: z.array(wireSchema) }).strict();
export type Graph = z.infer<typeof graphSchema>;

/** Parameters of a node of type `loop`. See `shared/graph/portNames.ts` for its ports. */
export const loopParametersSchema = z
  .object({
    iterations: z.number().int().min(1).max(10_000),
    states: z.array(
      z
        .object({
          id: terminalIdSchema,
          shape: shapeSchema,
          dtype: dataTypeSchema.optional(),
          initial: z.discriminatedUnion('kind', [
            z.object({ kind: z.literal('zeros') }).strict(),
            z.object({ kind: z.literal('learned'), initialiser: initialiserSchema }).strict(),
            z.object({ kind: z.literal('wired') }).strict(),
          ]),
          /** next = body + current, instead of next = body. */
          residual: z.boolean().optional(),
        })
        .strict(),
    ),
    inputs: z.array(z.object({ id: terminalIdSchema, kind: z.enum(['constant', 'scan']) }).strict()),
    outputs: z.array(
      z
        .object({
          id: terminalIdSchema,
          kind: z.enum(['last', 'all']),
          /** Hands out what this state becomes at the end of an iteration (its sum, where residual); no wire inside. */
          state: terminalIdSchema.optional(),
        })
        .strict(),
    ),
  })
  .strict();
export type LoopParameters = z.infer<typeof loopParametersSchema>;

/** Parameters of a node of type `cell`: an instance of a definition. */
export const instanceParametersSchema = z
  .object({
    cell: cellIdSchema,
    weights: z.enum(['shared', 'own']),
    /** Values of the definition's exposed parameters, by their id; missing ones keep the definition's value. */
    parameters: z.record(z.string(), jsonValueSchema),
  })
  .strict();
export type InstanceParameters = z.infer<typeof instanceParametersSchema>;

/** Parameters of a node of type `cellInput` or `cellOutput`, inside a definition. */
export const cellTerminalParametersSchema = z.object({ terminal: terminalIdSchema }).strict();
export type CellTerminalParameters = z.infer<typeof cellTerminalParametersSchema>;

/** Parameters of a node of type `opaque`: a layer of a foreign file that the catalogue lacks. */
export const opaqueParametersSchema = z
  .object({
    operator: z.string().min(1).max(200),
    source: z.string().max(400),
    attributes: z.record(z.string(), jsonValueSchema),
    inputs: z.array(z.object({ id: terminalIdSchema }).strict()),
    outputs: z.array(z.object({ id: terminalIdSchema, shape: shapeSchema, dtype: dataTypeSchema }).strict()),
  })
  .strict();
export type OpaqueParameters = z.infer<typeof opaqueParametersSchema>;

/** A cell definition: ordered terminals, exposed parameters and a sheet of its own. */
export const cellSchema = z
  .object({
    id: cellIdSchema,
    name: z.string().min(1).max(200),
    colour: z.string().max(32).optional(),
    note: z.string().max(20_000).optional(),
    inputs: z.array(z.object({ id: terminalIdSchema }).strict()),
    outputs: z.array(z.object({ id: terminalIdSchema }).strict()),
    /** `id` is what an instance sets; it stands for `parameter` of `node` inside the definition. */
    parameters: z.array(z.object({ id: terminalIdSchema, node: nodeIdSchema, parameter: z.string().min(1) }).strict()),
    graph: graphSchema,
  })
  .strict();
export type CellDefinition = z.infer<typeof cellSchema>;

/** A side file with weights by weight id, in TensorFlow's layout. */
export const weightsReferenceSchema = z.object({ file: z.string().min(1).max(255), sha256: digestSchema }).strict();
export type WeightsReference = z.infer<typeof weightsReferenceSchema>;

/** A Gradloom document (`*.gradloom.json`). */
export const documentSchema = z
  .object({
    format: z.literal('gradloom'),
    version: z.literal(documentVersion),
    name: z.string().min(1).max(200),
    note: z.string().max(20_000).optional(),
    graph: graphSchema,
    cells: z.array(cellSchema),
    training: trainingSchema,
    weights: weightsReferenceSchema.optional(),
  })
  .strict();
export type GradloomDocument = z.infer<typeof documentSchema>;
