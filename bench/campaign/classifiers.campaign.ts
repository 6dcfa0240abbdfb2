import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sheets } from '#shared/graph/queries';
import { loadEngine } from '../../main/engine/backend/load.ts';
import { planDocument } from '../../main/engine/execute/network.ts';
import { predict } from '../../main/engine/execute/predict.ts';
import { ImportProblem } from '../../main/formats/importProblem.ts';
import { readNpz } from '../../main/formats/npz.ts';
import type { NpzArray } from '../../main/formats/npz.ts';
import { readModel } from '../../main/formats/readModel.ts';
import type { ImportedModel } from '../../main/formats/readModel.ts';
import { largestError } from '../../main/formats/testing/models.ts';
import { withCells } from '../../main/services/imports.ts';

/*
 * Do the classifiers of torchvision and of Keras applications come in, and do they predict the same? Writes
 * docs/classifiers.md. `npm run campaign -- classifiers FOLDER [NAME…]`; GRADLOOM_PYTHON names a Python with torch,
 * torchvision, onnxruntime and keras. A folder keeps the models that were written for it.
 */

const names = [
  ...'alexnet convnext_tiny densenet121 efficientnet_b0 efficientnet_v2_s googlenet inception_v3 maxvit_t mnasnet0_5'.split(
    ' ',
  ),
  ...'mobilenet_v2 mobilenet_v3_large mobilenet_v3_small regnet_x_400mf regnet_y_400mf resnet18 resnet50'.split(' '),
  ...'resnext50_32x4d shufflenet_v2_x0_5 squeezenet1_0 squeezenet1_1 swin_t swin_v2_t vgg11 vgg11_bn vit_b_32'.split(
    ' ',
  ),
].map((name) => `torchvision:${name}`);
const kerasNames =
  'ConvNeXtTiny DenseNet121 EfficientNetB0 EfficientNetV2B0 InceptionResNetV2 InceptionV3 MobileNet MobileNetV2 MobileNetV3Large MobileNetV3Small NASNetMobile ResNet50 ResNet50V2 VGG16 Xception'
    .split(' ')
    .map((name) => `keras:${name}`);

/**
 * What agreement asks for: float32, and up to a thousand layers. Where a network with these weights is less exact than that
 * in float32, twice what its own runtime lies from float64.
 */
const tolerance = 1e-4;
const timesRuntime = 2;

