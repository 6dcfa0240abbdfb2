import type { Wire } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import type { Command } from '../platform/commands.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import { nameNode } from '../state/namingStore.ts';
import { useSelectionStore } from '../state/selectionStore.ts';
import { overlayModes, useViewStore } from '../state/viewStore.ts';
import { useCanvasStore } from './canvasStore.ts';
import { aligned, distributed } from './editing/arrange.ts';
import type { Edge } from './editing/arrange.ts';
import {
  editSelectedCell,
  expandSelectedCell,
  leaveCell,
  makeCellFromSelection,
  makeSelectedUnique,
  removableCell,
  removeCell,
  selectedCell,
} from './editing/cells.ts';
import {
  arrangeSelection,
  canPaste,
  connectSelection,
  copyToClipboard,
  cutSelection,
  deleteSelection,
  duplicateSelection,
  freezeSelection,
  paste,
  pinSelection,
  selectAll,
  stepSelection,
} from './editing/edits.ts';
import {
  collapsible,
  dissolveSelection,
  makeSelectionResidual,
  onlySelected,
  toggleCollapsed,
  wrapSelectionInFrame,
  wrapSelectionInLoop,
} from './editing/structure.ts';
import { layOut } from './layout/layOut.ts';
import {
  bringIntoView,
  bringWireIntoView,
  fitView,
  middleOfView,
  zoomBy,
  zoomToActualSize,
  zoomToSelection,
} from './view.ts';
import { pointerPlace } from './pointer.ts';
import { cancelPull } from './wires/pull.ts';

const hasNodes = (): boolean => useSelectionStore.getState().nodes.size > 0;
const hasSelection = (): boolean => hasNodes() || useSelectionStore.getState().wires.size > 0;
const hasWires = (): boolean => useCanvasStore.getState().flow.scene.wires.size > 0;
const nudges: readonly (readonly [string, number, number])[] = [
  ['Left', -1, 0],
  ['Right', 1, 0],
  ['Up', 0, -1],
  ['Down', 0, 1],
];
const alignments = [
  ['Left', 'left', 'Alt+ArrowLeft'],
  ['Right', 'right', 'Alt+ArrowRight'],
  ['Top', 'top', 'Alt+ArrowUp'],
  ['Bottom', 'bottom', 'Alt+ArrowDown'],
  ['Centre', 'centre', null],
  ['Middle', 'middle', null],
] as const satisfies readonly (readonly [string, Edge, string | null])[];
const hasSeveral = (): boolean => useSelectionStore.getState().nodes.size > 1;

/** Opens the search palette at the pointer; in the middle of the view where that is not over the sheet. */
function openSearch(): void {
  const { at, place } = pointerPlace() ?? { at: null, place: middleOfView() };
  useCanvasStore.setState({ search: { at, place, from: null } });
}

/** How to let go of what the pointer holds: a wire, cards, a corner, a box or a lasso; null where it holds nothing. */
function wayToLetGo(): (() => void) | null {
  const { connecting, held, lasso } = useCanvasStore.getState();
  if (connecting !== null) return cancelPull;
  if (held !== null) return () => held.letGo();
  if (lasso !== null && lasso !== 'armed') return () => useCanvasStore.setState({ lasso: null });
  return null;
}

/** Takes back what is under way at the pointer, which is no entry yet; else the last entry. */
function undoLast(): void {
  const letGoOfIt = wayToLetGo();
  if (letGoOfIt !== null) letGoOfIt();
  else useDocumentStore.getState().undo();
}

function nextOverlay(): void {
  const { overlay, set } = useViewStore.getState();
  set({ overlay: overlayModes[(overlayModes.indexOf(overlay) + 1) % overlayModes.length] ?? 'relative' });
}

