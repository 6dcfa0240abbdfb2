import { z } from 'zod';

/**
 * Identifiers hold no '/', '@', '[', ':' or '.', because weight ids, taps and ports are written with those.
 * One document never uses a node or wire id twice, cell definitions included. `__proto__` is none, because ids are
 * keys of JSON objects.
 */
const identifierPattern = /^(?!__proto__$)[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/;

const identifier = z
  .string()
  .regex(identifierPattern, 'an id is 1 to 64 letters, digits, "_" or "-" and does not start with "-"');

/** Names one node in a document. */
export const nodeIdSchema = identifier.brand<'NodeId'>();
export type NodeId = z.infer<typeof nodeIdSchema>;

/** Names one wire in a document. */
export const wireIdSchema = identifier.brand<'WireId'>();
export type WireId = z.infer<typeof wireIdSchema>;

/** Names one cell definition in a document. */
export const cellIdSchema = identifier.brand<'CellId'>();
export type CellId = z.infer<typeof cellIdSchema>;

/** Names one state, input, output or exposed parameter of a loop or a cell. */
export const terminalIdSchema = identifier.brand<'TerminalId'>();
export type TerminalId = z.infer<typeof terminalIdSchema>;

/** Turns a string into a node id. Throws a ZodError where it is not one. */
export function nodeId(text: string): NodeId {
  return nodeIdSchema.parse(text);
}

/** Turns a string into a wire id. Throws a ZodError where it is not one. */
export function wireId(text: string): WireId {
  return wireIdSchema.parse(text);
}

/** Turns a string into a cell id. Throws a ZodError where it is not one. */
export function cellId(text: string): CellId {
  return cellIdSchema.parse(text);
}

/** Turns a string into a terminal id. Throws a ZodError where it is not one. */
export function terminalId(text: string): TerminalId {
  return terminalIdSchema.parse(text);
}
