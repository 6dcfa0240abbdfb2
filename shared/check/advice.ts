import type { GradloomDocument } from '../graph/document.ts';
import type { CellId, NodeId } from '../graph/identifiers.ts';
import type { Operation } from '../graph/operations.ts';
import { choosesOneClass, countsClasses } from '../graph/trainingKinds.ts';
import type { Fix, NodeFacts } from './diagnostic.ts';
import type { Evaluation } from './evaluation.ts';
import { bypass, freeIds, insertOnLink, newNode, removeNodesFix } from './fixes.ts';
import type { Link, Place } from './place.ts';
import { makeFix } from './report.ts';
import type { Reporter } from './report.ts';
import { residualSums } from './residualSums.ts';
import type { Sheet } from './sheet.ts';

/** A dense layer on an image works at every place by itself: seldom what is meant before a classifier. */
export function adviseDense(document: GradloomDocument, { sheet, results }: Evaluation, reporter: Reporter): void {
  for (const { place, inputs } of results.values()) {
    const [type] = inputs;
    if (place.node.type !== 'dense' || type?.shape.length !== 3) continue;
    const link = sheet.incoming.get(place.node.id)?.get('in');
    if (link === undefined) continue;
    const before = (layer: string) => insertOnLink(link, { type: layer, params: {} }, freeIds(document));
    reporter.report({
      severity: 'warning',
      code: 'denseOnImage',
      values: { name: place.name, received: type.shape },
      node: place.node.id,
      wire: link.wire.id,
      fixes: [
        makeFix('insertFlatten', {}, before('flatten')),
        makeFix('insertGlobalPooling', {}, before('globalPooling2d')),
      ],
    });
  }
}

/** Everything from which an end of the sheet can be reached. */
function usefulNodes(sheet: Sheet, ends: readonly Place[]): ReadonlySet<NodeId> {
  const useful = new Set(ends.map(({ node }) => node.id));
  const queue = [...useful];
  for (const id of queue) {
    for (const { from } of sheet.incoming.get(id)?.values() ?? []) {
      if (useful.has(from.node.id)) continue;
      useful.add(from.node.id);
      queue.push(from.node.id);
    }
  }
  return useful;
}

/** Nodes that no end of the sheet depends on, in the sets in which they hang together. */
function unusedParts(sheet: Sheet, ends: readonly Place[]): readonly (readonly Place[])[] {
  const useful = usefulNodes(sheet, ends);
  const unused = new Map(
    [...sheet.places.values()]
      .filter(({ node }) => node.type !== 'frame' && !useful.has(node.id))
      .map((place) => [place.node.id, place]),
  );
  if (unused.size === 0) return [];
  const neighbours = new Map<NodeId, NodeId[]>();
  const join = (a: NodeId, b: NodeId) => {
    const list = neighbours.get(a);
    if (list === undefined) neighbours.set(a, [b]);
    else list.push(b);
  };
  for (const links of sheet.linksIn.values()) {
    for (const { from, to } of links) {
      if (!unused.has(from.node.id) || !unused.has(to.node.id)) continue;
      join(from.node.id, to.node.id);
      join(to.node.id, from.node.id);
    }
  }
  const parts: Place[][] = [];
  const seen = new Set<NodeId>();
  for (const id of unused.keys()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const members = [id];
    for (const member of members) {
      for (const next of neighbours.get(member) ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        members.push(next);
      }
    }
    parts.push(members.flatMap((member) => unused.get(member) ?? []));
  }
  return parts;
}

/** Tells of parts that reach no end of their sheet; parts with an error of their own are left to it. */
export function adviseUnused(
  document: GradloomDocument,
  sheet: Sheet,
  facts: ReadonlyMap<NodeId, NodeFacts>,
  reporter: Reporter,
): void {
  const endType = sheet.cell === null ? 'output' : 'cellOutput';
  const ends = [...sheet.places.values()].filter(({ node }) => node.type === endType);
  if (ends.length === 0) return;
  for (const part of unusedParts(sheet, ends)) {
    if (part.some(({ node }) => reporter.hasError(node.id))) continue;
    const last = part.findLast(({ node }) => (sheet.outgoing.get(node.id) ?? []).length === 0) ?? part.at(-1);
    if (last === undefined) continue;
    const removed = part.map(({ node }) => node.id);
    // A loop goes with its body; a body that reaches nothing goes alone.
    const safe = removed.every((id) => (sheet.outgoing.get(id) ?? []).every(({ to }) => removed.includes(to.node.id)));
    reporter.report({
      severity: 'warning',
      code: 'unused',
      values: { name: last.name, count: part.length },
      node: last.node.id,
      fixes: [
        ...(sheet.cell === null ? outputAfter(document, last, facts) : []),
        ...(safe ? [removeNodesFix(removed)] : []),
      ],
    });
  }
}

