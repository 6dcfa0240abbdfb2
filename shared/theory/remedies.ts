import { check } from '../check/check.ts';
import type { Fix } from '../check/diagnostic.ts';
import { makeFix } from '../check/report.ts';
import { applyOperations } from '../graph/applyOperation.ts';
import type { Graph, GradloomDocument, GraphNode } from '../graph/document.ts';
import { insertOnWire } from '../graph/gestures.ts';
import type { NodeId, TerminalId } from '../graph/identifiers.ts';
import type { Operation } from '../graph/operations.ts';
import type { JsonValue } from '../graph/json.ts';
import { jsonEqual } from '../graph/json.ts';
import { loopPorts } from '../graph/portNames.ts';
import {
  descendantsOf,
  findNode,
  loopParametersOf,
  newNodeId,
  newWireId,
  nodeOf,
  wiresFrom,
  wiresInto,
} from '../graph/queries.ts';
import { findLayer } from '../layers/catalogue.ts';
import { activationOf, matrixTypes } from './activationOf.ts';
import { branchOf, remediesFor } from './activationSwap.ts';
import type { Ailment, Finding } from './detectors.ts';
import { gateKindOf, gateSwap } from './gates.ts';

/** Threshold that is proposed for clipping; a starting point, no recommendation of the literature for every network. */
const proposedNorm = 1;
const proposedWarmUp = 100;
/** Forget gates open by σ(5) = 0.993 at the start. */
const openForgetBias = 5;
const orthogonal = { kind: 'orthogonal', gain: 1 };
const zero = { kind: 'constant', value: 0 };

/**
 * Edits that can be tried against what was found, each one entry of the history. They are tried, not promised.
 * Empty where nothing was found.
 */
export function remediesOf(document: GradloomDocument, finding: Finding): readonly Fix[] {
  if (finding.verdict !== 'found' && finding.verdict !== 'unsure') return [];
  const place = (finding.node ?? document.training.losses[0]?.output ?? '') as NodeId;
  const inside = loopProposals[finding.ailment];
  const loop = findNode(document, place);
  if (inside !== undefined && loop?.node.type === 'loop') {
    return inside(document, loop).filter(({ operations }) => operations.length > 0);
  }
  const branch = branchOf(document, place);
  return proposals[finding.ailment](document, branch).filter(({ operations }) => operations.length > 0);
}

type Propose = (document: GradloomDocument, branch: readonly GraphNode[]) => readonly Fix[];

const proposals: Readonly<Record<Ailment, Propose>> = {
  vanishing: (document, branch) => [
    ...swap(document, branch),
    normalise(document, branch),
    wrap(document, branch),
    gate(document, branch),
  ],
  exploding: (document, branch) => [clip(document), normalise(document, branch), closeBranches(document)],
  deadUnits: (document, branch) => [leak(branch), slower(document)],
  saturation: (document, branch) => [normalise(document, branch), startSmaller(branch), ...swap(document, branch)],
  degradation: (document, branch) => [wrap(document, branch), normalise(document, branch)],
  learningRate: (document) => [slower(document), warmUp(document), clip(document)],
};

/** A loop and the sheet that it stands on. */
type FoundLoop = NonNullable<ReturnType<typeof findNode>>;

/** What can be tried where the gradient is lost, or grows, from iteration to iteration. */
const loopProposals: Partial<Record<Ailment, (document: GradloomDocument, loop: FoundLoop) => readonly Fix[]>> = {
  vanishing: (document, loop) => [
    startOrthogonal(document, loop),
    gateCells(document, insideOf(loop)),
    openForgetGates(loop),
    addStates(loop),
  ],
  exploding: (document, loop) => [
    clip(document),
    startOrthogonal(document, loop),
    normaliseLayers(
      document,
      loop.graph,
      insideOf(loop).filter(({ type }) => matrixTypes.has(type)),
    ),
  ],
};

function insideOf({ graph, node }: FoundLoop): readonly GraphNode[] {
  return descendantsOf(graph, node.id);
}

/** Square maps inside the loop begin orthogonal: no vector becomes longer or shorter by the map itself. */
function startOrthogonal(document: GradloomDocument, loop: FoundLoop): Fix {
  const facts = check(document).nodes;
  const operations = insideOf(loop).flatMap((node): readonly Operation[] => {
    const own = facts.get(node.id);
    const keepsShape = JSON.stringify(own?.inputs[0]?.shape) === JSON.stringify(own?.outputs['out']?.shape);
    const isSquare = node.type === 'dense' && keepsShape;
    const name = gateKindOf(node)?.isCell === true ? 'recurrentInitialiser' : isSquare ? 'kernelInitialiser' : null;
    if (name === null) return [];
    const start = node.params[name] ?? findLayer(node.type)?.parameters[name]?.default;
    return jsonEqual(start, orthogonal) ? [] : [{ kind: 'setParameters', node: node.id, set: { [name]: orthogonal } }];
  });
  return makeFix('startOrthogonal', { count: operations.length }, operations);
}

