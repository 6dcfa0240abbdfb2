import { text } from '../../text/text.ts';
import type { TextKey } from '../../text/text.ts';
import { applyOperation } from '../applyOperation.ts';
import type { CellDefinition, Endpoint, Graph, GradloomDocument, GraphNode, Wire } from '../document.ts';
import type { CellId, NodeId, WireId } from '../identifiers.ts';
import type { JsonValue } from '../json.ts';
import type { Operation } from '../operations.ts';
import type { SheetId } from '../queries.ts';
import { findCell, findNode, graphOf, newNodeId, newWireId } from '../queries.ts';

export type GestureErrorCode =
  Extract<TextKey, `problem.gesture.${string}`> extends `problem.gesture.${infer Code}` ? Code : never;

/** A gesture that does not fit the document. `code` and `values` say it in any language, `message` in English. */
export class GestureError extends Error {
  readonly code: TextKey;

  constructor(
    code: GestureErrorCode,
    readonly values: Readonly<Record<string, JsonValue>> = {},
  ) {
    const key: TextKey = `problem.gesture.${code}`;
    super(text('en', key, values));
    this.code = key;
    this.name = 'GestureError';
  }
}

/** A document being edited by a gesture: each operation is applied at once, so that the next one sees its effect. */
export class Draft {
  private readonly done: Operation[] = [];

  constructor(public document: GradloomDocument) {}

  /** What was done so far. */
  get operations(): readonly Operation[] {
    return this.done;
  }

  apply(operation: Operation): void {
    const next = applyOperation(this.document, operation);
    if (next === this.document) return;
    this.document = next;
    this.done.push(operation);
  }

  addNodes(sheet: SheetId, nodes: readonly GraphNode[]): void {
    this.apply({ kind: 'addNodes', sheet, nodes });
  }

  addWires(sheet: SheetId, ends: readonly Omit<Wire, 'id'>[]): void {
    const taken = new Set<WireId>();
    const wires = ends.map(({ from, to }) => {
      const id = newWireId(this.document, taken);
      taken.add(id);
      return { id, from, to };
    });
    this.apply({ kind: 'addWires', sheet, wires });
  }

  addWire(sheet: SheetId, from: Endpoint, to: Endpoint): void {
    this.addWires(sheet, [{ from, to }]);
  }

  newNodeId(base: string, taken?: ReadonlySet<NodeId>): NodeId {
    return newNodeId(this.document, base, taken);
  }

  graph(sheet: SheetId): Graph {
    const graph = graphOf(this.document, sheet);
    if (graph === undefined) throw new GestureError('missing', { id: sheet ?? '' });
    return graph;
  }

  find(id: NodeId): { readonly node: GraphNode; readonly sheet: SheetId; readonly graph: Graph } {
    const found = findNode(this.document, id);
    if (found === undefined) throw new GestureError('missing', { id });
    return found;
  }

  cell(id: CellId): CellDefinition {
    const found = findCell(this.document, id);
    if (found === undefined) throw new GestureError('missing', { id });
    return found;
  }
}

/** The one sheet that all these nodes are on. Throws where there is none. */
export function commonSheet(draft: Draft, nodes: readonly NodeId[]): SheetId {
  const [first, ...others] = new Set(nodes.map((id) => draft.find(id).sheet));
  if (first === undefined) throw new GestureError('nothing');
  if (others.length > 0) throw new GestureError('sheets');
  return first;
}
