/**
 * What a person does on the canvas, as pure functions from a document to operations. Apply what they return as one
 * labelled entry of the history.
 */
export { backEdgeBody, loopFromBackEdge } from './gestures/backEdge.ts';
export type { BackEdgeState } from './gestures/backEdge.ts';
export {
  createCellFromSelection,
  dissolve,
  expandInstance,
  makeUnique,
  placeInstance,
  removeCellDefinition,
} from './gestures/cells.ts';
export { moveInto, wrapInFrame, wrapInLoop } from './gestures/containers.ts';
export { GestureError } from './gestures/draft.ts';
export { connectPlaced } from './gestures/placing.ts';
export { closesCycle, cycleTester } from './gestures/scopes.ts';
export { wrapResidual } from './gestures/residual.ts';
export { makeRepeatedCells, withRepeatedCells } from './gestures/repeatCells.ts';
export type { RepeatedCells } from './gestures/repeatCells.ts';
export { addedNodes, copyNodes, deleteSelection, duplicate, pasteNodes, usesCell } from './gestures/selection.ts';
export type { PastePlace, Selection, Snapshot } from './gestures/selection.ts';
export {
  addCellTerminal,
  addLoopInput,
  addLoopOutput,
  addLoopState,
  exposeParameter,
  hideParameter,
  moveCellTerminal,
  moveLoopTerminal,
  removeCellTerminal,
  removeLoopTerminal,
  renameCellTerminal,
  renameLoopTerminal,
  setLoopInput,
  setLoopOutput,
  setLoopState,
} from './gestures/terminals.ts';
export type { LoopOutput, LoopState, LoopTerminalKind } from './gestures/terminals.ts';
export { connect, disconnect, insertNodeOnWire, insertOnWire, moveInput, reattachWire } from './gestures/wires.ts';
