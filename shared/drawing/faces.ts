import type { CheckResult, Diagnostic } from '../check/diagnostic.ts';
import type { GradloomDocument, GraphNode } from '../graph/document.ts';
import type { CellId, NodeId } from '../graph/identifiers.ts';
import {
  descendantsOf,
  findCell,
  findNode,
  instanceParametersOf,
  instancesOf,
  isFrozen,
  loopParametersOf,
} from '../graph/queries.ts';
import type { Loss } from '../graph/training.ts';
import type { Shape } from '../graph/values.ts';
import type { LayerFamily } from '../layers/layer.ts';
import { nodeNumber } from '../layers/nodeNumber.ts';
import { heldWeights } from '../check/heldWeights.ts';
import { familyOf, isCollapsed } from './layout.ts';

/** What a card says. The object stays the same while none of it changes, so that only cards that change are drawn anew. */
export interface NodeFace {
  readonly type: string;
  readonly family: LayerFamily;
  /** What the person called it; null: it goes by the name of its type (or its activation function). */
  readonly label: string | null;
  /** Tells it from others that go by the same name; null for the first of them, and where it has a label. */
  readonly number: number | null;
  /** The function of an activation node; null for all others. */
  readonly activation: string | null;
  /** Shape of its output (or of its input, for an output node); null while unknown. */
  readonly shape: Shape | null;
  /** Numbers it learns; those inside a folded container are its own. */
  readonly weights: number;
  readonly colour: string | null;
  /** The gravest problems found at it, first the gravest. */
  readonly problems: readonly Diagnostic[];
  /** For an output node: the loss it is compared by. */
  readonly loss: Loss['kind'] | null;
  /** For a loop: its iterations; for an instance of a cell that shares its weights: how many share them, itself included. */
  readonly count: number | null;
  /** For an instance: the definition's name. */
  readonly cell: string | null;
  /** For a folded container: the number of nodes in it. */
  readonly held: number | null;
  /** For an instance: whether it trains the weights that all instances share. */
  readonly sharesWeights: boolean;
  /** It, or something around it on its sheet, is frozen: the optimiser leaves its weights as they are. */
  readonly frozen: boolean;
  /** Automatic layout leaves it where it is. */
  readonly pinned: boolean;
  /** What the person wrote about it. */
  readonly note: string | null;
}

const noProblems: readonly Diagnostic[] = [];
const gravity = { error: 0, warning: 1, information: 2 } as const;

/** The problems of each node; advice that is neither an error nor a warning is told in the list only. */
export function problemsByNode(check: CheckResult): ReadonlyMap<NodeId, readonly Diagnostic[]> {
  const byNode = new Map<NodeId, Diagnostic[]>();
  for (const diagnostic of check.diagnostics) {
    if (diagnostic.node === undefined || diagnostic.severity === 'information') continue;
    const list = byNode.get(diagnostic.node);
    if (list === undefined) byNode.set(diagnostic.node, [diagnostic]);
    else list.push(diagnostic);
  }
  for (const list of byNode.values()) list.sort((one, other) => gravity[one.severity] - gravity[other.severity]);
  return byNode;
}

function shapeOn(node: GraphNode, check: CheckResult): Shape | null {
  const facts = check.nodes.get(node.id);
  if (facts === undefined) return null;
  const outputs = Object.values(facts.outputs);
  return outputs[0]?.shape ?? facts.inputs[0]?.shape ?? null;
}

/** What a folded container holds, frames left out; null for all else. */
function heldBy(document: GradloomDocument, node: GraphNode): readonly GraphNode[] | null {
  const graph = isCollapsed(node) ? findNode(document, node.id)?.graph : undefined;
  return graph === undefined ? null : descendantsOf(graph, node.id).filter(({ type }) => type !== 'frame');
}

/** Instances of a cell that train one and the same weights. */
function sharingInstances(document: GradloomDocument, cell: CellId): number {
  return instancesOf(document, cell).filter(({ node }) => instanceParametersOf(node)?.weights === 'shared').length;
}

/** A port of a cell goes by the name that instances show at it. */
function terminalOf({ type, params }: GraphNode): string | null {
  const terminal = type === 'cellInput' || type === 'cellOutput' ? params['terminal'] : undefined;
  return typeof terminal === 'string' ? terminal : null;
}

/** What the card of a node says. */
export function faceOf(
  document: GradloomDocument,
  check: CheckResult,
  node: GraphNode,
  problems: readonly Diagnostic[],
): NodeFace {
  const instance = instanceParametersOf(node);
  const definition = instance === null ? undefined : findCell(document, instance.cell);
  const held = heldBy(document, node);
  const activation = node.type === 'activation' ? node.params['function'] : null;
  return {
    type: node.type,
    family: familyOf(node.type),
    label: node.label ?? terminalOf(node),
    number: nodeNumber(node),
    activation: typeof activation === 'string' ? activation : null,
    shape: shapeOn(node, check),
    weights:
      held === null && instance === null
        ? (check.nodes.get(node.id)?.trainableWeights ?? 0)
        : heldWeights(document, check, node).trainable,
    colour: node.colour ?? definition?.colour ?? null,
    problems: problems.length === 0 ? noProblems : problems,
    loss:
      node.type === 'output' ? (document.training.losses.find((loss) => loss.output === node.id)?.kind ?? null) : null,
    count:
      loopParametersOf(node)?.iterations ??
      (definition === undefined || instance?.weights !== 'shared' ? null : sharingInstances(document, definition.id)),
    cell: definition?.name ?? null,
    held: held?.length ?? null,
    sharesWeights: instance?.weights === 'shared',
    frozen: isFrozen(document, node),
    pinned: node.pinned === true,
    note: node.note ?? null,
  };
}

/** Whether two faces say the same. Diagnostics are compared by what they say, because check makes them anew. */
export function sameFace(one: NodeFace, other: NodeFace): boolean {
  return (
    one.type === other.type &&
    one.label === other.label &&
    one.number === other.number &&
    one.activation === other.activation &&
    one.weights === other.weights &&
    one.colour === other.colour &&
    one.loss === other.loss &&
    one.count === other.count &&
    one.cell === other.cell &&
    one.held === other.held &&
    one.sharesWeights === other.sharesWeights &&
    one.frozen === other.frozen &&
    one.pinned === other.pinned &&
    one.note === other.note &&
    sameShape(one.shape, other.shape) &&
    one.problems.length === other.problems.length &&
    one.problems.every((problem, index) => sameProblem(problem, other.problems[index]))
  );
}

function sameShape(one: Shape | null, other: Shape | null): boolean {
  if (one === null || other === null) return one === other;
  return one.length === other.length && one.every((length, axis) => length === other[axis]);
}

function sameProblem(one: Diagnostic, other: Diagnostic | undefined): boolean {
  return one.code === other?.code && one.severity === other.severity && one.message === other.message;
}
