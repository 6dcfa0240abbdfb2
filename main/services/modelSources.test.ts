import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyOperation } from '#shared/graph/applyOperation';
import type { GradloomDocument, WeightsSource } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import type { NodeId } from '#shared/graph/identifiers';
import { movedPath } from '#shared/graph/fileSources';
import { withModelPaths } from '#shared/graph/weightPaths';
import type { NamedArrays } from '#shared/protocol/engine';
import { createTemplate } from '#shared/templates/templates';
import { makeExport, modelToExport, saveExport } from './exports.ts';
import { ServiceError } from './failure.ts';
import { nodeFileSystem } from './fileSystem.ts';
import { lowerOrFail } from './lowerOrFail.ts';
import { ModelSources } from './modelSources.ts';
import { workHere } from './modelWork.ts';
import { GrantedReach, reachBelow } from './reach.ts';
import { takenWeights } from './takenWeights.ts';
import { inTemporaryFolder, plainChoice } from './testing/tiny.ts';

const network = createTemplate('plain-mlp', { depth: 2, width: 3 });
const [first = nodeId('none')] = network.graph.nodes.filter(({ type }) => type === 'dense').map(({ id }) => id);

function from(document: GradloomDocument, weightsFrom: WeightsSource, node: NodeId = first): GradloomDocument {
  return applyOperation(document, { kind: 'setNode', node, set: { weightsFrom } });
}

/** Writes a network as a model file of a format and returns its weights. */
async function writeModel(path: string, format: 'keras' | 'tfjs', document = network): Promise<NamedArrays> {
  const model = modelToExport(document, null);
  const facts = { licence: '', note: '', run: null };
  const { files } = await makeExport(
    document,
    model,
    plainChoice(format),
    { inputs: {}, outputs: {}, sample: null },
    facts,
  );
  await saveExport(nodeFileSystem, format, path, files, true);
  return model.weights;
}

async function taken(models: ModelSources, document: GradloomDocument): Promise<NamedArrays> {
  return takenWeights(document, lowerOrFail(document), {
    run: (run) => Promise.reject(new Error(`no ${run}`)),
    model: (source, nodes, name) => models.match(document, source, nodes, name),
  });
}

const refused = (answer: Promise<unknown>): Promise<unknown> =>
  answer.then(
    () => null,
    (error: unknown) => (error instanceof ServiceError ? error.failure : error),
  );

/** A folder of documents with a model in each format, of another seed than the network's. */
function withModels(
  use: (
    models: ModelSources,
    folder: string,
    weights: Readonly<Record<'net.keras' | 'net', NamedArrays>>,
  ) => Promise<void>,
): Promise<void> {
  return inTemporaryFolder(async (folder) => {
    const models = new ModelSources(nodeFileSystem, await reachBelow(nodeFileSystem, folder), workHere);
    const other = { ...network, training: { ...network.training, seed: 99 } };
    const weights = {
      'net.keras': await writeModel(join(folder, 'net.keras'), 'keras', other),
      net: await writeModel(join(folder, 'net'), 'tfjs', other),
    };
    await use(models, folder, weights);
  });
}

test.each(['net.keras', 'net'] as const)(
  'a node starts with its weights of %s, named relative to the document',
  (name) =>
    withModels(async (models, folder, weights) => {
      const chosen = await models.describe(join(folder, name === 'net' ? 'net/model.json' : name));
      expect(chosen.model).toBe(join(folder, name));
      const relative = from(network, { ...chosen, model: name });
      const located = await models.locate(relative, [join(folder, 'elsewhere'), folder]);
      const found = await taken(models, located);
      const ids = [`${first}/kernel`, `${first}/bias`];
      expect(Object.keys(found)).toEqual(ids);
      for (const id of ids) expect(found[id]).toEqual(weights[name][id]);
    }),
);

test('what is wrong with a model file is told with the names of node and file', () =>
  withModels(async (models, folder) => {
    const path = join(folder, 'net.keras');
    const source = await models.describe(path);
    const told = (document: GradloomDocument): Promise<unknown> => refused(taken(models, document));
    const values = { path };
    const wide = createTemplate('plain-mlp', { depth: 2, width: 4 });
    expect(await told(from(wide, source))).toMatchObject({
      code: 'weights.modelShape',
      values: { ...values, weight: `${first}/kernel`, expected: [2, 4], received: [2, 3] },
    });
    const deeper = createTemplate('plain-mlp', { depth: 3, width: 3 });
    const own = new Set(network.graph.nodes.map(({ id }) => id));
    const added = deeper.graph.nodes.find(({ id, type }) => type === 'dense' && !own.has(id))?.id ?? nodeId('none');
    expect(await told(from(deeper, source, added))).toMatchObject({
      code: 'weights.modelMissing',
      values: { ...values, weight: `${added}/kernel` },
    });
    await writeModel(path, 'keras');
    expect(await told(from(network, source))).toMatchObject({ code: 'weights.modelChanged', values });
    await rm(path);
    expect(await told(from(network, source))).toMatchObject({ code: 'weights.modelGone', values });
    // One that lies in none of the document's folders stays as the document names it.
    const lost = await models.locate(from(network, { ...source, model: 'net.keras' }), [folder]);
    expect(await told(lost)).toMatchObject({ code: 'weights.modelGone', values: { path: 'net.keras' } });
    expect(await told(from(network, { ...source, model: '/etc/passwd' }))).toMatchObject({ code: 'file.outside' });
  }));

test('where single files are granted, a model beside a granted document may be read, and no other', () =>
  withModels(async (_, folder) => {
    const reach = new GrantedReach(nodeFileSystem);
    const models = new ModelSources(nodeFileSystem, reach, workHere);
    const path = join(folder, 'net.keras');
    expect(await refused(models.describe(path))).toMatchObject({ code: 'data.notGranted' });
    await mkdir(join(folder, 'deep'));
    reach.grant(join(folder, 'deep', 'a.gradloom.json'));
    expect(await refused(models.describe(path))).toMatchObject({ code: 'data.notGranted' });
    reach.grant(join(folder, 'a.gradloom.json'));
    expect((await models.describe(path)).model).toBe(path);
  }));

test('a document that moves to another folder names the same model files', () => {
  const sha256 = '0'.repeat(64);
  const before = from(network, { model: 'models/net.keras', sha256 });
  const moved = withModelPaths(before, (path) => movedPath(path, '/home/person', '/home/person/work'));
  expect(moved).toEqual(from(network, { model: '../models/net.keras', sha256 }));
  expect(withModelPaths(moved, (path) => path)).toBe(moved);
});
