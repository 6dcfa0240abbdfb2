import type { GradloomDocument } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { terminalId } from '#shared/graph/identifiers';
import { loopPorts } from '#shared/graph/portNames';
import { findNode, nodeOf, wiresFrom, wiresInto } from '#shared/graph/queries';
import type { Measure } from '#shared/lessons/measures';
import type { GradientMeasures, InspectedValue, NamedArray, NamedArrays } from '#shared/protocol/engine';
import { examplesOfOneAnswer } from '#shared/protocol/inspection';
import { fail } from '../failure.ts';
import { Recording } from './recording.ts';
import type { Point, Trial } from './trial.ts';
import { isNamed } from './trial.ts';

type MeasureOf<Kind extends Measure['kind']> = Extract<Measure, { readonly kind: Kind }>;

/** Examples that a change of state is averaged over. */
const followedExamples = 8;

function dot(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}

function norm(values: ArrayLike<number>): number {
  return Math.sqrt(dot(values, values));
}

function cosine(one: ArrayLike<number>, other: ArrayLike<number>): number {
  return dot(one, other) / (norm(one) * norm(other));
}

/** A wire of the document's own sheet by its ends. */
function wireBetween({ document, experiment }: Trial, from: NodeId, to: NodeId): string {
  const wire = wiresFrom(document.graph, from).find((candidate) => candidate.to.node === to);
  if (wire === undefined) throw fail('lesson.noWire', { experiment, from, to });
  return wire.id;
}

/** What the chain rule gives on the way from a wire to the loss; see `Factors`. */
export async function gain(trial: Trial, { from, to, of }: MeasureOf<'gain'>): Promise<number> {
  const wire = wireBetween(trial, from, to);
  const { way } = await trial.engine.request({ kind: 'factors', of: { run: trial.run }, wire, iterations: {} });
  if (way === null) return 0;
  switch (of) {
    case 'bound':
    case 'typical':
    case 'measured':
      return way.whole[of] ?? Number.NaN;
    case 'spectralRadius':
    case 'largestSingularValue': {
      const repeated = way.factors.find(({ radius }) => radius !== null);
      return (of === 'spectralRadius' ? repeated?.radius : repeated?.bound) ?? Number.NaN;
    }
  }
}

async function rawGradients(trial: Trial, weights: NamedArrays | null): Promise<GradientMeasures> {
  const { engine, document } = trial;
  return engine.request({ kind: 'gradients', document, seed: null, weights, inputs: null, raw: true });
}

/**
 * The first step of a run of its own against the raw gradient of the same batch: cosine of −ΔW and dL/dW. Told of all
 * weights as one vector, or the least over the tensors that have a gradient.
 */
export async function stepCosine(trial: Trial, of: 'all' | 'tensor'): Promise<number> {
  const { engine, runs, document } = trial;
  const recording = new Recording(document, () => undefined);
  const waits = recording.paused();
  const run = await runs.start(recording, { document, paused: true, weights: null, folder: null });
  try {
    await waits;
    const before = await engine.request({ kind: 'runWeights', run });
    const { raw = {} } = await rawGradients(trial, before);
    const stepped = recording.paused();
    await runs.control(run, 'step');
    await stepped;
    const after = await engine.request({ kind: 'runWeights', run });
    const pairs = Object.entries(raw).flatMap(([id, gradient]) => {
      const [old, young] = [before[id], after[id]];
      if (old === undefined || young === undefined) return [];
      const step = Array.from(old.data, (value, at) => value - (young.data[at] ?? 0));
      return norm(step) > 0 && norm(gradient.data) > 0 ? [{ step, gradient: Array.from(gradient.data) }] : [];
    });
    return of === 'all'
      ? cosine(
          pairs.flatMap(({ step }) => step),
          pairs.flatMap(({ gradient }) => gradient),
        )
      : Math.min(...pairs.map(({ step, gradient }) => cosine(step, gradient)));
  } finally {
    await runs.finish(run);
  }
}

function sumOf(arrays: readonly (NamedArray | undefined)[]): Float64Array {
  const [first] = arrays;
  const sum = new Float64Array(first?.data.length ?? 0);
  for (const array of arrays) array?.data.forEach((value, at) => (sum[at] = (sum[at] ?? 0) + value));
  return sum;
}

/**
 * Both exact forms of the derivative of x_L = x_l + Σ F_i(x_i) (He et al. 2016, "Identity mappings", equations 4 and 5), on
 * the gradients that one batch really has. Walks from a node over the sums behind it: at each fork the branch's share is
 * dL/dx_{i+1}·dF_i/dx_i. The sum form adds these shares to dL/dx_L; the product form multiplies the factors
 * ‖dL/dx_i‖/‖dL/dx_{i+1}‖ that the forks give.
 */
