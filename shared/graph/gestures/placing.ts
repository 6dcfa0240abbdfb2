import { applyOperations } from '../applyOperation.ts';
import type { Endpoint, GradloomDocument } from '../document.ts';
import type { NodeId } from '../identifiers.ts';
import type { Operation } from '../operations.ts';
import { endpoint, instancePorts, loopPorts } from '../portNames.ts';
import { findCell, findNode, instanceParametersOf, loopParametersOf, valueName } from '../queries.ts';
import { addLoopInput, addLoopOutput } from './terminals.ts';
import { connect } from './wires.ts';

/**
 * Joins an instance or a loop that was just placed to the end that a wire was drawn from: an instance by its first port
 * of that side, a loop by a new constant or a new output "last". Nothing where an instance has no such port.
 * @param side whether the end gives a value (`output`) or takes one (`input`)
 */
export function connectPlaced(
  document: GradloomDocument,
  placed: NodeId,
  end: Endpoint,
  side: 'input' | 'output',
): readonly Operation[] {
  const node = findNode(document, placed)?.node;
  const gives = side === 'output';
  const instance = node === undefined ? null : instanceParametersOf(node);
  if (instance !== null) {
    const cell = findCell(document, instance.cell);
    const terminal = (gives ? cell?.inputs : cell?.outputs)?.[0]?.id;
    if (terminal === undefined) return [];
    return gives
      ? connect(document, end, endpoint(placed, instancePorts.in(terminal)))
      : connect(document, endpoint(placed, instancePorts.out(terminal)), end);
  }
  const graph = findNode(document, end.node)?.graph;
  const name = graph === undefined ? end.node : valueName(graph, end);
  const made = gives ? addLoopInput(document, placed, name, 'constant') : addLoopOutput(document, placed, name, 'last');
  const after = applyOperations(document, made);
  const loop = findNode(after, placed)?.node;
  const parameters = loop === undefined ? null : loopParametersOf(loop);
  const terminal = (gives ? parameters?.inputs : parameters?.outputs)?.at(-1)?.id;
  if (terminal === undefined) return made;
  return [
    ...made,
    ...(gives
      ? connect(after, end, endpoint(placed, loopPorts.in(terminal)))
      : connect(after, endpoint(placed, loopPorts.out(terminal)), end)),
  ];
}
