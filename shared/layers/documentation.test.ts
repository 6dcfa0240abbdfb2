import { readFileSync, writeFileSync } from 'node:fs';
import katex from 'katex';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { isTextKey, text } from '../text/text.ts';
import { catalogue } from './catalogue.ts';
import type { LayerDefinition, LayerPort, ParameterField } from './layer.ts';

function cellRow(width: string, order: string, cost: string): { readonly weights: string; readonly cost: string } {
  const kernels = `\`kernel\` [features, ${width}]; \`recurrentKernel\` [units, ${width}]`;
  return { weights: `${kernels}; \`bias\` [${width}] with a bias${order}.`, cost };
}

function recurrentRow(width: string, order: string): { readonly weights: string; readonly cost: string } {
  const { weights } = cellRow(width, order, '');
  return {
    weights: `${weights} Both directions: a second set, \`backwardKernel\` and so on.`,
    cost: `Steps × (features + units) × ${width}, for each direction.`,
  };
}

/** Weights and cost in words; every other layer has none and counts 0. */
const weightsAndCost: Readonly<Record<string, { readonly weights: string; readonly cost: string }>> = {
  dense: {
    weights: '`kernel` [last axis, units]; `bias` [units] with a bias.',
    cost: 'Last axis × units, at every position of the other axes.',
  },
  convolution2d: {
    weights: '`kernel` [rows, columns, channels in ÷ groups, filters]; `bias` [filters] with a bias.',
    cost: 'Kernel rows × kernel columns × channels in ÷ groups × filters, at every position of the output.',
  },
  convolution1d: {
    weights: '`kernel` [length, channels in ÷ groups, filters]; `bias` [filters] with a bias.',
    cost: 'Kernel length × channels in ÷ groups × filters, at every position of the output.',
  },
  convolution3d: {
    weights: '`kernel` [depth, rows, columns, channels in, filters]; `bias` [filters] with a bias.',
    cost: 'Elements of the kernel, at every position of the output.',
  },
  depthwiseConvolution2d: {
    weights: '`kernel` [rows, columns, channels in, multiplier]; `bias` [channels in · multiplier] with a bias.',
    cost: 'Elements of the kernel, at every position of the output.',
  },
  separableConvolution2d: {
    weights:
      '`depthwiseKernel` [rows, columns, channels in, multiplier]; `pointwiseKernel` [1, 1, channels in · multiplier, filters]; `bias` [filters] with a bias.',
    cost: 'Elements of both kernels, at every position of the output.',
  },
  transposedConvolution2d: {
    weights: '`kernel` [rows, columns, filters, channels in]; `bias` [filters] with a bias.',
    cost: 'Elements of the kernel, at every position of the input.',
  },
  parametricRelu: { weights: '`alpha`, as many axes as the example, of length 1 where it is shared.', cost: '0.' },
  scaleBias: {
    weights: '`scale` and `bias` where they are used, as many axes as the example, of length 1 where they are shared.',
    cost: '0.',
  },
  groupNormalisation: { weights: '`gamma` and `beta` [last axis] where scale and center are on.', cost: '0.' },
  batchNormalisation: {
    weights:
      '`gamma` and `beta` [last axis] where scale and center are on; `movingMean` and `movingVariance` [last axis], which do not train.',
    cost: '0.',
  },
  simpleRecurrent: recurrentRow('units', ''),
  lstm: recurrentRow('4·units', ', gates as i, f, c, o'),
  gru: recurrentRow('3·units', ', gates as z, r, h; with reset after the product, `bias` is [2, 3·units]'),
  simpleCell: cellRow('units', '', '(features + units) × units.'),
  lstmCell: cellRow('4·units', ', gates as i, f, c, o', '(features + units) × 4·units.'),
  gruCell: cellRow(
    '3·units',
    ', gates as z, r, h; with reset after the product, `bias` is [2, 3·units]',
    '(features + units) × 3·units; with the reset before the product, units × 3·units more.',
  ),
  embedding: { weights: '`table` [vocabulary, dimension].', cost: '0.' },
  attention: {
    weights: '`scale` [1] where the scale is learned.',
    cost: 'Queries × keys × (features of the query + features of the value).',
  },
  additiveAttention: {
    weights:
      '`queryKernel` [features of the query, units] and `keyKernel` [features of the key, units] with units; `scale` [units or features] where it is used.',
    cost: 'Queries × keys × features of the value, and the elements of each kernel for every query or key.',
  },
  multiHeadAttention: {
    weights:
      '`queryKernel` [features, heads · key size], `keyKernel`, `valueKernel` [features, heads · value size], `outputKernel` [heads · value size, output size]; `queryBias` and so on with a bias. Reshaped, they are Keras’s [features, heads, size].',
    cost: 'The elements of each kernel for every query or key, and heads × queries × keys × (key size + value size).',
  },
  positionalEncoding: { weights: '`positions` [steps, features] where they are learned.', cost: '0.' },
  matrixProduct: { weights: 'None.', cost: 'The inner length, for every element of the output.' },
  layerNormalisation: { weights: '`gamma` and `beta` [last axis] where scale and center are on.', cost: '0.' },
};

