import type { GraphNode } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import type { WeightRequest } from '../layers/layer.ts';
import { elementCount } from '../layers/requirements.ts';
import type { CellFacts, CheckResult, NodeFacts, WeightFact } from './diagnostic.ts';
import type { Evaluation, NodeResult } from './evaluation.ts';
import { makeFix } from './report.ts';
import type { Reporter } from './report.ts';

/** Ways into one definition that are told apart; a file with more of them could not be unrolled either. */
const mostContexts = 4_096;

/**
 * One way into an evaluation, as far as the ids of weights tell it apart: what is appended to a weight's id, how many
 * ids that stands for (per-step members), and the instance that is entered.
 */
interface Context {
  readonly suffix: string;
  readonly copies: number;
  readonly instance: GraphNode | null;
  /** The instance's id is in the suffix already. */
  readonly owned: boolean;
  readonly frozen: boolean;
}

interface Use {
  executions: number;
  readonly contexts: Map<string, Context>;
}

interface CountedWeight {
  readonly request: WeightRequest;
  readonly copies: number;
  readonly trainable: boolean;
}

const topContext: Context = { suffix: '', copies: 1, instance: null, owned: true, frozen: false };

/** The product of the iterations of the loops around a node, on its own sheet. */
function iterationsAround({ place }: NodeResult, evaluation: Evaluation): number {
  return place.containers.reduce((product, { id }) => product * (evaluation.results.get(id)?.iterations ?? 1), 1);
}

/** What a node appends to the ids of the weights in and under it, and how many ids that makes. */
function memberSuffix(
  { place }: NodeResult,
  evaluation: Evaluation,
): { readonly suffix: string; readonly copies: number } {
  let copies = 1;
  let suffix = '';
  for (const loop of place.perStep) {
    copies *= evaluation.results.get(loop)?.iterations ?? 1;
    suffix += `[${loop}]`;
  }
  return { suffix, copies };
}

/** Weights, copies and multiply-adds of every node, over all iterations and instances. */
export interface Counts {
  readonly facts: ReadonlyMap<NodeId, NodeFacts>;
  readonly totals: CheckResult['totals'];
}

/**
 * Counts along all ways from the document's sheet into definitions. `evaluations` are listed callees first; `top` is the
 * document's own, and definitions that nothing calls are listed with zero executions.
 */
export function countAll(evaluations: readonly Evaluation[], top: Evaluation, reporter: Reporter): Counts {
  const first = new Map<NodeId, NodeResult>();
  const { counted, multiplyAdds, activations } = walk(evaluations, top, reporter);
  const cells = new Map<Evaluation, CellFacts>();
  const cellOf = (called: Evaluation): CellFacts => {
    const known = cells.get(called);
    if (known !== undefined) return known;
    const made = countCell(evaluations, called);
    cells.set(called, made);
    return made;
  };
  // The evaluations stand callees first, each in the order of its finding: the first kind of instance speaks for a node.
  for (const evaluation of evaluations) {
    for (const [id, result] of evaluation.results) if (!first.has(id)) first.set(id, result);
  }
  const facts = new Map<NodeId, NodeFacts>();
  const totals = { trainable: 0, other: 0, multiplyAdds: 0, activations: activations.of(top) };
  for (const [id, result] of first) {
    const own = nodeFacts(result, counted.get(id), multiplyAdds.get(id) ?? 0, activations.at(id));
    const node = result.call === undefined ? own : { ...own, cell: cellOf(result.call.evaluation) };
    facts.set(id, node);
    totals.trainable += node.trainableWeights;
    totals.other += node.otherWeights;
    totals.multiplyAdds += node.multiplyAdds;
  }
  return { facts, totals };
}

interface Walked {
  /** By node, name of the weight and member. */
  readonly counted: ReadonlyMap<NodeId, ReadonlyMap<string, ReadonlyMap<string, CountedWeight>>>;
  readonly multiplyAdds: ReadonlyMap<NodeId, number>;
  readonly activations: ActivationCount;
}

/** Follows all ways from one sheet into definitions; what does not fit is told where there is a reporter. */
function walk(evaluations: readonly Evaluation[], from: Evaluation, reporter: Reporter | null): Walked {
  const uses = new Map<Evaluation, Use>([[from, { executions: 1, contexts: new Map([['', topContext]]) }]]);
  const counted = new Map<NodeId, Map<string, Map<string, CountedWeight>>>();
  const multiplyAdds = new Map<NodeId, number>();
  const activations = new ActivationCount();
  for (const evaluation of [...evaluations].reverse()) {
    const use = uses.get(evaluation);
    for (const [id, result] of evaluation.results) {
      if (use === undefined) continue;
      const times = use.executions * iterationsAround(result, evaluation);
      activations.add(result, times);
      multiplyAdds.set(id, (multiplyAdds.get(id) ?? 0) + times * result.multiplyAdds);
      if (result.weights.length > 0) countWeights(result, evaluation, use, counted, reporter);
      if (result.call !== undefined) enter(result, evaluation, use, times, uses, reporter);
    }
  }
  return { counted, multiplyAdds, activations };
}

/** What one call of a definition holds and computes. */
function countCell(evaluations: readonly Evaluation[], called: Evaluation): CellFacts {
  const { counted, multiplyAdds } = walk(evaluations, called, null);
  const facts = { trainableWeights: 0, otherWeights: 0, multiplyAdds: 0 };
  for (const byName of counted.values()) {
    for (const byKey of byName.values()) {
      for (const { request, copies, trainable } of byKey.values()) {
        facts[trainable ? 'trainableWeights' : 'otherWeights'] += copies * elementCount(request.shape);
      }
    }
  }
  for (const amount of multiplyAdds.values()) facts.multiplyAdds += amount;
  return facts;
}

