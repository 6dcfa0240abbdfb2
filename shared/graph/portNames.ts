import type { Endpoint } from './document.ts';
import type { NodeId, TerminalId } from './identifiers.ts';

/**
 * Ports by node type. Ids are written in documents, so they never change.
 *
 * - a layer: `in` (or `in.0`, `in.1`, … in order) and `out`;
 * - `loop`, from outside: `init.<state>` (target; only where the state starts wired), `in.<input>` (target),
 *   `out.<output>` (source); from inside: `state.<state>` (source: the value the iteration starts with),
 *   `next.<state>` (target: what the next one starts with), `input.<input>` (source: the constant, or this
 *   iteration's slice of a scan), `result.<output>` (target; an output that names a state has none);
 * - `cell` (an instance): `in.<terminal>` (target) and `out.<terminal>` (source), as its definition says;
 * - `cellInput` / `cellOutput`, inside a definition: `out` / `in`;
 * - `opaque`: `in.<id>` and `out.<id>`;
 * - `frame`: none.
 *
 * Every wire joins two nodes of one scope (the innermost enclosing loop; frames do not count) or a node and the loop
 * that directly encloses it, through the loop's inner ports.
 */
export const containerTypes = ['frame', 'loop'] as const;

/** Types that the graph language itself gives meaning to; all others come from the catalogue. */
export const structuralTypes = ['frame', 'loop', 'cell', 'cellInput', 'cellOutput', 'opaque'] as const;
export type StructuralType = (typeof structuralTypes)[number];

/** Whether nodes of this type may be the parent of others. */
export function isContainerType(type: string): boolean {
  return (containerTypes as readonly string[]).includes(type);
}

/** The ports of a loop by terminal. */
export const loopPorts = {
  init: (state: TerminalId) => `init.${state}`,
  in: (input: TerminalId) => `in.${input}`,
  out: (output: TerminalId) => `out.${output}`,
  state: (state: TerminalId) => `state.${state}`,
  next: (state: TerminalId) => `next.${state}`,
  input: (input: TerminalId) => `input.${input}`,
  result: (output: TerminalId) => `result.${output}`,
} as const;

/** The ports of an instance of a cell by terminal of its definition. */
export const instancePorts = {
  in: (terminal: TerminalId) => `in.${terminal}`,
  out: (terminal: TerminalId) => `out.${terminal}`,
} as const;

const innerPort = /^(state|next|input|result)\./;

/** Whether a port of a loop faces its body. */
export function isInnerPort(port: string): boolean {
  return innerPort.test(port);
}

/** The port of a merge that takes its input number `index`, counted from 0. */
export function variadicPort(index: number): string {
  return `in.${index}`;
}

/** Which input of a merge a port is, or null where a node of this type has no numbered inputs or the port is none. */
export function variadicIndex(type: string, port: string): number | null {
  if ((structuralTypes as readonly string[]).includes(type)) return null;
  const match = /^in\.(0|[1-9][0-9]{0,3})$/.exec(port);
  return match === null ? null : Number(match[1]);
}

/** One end of a wire. */
export function endpoint(node: NodeId, port: string): Endpoint {
  return { node, port };
}

/** A text that is equal for equal ends and different for different ones. */
export function endpointKey({ node, port }: Endpoint): string {
  return `${node}/${port}`;
}
