import type { GradloomDocument } from '#shared/graph/document';
import { findNode, loopParametersOf } from '#shared/graph/queries';
import type { EngineResults, Examination, Inspection, IteratedOutputs, NamedArrays } from '#shared/protocol/engine';
import type { DataPart, ExampleChoice, Place } from '#shared/protocol/inspection';
import type { Device, Tensor } from './backend/device.ts';
import type { DataSet } from './data/dataSet.ts';
import { epochOrder, stepIndices } from './data/batches.ts';
import { exampleAt, examplesOf, selectExamples } from './data/examples.ts';
import { DataFeed } from './data/feed.ts';
import { examineExamples } from './execute/examine.ts';
import { measureFactors } from './execute/factors.ts';
import { runForward, valueAt } from './execute/forward.ts';
import { cutArray, inspectExample, readExample, watchPlaces } from './execute/inspect.ts';
import { planDocument } from './execute/network.ts';
import type { Plan } from './execute/plan.ts';
import { examplesPerPass } from './execute/plan.ts';
import { applyLink, noMask, predict } from './execute/predict.ts';
import { measureUnits } from './execute/units.ts';
import { EngineFailure } from './failure.ts';

/** A network with weights and data, as far as looking at its examples needs them. */
export interface Subject {
  readonly document: GradloomDocument;
  readonly plan: Plan;
  readonly dataSet: DataSet;
  /** Optimiser steps done; null where no run stands behind it. */
  readonly step: number | null;
  /** Every weight in the order of the plan's; made in the scope around, or living on. */
  tensors(): readonly Tensor[];
}

/** See `run.values` of the protocol. */
export function inspectSubject(
  device: Device,
  subject: Subject,
  request: {
    readonly example: ExampleChoice;
    readonly places: readonly Place[];
    readonly iterations: Readonly<Record<string, number>>;
    readonly gradients: boolean;
  },
): Inspection {
  const { part, number } = request.example;
  const dataSet = selectExamples(subject.dataSet, [exampleAt(subject.dataSet, part, number)]);
  const { document, watched } = watchPlaces(subject.document, request.places);
  const plan = document === subject.document ? subject.plan : planDocument(document);
  const { iterations, gradients } = request;
  return device.scope(() => ({
    step: subject.step,
    count: examplesOf(subject.dataSet, part).length,
    ...inspectExample(device, { plan, weights: weightsFor(plan, subject), dataSet, watched, iterations, gradients }),
  }));
}

/** See `run.iterate` of the protocol. Throws an EngineFailure where the loop cannot end early. */
export function iterateSubject(
  device: Device,
  subject: Subject,
  request: { readonly example: ExampleChoice; readonly loop: string; readonly iterations: readonly number[] },
): IteratedOutputs {
  const { part, number } = request.example;
  const dataSet = selectExamples(subject.dataSet, [exampleAt(subject.dataSet, part, number)]);
  return {
    step: subject.step,
    answers: request.iterations.map((iterations) => {
      const plan = planDocument(withIterations(subject.document, request.loop, iterations));
      return device.scope(() => {
        const feed = new DataFeed(device, plan, dataSet);
        try {
          const { inputs } = feed.batch(Int32Array.of(0));
          const weights = weightsFor(plan, subject);
          const { values } = runForward({ device, plan, inputs, weights, batch: 1, training: false, maskSeed: noMask });
          const outputs = Object.fromEntries(
            plan.outputs.map(({ output, value }) => {
              const linked = applyLink(device, output.link, valueAt(values, value));
              return [output.node, cutArray(readExample(device, linked))];
            }),
          );
          return { iterations, outputs };
        } finally {
          feed.dispose();
        }
      });
    }),
  };
}

