import { Worker } from 'node:worker_threads';
import type { GradloomDocument } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { serialiseDocument } from '#shared/graph/serialise';
import type { Failure } from '#shared/protocol/calls';
import type { NamedArrays } from '#shared/protocol/engine';
import { exportFormats } from '#shared/protocol/exports';
import type { ExportCheck, ExportChoice, ExportPrecision, ExportSurvey } from '#shared/protocol/exports';
import type { Locale } from '#shared/text/locale';
import { attentionMaps } from '../formats/attentionMaps.ts';
import { bytesOfPrecision, roundWeights } from '../formats/precision.ts';
import type { ModelParts } from '../formats/readModel.ts';
import { makeExport, findingsOf, modelToExport } from './exports.ts';
import type { Examples, ExportFacts, MadeFiles } from './exports.ts';
import { fail, reasonOf, ServiceError } from './failure.ts';
import { importedFiles, importParts, withCells } from './imports.ts';
import type { ImportedFiles } from './imports.ts';
import { matchWeights, renamedWeightsFile, weightsFile } from './modelWeights.ts';
import type { MatchedWeights, NamedWeightsFile, WeightsFile } from './modelWeights.ts';

/** What takes long over model files: no disk, no engine, only computing. All of it can be sent to another thread. */
export type ModelTask =
  | { readonly kind: 'survey'; readonly document: GradloomDocument }
  | {
      readonly kind: 'write';
      readonly document: GradloomDocument;
      readonly weights: NamedArrays;
      readonly choice: ExportChoice;
      readonly examples: Examples;
      readonly facts: ExportFacts;
    }
  | {
      /** Reads a file that was just written and compares it with what it was made from. */
      readonly kind: 'check';
      readonly document: GradloomDocument;
      readonly weights: NamedArrays;
      readonly precision: ExportPrecision;
      readonly parts: ModelParts;
    }
  | {
      /** The weights as a file of a precision holds them. */
      readonly kind: 'round';
      readonly document: GradloomDocument;
      readonly weights: NamedArrays;
      readonly precision: ExportPrecision;
    }
  | {
      readonly kind: 'import';
      readonly parts: ModelParts;
      readonly out: string;
      /** Repeated blocks become cells that are called in this language; null: they stay as they are. */
      readonly cells: Locale | null;
    }
  | {
      /** What a model file has of the weights of a document's nodes and of all inside them. */
      readonly kind: 'match';
      readonly document: GradloomDocument;
      readonly parts: ModelParts;
      readonly nodes: readonly NodeId[];
    }
  | {
      /** A file of weights for a document, of those of a model file. */
      readonly kind: 'take';
      readonly document: GradloomDocument;
      readonly parts: ModelParts;
      /** null: of the whole document. */
      readonly nodes: readonly NodeId[] | null;
      /** The weights that the document names; null where it names none. */
      readonly former: NamedArrays | null;
      readonly name: string;
    }
  | {
      /** A file of weights with the same numbers under other ids. */
      readonly kind: 'rename';
      readonly weights: NamedArrays;
      readonly names: Readonly<Record<string, string>>;
      readonly name: string;
    };

/** Weights after rounding, and what they take. */
export interface RoundedWeights {
  readonly weights: NamedArrays;
  /** Bytes of all weights before and after. */
  readonly before: number;
  readonly after: number;
}

/** The files of an imported model, and how many cells were made of it; null where none were asked for. */
export interface ImportedModelFiles extends ImportedFiles {
  readonly cells: number | null;
}

/** The result of each task. */
export interface ModelTaskResults {
  survey: Pick<ExportSurvey, 'formats' | 'weights' | 'attentionMaps'>;
  write: MadeFiles;
  check: ExportCheck;
  round: RoundedWeights;
  import: ImportedModelFiles;
  match: MatchedWeights;
  take: WeightsFile;
  rename: NamedWeightsFile;
}

type ResultOf<Task extends ModelTask> = ModelTaskResults[Task['kind']];

/** Does a task, here or elsewhere. @throws ServiceError `export.stopped` where the signal says so */
export type ModelWork = <Task extends ModelTask>(task: Task, signal?: AbortSignal) => Promise<ResultOf<Task>>;

/** Does a task in the thread that calls. @throws ServiceError */
export async function doModelTask<Task extends ModelTask>(task: Task): Promise<ResultOf<Task>> {
  return (await perform(task)) as ResultOf<Task>;
}