function words(key: string): string {
  if (!isTextKey(key)) throw new Error(`no text ${key}`);
  return text('en', key);
}

function range(field: ParameterField): string {
  switch (field.kind) {
    case 'integer':
      return `whole number, ${field.minimum} to ${field.maximum}`;
    case 'number': {
      const from = `${field.exclusiveMinimum === true ? 'above ' : ''}${field.minimum}`;
      return `number, ${from} to ${field.exclusiveMaximum === true ? 'below ' : ''}${field.maximum}`;
    }
    case 'boolean':
      return '`true` or `false`';
    case 'choice':
      return field.options.map((option) => `\`${option}\``).join(', ');
    case 'shape':
      return `list of ${field.minimumRank} to ${field.maximumRank} whole numbers from 1`;
    case 'pair':
      return `two whole numbers from ${field.minimum}`;
    case 'triple':
      return `three whole numbers from ${field.minimum}`;
    case 'integers':
      return `list of ${field.minimumLength} to ${field.maximumLength} whole numbers, ${field.minimum} to ${field.maximum}`;
    case 'optionalInteger':
      return `\`null\` or a whole number, ${field.minimum} to ${field.maximum}`;
    case 'margins': {
      const { minimumAxes, maximumAxes } = field;
      const count = minimumAxes === maximumAxes ? `${minimumAxes}` : `${minimumAxes} to ${maximumAxes}`;
      return `${count} pairs [before, after]`;
    }
    case 'formula':
      return 'formula';
    case 'initialiser':
      return 'initialiser';
    case 'regulariser':
      return '`null` or `{"l1": …, "l2": …}`';
  }
}

const ports = {
  none: 'no input',
  one: 'input `in`',
  many: 'inputs `in.0`, `in.1`, … (at least two, in order)',
} as const;

function named(ports: readonly LayerPort[]): string {
  return ports.map(({ id, optional }) => `\`${id}\`${optional === true ? ' (optional)' : ''}`).join(', ');
}

function inputWords(inputs: LayerDefinition['inputs']): string {
  return typeof inputs === 'string' ? ports[inputs] : `inputs ${named(inputs)}`;
}

function outputWords(outputs: LayerDefinition['outputs']): string {
  if (outputs === 'one') return 'output `out`';
  return outputs === 'none' ? 'no output' : `outputs ${named(outputs)}`;
}