/** An output after a node that gives exactly one value on the document's sheet. */
function outputAfter(document: GradloomDocument, place: Place, facts: ReadonlyMap<NodeId, NodeFacts>): readonly Fix[] {
  const { node, scope } = place;
  const ports = Object.keys(facts.get(node.id)?.outputs ?? {}).filter(
    (port) => place.ports.get(port)?.face === 'outer',
  );
  const [port] = ports;
  if (scope !== null || port === undefined || ports.length > 1) return [];
  const ids = freeIds(document);
  const position = { x: node.position.x + 240, y: node.position.y };
  const output = newNode(ids.node('output'), { type: 'output', params: {} }, { position, parent: node.parent });
  const wire = { id: ids.wire(), from: { node: node.id, port }, to: { node: output.id, port: 'in' } };
  const operations: readonly Operation[] = [
    { kind: 'addNodes', sheet: null, nodes: [output] },
    { kind: 'addWires', sheet: null, wires: [wire] },
  ];
  return [makeFix('addOutput', { name: place.name }, operations)];
}

/** Without an output nothing is computed. */
export function adviseNoOutput(
  document: GradloomDocument,
  { sheet, order }: Evaluation,
  facts: ReadonlyMap<NodeId, NodeFacts>,
  reporter: Reporter,
): void {
  const last = order.findLast(
    (id) => (sheet.outgoing.get(id) ?? []).length === 0 && Object.keys(facts.get(id)?.outputs ?? {}).length > 0,
  );
  const place = last === undefined ? undefined : sheet.places.get(last);
  const fixes = place === undefined ? [] : outputAfter(document, place, facts);
  reporter.report({ severity: 'error', code: 'noOutput', values: {}, fixes });
}

/** A loss that reads logits, behind a layer that has already turned them into probabilities. */
export function adviseLinks(document: GradloomDocument, sheet: Sheet, reporter: Reporter): void {
  for (const { output, kind } of document.training.losses) {
    if (!countsClasses(kind)) continue;
    const link = sheet.incoming.get(output)?.get('in');
    if (link?.to.node.type !== 'output') continue;
    const { node, name } = link.from;
    const parameter = node.type === 'activation' ? 'function' : 'activation';
    const wanted = choosesOneClass(kind) ? 'softmax' : 'sigmoid';
    if (node.params[parameter] !== wanted) continue;
    reporter.report({
      severity: 'warning',
      code: 'linkTwice',
      values: { name, function: wanted, kind, output: link.to.name },
      node: node.id,
      fixes: linkFixes(document, sheet, link, wanted),
    });
  }
}

function linkFixes(document: GradloomDocument, sheet: Sheet, link: Link, wanted: string): readonly Fix[] {
  const { node } = link.from;
  const setLink: Operation = { kind: 'setParameters', node: link.to.node.id, set: { link: wanted } };
  if (node.type !== 'activation') {
    const linear: Operation = { kind: 'setParameters', node: node.id, set: { activation: 'linear' } };
    return [makeFix('moveIntoLink', { function: wanted }, [linear, setLink])];
  }
  const before = sheet.incoming.get(node.id)?.get('in');
  if (before === undefined) return [];
  const outgoing = sheet.outgoing.get(node.id) ?? [];
  return [makeFix('moveIntoLink', { function: wanted }, [...bypass(before, outgoing, freeIds(document)), setLink])];
}

const normalisations: ReadonlySet<string> = new Set(['batchNormalisation', 'groupNormalisation', 'layerNormalisation']);
/** From this many adds in a row the growth measured for ReLU and He is about fifty-fold. */
const deepResidual = 10;
const rectifiers: ReadonlySet<unknown> = new Set(['relu', 'leakyRelu', 'elu', 'gelu', 'swish', 'hardSwish', 'relu6']);