async function perform(task: ModelTask): Promise<ModelTaskResults[ModelTask['kind']]> {
  switch (task.kind) {
    case 'survey': {
      const model = modelToExport(task.document, {});
      const weights = model.flat.weights.reduce((sum, { shape }) => sum + shape.reduce((all, one) => all * one, 1), 0);
      return {
        formats: exportFormats.map((format) => ({ format, findings: [...findingsOf(model, format)] })),
        weights,
        attentionMaps: attentionMaps(model).length,
      };
    }
    case 'write': {
      const { document, weights, choice, examples, facts } = task;
      return makeExport(document, modelToExport(document, weights), choice, examples, facts);
    }
    case 'check':
      return check(task);
    case 'round':
      return round(task.document, task.weights, task.precision);
    case 'import':
      return importModel(task);
    case 'match':
      return matchWeights(task.document, await importParts(task.parts), task.nodes);
    case 'rename':
      return renamedWeightsFile(task.weights, task.names, task.name);
    case 'take': {
      const { document, nodes, former, name } = task;
      return weightsFile(document, matchWeights(document, await importParts(task.parts), nodes), former, name);
    }
  }
}

async function importModel({
  parts,
  out,
  cells: locale,
}: Extract<ModelTask, { kind: 'import' }>): Promise<ImportedModelFiles> {
  const flat = await importParts(parts);
  const { model, cells } = locale === null ? { model: flat, cells: null } : withCells(flat, locale);
  return { ...importedFiles(model, out), cells };
}

function round(document: GradloomDocument, weights: NamedArrays, precision: ExportPrecision): RoundedWeights {
  const { flat } = modelToExport(document, weights);
  const rounded = roundWeights(flat, weights, precision);
  const bytes = bytesOfPrecision[precision];
  const size = (each: (id: string) => number): number =>
    Object.entries(weights).reduce((sum, [id, { data }]) => sum + data.length * each(id), 0);
  return {
    weights: rounded,
    before: size(() => 4),
    after: size((id) => (rounded[id] === weights[id] ? 4 : bytes)),
  };
}

async function check(task: Extract<ModelTask, { kind: 'check' }>): Promise<ExportCheck> {
  const { document, precision, parts } = task;
  const weights = roundWeights(modelToExport(document, task.weights).flat, task.weights, precision);
  try {
    const back = await importParts(parts);
    if (serialiseDocument(back.document) !== serialiseDocument(document)) {
      return { outcome: 'different', reason: 'document' };
    }
    if (back.weights === null) return { outcome: 'document', reason: '' };
    for (const [id, { data }] of Object.entries(weights)) {
      const received = back.weights[id]?.data;
      // Bit for bit: a weight that is not a number comes back as one too.
      if (received?.length !== data.length || !data.every((value, index) => Object.is(value, received[index]))) {
        return { outcome: 'different', reason: id };
      }
    }
    return { outcome: 'whole', reason: '' };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { outcome: 'different', reason: error.failure.message };
  }
}

/** What a thread answers. */
export type ModelAnswer =
  { readonly result: ModelTaskResults[ModelTask['kind']] } | { readonly failure: Failure } | { readonly broke: string };

/** Does tasks in the thread that calls. Nothing can stop one then. */
export const workHere: ModelWork = doModelTask;

/** A model file of any size is given this long, and more for each megabyte. */
const leastSeconds = 60;
const secondsPerMegabyte = 1;

/** How long a task may take: damage in an HDF5 file can make its library go round in circles. null: as long as it likes. */
type TaskLimit = (task: ModelTask) => number | null;

const usualLimit: TaskLimit = (task) => {
  if (task.kind !== 'import' && task.kind !== 'match' && task.kind !== 'take') return null;
  const bytes = [...task.parts.values()].reduce((sum, { length }) => sum + length, 0);
  return Math.round(leastSeconds + (secondsPerMegabyte * bytes) / 2 ** 20);
};

/**
 * Does each task in a thread of its own, so that windows and runs go on meanwhile; a person who stops it ends the thread.
 * @param program path of the bundled modelThread.ts
 * @param limit seconds after which a task is ended, with `import.tooLong`
 */
export function workInThread(program: string, limit: TaskLimit = usualLimit): ModelWork {
  return <Task extends ModelTask>(task: Task, signal?: AbortSignal) =>
    new Promise<ResultOf<Task>>((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(fail('export.stopped'));
        return;
      }
      const worker = new Worker(program, { workerData: task });
      const stop = (): void => {
        reject(fail('export.stopped'));
        void worker.terminate();
      };
      const seconds = limit(task);
      const timer =
        seconds === null
          ? undefined
          : setTimeout(() => {
              reject(fail('import.tooLong', { seconds }));
              void worker.terminate();
            }, seconds * 1000);
      signal?.addEventListener('abort', stop, { once: true });
      worker.once('message', (answer: ModelAnswer) => {
        if ('result' in answer) resolve(answer.result as ResultOf<Task>);
        else reject('failure' in answer ? new ServiceError(answer.failure) : new Error(answer.broke));
      });
      worker.once('error', (error) => reject(new Error(`the thread of model files ended: ${reasonOf(error)}`)));
      worker.once('exit', (code) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', stop);
        // Where it has answered, this says nothing new.
        reject(new Error(`the thread of model files ended with ${code}`));
      });
    });
}