function section(layer: LayerDefinition): string {
  const { type, family, parameters, inputs, outputs, formula, source } = layer;
  const rows = Object.entries(parameters).map(
    ([name, field]) =>
      `| \`${name}\` | \`${JSON.stringify(field.default)}\` | ${range(field)} | ${words(`parameter.${name}.help`).replaceAll('|', '\\|')} |`,
  );
  const { weights, cost } = weightsAndCost[type] ?? { weights: 'None.', cost: '0.' };
  return [
    `## ${words(`layer.${type}.name`)} (\`${type}\`)`,
    words(`layer.${type}.help`),
    `$$${formula}$$`,
    [
      `- Family: ${words(`family.${family}`)}`,
      `- Ports: ${inputWords(inputs)}; ${outputWords(outputs)}`,
      `- Shape: ${words(`layer.${type}.shape`)}`,
      `- Weights: ${weights}`,
      `- Multiply-adds: ${cost}`,
      ...(source === undefined ? [] : [`- Source: ${source}`]),
    ].join('\n'),
    ...(rows.length === 0
      ? []
      : [['| Parameter | Default | Values | |', '| --- | --- | --- | --- |', ...rows].join('\n')]),
  ].join('\n\n');
}

const introduction = `# The layers

This page is made from the catalogue in \`shared/layers\` by \`shared/layers/documentation.test.ts\`; do not edit it. After a
change of the catalogue, \`UPDATE_DOCS=1 npx vitest run shared/layers/documentation.test.ts\` writes it anew.

Shapes are written without the batch. Images are height×width×channels. A missing parameter takes its default; an unknown
one is an error. Where libraries differ in a default, this is ours, and every exported file writes it out:

- padding of a convolution starts from \`same\` (Keras: \`valid\`); with same padding an odd zero goes to the end, as in
  TensorFlow;
- weights start from Glorot uniform (Keras's choice; TensorFlow.js: Glorot normal; PyTorch: another uniform);
- leaky ReLU has slope 0.3 (Keras's layer; Keras's function: 0.2; PyTorch: 0.01);
- GELU is the exact x·Φ(x), not the tanh approximation;
- batch normalisation has momentum 0.99 and ε 0.001 (PyTorch: 1 − 0.1 in this convention, and 0.00001);
- average pooling does not count the padding;
- a masked step of a recurrent layer gives the state carried from the step before (Keras's \`Bidirectional\` alone gives zeros
  there when it returns all steps).

Layers compute with float32; concatenate, flatten and output pass other element types on. A layer with an activation of its
own emits two operations, so that its pre-activation can be probed as \`node:preactivation\`.

**Multiply-adds** are those of one example's forward pass, as published figures count them: products with the elements of
a kernel. Biases, element-wise functions, sums, pools and normalisation count 0. Iterations and instances all count.
`;

test('docs/layers.md is what the catalogue says', async () => {
  const file = new URL('../../docs/layers.md', import.meta.url);
  const whole = [introduction, ...[...catalogue.values()].map(section)].join('\n\n');
  const fresh = await format(whole, { ...(await resolveConfig(file)), parser: 'markdown' });
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, fresh);
  expect(readFileSync(file, 'utf8'), 'run it with UPDATE_DOCS=1 to write the page anew').toBe(fresh);
});

test.each([...catalogue.values()])('$type: the formula is TeX that can be set', ({ formula }) => {
  const html = katex.renderToString(formula, { displayMode: true, throwOnError: true, strict: 'error' });
  expect(html).toContain('katex');
});

test('every layer, parameter and option has its texts', () => {
  for (const { type, family, parameters, inputs, outputs } of catalogue.values()) {
    const namedPorts = [inputs, outputs].flatMap((ports) => (typeof ports === 'string' ? [] : ports));
    const keys = [
      ...namedPorts.map(({ id }) => `port.${id.replace(/\.\d+$/, '')}`),
      `family.${family}`,
      ...['name', 'help', 'shape'].map((part) => `layer.${type}.${part}`),
      ...Object.entries(parameters).flatMap(([name, field]) => [
        `parameter.${name}.name`,
        `parameter.${name}.help`,
        ...(field.kind === 'choice' ? field.options.map((option) => `option.${name}.${option}`) : []),
      ]),
    ];
    expect(keys.filter((key) => !isTextKey(key))).toEqual([]);
  }
});