/** Takes a step back where nothing else wants Escape: lets go of what is dragged, closes what is open at the pointer, then lets the selection go. */
function letGo(): void {
  const { search, backEdge, unrolled, lasso, layout } = useCanvasStore.getState();
  const letGoOfIt = wayToLetGo();
  if (letGoOfIt !== null) letGoOfIt();
  else if (layout !== null) layout.stop();
  else if (lasso !== null) useCanvasStore.setState({ lasso: null });
  else if (search !== null || backEdge !== null) useCanvasStore.setState({ search: null, backEdge: null });
  else if (unrolled !== null) useCanvasStore.setState({ unrolled: null });
  else if (useViewStore.getState().isProjected && !hasSelection()) useViewStore.getState().project(false);
  else useSelectionStore.getState().clear();
}

/**
 * Selects the node after (1) or before (−1) the selected one, in the sheet's order, and brings it into view. From a wire
 * it goes to the node at that end.
 */
function selectNeighbour(way: 1 | -1): void {
  const { scene } = useCanvasStore.getState().flow;
  const ids = [...scene.nodes.keys()];
  const wire = onlyWire();
  if (wire !== null) {
    const end = (way > 0 ? wire.to : wire.from).node;
    useSelectionStore.getState().select({ nodes: [end] });
    bringIntoView(end);
    return;
  }
  const [selected] = useSelectionStore.getState().nodes;
  const place = selected === undefined ? -1 : ids.indexOf(selected);
  const next = ids[place < 0 ? (way > 0 ? 0 : ids.length - 1) : (place + way + ids.length) % ids.length];
  if (next === undefined) return;
  useSelectionStore.getState().select({ nodes: [next] });
  bringIntoView(next);
}

/** The one wire that is selected, with nothing else. */
function onlyWire(): Wire | null {
  const { nodes, wires } = useSelectionStore.getState();
  const [only] = wires;
  if (nodes.size > 0 || wires.size !== 1 || only === undefined) return null;
  return useCanvasStore.getState().flow.scene.wires.get(only)?.wire ?? null;
}

/**
 * Selects the wire after (1) or before (−1) the selected one, in the sheet's order, and brings it into view. From a node
 * it goes to the first wire that leaves there, or to the last one that arrives.
 */
function selectWire(way: 1 | -1): void {
  const wires = [...useCanvasStore.getState().flow.scene.wires.values()].map(({ wire }) => wire);
  const selected = onlyWire();
  const [node] = useSelectionStore.getState().nodes;
  const place = wires.findIndex(({ id }) => id === selected?.id);
  const atNode = way > 0 ? wires.find(({ from }) => from.node === node) : wires.findLast(({ to }) => to.node === node);
  const next = selected === null ? (atNode ?? wires.at(way > 0 ? 0 : -1)) : wires.at((place + way) % wires.length);
  if (next === undefined) return;
  useSelectionStore.getState().select({ wires: [next.id] });
  bringWireIntoView(next.id);
}

/** The one node that is selected. */
function onlyNode(): NodeId | null {
  const { nodes } = useSelectionStore.getState();
  const [only] = nodes;
  return nodes.size === 1 && only !== undefined ? only : null;
}

