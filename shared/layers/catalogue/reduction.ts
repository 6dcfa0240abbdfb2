import { defineLayer } from '../defineLayer.ts';
import { reduceFunctions } from '../operations.ts';
import { requireAxis, requireInputs } from '../requirements.ts';

export const reduction = defineLayer({
  type: 'reduction',
  family: 'arithmetic',
  parameters: {
    function: { kind: 'choice', default: 'mean', options: reduceFunctions },
    axes: { kind: 'integers', default: [0], minimum: -8, maximum: 7, minimumLength: 1, maximumLength: 8 },
    keepAxes: { kind: 'boolean', default: false },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y = f_{i \in A}(x_i),\quad f \in \{\textstyle\sum,\ \tfrac{1}{n}\sum,\ \max,\ \min\}`,
  build(context, { function: name, axes, keepAxes }, inputs) {
    const value = requireInputs(inputs, 1);
    // An axis that is named from both ends is one axis.
    const named = [...new Set(axes.map((axis) => requireAxis(value.type, axis)))].sort((first, next) => first - next);
    return context.operation({ kind: 'reduce', attributes: { function: name, axes: named, keepAxes } }, [value]);
  },
});
