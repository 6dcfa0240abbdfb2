import { basename, dirname, join } from 'node:path';
import { firstError } from '#shared/check/firstError';
import { lower } from '#shared/program/lower';
import { flatten } from '#shared/program/flatten';
import { initialiseWeight } from '#shared/program/initialise';
import type { Program, Weight } from '#shared/program/program';
import { withModelPaths } from '#shared/graph/weightPaths';
import { absolutePath, isFileSource, withPaths } from '#shared/graph/fileSources';
import type { GradloomDocument } from '#shared/graph/document';
import { parseDocument, placedProblem } from '#shared/graph/serialise';
import type { ParseProblem } from '#shared/graph/serialise';
import type { NamedArrays } from '#shared/protocol/engine';
import { documentLimit } from '../services/documents.ts';
import { fail, ServiceError, systemCode } from '../services/failure.ts';
import { decodeText, fileFailure, readWhole } from '../services/fileSystem.ts';
import { runFiles, RunFolders } from '../services/runFolders.ts';
import { importParts, readModelParts } from '../services/imports.ts';
import { matchWeights } from '../services/modelWeights.ts';
import type { MatchedWeights } from '../services/modelWeights.ts';
import { lowerOrFail } from '../services/lowerOrFail.ts';
import { findSidecar } from '../services/sidecar.ts';
import { demandWeights, readArrays } from '../services/weightFiles.ts';
import { takenWeights } from '../services/takenWeights.ts';
import { modelSources } from './engineSession.ts';
import type { Terminal } from './surroundings.ts';

export type ReadResult =
  | { readonly ok: true; readonly document: GradloomDocument }
  | { readonly ok: false; readonly problems: readonly ParseProblem[] };

/** Reads a document file. @throws ServiceError where the file itself cannot be read */
export async function readDocument(terminal: Terminal, path: string): Promise<ReadResult> {
  const { fileSystem } = terminal.surroundings;
  const { bytes } = await readWhole(fileSystem, path, documentLimit);
  return parseDocument(decodeText(bytes, path));
}

/** Reads a document file. @throws ServiceError where it cannot be read or is no document */
export async function openDocument(terminal: Terminal, path: string): Promise<GradloomDocument> {
  return withWholePaths(await demandDocument(terminal, path), dirname(path));
}

/** A document with its paths as the file has them. @throws ServiceError where it cannot be read or is no document */
async function demandDocument(terminal: Terminal, path: string): Promise<GradloomDocument> {
  const result = await readDocument(terminal, path);
  if (result.ok) return result.document;
  const [first] = result.problems;
  throw fail('document.broken', { path, reason: first === undefined ? '–' : placedProblem(first) });
}

/** The document with every file named by its whole way: the terminal has no folder of the document's later. */
function withWholePaths(given: GradloomDocument, folder: string): GradloomDocument {
  const document = withModelPaths(given, (path) => absolutePath(folder, path));
  const { training } = document;
  if (training.data === null || !isFileSource(training.data.source)) return document;
  const source = withPaths(training.data.source, (path) => absolutePath(folder, path));
  return { ...document, training: { ...training, data: { ...training.data, source } } };
}

/** A FILE or a RUN: its document, and the weights that belong to it. */
export interface Target {
  readonly document: GradloomDocument;
  /** The document with its paths as its file has them. */
  readonly asWritten: GradloomDocument;
  /** null: the weights start from the seed. */
  readonly weights: { readonly arrays: NamedArrays; readonly path: string } | null;
  /** The folder where it is a run's. */
  readonly run: string | null;
}

/** The folder of a run as one of the runs beside it. */
export function keptRun(terminal: Terminal, given: string): { readonly kept: RunFolders; readonly run: string } {
  const path = terminal.path(given);
  const folder = dirname(path);
  const kept = new RunFolders(
    terminal.surroundings.fileSystem,
    folder,
    join(folder, 'trash'),
    () => false,
    // A name from the end of a path leads nowhere else.
    () => true,
  );
  return { kept, run: basename(path) };
}

/** Whether a path leads to a folder. @throws ServiceError where it leads nowhere */
export async function isFolder(terminal: Terminal, path: string): Promise<boolean> {
  try {
    return (await terminal.surroundings.fileSystem.stat(path)).isDirectory();
  } catch (error) {
    throw fileFailure(error, path, 'read');
  }
}

