import type { Graph, GradloomDocument } from './document.ts';
import type { NodeId } from './identifiers.ts';
import type { JsonValue } from './json.ts';
import { jsonFault } from './json.ts';
import type { JsonPath } from './jsonText.ts';
import { isContainerType } from './portNames.ts';
import type { FileFault } from './schemaFaults.ts';
import { formatPath } from './schemaFaults.ts';

function fault(code: string, path: JsonPath, values: Readonly<Record<string, JsonValue>>): FileFault {
  return { code: `problem.file.${code}`, values: { path: formatPath(path), ...values }, path };
}

/** Says where an id was used before. */
class Used {
  private readonly paths = new Map<string, JsonPath>();

  constructor(private readonly code: string) {}

  check(id: string, path: JsonPath): readonly FileFault[] {
    const first = this.paths.get(id);
    if (first !== undefined) return [fault(this.code, path, { id, first: formatPath(first) })];
    this.paths.set(id, path);
    return [];
  }
}

function parentFaults(graph: Graph, path: JsonPath): readonly FileFault[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const outsideOfCircles = new Set<NodeId>();
  return graph.nodes.flatMap((node, index): readonly FileFault[] => {
    if (node.parent === undefined) return [];
    const at = [...path, 'nodes', index, 'parent'];
    const parent = nodes.get(node.parent);
    if (parent === undefined) return [fault('parentMissing', at, { received: node.parent })];
    if (!isContainerType(parent.type)) return [fault('parentType', at, { received: parent.id, type: parent.type })];
    const way = new Set<NodeId>();
    for (let up: NodeId | undefined = node.id; up !== undefined; up = nodes.get(up)?.parent) {
      if (outsideOfCircles.has(up)) break;
      if (way.has(up)) return up === node.id ? [fault('parentCircle', at, { node: node.id })] : [];
      way.add(up);
    }
    for (const id of way) outsideOfCircles.add(id);
    return [];
  });
}

function wireFaults(graph: Graph, path: JsonPath): readonly FileFault[] {
  const nodes = new Set(graph.nodes.map(({ id }) => id));
  return graph.wires.flatMap((wire, index) =>
    (['from', 'to'] as const)
      .filter((end) => !nodes.has(wire[end].node))
      .map((end) =>
        fault('wireNode', [...path, 'wires', index, end, 'node'], { wire: wire.id, received: wire[end].node }),
      ),
  );
}

/**
 * What every document in this program holds to, beyond its schema: node, wire and cell ids are unique in the whole
 * document; parents are containers on the same sheet and do not run in circles; wires join nodes of their sheet;
 * parameters are nested at most `maximumJsonDepth` deep.
 * Whether ports exist, types fit and cells end is `check`'s to say, because it depends on the catalogue.
 */
export function structureFaults(document: GradloomDocument): readonly FileFault[] {
  const nodes = new Used('duplicateNode');
  const wires = new Used('duplicateWire');
  const cells = new Used('duplicateCell');
  const graphFaults = (graph: Graph, path: JsonPath): readonly FileFault[] => [
    ...graph.nodes.flatMap(({ id }, index) => nodes.check(id, [...path, 'nodes', index, 'id'])),
    ...graph.nodes.flatMap(({ params }, index) => {
      const received = jsonFault(params);
      return received === null ? [] : [fault('value', [...path, 'nodes', index, 'params'], { received })];
    }),
    ...graph.wires.flatMap(({ id }, index) => wires.check(id, [...path, 'wires', index, 'id'])),
    ...parentFaults(graph, path),
    ...wireFaults(graph, path),
  ];
  return [
    ...graphFaults(document.graph, ['graph']),
    ...document.cells.flatMap((cell, index) => [
      ...cells.check(cell.id, ['cells', index, 'id']),
      ...(['inputs', 'outputs', 'parameters'] as const).flatMap((list) => {
        const terminals = new Used('duplicateTerminal');
        return cell[list].flatMap(({ id }, entry) => terminals.check(id, ['cells', index, list, entry, 'id']));
      }),
      ...graphFaults(cell.graph, ['cells', index, 'graph']),
    ]),
  ];
}
