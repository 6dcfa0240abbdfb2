import type { EngineReport } from '#shared/protocol/calls';
import type { GradloomDocument } from '#shared/graph/document';
import type { Data } from '#shared/graph/training';
import type {
  EngineCall,
  EngineMessage,
  EngineRequest,
  EngineResults,
  NamedArrays,
  Subject as SubjectName,
} from '#shared/protocol/engine';
import type { Device } from './backend/device.ts';
import type { DataSet } from './data/dataSet.ts';
import { makeDataSet, previewDataSet } from './data/dataSet.ts';
import { measureGradients } from './execute/gradients.ts';
import { initialWeights, nameWeights, overlayWeights, planDocument, takeWeights } from './execute/network.ts';
import type { Plan } from './execute/plan.ts';
import { asFailure, EngineFailure } from './failure.ts';
import type { Subject } from './subject.ts';
import {
  examineSubject,
  factorSubject,
  inspectSubject,
  iterateSubject,
  predictSubject,
  unitsSubject,
} from './subject.ts';
import { Conductor } from './train/conductor.ts';
import { LossSlice } from './train/lossSlice.ts';
import { Run } from './train/run.ts';

/** Runs that are over and still answer for their weights. */
const keptRuns = 4;

/** Answers requests and holds the runs. What goes back, and what runs tell by themselves, goes through `send`. */
export class Engine {
  readonly #device: Device;
  readonly #report: EngineReport;
  readonly #send: (message: EngineMessage) => void;
  readonly #runs = new Map<string, { readonly run: Run; readonly document: GradloomDocument }>();
  /** The document without a run that was looked at last: a person looks at one of its examples after the other. */
  #looked: { readonly key: string; readonly subject: Subject } | null = null;
  /** Its data, which stay the same through most edits. */
  #lookedData: { readonly key: string; readonly dataSet: DataSet } | null = null;
  readonly #conductors = new Map<string, Conductor>();
  readonly #slices = new Map<string, LossSlice>();

  constructor(device: Device, report: EngineReport, send: (message: EngineMessage) => void) {
    this.#device = device;
    this.#report = report;
    this.#send = send;
  }

  /** Answers one call, with its result or its failure. Never throws. */
  handle({ id, request }: EngineCall): void {
    try {
      const { result, then } = this.#answer(request);
      this.#send({ kind: 'result', id, result });
      then?.();
    } catch (error) {
      this.#send({ kind: 'failure', id, failure: asFailure(error) });
    }
  }