/** See `run.examine` of the protocol. */
export function examineSubject(
  device: Device,
  subject: Subject,
  { part, from, count }: { readonly part: DataPart; readonly from: number; readonly count: number },
): Examination {
  if (subject.plan.heads.length === 0) throw new EngineFailure('engine.noLossToExamine', {});
  const examples = examplesOf(subject.dataSet, part);
  const chosen = examples.slice(from, from + count);
  return {
    step: subject.step,
    count: examples.length,
    from,
    examined: chosen.length,
    heads:
      chosen.length === 0
        ? []
        : device.scope(() =>
            examineExamples(device, subject.plan, subject.tensors(), selectExamples(subject.dataSet, chosen)),
          ),
  };
}

/** Most examples of the batch that factors are measured on. */
const factorExamples = 64;

/** See `run.factors` of the protocol. Takes the batch of the first step, or its first examples. */
export function factorSubject(
  device: Device,
  subject: Subject,
  { wire, iterations }: { readonly wire: string; readonly iterations: Readonly<Record<string, number>> },
): EngineResults['factors'] {
  const { plan, dataSet, step } = subject;
  if (plan.heads.length === 0) throw new EngineFailure('engine.noLoss', {});
  const { batch, seed } = plan.program.training;
  const examples = stepIndices(epochOrder(dataSet.training, seed, 0), batch, 0).slice(0, factorExamples);
  const way = device.scope(() =>
    measureFactors(device, {
      plan,
      weights: subject.tensors(),
      dataSet,
      examples,
      step: step ?? 0,
      wire,
      iterations,
    }),
  );
  return { step, way };
}

/** Most examples that units are looked at over. */
const unitExamples = 512;

/** See `run.units` of the protocol. Takes the first training examples of the run's order. */
export function unitsSubject(device: Device, subject: Subject): EngineResults['units'] {
  const { plan, dataSet, step } = subject;
  const most = Math.min(unitExamples, examplesPerPass(plan));
  const examples = epochOrder(dataSet.training, plan.program.training.seed, 0).slice(0, most);
  const units = device.scope(() =>
    measureUnits(device, { plan, weights: subject.tensors(), dataSet, examples, step: step ?? 0 }),
  );
  return { step, units };
}

/** The outputs, after their links, for given inputs. */
export function predictSubject(device: Device, subject: Omit<Subject, 'dataSet'>, inputs: NamedArrays): NamedArrays {
  return device.scope(() => predict(device, subject.plan, subject.tensors(), inputs));
}

/** The document with another number of iterations in one loop. */
function withIterations(document: GradloomDocument, loop: string, iterations: number): GradloomDocument {
  const found = findNode(document, loop as GradloomDocument['graph']['nodes'][number]['id']);
  const parameters = found === undefined ? null : loopParametersOf(found.node);
  if (found === undefined || parameters === null) throw new EngineFailure('engine.loopUnknown', { loop });
  if (parameters.inputs.some(({ kind }) => kind === 'scan')) throw new EngineFailure('engine.loopScans', { loop });
  const change = (graph: GradloomDocument['graph']): GradloomDocument['graph'] => ({
    ...graph,
    nodes: graph.nodes.map((node) => (node.id === loop ? { ...node, params: { ...node.params, iterations } } : node)),
  });
  return {
    ...document,
    graph: change(document.graph),
    cells: document.cells.map((cell) => ({ ...cell, graph: change(cell.graph) })),
  };
}

/** The subject's weights in the order of another plan of nearly the same document. */
function weightsFor(plan: Plan, subject: Subject): readonly Tensor[] {
  const tensors = subject.tensors();
  if (plan === subject.plan) return tensors;
  const byId = new Map(subject.plan.weights.map(({ id }, at) => [id, tensors[at]]));
  return plan.weights.map(({ id, shape }) => {
    const tensor = byId.get(id);
    if (tensor === undefined) throw new EngineFailure('engine.weightMissing', { weight: id, expected: [...shape] });
    const fits = tensor.shape.length === shape.length && shape.every((length, axis) => length === tensor.shape[axis]);
    if (!fits) {
      throw new EngineFailure('engine.weightShape', {
        weight: id,
        expected: [...shape],
        received: [...tensor.shape],
      });
    }
    return tensor;
  });
}
