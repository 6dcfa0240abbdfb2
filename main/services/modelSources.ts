import { basename, dirname } from 'node:path';
import type { GradloomDocument, ModelWeights } from '#shared/graph/document';
import { absolutePath, isAbsolutePath } from '#shared/graph/fileSources';
import type { NodeId } from '#shared/graph/identifiers';
import { withModelPaths } from '#shared/graph/weightPaths';
import type { ModelParts } from '../formats/readModel.ts';
import { sha256 } from './digest.ts';
import { fail, ServiceError } from './failure.ts';
import type { FileSystem } from './fileSystem.ts';
import { readModelParts, tfjsDescription } from './imports.ts';
import type { MatchedWeights } from './modelWeights.ts';
import type { ModelWork } from './modelWork.ts';
import type { Reach } from './reach.ts';

/** SHA-256 of a model file; of a TensorFlow.js model that of the SHA-256 of its files, the description first. */
export function modelDigest(parts: ModelParts): string {
  const [first, ...others] = [...parts.values()].map((bytes) => sha256(bytes));
  return first !== undefined && others.length === 0 ? first : sha256([first, ...others].join('\n'));
}

/** Model files that nodes take their weights from. Only files within reach are read. */
export class ModelSources {
  readonly #fileSystem: FileSystem;
  readonly #reach: Reach;
  readonly #work: ModelWork;

  constructor(fileSystem: FileSystem, reach: Reach, work: ModelWork) {
    this.#fileSystem = fileSystem;
    this.#reach = reach;
    this.#work = work;
  }

  /** A model file that a person chose, as a document names it. @throws ServiceError: missing, broken, out of reach */
  async describe(path: string): Promise<ModelWeights> {
    const { model, parts } = await this.read(path);
    return { model, sha256: modelDigest(parts) };
  }

  /**
   * The bytes of a model file that a person chose: of a TensorFlow.js model they choose the description, and the model is
   * its folder. @throws ServiceError: missing, a part missing, out of reach
   */
  async read(path: string): Promise<{ readonly model: string; readonly parts: ModelParts }> {
    const given = basename(path) === tfjsDescription ? dirname(path) : path;
    try {
      return { model: given, parts: await this.#parts(given) };
    } catch (error) {
      const isPart = error instanceof ServiceError && error.failure.code === 'file.missing' && given !== path;
      throw isPart ? fail('import.broken', { reason: `a file of the model is missing in ${given}` }) : error;
    }
  }

  /**
   * A document with every model file that nodes take weights from named by its whole path: the first of some folders that
   * has it. One that none has is told when it is needed.
   * @param folders where the document lies, or may lie
   */
  async locate(document: GradloomDocument, folders: readonly string[]): Promise<GradloomDocument> {
    const places = new Map<string, string>();
    const wanted: string[] = [];
    withModelPaths(document, (path) => {
      wanted.push(path);
      return path;
    });
    for (const path of wanted.filter((each) => !isAbsolutePath(each))) {
      for (const folder of folders) {
        const whole = absolutePath(folder, path);
        const isThere = await this.#reach.toReadData(whole, foldersAround(whole)).then(
          () => true,
          () => false,
        );
        if (isThere && !places.has(path)) places.set(path, whole);
      }
    }
    return withModelPaths(document, (path) => places.get(path) ?? path);
  }

  /**
   * What a model file has of the weights of some nodes of a document and of all inside them.
   * @param name of the first of the nodes, for what is told
   * @throws ServiceError that names node and file: gone, another than was chosen, out of reach, broken
   */
  async match(
    document: GradloomDocument,
    { model, sha256: expected }: ModelWeights,
    nodes: readonly NodeId[],
    name: string,
  ): Promise<MatchedWeights> {
    const told = { name, path: model };
    if (!isAbsolutePath(model)) throw fail('weights.modelGone', told);
    const parts = await this.#parts(model).catch((error: unknown) => {
      const isGone = error instanceof ServiceError && error.failure.code === 'file.missing';
      throw isGone ? fail('weights.modelGone', told) : error;
    });
    if (modelDigest(parts) !== expected) throw fail('weights.modelChanged', told);
    return this.#work({ kind: 'match', document, parts, nodes });
  }

  async #parts(path: string): Promise<ModelParts> {
    const { real } = await this.#reach.toReadData(path, foldersAround(path));
    return readModelParts(this.#fileSystem, real);
  }
}

/** Every folder that a file lies in: one in which a document was opened lends it its reach. */
function foldersAround(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === path ? [] : [folder, ...foldersAround(folder)];
}