const [folder, ...chosen] = process.argv.slice(2);
if (folder === undefined) throw new Error('Say a folder for the models: npm run campaign -- classifiers FOLDER');
const asked = chosen.length === 0 ? [...names, ...kerasNames] : chosen;
const script = join('bench', 'campaign', 'classifiers.py');
spawnSync(process.env['GRADLOOM_PYTHON'] ?? 'python3', [script, folder, ...asked], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
const { device } = await loadEngine();

interface Row {
  readonly name: string;
  readonly nodes: number;
  readonly weights: number;
  /** What stayed opaque, by operator; or why the file was refused. */
  readonly missing: string;
  /** From float64 where the framework computed that, else from what its runtime predicts. */
  readonly error: number | null;
  /** How far the framework's own runtime lies from float64; null where it cannot tell. */
  readonly runtimeError: number | null;
  readonly cells: string;
  readonly cellError: number | null;
  readonly seconds: number;
}

/** Largest |a − b| / max(1, |b|) of what the model predicts and what its own framework did. */
function errorOf({ document, weights }: ImportedModel, image: NpzArray, expected: NpzArray): number {
  const plan = planDocument(document);
  const given = weights ?? {};
  const [input] = plan.inputs;
  const outputs = device.scope(() => {
    const tensors = plan.weights.map(({ id, shape }) => {
      const array = given[id];
      if (array === undefined) throw new Error(`no numbers for ${id}`);
      return device.tensor(array.data as Float32Array, shape, 'float32');
    });
    return predict(device, plan, tensors, { [input?.input.node ?? '']: image });
  });
  const values = Object.values(outputs)[0]?.data ?? new Float32Array();
  return largestError(values, expected.data);
}

async function look(name: string): Promise<Row> {
  const place = join(folder ?? '', name.replace(':', '-'));
  const failed = join(place, 'error.txt');
  const empty = { name, nodes: 0, weights: 0, error: null, runtimeError: null, cells: '', cellError: null, seconds: 0 };
  if (!existsSync(join(place, 'outputs.npz'))) {
    const why = existsSync(failed) ? (readFileSync(failed, 'utf8').trim().split('\n').at(-1) ?? '') : 'not written';
    return { ...empty, missing: `its framework did not write it: ${why.slice(0, 120)}` };
  }
  const file = join(place, name.startsWith('keras') ? 'model.keras' : 'model.onnx');
  const began = performance.now();
  let model: ImportedModel;
  try {
    model = await readModel(new Map([['', readFileSync(file)]]));
  } catch (error) {
    if (!(error instanceof ImportProblem)) throw error;
    return { ...empty, missing: `refused: ${error.code} ${JSON.stringify(error.values)}` };
  }
  const seconds = (performance.now() - began) / 1000;
  const nodes = sheets(model.document).flatMap(({ graph }) => graph.nodes);
  const opaque = new Set(nodes.filter(({ type }) => type === 'opaque').map(({ params }) => String(params['operator'])));
  const weights = Object.values(model.weights ?? {}).reduce((sum, { data }) => sum + data.length, 0);
  const cut = withCells(model, 'en');
  const { graph, cells } = cut.model.document;
  const facts = {
    name,
    nodes: nodes.length,
    weights,
    cells: [graph, ...cells.map((cell) => cell.graph)].map((sheet) => sheet.nodes.length).join(' + '),
    seconds,
  };
  if (opaque.size > 0)
    return { ...facts, missing: [...opaque].join(', '), error: null, runtimeError: null, cellError: null };
  const image = Object.values(readNpz(readFileSync(join(place, 'inputs.npz'))))[0];
  const { output, exact } = readNpz(readFileSync(join(place, 'outputs.npz')));
  if (image === undefined || output === undefined) throw new Error(`${place} holds no examples`);
  const expected = exact ?? output;
  return {
    ...facts,
    missing: '',
    error: errorOf(model, image, expected),
    runtimeError: exact === undefined ? null : largestError(output.data, exact.data),
    cellError: cells.length === 0 ? null : errorOf(cut.model, image, expected),
  };
}

const rows: Row[] = [];
for (const name of asked) {
  try {
    rows.push(await look(name));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    rows.push({
      name,
      nodes: 0,
      weights: 0,
      missing: `failed: ${why}`,
      error: null,
      runtimeError: null,
      cells: '',
      cellError: null,
      seconds: 0,
    });
  }
  process.stderr.write(`${JSON.stringify(rows.at(-1))}\n`);
}

const shown = (error: number | null): string => (error === null ? '–' : error.toExponential(1));
const table = (list: readonly Row[]): string =>
  [
    '| model | nodes | weights | largest difference | its runtime | nodes with cells | and then | seconds |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...list.map(
      ({ name, nodes, weights, error, runtimeError, cells, cellError, seconds }) =>
        `| ${name} | ${nodes} | ${weights} | ${shown(error)} | ${shown(runtimeError)} | ${cells} | ${shown(cellError)} | ${seconds.toFixed(1)} |`,
    ),
  ].join('\n');
const isWhole = ({ error, runtimeError, cellError }: Row): boolean => {
  const most = Math.max(tolerance, timesRuntime * (runtimeError ?? 0));
  return error !== null && error <= most && (cellError === null || cellError <= most);
};
const exceptions = rows.filter((row) => !isWhole(row));
if (chosen.length === 0) {
  writeFileSync(
    'docs/classifiers.md',
    `# Classifiers that come in

Written by \`npm run campaign -- classifiers\`: one model of each family of torchvision (through \`torch.onnx\`, operator set 17,
the number of examples open) and of Keras applications (\`.keras\`), weights drawn at random, two images. "Largest difference" is that of Gradloom's engine from
PyTorch in float64, or from Keras; "its runtime" is that of ONNX Runtime from the same float64. It is the largest of
|a − b| / max(1, |b|), at most ${tolerance} or ${timesRuntime} times what ONNX Runtime itself lies apart: InceptionV3 with these weights is no more
exact in float32. "Nodes with cells" counts those of the main sheet and of each cell after the repeated blocks became cells.

## Exceptions

${
  exceptions.length === 0
    ? 'None.'
    : `| model | why |\n| --- | --- |\n${exceptions
        .map(({ name, missing, error }) => `| ${name} | ${missing === '' ? `differs by ${shown(error)}` : missing} |`)
        .join('\n')}`
}

## Those that come in whole

${table(rows.filter(isWhole))}
`,
  );
}
