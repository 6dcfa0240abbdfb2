import { defineLayer } from '../defineLayer.ts';
import { buildPadding } from '../margins.ts';
import { requireInputs } from '../requirements.ts';

export const zeroPadding = defineLayer({
  type: 'zeroPadding',
  family: 'shape',
  parameters: {
    margins: {
      kind: 'margins',
      default: [
        [1, 1],
        [1, 1],
      ],
      minimumAxes: 1,
      maximumAxes: 4,
    },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y_{i,j,c} = \begin{cases} x_{i-t,\,j-l,\,c} & t \le i < t + h,\; l \le j < l + w \\ 0 & \text{else} \end{cases}`,
  build: (context, { margins }, inputs) => buildPadding(context, requireInputs(inputs, 1), margins, 0),
});
