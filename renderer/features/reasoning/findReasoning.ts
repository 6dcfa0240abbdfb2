import type { CheckResult } from '#shared/check/diagnostic';
import type { DataField } from '#shared/graph/dataFields';
import type { Graph, GradloomDocument, GraphNode, LoopParameters, Wire } from '#shared/graph/document';
import { loopPorts } from '#shared/graph/portNames';
import {
  childrenOf,
  findCell,
  instanceParametersOf,
  loopParametersOf,
  wiresFrom,
  wiresInto,
} from '#shared/graph/queries';
import { portsOf } from '#shared/layers/nodePorts';
import type { Place } from '#shared/protocol/inspection';
import type { RegionGrid } from '../../state/regions.ts';
import { gridOf } from '../../state/regions.ts';
import { fieldOfNode } from '../../state/shownArray.ts';

/** The state of a loop that carries what was gathered so far. */
export interface Memory {
  readonly name: string;
  /** What an iteration begins with, and what its body makes of it. */
  readonly before: Place;
  readonly after: Place;
  /** The next state is the sum of both. */
  readonly residual: boolean;
}

/** What a network that looks several times consists of, found by its structure. */
export interface Reasoning {
  readonly image: DataField;
  /** What else is read beside the image: words, numbers. */
  readonly questions: readonly DataField[];
  readonly loop: GraphNode;
  readonly iterations: number;
  /** Where the shares of the regions stand, and how the regions lie over the image. */
  readonly map: Place;
  readonly grid: RegionGrid;
  readonly memory: Memory | null;
  /** The output that answers, and the field with the right answer. */
  readonly answer: { readonly node: GraphNode; readonly field: DataField | null } | null;
}

type Facts = CheckResult['nodes'];

/** Looks for a loop in whose body shares over the regions of an image are made; null where there is none. */
export function findReasoning(document: GradloomDocument, facts: Facts): Reasoning | null {
  const inputs = document.graph.nodes.flatMap((node) =>
    node.type === 'input' ? (fieldOfNode(document, node.id) ?? []) : [],
  );
  const image = inputs.find(({ meaning }) => meaning === 'image');
  if (image === undefined) return null;
  const shapes = [...facts.values()].flatMap(({ outputs }) => Object.values(outputs).map(({ shape }) => shape));
  for (const loop of document.graph.nodes) {
    const parameters = loopParametersOf(loop);
    const found = parameters === null ? null : findMap(document, document.graph, loop, facts, shapes);
    if (parameters === null || found === null) continue;
    return {
      image,
      questions: inputs.filter((field) => field !== image && field.meaning !== 'mask'),
      loop,
      iterations: parameters.iterations,
      ...found,
      memory: findMemory(document.graph, loop, parameters),
      answer: findAnswer(document),
    };
  }
  return null;
}

/** The first node inside a container, or in a cell that stands there, that shares out the regions. */
function findMap(
  document: GradloomDocument,
  graph: Graph,
  container: GraphNode | null,
  facts: Facts,
  shapes: readonly (readonly number[])[],
): Pick<Reasoning, 'map' | 'grid'> | null {
  for (const node of childrenOf(graph, container?.id ?? null)) {
    const port = portsOf(document, node).find(({ side, id }) => side === 'output' && id === 'map')?.id;
    const shares = port ?? (isSoftmax(node) ? 'out' : undefined);
    const shape = shares === undefined ? undefined : facts.get(node.id)?.outputs[shares]?.shape;
    const grid = shape === undefined ? null : gridOfAxis(shapes, shape);
    if (grid !== null && shares !== undefined) return { map: { node: node.id, port: shares }, grid };
    const instance = instanceParametersOf(node);
    const cell = instance === null ? undefined : findCell(document, instance.cell);
    const within =
      cell === undefined
        ? findMap(document, graph, node, facts, shapes)
        : findMap(document, cell.graph, null, facts, shapes);
    if (within !== null) return within;
  }
  return null;
}

function isSoftmax({ type, params }: GraphNode): boolean {
  return (type === 'activation' ? params['function'] : params['activation']) === 'softmax';
}

/** The grid of one axis of a map, the last one that has one: the others are heads and questions. */
function gridOfAxis(shapes: readonly (readonly number[])[], shape: readonly number[]): RegionGrid | null {
  for (const length of shape.toReversed()) {
    const grid = gridOf(shapes, length);
    if (grid !== null) return grid;
  }
  return null;
}

/** The first state that is one vector and that the body reads and writes. */
function findMemory(graph: Graph, loop: GraphNode, { states }: LoopParameters): Memory | null {
  for (const { id, shape, residual } of states) {
    const [read]: readonly Wire[] = wiresFrom(graph, loop.id, loopPorts.state(id));
    const [written]: readonly Wire[] = wiresInto(graph, loop.id, loopPorts.next(id));
    if (shape.length !== 1 || read === undefined || written === undefined) continue;
    return { name: id, before: { wire: read.id }, after: { wire: written.id }, residual: residual === true };
  }
  return null;
}

/** The output that is compared with classes, otherwise the first. */
function findAnswer(document: GradloomDocument): Reasoning['answer'] {
  const outputs = document.graph.nodes
    .filter(({ type }) => type === 'output')
    .map((node) => ({ node, field: fieldOfNode(document, node.id) }));
  return outputs.find(({ field }) => field?.meaning === 'class') ?? outputs[0] ?? null;
}