  #answer(request: EngineRequest): { result: EngineResults[keyof EngineResults]; then?: () => void } {
    switch (request.kind) {
      case 'report':
        return { result: this.#report };
      case 'processorTime': {
        const { user, system } = process.cpuUsage();
        return { result: (user + system) / 1e6 };
      }
      case 'preview':
        return { result: previewDataSet(makeDataSet(request.data), request.count, request.step ?? null) };
      case 'weights': {
        const plan = planDocument(request.document);
        return { result: nameWeights(plan, initialWeights(plan, request.seed ?? plan.program.training.seed)) };
      }
      case 'gradients': {
        const plan = planDocument(request.document);
        const seed = request.seed ?? plan.program.training.seed;
        const { inputs, raw } = request;
        return {
          result: measureGradients(this.#device, { plan, weights: chosenWeights(plan, request), inputs, seed, raw }),
        };
      }
      case 'predict': {
        const plan = planDocument(request.document);
        const subject = { document: request.document, plan, step: null, ...this.#held(plan, request) };
        return { result: predictSubject(this.#device, subject, request.inputs) };
      }
      case 'start':
        return this.#start(request);
      case 'control':
        this.#find(request.run).run.control(request.action);
        return { result: null };
      case 'predictRun':
        return { result: this.#find(request.run).run.predict(request.inputs) };
      case 'runWeights':
        return { result: this.#find(request.run).run.weights() };
      case 'inspect':
        return { result: inspectSubject(this.#device, this.#subject(request.of), request) };
      case 'iterate':
        return { result: iterateSubject(this.#device, this.#subject(request.of), request) };
      case 'examine':
        return { result: examineSubject(this.#device, this.#subject(request.of), request) };
      case 'factors':
        return { result: factorSubject(this.#device, this.#subject(request.of), request) };
      case 'units':
        return { result: unitsSubject(this.#device, this.#subject(request.of)) };
      case 'sliceStart': {
        const slice = LossSlice.of(this.#device, this.#subject(request.of), request);
        this.#slices.set(request.slice, slice);
        return { result: slice.begun };
      }
      case 'slicePoints': {
        const slice = this.#slices.get(request.slice);
        if (slice === undefined) throw new Error(`there is no slice ${request.slice}`);
        return { result: request.points.map((point) => slice.at(point)) };
      }
      case 'sliceEnd':
        this.#slices.get(request.slice)?.dispose();
        this.#slices.delete(request.slice);
        return { result: null };
      default:
        throw new Error(`the engine does not know the request ${JSON.stringify((request as { kind?: unknown }).kind)}`);
    }
  }

  #start(request: Extract<EngineRequest, { kind: 'start' }>): { result: null; then: () => void } {
    const { run: name, document, paused, folder, from = null, goesOn = false } = request;
    if (this.#runs.has(name)) throw new Error(`there is a run ${name} already`);
    this.#forgetOld();
    const plan = planDocument(document);
    const chosen = chosenWeights(plan, { seed: null, weights: request.weights });
    const weights = overlayWeights(plan, chosen, request.taken ?? {});
    const device = this.#report.devices[0] ?? '';
    const conductor = this.#conductorOf(request);
    const run = new Run(
      this.#device,
      device,
      { name, plan, weights, paused, folder, from, goesOn, conductor },
      this.#send,
    );
    this.#runs.set(name, { run, document });
    return { result: null, then: () => void run.start() };
  }

  /** The conductor that the members of a lock-step share, until the last has come; a new one for a run on its own. */
  #conductorOf({ lockStep, paused }: Extract<EngineRequest, { kind: 'start' }>): Conductor {
    if (lockStep === undefined) return new Conductor(paused);
    const conductor = this.#conductors.get(lockStep.name) ?? new Conductor(paused, lockStep.members);
    if (lockStep.last) this.#conductors.delete(lockStep.name);
    else this.#conductors.set(lockStep.name, conductor);
    return conductor;
  }

  #find(name: string): { readonly run: Run; readonly document: GradloomDocument } {
    const found = this.#runs.get(name);
    if (found === undefined) throw new EngineFailure('run.unknown', { run: name });
    return found;
  }

  #subject(of: SubjectName): Subject {
    if ('run' in of) {
      const { run, document } = this.#find(of.run);
      return { ...run.subject, document };
    }
    // Weights that come along are those whose SHA-256 the document names, or those of a kept run at its step.
    const key = JSON.stringify([of.document, of.kept ?? null]);
    if (this.#looked?.key === key) return this.#looked.subject;
    const { document } = of;
    const plan = planDocument(document);
    const { data } = plan.program.training;
    if (data === null) throw new EngineFailure('engine.noData', {});
    const subject = {
      document,
      plan,
      dataSet: this.#dataOf(data),
      step: of.kept?.step ?? null,
      ...this.#held(plan, { seed: null, weights: of.weights }),
    };
    this.#looked = { key, subject };
    return subject;
  }

  #dataOf(data: Data): DataSet {
    const key = JSON.stringify(data);
    if (this.#lookedData?.key !== key) this.#lookedData = { key, dataSet: makeDataSet(data) };
    return this.#lookedData.dataSet;
  }

  /** The weights given, or those that start from the seed, brought to the device whenever they are asked for. */
  #held(plan: Plan, choice: WeightChoice): Pick<Subject, 'tensors'> {
    const values = chosenWeights(plan, choice);
    return {
      tensors: () =>
        plan.weights.map(({ shape }, at) => this.#device.tensor(Float32Array.from(values[at] ?? []), shape, 'float32')),
    };
  }

  #forgetOld(): void {
    const over = [...this.#runs.values()].map(({ run }) => run).filter((run) => run.isOver);
    for (const run of over.slice(0, Math.max(0, over.length - keptRuns + 1))) {
      run.dispose();
      this.#runs.delete(run.name);
    }
  }
}

interface WeightChoice {
  readonly seed: number | null;
  readonly weights: NamedArrays | null;
}

/** The weights given, or those that start from the seed. */
function chosenWeights(plan: Plan, { seed, weights }: WeightChoice): Float32Array[] {
  return weights === null ? initialWeights(plan, seed ?? plan.program.training.seed) : takeWeights(plan, weights);
}
