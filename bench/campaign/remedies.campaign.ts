import { writeFileSync } from 'node:fs';
import { spread } from '#shared/theory/spread';
import { loadEngine } from '../../main/engine/backend/load.ts';
import type { Expected, Remedy } from '../../main/engine/testing/remedies.ts';
import { contradiction, quantityWords, remedyRuns } from '../../main/engine/testing/remedies.ts';

/* Each remedy on a stated network: the stated quantity before and after, harm included. Writes docs/remedies.md. */

/** None of these had a part in choosing anything. */
const seeds = [301, 302, 303, 304, 305];
const { device } = await loadEngine();

const written = (value: number): string =>
  value === 0 || (value >= 1e-3 && value < 1e5) ? String(Number(value.toPrecision(3))) : value.toExponential(1);
const cell = (values: readonly number[]): string => {
  const found = spread(values);
  return found === null ? '–' : `${written(found.median)} (${written(found.minimum)}–${written(found.maximum)})`;
};
const expected = ({ by, range }: Expected): string => {
  const [least, most] = range(seeds.length);
  if (by === 'exact') return `${written((least + most) / 2)}, exact`;
  if (by === 'bound' && most > 1e38) return `at least ${written(least)}`;
  return least === most ? `${written(least)}, ${by}` : `${written(least)}–${written(most)}, ${by}`;
};
const signs: Readonly<Record<Remedy['effect'], string>> = { helps: 'helps', nothing: '·', harms: '**harm**' };

const rows: string[] = [];
const against: string[] = [];
for (const remedy of remedyRuns) {
  const found = [];
  for (const seed of seeds) found.push(await remedy.measure(device, seed));
  const [before, after] = [found.map(([value]) => value), found.map(([, value]) => value)];
  const middle = [spread(before)?.median ?? Number.NaN, spread(after)?.median ?? Number.NaN] as const;
  const problem = contradiction(remedy, middle, seeds.length);
  if (problem !== null) against.push(`- ${remedy.change}, ${remedy.quantity}: ${problem}`);
  const told = remedy.told === null ? '–' : remedy.told.map(written).join(' → ');
  const ends = [expected(remedy.before), cell(before), expected(remedy.after), cell(after)];
  const row = [remedy.change, remedy.quantity, ...ends, told, signs[remedy.effect]];
  rows.push(`| ${row.join(' | ')} |`);
  process.stderr.write(`${rows.at(-1)}${problem === null ? '' : `  CONTRADICTED: ${problem}`}\n`);
}

writeFileSync(
  'docs/remedies.md',
  `# What the remedies do, measured

Each row is one change to a stated network. Median and range over seeds ${seeds.join(', ')}, none of which had a part in
choosing anything; "told" is what the same change gave in a computation that shares no code with Gradloom. All at the
first step, before anything is trained: a row says what the change does to the gradient there, not whether the network
then learns. "·": the quantity stays, or stays too small to train with. Written by \`npm run campaign -- remedies\`.

${against.length === 0 ? 'Every median lies where it was expected.' : `**Medians that lie elsewhere than was expected:**\n\n${against.join('\n')}`}

| change | quantity | before: expected | measured | after: expected | measured | told | |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

## What was expected, and why

Expectations were fixed before these seeds were run.

- **theory**: the mean field of wide networks at their start (Schoenholz et al. 2017; with batch normalisation Yang et al.
  2019), worked out by numerical integration in \`main/engine/testing/meanField.ts\`. A network of finite width scatters
  around it: the logarithm of the squared ratio has variance 5L/n for ReLU (Hanin and Nica 2020), less for the others, and
  its median lies up to 5L/2n below. The range is three standard deviations of a median over ${seeds.length} seeds, and that shift.
- **told**: where no simple theory holds (residual sums that are correlated, gates), the value that was told, with the same
  three deviations.
- **exact**: a closed form, to 1e−5, what is added by a penalty as far as float32 and the draw of the kernel allow. A gradient whose expected size lies below a float32 by ten powers of ten reads 0.
- Clipping by norm makes each of k tensors θ long or leaves it: the cosine is at least 1/√k, and below 1 where the
  tensors' lengths differ. By value the same holds with the number of elements.

## The quantities

${Object.entries(quantityWords)
  .map(([quantity, words]) => `- **${quantity}**: ${words}.`)
  .join('\n')}

In the rows of "penalty" the first number is the derivative of the penalty worked out from the weights, the second what
the measured gradient grew by. Clipping changes what is applied and leaves the raw gradient as it is: "raw" is what the
run tells of the step.

In the rows of layer normalisation, of loops, and of the kernels 0.5·Q and 4·Q, "told" is \`bench/campaign/remedies.py\`: NumPy
in float64, run by hand, nine seeds.

## Switch by switch

Each switch of the window, the rows that show what it does, and what holds it besides.

| switch | where it stands | rows above | held besides by |
| --- | --- | --- | --- |
| clipping by global norm, by norm, by value | training panel; raw and applied norm beside each other in the run | clipping, five rows | \`train/clipping.test.ts\`, \`clippedRuns.test.ts\`: the applied norm is min(θ, ‖g‖) to 1e−5 |
| L1, L2 | each layer's parameters | L1, L2: the data loss's gradient stays, the penalty's is added | |
| initialisers | each layer's parameters, of several layers at once where several are chosen | Glorot, He, N(0, 0.01²), orthogonal; LeCun, uniform and constant have none | \`initialise.test.ts\`: variance of each |
| normalisation | palette; "Normalise before … layers" | batch and layer normalisation, harm included; group normalisation has none | |
| another activation | parameters of what is chosen; "Switch to ReLU" with and without He | ReLU, leaky ReLU, PReLU, ELU; GELU has none | \`remedyEdits.test.ts\` |
| residual | "Make residual" of what is chosen; "Make … layers residual"; a loop's state | residual connections, with harm where nothing is normalised | \`remedyEdits.test.ts\`, \`residual.test.ts\` |
| gates in place of a plain cell | inspector of a recurrent layer or cell; "Make … LSTMs" | GRU (harm), LSTM | \`remedyEdits.test.ts\` |
| γ = 0, forget bias | a layer's parameters; "Start … with γ = 0", "… with forget bias 5" | γ = 0, LSTM 1 → 5 | \`loopReadings.test.ts\` |
| orthogonal maps of a loop's state | "Begin with orthogonal maps" | four rows, harm included | \`loopReadings.test.ts\` |
| schedules | training panel | travel, five rows. They change no gradient of the first step, only how far is gone | \`schedule.test.ts\` |
| range test | training panel | none: it changes nothing, it proposes a rate | \`rateRange.test.ts\`, \`lab.spec.ts\` |
| early stopping with the best weights | training panel | none: it changes no gradient | \`earlyStopping.test.ts\` |
| class weights, label smoothing | training panel, at the loss | logits, two rows | \`keras.test.ts\`: label smoothing as Keras computes it |

The values through time were told without the number of input features and without where they were read. A float64
computation in NumPy over 1, 2, 4, … 64 features, read at the state h, at the cell state and at the input, gives all four
of them (1.2e−7, 3.6e−11, 6.2e−6, 0.46, medians of six seeds) at one place only: 16 features, the state h. So these two
choices are inferred from what was told; the values after them are not. At the inputs, where a first version of this page
read them, the LSTMs' ratios are about eight times larger, because there the cell state's gradient arrives too. The
directions are the same with every number of features but for tanh against LSTM: below 8 features, which leave tanh
less saturated, the LSTM with a forget bias of 1 is the worse one.
`,
);
process.exitCode = against.length === 0 ? 0 : 1;
