import { strToU8 } from 'fflate';
import type { Export, ModelToExport } from '../model.ts';
import { exportOf } from '../model.ts';
import { elementCount } from '../permute.ts';
import { storedZip } from '../storedZip.ts';
import { buildLayers } from './buildLayers.ts';
import { kerasConfig, kerasVersion } from './config.ts';
import { snakeCase } from './emission.ts';
import { groupAt, writeHdf5, writeNames, writeNumbers } from './hdf5.ts';
import type { LayerGraph, LayerWeight } from './layerGraph.ts';

/** The member of a `.keras` file, and the attribute of an `.h5` file, that hold the Gradloom document. */
export const documentMember = 'gradloom.document.json';
export const documentAttribute = 'gradloom_document';

/** A model's name as Keras and TensorFlow.js take it. */
export function modelName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9_]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
  return plain === '' ? 'model' : plain;
}

/**
 * Where `model.weights.h5` holds each weight: layers are numbered by class in the order in which Keras brings them, and
 * operations do not count.
 */
export function weightPlaces(
  graph: LayerGraph,
): readonly { readonly weight: LayerWeight; readonly path: string; readonly layer: string }[] {
  const counts = new Map<string, number>();
  return graph
    .ordered()
    .filter(({ module }) => module === null)
    .flatMap(({ className, name, weights }) => {
      const kind = snakeCase(className);
      const count = counts.get(kind) ?? 0;
      counts.set(kind, count + 1);
      const path = `layers/${count === 0 ? kind : `${kind}_${count}`}`;
      return weights.map((weight, index) => ({
        weight,
        path: `${path}/${weight.holder === undefined ? '' : `${weight.holder}/`}vars/${index}`,
        layer: name,
      }));
    });
}

/** Bytes of all numbers of a graph. */
function bytesOfWeights(graph: LayerGraph): number {
  return graph
    .ordered()
    .flatMap(({ weights }) => weights)
    .reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0);
}

/** The model as a `.keras` file of Keras 3: loops unrolled over shared layers, weights once, links as last layers. */
export function exportKeras(model: ModelToExport): Export {
  const { graph, findings } = buildLayers(model, 'keras');
  return exportOf(findings, async () => {
    const weights = await writeHdf5((file) => {
      for (const { weight, path, layer } of weightPlaces(graph)) {
        const at = path.lastIndexOf('/');
        const variables = groupAt(file, path.slice(0, at));
        if (path.endsWith('/0')) variables.create_attribute('name', layer);
        writeNumbers(variables, path.slice(at + 1), weight.shape, weight.data());
      }
      groupAt(file, 'vars');
    }, bytesOfWeights(graph));
    const metadata = { keras_version: kerasVersion, date_saved: '1980-01-01@00:00:00' };
    const bytes = storedZip({
      'metadata.json': strToU8(JSON.stringify(metadata)),
      'config.json': strToU8(JSON.stringify(kerasConfig(modelName(model.name), graph))),
      'model.weights.h5': weights,
      [documentMember]: strToU8(model.document),
    });
    return new Map([['', bytes]]);
  });
}

/** The model as a legacy `.h5` file that Keras 3 reads. */
export function exportH5(model: ModelToExport): Export {
  const { graph, findings } = buildLayers(model, 'h5');
  return exportOf(findings, async () => new Map([['', await writeH5(model, graph)]]));
}

function writeH5(model: ModelToExport, graph: LayerGraph): Promise<Uint8Array> {
  return writeHdf5((file) => {
    file.create_attribute('model_config', JSON.stringify(kerasConfig(modelName(model.name), graph)));
    file.create_attribute('backend', 'tensorflow');
    file.create_attribute('keras_version', kerasVersion);
    file.create_attribute(documentAttribute, model.document);
    const root = groupAt(file, 'model_weights');
    const layers = graph.ordered();
    root.create_attribute('backend', 'tensorflow');
    root.create_attribute('keras_version', kerasVersion);
    writeNames(
      root,
      'layer_names',
      layers.map(({ name }) => name),
    );
    for (const { name, weights } of layers) {
      const group = groupAt(root, name);
      writeNames(
        group,
        'weight_names',
        weights.map((weight) => `${name}/${weight.name}`),
      );
      if (weights.length === 0) continue;
      const inner = groupAt(group, name);
      for (const weight of weights) writeNumbers(inner, weight.name, weight.shape, weight.data());
    }
  }, bytesOfWeights(graph));
}
