import type { EngineReport } from '#shared/protocol/calls';
import type { EngineCall, EngineMessage, EngineRequest, EngineResults } from '#shared/protocol/engine';
import type { Device, Tensor } from './backend/device.ts';
import { makeDataSet, previewDataSet } from './data/dataSet.ts';
import { measureGradients } from './execute/gradients.ts';
import { initialWeights, nameWeights, planDocument, takeWeights } from './execute/network.ts';
import type { Plan } from './execute/plan.ts';
import { predict } from './execute/predict.ts';
import { asFailure, EngineFailure } from './failure.ts';
import { Run } from './train/run.ts';

/** Runs that are over and still answer for their weights. */
const keptRuns = 3;

/** Answers requests and holds the runs. What goes back, and what runs tell by themselves, goes through `send`. */
export class Engine {
  readonly #device: Device;
  readonly #report: EngineReport;
  readonly #send: (message: EngineMessage) => void;
  readonly #runs = new Map<string, Run>();

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
      case 'preview':
        return { result: previewDataSet(makeDataSet(request.data), request.count) };
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
        const values = chosenWeights(plan, request);
        const result = this.#device.scope(() => {
          const weights = plan.weights.map(({ shape }, at): Tensor =>
            this.#device.tensor(values[at] ?? new Float32Array(0), shape, 'float32'),
          );
          return predict(this.#device, plan, weights, request.inputs);
        });
        return { result };
      }
      case 'start':
        return this.#start(request);
      case 'control':
        this.#find(request.run).control(request.action);
        return { result: null };
      case 'predictRun':
        return { result: this.#find(request.run).predict(request.inputs) };
      case 'runWeights':
        return { result: this.#find(request.run).weights() };
      default:
        throw new Error(`the engine does not know the request ${JSON.stringify((request as { kind?: unknown }).kind)}`);
    }
  }

  #start(request: Extract<EngineRequest, { kind: 'start' }>): { result: null; then: () => void } {
    const { run: name, document, paused, folder } = request;
    if (this.#runs.has(name)) throw new Error(`there is a run ${name} already`);
    this.#forgetOld();
    const plan = planDocument(document);
    const weights = chosenWeights(plan, { seed: null, weights: request.weights });
    const device = this.#report.devices[0] ?? '';
    const run = new Run(this.#device, device, { name, plan, weights, paused, folder }, this.#send);
    this.#runs.set(name, run);
    return { result: null, then: () => void run.start() };
  }

  #find(name: string): Run {
    const run = this.#runs.get(name);
    if (run === undefined) throw new EngineFailure('run.unknown', { run: name });
    return run;
  }

  #forgetOld(): void {
    const over = [...this.#runs.values()].filter((run) => run.isOver);
    for (const run of over.slice(0, Math.max(0, over.length - keptRuns + 1))) {
      run.dispose();
      this.#runs.delete(run.name);
    }
  }
}

/** The weights given, or those that start from the seed. */
function chosenWeights(
  plan: Plan,
  { seed, weights }: Pick<Extract<EngineRequest, { kind: 'predict' }>, 'seed' | 'weights'>,
): Float32Array[] {
  return weights === null ? initialWeights(plan, seed ?? plan.program.training.seed) : takeWeights(plan, weights);
}