function openForgetGates(loop: FoundLoop): Fix {
  const shut = insideOf(loop).filter(
    ({ type, params }) =>
      type === 'lstmCell' && params['useBias'] !== false && Number(params['forgetBias'] ?? 1) < openForgetBias,
  );
  const operations = shut.map(({ id }): Operation => ({
    kind: 'setParameters',
    node: id,
    set: { forgetBias: openForgetBias },
  }));
  return makeFix('openForgetGates', { count: shut.length, bias: openForgetBias }, operations);
}

/** h + F(h) in place of F(h), for each state, where something inside is normalised: sums that are not would grow. */
function addStates(loop: FoundLoop): Fix {
  const parameters = loopParametersOf(loop.node);
  const isNormalised = insideOf(loop).some(({ type }) => type.endsWith('Normalisation'));
  const plain = (parameters?.states ?? []).filter(
    ({ id, residual, dtype }) => residual !== true && dtype === undefined && !isStateSummed(loop, id),
  );
  const states = parameters?.states.map((state) => (plain.includes(state) ? { ...state, residual: true } : state));
  const operations: readonly Operation[] =
    states === undefined || plain.length === 0 || !isNormalised
      ? []
      : [{ kind: 'setParameters', node: loop.node.id, set: { states: states as unknown as JsonValue } }];
  return makeFix('addStates', { count: plain.length }, operations);
}

/** Whether what a state becomes is a sum already. */
function isStateSummed({ graph, node }: FoundLoop, state: TerminalId): boolean {
  const [wire] = wiresInto(graph, node.id, loopPorts.next(state));
  return wire !== undefined && nodeOf(graph, wire.from.node)?.type === 'add';
}

function swap(document: GradloomDocument, branch: readonly GraphNode[]): readonly Fix[] {
  const [first] = branch;
  const found = first === undefined ? [] : remediesFor(document, first.id);
  return found
    .filter(({ id }) => id === 'reluHe')
    .map(({ activations, operations }) => makeFix('switchReluHe', { count: activations }, operations));
}

/** Layers of the branch with weights and a function behind them in one node. */
function layersOf(branch: readonly GraphNode[]): readonly GraphNode[] {
  return branch.filter((node) => matrixTypes.has(node.type) && activationOf(node) !== null);
}

function leak(branch: readonly GraphNode[]): Fix {
  const rectified = branch.filter((node) => activationOf(node)?.name === 'relu');
  const operations = rectified.map((node): Operation => ({
    kind: 'setParameters',
    node: node.id,
    set: { [node.type === 'activation' ? 'function' : 'activation']: 'leakyRelu' },
  }));
  return makeFix('switchLeakyRelu', { count: rectified.length }, operations);
}

function startSmaller(branch: readonly GraphNode[]): Fix {
  const others = layersOf(branch).filter(({ params }) => {
    const start = params['kernelInitialiser'];
    const kind = typeof start === 'object' && start !== null && 'kind' in start ? start['kind'] : 'glorotUniform';
    return kind !== 'glorotUniform' && kind !== 'glorotNormal';
  });
  const operations = others.map((node): Operation => ({
    kind: 'setParameters',
    node: node.id,
    set: { kernelInitialiser: { kind: 'glorotNormal' } },
  }));
  return makeFix('startFromGlorot', { count: others.length }, operations);
}

/** A layer normalisation before each layer of the branch outside loops that does not read one already. */
function normalise(document: GradloomDocument, branch: readonly GraphNode[]): Fix {
  const outside = layersOf(branch).filter(({ parent }) => parent === undefined);
  return normaliseLayers(document, document.graph, outside);
}

function normaliseLayers(document: GradloomDocument, graph: Graph, layers: readonly GraphNode[]): Fix {
  const operations: Operation[] = [];
  let current = document;
  let count = 0;
  for (const layer of layers) {
    const [wire] = wiresInto(graph, layer.id, 'in');
    if (wire === undefined) continue;
    const before = nodeOf(graph, wire.from.node)?.type ?? '';
    if (before.endsWith('Normalisation') || before === 'input') continue;
    const node: GraphNode = {
      id: newNodeId(current, 'layerNormalisation'),
      type: 'layerNormalisation',
      params: {},
      position: { x: layer.position.x - 24, y: layer.position.y - 64 },
      ...(layer.parent === undefined ? {} : { parent: layer.parent }),
    };
    const own = insertOnWire(current, wire.id, node);
    operations.push(...own);
    current = applyOperations(current, own);
    count += 1;
  }
  return makeFix('normaliseLayers', { count }, operations);
}

