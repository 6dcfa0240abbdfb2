/**
 * Ports by node type. Ids are written in documents, so they never change.
 *
 * - a layer: `in` (or `in.0`, `in.1`, … in order) and `out`;
 * - `loop`, from outside: `init.<state>` (target; only where the state starts wired), `in.<input>` (target),
 *   `out.<output>` (source); from inside: `state.<state>` (source: the value the iteration starts with),
 *   `next.<state>` (target: what the next one starts with), `input.<input>` (source: the constant, or this
 *   iteration's slice of a scan), `result.<output>` (target);
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
