import { defineLayer } from '../defineLayer.ts';
import type { BuildValue, LayerPort } from '../layer.ts';
import { LayerProblem } from '../layer.ts';
import { requireAxis, requireInputs } from '../requirements.ts';

const parts = (count: number): readonly LayerPort[] =>
  Array.from({ length: count }, (_, index) => ({ id: `out.${index}` }));

const largestCount = 64;
const portLists = new Map<number, readonly LayerPort[]>();

/** One list per count: what draws the ports compares lists by identity. */
function portsOfCount(count: number): readonly LayerPort[] {
  const known = portLists.get(count) ?? parts(count);
  portLists.set(count, known);
  return known;
}

export const split = defineLayer({
  type: 'split',
  family: 'shape',
  parameters: {
    axis: { kind: 'integer', default: -1, minimum: -8, maximum: 7 },
    by: { kind: 'choice', default: 'parts', options: ['parts', 'sizes'] },
    parts: { kind: 'integer', default: 2, minimum: 2, maximum: largestCount },
    sizes: {
      kind: 'integers',
      default: [1, 1],
      minimum: 1,
      maximum: 1_000_000,
      minimumLength: 2,
      maximumLength: largestCount,
    },
  },
  visible: ({ by }) => ['axis', 'by', by],
  inputs: 'one',
  outputs: portsOfCount(2),
  outputPorts: ({ by, parts: count, sizes }) => portsOfCount(by === 'parts' ? count : sizes.length),
  formula: String.raw`[y_0 \,;\, y_1 \,;\, \dots] = x`,
  build(context, parameters, inputs) {
    const value = requireInputs(inputs, 1);
    const { shape } = value.type;
    const axis = requireAxis(value.type, parameters.axis);
    const length = shape[axis] ?? 0;
    const sizes =
      parameters.by === 'sizes'
        ? parameters.sizes
        : Array.from({ length: parameters.parts }, () => length / parameters.parts);
    if (parameters.by === 'parts' && length % parameters.parts !== 0) {
      throw new LayerProblem('splitParts', { axis, length, parts: parameters.parts }, 0);
    }
    if (sizes.reduce((sum, size) => sum + size, 0) !== length) {
      throw new LayerProblem('splitSizes', { axis, length, sizes: sizes.join(' + ') }, 0);
    }
    const outputs: Record<string, BuildValue> = {};
    let start = 0;
    sizes.forEach((size, index) => {
      const begin = shape.map((_, at) => (at === axis ? start : 0));
      const attributes = { begin, size: shape.map((whole, at) => (at === axis ? size : whole)) };
      outputs[`out.${index}`] = context.operation({ kind: 'slice', attributes }, [value]);
      start += size;
    });
    return outputs;
  },
});