/** Numbers kept for the gradient: by sheet, and by node with everything inside it. */
class ActivationCount {
  readonly #sheets = new Map<Evaluation, number>();
  readonly #nodes = new Map<NodeId, number>();

  /** Of one execution of a sheet. */
  of(evaluation: Evaluation): number {
    const known = this.#sheets.get(evaluation);
    if (known !== undefined) return known;
    let sum = 0;
    for (const result of evaluation.results.values()) sum += iterationsAround(result, evaluation) * this.#own(result);
    this.#sheets.set(evaluation, sum);
    return sum;
  }

  /** Takes up a node that is executed so many times, for itself and for the containers around it. */
  add(result: NodeResult, times: number): void {
    const amount = times * this.#own(result);
    if (amount === 0) return;
    const { node, containers } = result.place;
    for (const { id } of [node, ...containers]) this.#nodes.set(id, (this.#nodes.get(id) ?? 0) + amount);
  }

  at(node: NodeId): number {
    return this.#nodes.get(node) ?? 0;
  }

  /** Of one execution; an instance has those of what it calls. */
  #own({ activations, call }: NodeResult): number {
    return activations + (call === undefined ? 0 : this.of(call.evaluation));
  }
}

function countWeights(
  result: NodeResult,
  evaluation: Evaluation,
  use: Use,
  counted: Map<NodeId, Map<string, Map<string, CountedWeight>>>,
  reporter: Reporter | null,
): void {
  const { place, weights } = result;
  const member = memberSuffix(result, evaluation);
  const byName = counted.get(place.node.id) ?? new Map<string, Map<string, CountedWeight>>();
  counted.set(place.node.id, byName);
  for (const context of use.contexts.values()) {
    const own = place.perInstance && !context.owned && context.instance !== null ? `@${context.instance.id}` : '';
    const key = `${context.suffix}${member.suffix}${own}`;
    const copies = context.copies * member.copies;
    const frozen = place.frozen || context.frozen;
    for (const request of weights) {
      const byKey = byName.get(request.name) ?? new Map<string, CountedWeight>();
      byName.set(request.name, byKey);
      const known = byKey.get(key);
      if (known !== undefined) reportDifference(result, known.request, request, context, reporter);
      byKey.set(key, {
        request: known?.request ?? request,
        copies: Math.max(known?.copies ?? 0, copies),
        trainable: request.trainable && !frozen && (known?.trainable ?? true),
      });
    }
  }
}

/** Two instances share one weight: it must be the same weight in both. */
function reportDifference(
  { place }: NodeResult,
  first: WeightRequest,
  second: WeightRequest,
  { instance }: Context,
  reporter: Reporter | null,
): void {
  if (reporter === null || first === second || instance === null) return;
  const [expected, received] = [JSON.stringify(first), JSON.stringify(second)];
  if (expected === received) return;
  const sameShapes = JSON.stringify(first.shape) === JSON.stringify(second.shape);
  const values = {
    name: instance.label ?? instance.id,
    inner: place.name,
    weight: first.name,
    ...(sameShapes ? {} : { expected: first.shape, received: second.shape }),
  };
  const fixes = [
    makeFix('ownWeights', { name: values.name }, [
      { kind: 'setParameters', node: instance.id, set: { weights: 'own' } },
    ]),
  ];
  const code = sameShapes ? 'sharedWeightSettings' : 'sharedWeightShape';
  reporter.report({ severity: 'error', code, values, node: instance.id, fixes });
}

function enter(
  result: NodeResult,
  evaluation: Evaluation,
  use: Use,
  times: number,
  uses: Map<Evaluation, Use>,
  reporter: Reporter | null,
): void {
  const { place, call } = result;
  if (call === undefined) return;
  const target = uses.get(call.evaluation) ?? { executions: 0, contexts: new Map<string, Context>() };
  uses.set(call.evaluation, target);
  target.executions += times;
  const member = memberSuffix(result, evaluation);
  const { node } = place;
  for (const context of use.contexts.values()) {
    const outer = place.perInstance && !context.owned && context.instance !== null ? `@${context.instance.id}` : '';
    const owned = call.weights === 'own';
    const suffix = `${context.suffix}${member.suffix}${outer}${owned ? `@${node.id}` : ''}`;
    const key = `${suffix} ${node.id}`;
    if (target.contexts.size >= mostContexts && !target.contexts.has(key)) {
      const values = { name: place.name, limit: mostContexts };
      reporter?.report({ severity: 'error', code: 'cellsTooMany', values, node: node.id });
      return;
    }
    const known = target.contexts.get(key);
    target.contexts.set(key, {
      suffix,
      copies: Math.max(known?.copies ?? 0, context.copies * member.copies),
      instance: node,
      owned,
      frozen: place.frozen || context.frozen || (known?.frozen ?? false),
    });
  }
}

function nodeFacts(
  result: NodeResult,
  counted: ReadonlyMap<string, ReadonlyMap<string, CountedWeight>> | undefined,
  multiplyAdds: number,
  activations: number,
): NodeFacts {
  let trainableWeights = 0;
  let otherWeights = 0;
  const weights = result.weights.map(({ name, shape, trainable }): WeightFact => {
    let copies = 0;
    let trains = trainable && !result.place.frozen;
    for (const weight of counted?.get(name)?.values() ?? []) {
      copies += weight.copies;
      trains &&= weight.trainable;
      const size = weight.copies * elementCount(weight.request.shape);
      if (weight.trainable) trainableWeights += size;
      else otherWeights += size;
    }
    return { name, shape, trainable: trains, copies };
  });
  const { inputs, outputs } = result;
  return { inputs, outputs, weights, trainableWeights, otherWeights, multiplyAdds, activations };
}