/** Opens a document file, or the folder of a run. @throws ServiceError that names what is missing or wrong */
export async function openTarget(terminal: Terminal, given: string): Promise<Target> {
  const { fileSystem } = terminal.surroundings;
  const path = terminal.path(given);
  if (!(await isFolder(terminal, path))) {
    const asWritten = await demandDocument(terminal, path);
    const document = withWholePaths(asWritten, dirname(path));
    const arrays = await findSidecar(fileSystem, document, [dirname(path)]);
    const file = document.weights?.file ?? '';
    return {
      document,
      asWritten,
      weights: arrays === null ? null : { arrays, path: join(dirname(path), file) },
      run: null,
    };
  }
  const documentPath = join(path, runFiles.document);
  const exists = await fileSystem.stat(documentPath).then(
    () => true,
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return false;
      throw fileFailure(error, documentPath, 'read');
    },
  );
  if (!exists) throw fail('run.folderBroken', { path, reason: `it holds no ${runFiles.document}` });
  const asWritten = await demandDocument(terminal, documentPath);
  const document = withWholePaths(asWritten, path);
  const weightsPath = join(path, runFiles.weights);
  try {
    const arrays = await readArrays(fileSystem, weightsPath);
    return { document, asWritten, weights: { arrays, path: weightsPath }, run: path };
  } catch (error) {
    if (error instanceof ServiceError && error.failure.code === 'file.missing') {
      throw fail('run.folderBroken', { path, reason: `it holds no ${runFiles.weights}: the run has kept no weights` });
    }
    throw error;
  }
}

/** Lowers a document. @throws ServiceError with the number of errors and the first of them */
export function lowerDocument(
  document: GradloomDocument,
  path: string,
): { program: Program; weights: readonly Weight[] } {
  const lowered = lower(document);
  if (!lowered.ok) throw fail('document.problems', { path, ...firstError(lowered.diagnostics) });
  return { program: lowered.program, weights: flatten(lowered.program).weights };
}

/**
 * The weights of a model file that a document's network can take; tells how many. @throws ServiceError
 */
export async function weightsOfModel(
  terminal: Terminal,
  document: GradloomDocument,
  model: string,
): Promise<MatchedWeights> {
  const path = terminal.path(model);
  const parts = await readModelParts(terminal.surroundings.fileSystem, path);
  const matched = matchWeights(document, await importParts(parts), null);
  const { taken, all } = matched;
  if (taken === 0) throw fail('weights.noneFits', { path, count: all });
  terminal.note(terminal.say('terminal.weights.taken', { taken, all, path }));
  return matched;
}

/**
 * The weights to compute with: those of `--weights`, else those of the run, else those beside the document with what its
 * nodes take from model files, else null for the seed's. They are checked against the network.
 */
export async function chooseWeights(
  terminal: Terminal,
  target: Target,
  weights: readonly Weight[],
  given: string | undefined,
): Promise<NamedArrays | null> {
  if (given !== undefined) {
    const path = terminal.path(given);
    const arrays = await readArrays(terminal.surroundings.fileSystem, path);
    demandWeights(weights, arrays, path);
    return arrays;
  }
  if (target.weights !== null) demandWeights(weights, target.weights.arrays, target.weights.path);
  const own = target.weights?.arrays ?? null;
  if (target.run !== null) return own;
  const taken = await takenOf(terminal, target.document);
  if (Object.keys(taken).length === 0) return own;
  const { seed } = target.document.training;
  const others =
    own ??
    Object.fromEntries(
      weights.map((weight) => [
        weight.id,
        { shape: weight.shape, dtype: 'float32', data: initialiseWeight(weight, seed) } as const,
      ]),
    );
  return { ...others, ...taken };
}

function takenOf({ surroundings }: Terminal, document: GradloomDocument): Promise<NamedArrays> {
  const models = modelSources(surroundings);
  return takenWeights(document, lowerOrFail(document), {
    // The runs that a window keeps are not the terminal's.
    run: (run) => Promise.reject(fail('run.notKept', { run })),
    model: (source, nodes, name) => models.match(document, source, nodes, name),
  });
}
