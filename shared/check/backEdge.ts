import { applyOperations } from '../graph/applyOperation.ts';
import type { Endpoint, GradloomDocument } from '../graph/document.ts';
import { loopFromBackEdge } from '../graph/gestures.ts';
import type { NodeId, TerminalId } from '../graph/identifiers.ts';
import type { Operation } from '../graph/operations.ts';
import { findNode, loopParametersOf, newWireId, wiresInto } from '../graph/queries.ts';
import type { Shape, TensorType } from '../graph/values.ts';
import { check } from './check.ts';
import type { Diagnostic } from './diagnostic.ts';

/** What a wire drawn backwards would become. */
export interface BackEdgeProposal {
  readonly operations: readonly Operation[];
  /** The loop that gets the state. */
  readonly loop: NodeId;
  /** Whether the loop is there already, around both ends. */
  readonly isExisting: boolean;
  readonly state: { readonly id: TerminalId; readonly shape: Shape };
  /** Of the loop, once it is made. */
  readonly iterations: number;
}

/**
 * The loop that a wire drawn backwards would become, with the shape that its state has to have: that of the value that
 * goes back where it is known, else one that leaves the least wrong. Changes nothing.
 * @param type what the wire would carry, null where that is not known (it may depend on the wire itself)
 * @throws GestureError where the wire closes no cycle or the loop cannot be made.
 */
export function proposeBackEdge(
  document: GradloomDocument,
  from: Endpoint,
  to: Endpoint,
  type: TensorType | null,
): BackEdgeProposal {
  const plain =
    type === null ? null : loopFromBackEdge(document, from, to, { shape: [...type.shape], dtype: type.dtype });
  const operations =
    plain !== null && errorsAfter(document, plain) <= errorsOf(check(document).diagnostics)
      ? plain
      : (fixOfCycle(document, from, to) ?? plain ?? loopFromBackEdge(document, from, to, { shape: [] }));
  return describe(document, operations);
}

function errorsOf(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length;
}

function errorsAfter(document: GradloomDocument, operations: readonly Operation[]): number {
  return errorsOf(check(applyOperations(document, operations)).diagnostics);
}

/** What check proposes for the cycle once it is there: it tries the shapes that are likely. Null where none fits. */
function fixOfCycle(document: GradloomDocument, from: Endpoint, to: Endpoint): readonly Operation[] | null {
  const place = findNode(document, to.node);
  // A port that is fed already would have two wires, and the first of them is what the state starts with.
  if (place === undefined || wiresInto(place.graph, to.node, to.port).length > 0) return null;
  const wire = { id: newWireId(document), from, to };
  const added: Operation = { kind: 'addWires', sheet: place.sheet, wires: [wire] };
  const cycle = check(applyOperations(document, [added])).diagnostics.find(
    (diagnostic) => diagnostic.code === 'cycle' && diagnostic.wire === wire.id,
  );
  const fix = cycle?.fixes.find(({ code }) => code === 'makeLoop');
  return (
    fix?.operations.filter((operation) => operation.kind !== 'removeWires' || !operation.wires.includes(wire.id)) ??
    null
  );
}

function describe(document: GradloomDocument, operations: readonly Operation[]): BackEdgeProposal {
  const after = applyOperations(document, operations);
  for (const operation of operations.toReversed()) {
    if (operation.kind !== 'setParameters' || !Array.isArray(operation.set['states'])) continue;
    const node = findNode(after, operation.node)?.node;
    const loop = node === undefined ? null : loopParametersOf(node);
    const state = loop?.states.at(-1);
    if (node === undefined || loop === null || state === undefined) continue;
    return {
      operations,
      loop: node.id,
      isExisting: findNode(document, node.id) !== undefined,
      state: { id: state.id, shape: state.shape },
      iterations: loop.iterations,
    };
  }
  throw new Error('a wire drawn backwards gave no loop a state');
}