/** The commands of the canvas, for the composition root to register. */
export const canvasCommands: readonly Command[] = [
  {
    id: 'edit.undo',
    label: 'command.undo',
    keys: ['Mod+Z'],
    when: () => wayToLetGo() !== null || useDocumentStore.getState().undoLabel !== null,
    run: undoLast,
  },
  {
    id: 'edit.redo',
    label: 'command.redo',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    when: () => useDocumentStore.getState().redoLabel !== null,
    run: () => useDocumentStore.getState().redo(),
  },
  {
    id: 'edit.cut',
    label: 'command.cut',
    keys: ['Mod+X'],
    native: true,
    when: hasNodes,
    run: () => {
      if (copyToClipboard()) cutSelection();
    },
  },
  {
    id: 'edit.copy',
    label: 'command.copy',
    keys: ['Mod+C'],
    native: true,
    when: hasNodes,
    run: () => void copyToClipboard(),
  },
  {
    id: 'edit.paste',
    label: 'command.paste',
    keys: ['Mod+V'],
    native: true,
    when: canPaste,
    run: () => void paste(null),
  },
  { id: 'edit.duplicate', label: 'command.duplicate', keys: ['Mod+D'], when: hasNodes, run: duplicateSelection },
  {
    id: 'edit.connect',
    label: 'command.connect',
    keys: ['W'],
    when: () => useSelectionStore.getState().nodes.size === 2,
    run: connectSelection,
  },
  {
    id: 'edit.connectTo',
    label: 'command.connectTo',
    keys: ['Shift+W'],
    when: () => onlyNode() !== null,
    run: () => useCanvasStore.setState({ joining: onlyNode() }),
  },
  { id: 'edit.freeze', label: 'command.freeze', keys: ['Shift+X'], when: hasNodes, run: freezeSelection },
  {
    id: 'edit.deleteHealing',
    label: 'command.deleteHealing',
    keys: ['Shift+Delete', 'Shift+Backspace'],
    when: hasNodes,
    run: () => deleteSelection(true),
  },
  {
    id: 'edit.delete',
    label: 'command.delete',
    keys: ['Delete', 'Backspace'],
    when: hasSelection,
    run: () => deleteSelection(),
  },
  {
    id: 'edit.name',
    label: 'command.name',
    keys: ['F2'],
    when: () => onlyNode() !== null,
    run: () => {
      const node = onlyNode();
      if (node !== null) nameNode(node);
    },
  },
  { id: 'edit.selectAll', label: 'command.selectAll', keys: ['Mod+A'], run: selectAll },
  { id: 'edit.selectNext', label: 'command.selectNext', keys: [']'], run: () => selectNeighbour(1) },
  { id: 'edit.selectPrevious', label: 'command.selectPrevious', keys: ['['], run: () => selectNeighbour(-1) },
  { id: 'edit.selectNextWire', label: 'command.selectNextWire', keys: ['}'], when: hasWires, run: () => selectWire(1) },
  {
    id: 'edit.selectPreviousWire',
    label: 'command.selectPreviousWire',
    keys: ['{'],
    when: hasWires,
    run: () => selectWire(-1),
  },
  { id: 'edit.letGo', label: 'command.letGo', keys: ['Escape'], unlisted: true, run: letGo },
  { id: 'canvas.search', label: 'command.search', keys: ['Shift+A'], run: openSearch },
  {
    id: 'structure.wrapInLoop',
    label: 'command.wrapInLoop',
    keys: ['L'],
    when: hasNodes,
    run: wrapSelectionInLoop,
  },
  {
    id: 'structure.wrapInFrame',
    label: 'command.wrapInFrame',
    keys: ['Mod+G'],
    when: hasNodes,
    run: wrapSelectionInFrame,
  },
  {
    id: 'structure.wrapResidual',
    label: 'command.wrapResidual',
    keys: ['Shift+R'],
    when: hasNodes,
    run: makeSelectionResidual,
  },
  {
    id: 'structure.makeCell',
    label: 'command.makeCell',
    keys: ['Shift+C'],
    when: hasNodes,
    run: makeCellFromSelection,
  },
  {
    id: 'structure.editCell',
    label: 'command.editCell',
    keys: ['E'],
    when: () => selectedCell() !== null,
    run: editSelectedCell,
  },
  {
    id: 'structure.makeUnique',
    label: 'command.makeUnique',
    keys: ['Shift+U'],
    when: () => selectedCell() !== null,
    run: makeSelectedUnique,
  },
  {
    id: 'structure.expandCell',
    label: 'command.expandCell',
    keys: ['Shift+E'],
    when: () => selectedCell() !== null,
    run: expandSelectedCell,
  },
  {
    id: 'structure.removeCell',
    label: 'command.removeCell',
    when: () => removableCell() !== null,
    run: () => {
      const cell = removableCell();
      if (cell !== null) removeCell(cell);
    },
  },
  {
    id: 'structure.leaveCell',
    label: 'command.leaveCell',
    keys: ['Mod+ArrowUp'],
    when: () => useViewStore.getState().sheet !== null,
    run: leaveCell,
  },
  {
    id: 'structure.unrolled',
    label: 'command.unrolled',
    keys: ['U'],
    when: () => useCanvasStore.getState().unrolled !== null || onlySelected('loop') !== null,
    run: () => {
      const { unrolled } = useCanvasStore.getState();
      const loop = onlySelected('loop');
      useCanvasStore.setState({ unrolled: loop === unrolled ? null : loop });
    },
  },
  {
    id: 'canvas.find',
    label: 'command.find',
    keys: ['Mod+F'],
    run: () => useCanvasStore.setState({ finding: true }),
  },
  {
    id: 'structure.collapse',
    label: 'command.collapse',
    keys: ['X'],
    when: () => collapsible().length > 0,
    run: () => toggleCollapsed(),
  },
  {
    id: 'structure.dissolve',
    label: 'command.dissolve',
    keys: ['Mod+Shift+G'],
    when: () => onlySelected('frame', 'loop') !== null,
    run: dissolveSelection,
  },
  { id: 'view.fit', label: 'command.fit', keys: ['F', 'Home'], run: () => fitView() },
  {
    id: 'view.zoomToSelection',
    label: 'command.zoomToSelection',
    keys: ['Shift+F', '.'],
    when: hasSelection,
    run: zoomToSelection,
  },
  { id: 'view.zoomIn', label: 'command.zoomIn', keys: ['+', '='], run: () => zoomBy(1.25) },
  { id: 'view.zoomOut', label: 'command.zoomOut', keys: ['-'], run: () => zoomBy(0.8) },
  { id: 'view.actualSize', label: 'command.actualSize', keys: ['1'], run: zoomToActualSize },
  {
    id: 'view.minimap',
    label: 'command.minimap',
    keys: ['M'],
    run: () => useViewStore.getState().set({ minimapOpen: !useViewStore.getState().minimapOpen }),
  },
  {
    id: 'view.snap',
    label: 'command.snap',
    keys: ['Shift+G'],
    run: () => useViewStore.getState().set({ snap: !useViewStore.getState().snap }),
  },
  {
    id: 'edit.layOut',
    label: 'command.layOut',
    keys: ['Shift+L'],
    when: () => useCanvasStore.getState().flow.scene.nodes.size > 0,
    run: () => void layOut(),
  },
  { id: 'edit.pin', label: 'command.pin', keys: ['Shift+P'], when: hasNodes, run: pinSelection },
  {
    id: 'edit.lasso',
    label: 'command.lasso',
    keys: ['Q'],
    run: () => useCanvasStore.setState(({ lasso }) => ({ lasso: lasso === null ? 'armed' : null })),
  },
  { id: 'view.overlay', label: 'command.overlay', keys: ['G'], run: nextOverlay },
  ...alignments.map(([name, edge, key]): Command => ({
    id: `edit.align${name}`,
    label: `command.align.${edge}`,
    ...(key === null ? {} : { keys: [key] }),
    when: hasSeveral,
    run: () => arrangeSelection((nodes) => aligned(nodes, edge)),
  })),
  {
    id: 'edit.distributeAcross',
    label: 'command.distributeAcross',
    keys: ['Alt+H'],
    when: hasSeveral,
    run: () => arrangeSelection((nodes) => distributed(nodes, 'across')),
  },
  {
    id: 'edit.distributeDown',
    label: 'command.distributeDown',
    keys: ['Alt+V'],
    when: hasSeveral,
    run: () => arrangeSelection((nodes) => distributed(nodes, 'down')),
  },
  ...nudges.flatMap(([way, x, y]): readonly Command[] => [
    {
      id: `edit.nudge${way}`,
      label: 'command.nudge',
      unlisted: true,
      keys: [`Arrow${way}`],
      when: hasNodes,
      run: () => stepSelection({ x, y }, 'small'),
    },
    {
      id: `edit.nudge${way}Far`,
      label: 'command.nudgeFar',
      unlisted: true,
      keys: [`Shift+Arrow${way}`],
      when: hasNodes,
      run: () => stepSelection({ x, y }, 'large'),
    },
  ]),
];
