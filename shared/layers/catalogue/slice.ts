import { defineLayer } from '../defineLayer.ts';
import { LayerProblem } from '../layer.ts';
import { requireAxis, requireInputs } from '../requirements.ts';

export const slice = defineLayer({
  type: 'slice',
  family: 'shape',
  parameters: {
    axis: { kind: 'integer', default: -1, minimum: -8, maximum: 7 },
    start: { kind: 'integer', default: 0, minimum: -1_000_000, maximum: 1_000_000 },
    end: { kind: 'optionalInteger', default: null, minimum: -1_000_000, maximum: 1_000_000 },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y = x[\dots, a : b, \dots]`,
  build(context, parameters, inputs) {
    const value = requireInputs(inputs, 1);
    const { shape } = value.type;
    const axis = requireAxis(value.type, parameters.axis);
    const length = shape[axis] ?? 0;
    const fromFront = (index: number): number => (index < 0 ? index + length : index);
    const start = fromFront(parameters.start);
    const size = (parameters.end === null ? length : fromFront(parameters.end)) - start;
    if (start < 0 || size < 1 || start + size > length) {
      throw new LayerProblem('sliceRange', { axis, begin: start, size, length }, 0);
    }
    const begin = shape.map((_, at) => (at === axis ? start : 0));
    return context.operation(
      { kind: 'slice', attributes: { begin, size: shape.map((whole, at) => (at === axis ? size : whole)) } },
      [value],
    );
  },
});