export async function residualForms(trial: Trial, node: NodeId, of: MeasureOf<'residualForms'>['of']): Promise<number> {
  const { graph } = trial.document;
  const { raw = {} } = await rawGradients(trial, await trial.engine.request({ kind: 'runWeights', run: trial.run }));
  let at = node;
  let whole: Float64Array | null = null;
  let factors = 1;
  const branches: Float64Array[] = [];
  for (;;) {
    const leaving = wiresFrom(graph, at);
    const identity = leaving.find(({ to }) => nodeOf(graph, to.node)?.type === 'add');
    const arrived = sumOf(leaving.map(({ id }) => raw[id]));
    whole ??= arrived;
    if (identity === undefined || leaving.length < 2) {
      if (branches.length === 0) throw fail('lesson.noFork', { experiment: trial.experiment, node });
      const added = branches.reduce((sum, branch) => sum.map((value, place) => value + (branch[place] ?? 0)));
      const sumForm = arrived.map((value, place) => value + (added[place] ?? 0));
      switch (of) {
        case 'direct':
          return norm(arrived);
        case 'branches':
          return norm(added);
        case 'whole':
          return norm(whole);
        case 'sumError': {
          const wanted = whole;
          return norm(sumForm.map((value, place) => value - (wanted[place] ?? 0))) / norm(whole);
        }
        case 'productError':
          return Math.abs((norm(arrived) * factors) / norm(whole) - 1);
      }
    }
    const direct = raw[identity.id];
    if (direct === undefined) throw fail('lesson.noFork', { experiment: trial.experiment, node: at });
    factors *= norm(arrived) / norm(direct.data);
    branches.push(sumOf(leaving.filter((wire) => wire !== identity).map(({ id }) => raw[id])));
    at = identity.to.node;
  }
}

/** What multiplying the weights of some nodes does to the loss of one batch, or to the length of their gradient. */
export async function rescaled(trial: Trial, { nodes, factor, of }: MeasureOf<'rescaled'>): Promise<number> {
  const weights = await trial.engine.request({ kind: 'runWeights', run: trial.run });
  const chosen = (id: string): boolean => isNamed(id.split('/')[0] ?? '', nodes);
  if (!Object.keys(weights).some(chosen))
    throw fail('lesson.node', { experiment: trial.experiment, node: nodes.join(', ') });
  const larger = Object.fromEntries(
    Object.entries(weights).map(([id, array]): [string, NamedArray] => [
      id,
      chosen(id) ? { ...array, data: Float32Array.from(array.data, (value) => factor * value) } : array,
    ]),
  );
  const [before, after] = [await rawGradients(trial, weights), await rawGradients(trial, larger)];
  if (of === 'loss') return after.loss / before.loss;
  const length = (measures: GradientMeasures): number =>
    Math.hypot(...measures.weights.filter(({ id }) => chosen(id)).map(({ l2 }) => l2));
  return length(after) / length(before);
}

/** The same network left after fewer iterations, on a part of the data. */
export async function accuracyByIteration(
  trial: Trial,
  { loop, iterations, part }: MeasureOf<'accuracyByIteration'>,
): Promise<readonly Point[]> {
  const weights = await trial.engine.request({ kind: 'runWeights', run: trial.run });
  const points: Point[] = [];
  for (const count of iterations) {
    const document = withIterations(trial, loop, count);
    const { heads } = await trial.engine.request({
      kind: 'examine',
      of: { document, weights },
      part,
      from: 0,
      count: examplesOfOneAnswer,
    });
    const decided = heads.find((head) => head.decided !== null)?.decided;
    const right = decided?.actual.filter((actual, at) => actual === decided.predicted[at]).length ?? Number.NaN;
    points.push({ x: count, y: right / (decided?.actual.length ?? 1) });
  }
  return points;
}

/** The document with another number of iterations; its name makes it one of its own for the engine's memory. */
function withIterations({ document, experiment, run }: Trial, loop: NodeId, iterations: number): GradloomDocument {
  if (findNode(document, loop)?.node.type !== 'loop') throw fail('lesson.node', { experiment, node: loop });
  return {
    ...document,
    name: `${document.name} ${run}`,
    graph: {
      ...document.graph,
      nodes: document.graph.nodes.map((node) =>
        node.id === loop ? { ...node, params: { ...node.params, iterations } } : node,
      ),
    },
  };
}

/** ‖x_i − x_{i−1}‖ of a state, in each iteration: mean over the first training examples. */
export async function stateChange(trial: Trial, { loop, state }: MeasureOf<'stateChange'>): Promise<readonly Point[]> {
  const { graph } = trial.document;
  const id = terminalId(state);
  const [read] = wiresFrom(graph, loop, loopPorts.state(id));
  const [written] = wiresInto(graph, loop, loopPorts.next(id));
  if (read === undefined || written === undefined)
    throw fail('lesson.node', { experiment: trial.experiment, node: `${loop}.${state}` });
  const sums: number[] = [];
  for (let number = 0; number < followedExamples; number++) {
    const { values } = await trial.engine.request({
      kind: 'inspect',
      of: { run: trial.run },
      example: { part: 'training', number },
      places: [{ wire: read.id }, { wire: written.id }],
      iterations: {},
      gradients: false,
    });
    const [before, after] = [read, written].map((wire) => ofPlace(values, wire.id, loop));
    after?.forEach((data, iteration) => {
      const change = norm(Array.from(data, (value, at) => value - (before?.[iteration]?.[at] ?? 0)));
      sums[iteration] = (sums[iteration] ?? 0) + change / followedExamples;
    });
  }
  return sums.map((y, iteration) => ({ x: iteration + 1, y }));
}

/** What stands on a wire in each iteration of a loop. */
function ofPlace(values: readonly InspectedValue[], wire: string, loop: NodeId): readonly ArrayLike<number>[] {
  const found: ArrayLike<number>[] = [];
  for (const { place, path, value } of values) {
    const step = path.find((each) => 'loop' in each && each.loop === loop);
    if ('wire' in place && place.wire === wire && step !== undefined && 'loop' in step)
      found[step.iteration] = value.data;
  }
  return found;
}