/** h + f(h) in place of f(h), for each layer that keeps the shape and is not within a sum already. */
function wrap(document: GradloomDocument, branch: readonly GraphNode[]): Fix {
  const facts = check(document).nodes;
  const operations: Operation[] = [];
  let current = document;
  let count = 0;
  for (const layer of layersOf(branch)) {
    const [taken] = wiresInto(current.graph, layer.id, 'in');
    const given = wiresFrom(current.graph, layer.id, 'out');
    const own = facts.get(layer.id);
    const keeps = JSON.stringify(own?.inputs[0]?.shape) === JSON.stringify(own?.outputs['out']?.shape);
    const isSummed = given.some(({ to }) =>
      current.graph.nodes.some(({ id, type }) => id === to.node && type === 'add'),
    );
    if (taken === undefined || given.length === 0 || !keeps || isSummed || layer.parent !== undefined) continue;
    const sum = newNodeId(current, 'add');
    const added: Operation[] = [
      {
        kind: 'addNodes',
        sheet: null,
        nodes: [{ id: sum, type: 'add', params: {}, position: { x: layer.position.x + 24, y: layer.position.y + 64 } }],
      },
      { kind: 'setWires', wires: given.map((wire) => ({ ...wire, from: { node: sum, port: 'out' } })) },
    ];
    const skip = newWireId(current);
    const through = newWireId(current, new Set([skip]));
    added.push({
      kind: 'addWires',
      sheet: null,
      wires: [
        { id: skip, from: taken.from, to: { node: sum, port: 'in.0' } },
        { id: through, from: { node: layer.id, port: 'out' }, to: { node: sum, port: 'in.1' } },
      ],
    });
    operations.push(...added);
    current = applyOperations(current, added);
    count += 1;
  }
  return makeFix('wrapResidual', { count }, operations);
}

function gate(document: GradloomDocument, branch: readonly GraphNode[]): Fix {
  const named = new Set<string>(branch.map(({ id }) => id));
  return gateCells(
    document,
    document.graph.nodes.filter(({ id, parent }) => named.has(id) || (parent !== undefined && named.has(parent))),
  );
}

/** An LSTM with open forget gates in the place of each plain recurrent layer or cell. */
function gateCells(document: GradloomDocument, meant: readonly GraphNode[]): Fix {
  const operations: Operation[] = [];
  let current = document;
  let count = 0;
  for (const node of meant) {
    if (gateKindOf(node)?.kind !== 'simple') continue;
    const swapped = gateSwap(current, node, 'lstm');
    if (swapped === null) continue;
    const own: readonly Operation[] = [
      ...swapped,
      { kind: 'setParameters', node: node.id, set: { forgetBias: openForgetBias } },
    ];
    operations.push(...own);
    current = applyOperations(current, own);
    count += 1;
  }
  return makeFix('gateLstm', { count, bias: openForgetBias }, operations);
}

/**
 * γ = 0 for each normalisation whose result goes into a sum alone, so that the sum begins as the identity. Not where two of
 * a sum's terms end so: without either of them nothing would be left.
 */
function closeBranches({ graph }: GradloomDocument): Fix {
  const types = new Map(graph.nodes.map(({ id, type }) => [id, type]));
  const closable = graph.nodes.flatMap((node) => {
    const [wire, ...others] = wiresFrom(graph, node.id);
    const isEnd = wire !== undefined && others.length === 0 && types.get(wire.to.node) === 'add';
    return isEnd && node.type.endsWith('Normalisation') && node.params['scale'] !== false
      ? [{ node, sum: wire.to.node }]
      : [];
  });
  const ends = closable
    .filter(({ sum }) => closable.filter((other) => other.sum === sum).length === 1)
    .map(({ node }) => node)
    .filter(({ params }) => JSON.stringify(params['gammaInitialiser']) !== JSON.stringify(zero));
  const operations = ends.map(({ id }): Operation => ({
    kind: 'setParameters',
    node: id,
    set: { gammaInitialiser: zero },
  }));
  return makeFix('closeBranches', { count: ends.length }, operations);
}

function clip({ training }: GradloomDocument): Fix {
  const operations: Operation[] =
    training.clipping.kind === 'none'
      ? [{ kind: 'setTraining', set: { clipping: { kind: 'globalNorm', threshold: proposedNorm } } }]
      : [];
  return makeFix('clipGradient', { threshold: proposedNorm }, operations);
}

function slower({ training: { optimiser } }: GradloomDocument): Fix {
  // Rounded to what a person would write: 0.1/10 is 0.010000000000000002 in doubles.
  const learningRate = Number((optimiser.learningRate / 10).toPrecision(6));
  return makeFix('setLearningRate', { rate: learningRate }, [
    { kind: 'setTraining', set: { optimiser: { ...optimiser, learningRate } } },
  ]);
}

function warmUp({ training }: GradloomDocument): Fix {
  const operations: Operation[] =
    training.schedule.kind === 'constant'
      ? [{ kind: 'setTraining', set: { schedule: { kind: 'warmUp', steps: proposedWarmUp } } }]
      : [];
  return makeFix('warmUp', { steps: proposedWarmUp }, operations);
}