/** Many residual adds in a row, with rectifiers and without any normalisation, are known to explode. */
export function adviseResidual(sheets: ReadonlyMap<CellId | null, Sheet>, top: Sheet, reporter: Reporter): void {
  let rectified = false;
  for (const { places } of sheets.values()) {
    for (const { node } of places.values()) {
      if (normalisations.has(node.type)) return;
      rectified ||= rectifiers.has(node.params['function']) || rectifiers.has(node.params['activation']);
    }
  }
  if (!rectified) return;
  const { count, last } = residualSums(sheets, top);
  if (last === null || count < deepResidual) return;
  reporter.report({ severity: 'information', code: 'residualUnnormalised', values: { count }, node: last.node.id });
}

/** What takes part in a network that is one linear map, besides dense layers: nothing here bends one. */
const linearTypes: ReadonlySet<string> = new Set([
  'dropout',
  'flatten',
  'reshape',
  'permute',
  'add',
  'concatenate',
  'input',
  'output',
  'frame',
]);

/**
 * Whether two dense layers with this between them are what one can be. A dense layer acts on the last axis: numbers that move
 * between axes are mixed along both, which one layer cannot do. Flattening leaves one axis, and the second layer reads all.
 */
function isStraight({ node }: Place, facts: ReadonlyMap<NodeId, NodeFacts>): boolean {
  if (node.type === 'reshape') return facts.get(node.id)?.inputs[0]?.shape.length === 1;
  return node.type === 'dropout' || node.type === 'flatten';
}

/**
 * Dense layers without an activation that follow one another, with nothing but linear steps between them, are together one
 * linear map. One that stands before a layer with an activation (a stem that widens a point, say) is left alone.
 */
export function adviseLinearRows(sheet: Sheet, facts: ReadonlyMap<NodeId, NodeFacts>, reporter: Reporter): void {
  const isLinear = ({ node }: Place): boolean =>
    node.type === 'dense' && (node.params['activation'] ?? 'linear') === 'linear';
  /** The dense layer that reads a linear one, and nothing beside it does. */
  const following = (place: Place): Place | null => {
    const [link, ...others] = sheet.outgoing.get(place.node.id) ?? [];
    if (link === undefined || others.length > 0) return null;
    if (link.to.node.type === 'dense') return link.to;
    return isStraight(link.to, facts) ? following(link.to) : null;
  };
  // A network that is one linear map is seldom meant; a row in one that is not costs little.
  const isAllLinear = [...sheet.places.values()].every((one) => isLinear(one) || linearTypes.has(one.node.type));
  const next = new Map<NodeId, Place>();
  for (const place of sheet.places.values()) {
    const after = isLinear(place) ? following(place) : null;
    if (after !== null && isLinear(after) && !isBottleneck(place, after, facts)) next.set(place.node.id, after);
  }
  const inside = new Set([...next.values()].map(({ node }) => node.id));
  for (const [id, second] of next) {
    const first = sheet.places.get(id);
    if (first === undefined || inside.has(id)) continue;
    const row = [first];
    for (let place: Place | undefined = second; place !== undefined; place = next.get(place.node.id)) row.push(place);
    const operations = row.slice(0, -1).map(({ node }): Operation => ({
      kind: 'setParameters',
      node: node.id,
      set: { activation: 'relu' },
    }));
    reporter.report({
      severity: isAllLinear ? 'warning' : 'information',
      code: 'linearRow',
      values: { first: first.name, second: row.at(-1)?.name ?? '', count: row.length },
      node: id,
      fixes: [makeFix('bendRow', {}, operations)],
    });
  }
}

/** Narrower than what comes before and after it: a matrix of low rank, which is meant. */
function isBottleneck(place: Place, after: Place, facts: ReadonlyMap<NodeId, NodeFacts>): boolean {
  const width = ({ node }: Place): number => facts.get(node.id)?.outputs['out']?.shape.at(-1) ?? 0;
  const read = facts.get(place.node.id)?.inputs[0]?.shape.at(-1) ?? 0;
  return width(place) < read && width(place) < width(after);
}

/** Losses, and nothing that could learn from them. */
export function adviseNothingToTrain(document: GradloomDocument, trainable: number, reporter: Reporter): void {
  if (document.training.losses.length === 0 || trainable > 0) return;
  const graphs = [document.graph, ...document.cells.map(({ graph }) => graph)];
  const frozen = graphs.flatMap(({ nodes }) => nodes.filter((node) => node.frozen === true));
  const operations = frozen.map(({ id }): Operation => ({ kind: 'setNode', node: id, set: { frozen: undefined } }));
  const fixes = frozen.length === 0 ? [] : [makeFix('unfreeze', { count: frozen.length }, operations)];
  reporter.report({ severity: 'warning', code: 'nothingToTrain', values: {}, fixes });
}
