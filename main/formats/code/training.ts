import { describeFields } from '#shared/graph/dataFields';
import type { DataField } from '#shared/graph/dataFields';
import type { Loss, Metric, Schedule, Training } from '#shared/graph/training';
import type { TensorType } from '#shared/graph/values';
import type { FlatProgram, Program } from '#shared/program/program';
import type { Finding } from '../model.ts';
import { endNames } from '../model.ts';
import { elementCount } from '../permute.ts';
import type { StateTensor } from './structure.ts';
import { number, pythonText, tuple } from './words.ts';
import { wrapWords } from './wrap.ts';

/** The training script beside `model.py`, and the file of a few examples to try it with. */
export const trainingScript = 'train.py';
export const sampleFile = 'sample.npz';

/** How a loss reads its target: numbers of classes, a share of each class, or values like the output's. */
export type TargetReading = 'classes' | 'shares' | 'values';

/** An array of the file of data that the script reads. */
export interface DataArray {
  readonly name: string;
  /** null: what it is made of depends on data that the document does not name. */
  readonly type: TensorType | null;
  readonly classes: readonly string[] | null;
}

/** A loss or metric with the output it looks at. */
export interface Judged<What> {
  readonly what: What;
  /** The output's name in the code. */
  readonly output: string;
  readonly type: TensorType;
  readonly reading: TargetReading;
  /** Name of the array that holds the target, and its shape where that is known. */
  readonly target: string;
  readonly targetShape: readonly number[] | null;
}

/** Everything that a training script is written from, in no framework's words. */
export interface TrainingPlan {
  readonly training: Training;
  /** The arrays of the data: those of the inputs in the network's order, and of the targets. */
  readonly inputs: readonly DataArray[];
  readonly targets: readonly DataArray[];
  readonly outputs: readonly string[];
  readonly losses: readonly Judged<Loss>[];
  readonly metrics: readonly Judged<Metric>[];
  /** How the script trains otherwise than Gradloom does, in whichever framework. */
  readonly differences: readonly string[];
}

/** Reads what a training script needs out of a Program; null where it has no loss and so cannot be trained. */
export function planTraining(program: Program): TrainingPlan | null {
  const { training, losses, metrics } = program;
  if (losses.length === 0) return null;
  const { data } = training;
  const fields = data === null ? [] : describeFields(data.source);
  const fieldOf = (name: string): DataField | undefined => fields.find((field) => field.name === name);
  const inputNames = endNames(program.inputs);
  const outputNames = endNames(program.outputs);
  const wanted = new Set([...losses, ...metrics].map(({ target }) => target));
  const judged = <What extends Loss | Metric>(what: What): Judged<What> => {
    const at = program.outputs.findIndex(({ node }) => node === what.output);
    const output = program.outputs[at];
    if (output === undefined) throw new Error(`a loss or metric names ${what.output}, which is no output`);
    const field = fieldOf(what.target);
    return {
      what,
      output: outputNames[at] ?? '',
      type: output.type,
      reading: readingOf(what, output.type, field),
      target: what.target,
      targetShape: field?.shape ?? null,
    };
  };
  return {
    training,
    inputs: program.inputs.map(({ field, type }, index) => {
      const own = inputNames[index] ?? '';
      // Without a field of its own, an input's array goes by the input's name.
      const name = field ?? (wanted.has(own) ? `${own}_input` : own);
      return { name, type, classes: null };
    }),
    targets: [...wanted].map((name) => {
      const field = fieldOf(name);
      if (field === undefined) return { name, type: null, classes: null };
      return { name, type: { shape: field.shape, dtype: field.dtype }, classes: field.classes ?? null };
    }),
    outputs: outputNames,
    losses: losses.map(judged),
    metrics: metrics.map(judged),
    differences: differencesOf(training),
  };
}

/** The rule by which Gradloom's losses read a target; without data, what the kind of loss usually means. */
function readingOf(what: Loss | Metric, { shape }: TensorType, field: DataField | undefined): TargetReading {
  const isOfClasses = what.kind === 'softmaxCrossEntropy' || what.kind === 'focal' || what.kind === 'accuracy';
  if (!isOfClasses) return 'values';
  if (field === undefined) return shape.length === 0 ? 'values' : 'classes';
  const namesClasses =
    field.dtype !== 'float32' && shape.length > 0 && elementCount(field.shape) === elementCount(shape.slice(0, -1));
  return namesClasses ? 'classes' : 'shares';
}

function differencesOf({ data, seed }: Training): readonly string[] {
  const augmentation = data !== null && 'augmentation' in data.source ? data.source.augmentation : null;
  const changes = augmentation !== null && (augmentation.flip || augmentation.shift > 0);
  return [
    `Seed ${seed} shuffles, holds back and drops out other examples and units than it does in Gradloom.`,
    ...(data?.stratify === undefined
      ? []
      : [`Gradloom holds back equal shares of each class of "${data.stratify}"; here they are drawn freely.`]),
    ...(changes ? ['Gradloom flips and shifts the pictures while it trains; here they stay as they are.'] : []),
  ];
}

/** The finding where a document has no loss: a training script would have nothing to make small. */
export const noTraining: Finding = { severity: 'changed', code: 'noTraining', node: null, values: {} };

/** What of the file of weights training leaves alone, and what of it is penalised. */
export interface WeightRules {
  /** Names in the file of parameters that no step moves. */
  readonly still: readonly string[];
  /** Batch normalisations that no longer follow their batches, by the name of their moving mean. */
  readonly frozenStatistics: readonly string[];
  readonly penalties: readonly { readonly name: string; readonly l1: number; readonly l2: number }[];
  /** Names that hold copies of one weight, which Gradloom trains as one. */
  readonly copies: readonly (readonly string[])[];
}

/** Sorts the arrays of the file of weights by what training does to them. */
export function weightRules(state: readonly StateTensor[], flat: FlatProgram): WeightRules {
  const weights = new Map(flat.weights.map((weight) => [weight.id as string, weight]));
  const frozen = new Set(
    flat.operations.flatMap(({ specification, weights: used }) =>
      specification.kind === 'batchNormalisation' && specification.attributes.frozen ? Object.values<string>(used) : [],
    ),
  );
  const still: string[] = [];
  const frozenStatistics: string[] = [];
  const penalties: { name: string; l1: number; l2: number }[] = [];
  const holders = new Map<string, string[]>();
  for (const { name, entry, isParameter, weights: used } of state) {
    const id = entry.slot === null ? undefined : used[entry.slot];
    const weight = id === undefined ? undefined : weights.get(id);
    if (entry.slot === 'movingMean' && id !== undefined && frozen.has(id)) frozenStatistics.push(name);
    if (!isParameter) continue;
    if (weight?.trainable !== true) {
      still.push(name);
      continue;
    }
    holders.set(weight.id, [...(holders.get(weight.id) ?? []), name]);
    const { regulariser } = weight;
    if (regulariser !== null && (regulariser.l1 > 0 || regulariser.l2 > 0)) penalties.push({ name, ...regulariser });
  }
  return { still, frozenStatistics, penalties, copies: [...holders.values()].filter((names) => names.length > 1) };
}

/** What the file of data has to hold, one line for each array. */
export function dataLines({ inputs, targets, losses, metrics }: TrainingPlan): readonly string[] {
  const line = ({ name, type, classes }: DataArray, use: string): string => {
    if (type === null) {
      const reader = [...losses, ...metrics].find(({ target }) => target === name);
      const { reading, type: output } = reader ?? { reading: 'values', type: { shape: [] } };
      const { shape } = output;
      const asked =
        reading === 'classes' ? `whole numbers ${examples(shape.slice(0, -1))}` : `float32 ${examples(shape)}`;
      return `${name}: ${asked}, ${use}`;
    }
    const named = classes === null || classes.length > 12 ? '' : `: ${classes.map(pythonText).join(', ')}`;
    const kind = classes === null ? '' : `; ${classes.length} classes, numbered from 0${named}`;
    return `${name}: ${type.dtype} ${examples(type.shape)}, ${use}${kind}`;
  };
  return [...inputs.map((array) => line(array, 'input')), ...targets.map((array) => line(array, 'target'))];
}

function examples(shape: readonly number[]): string {
  return tuple(['examples', ...shape]);
}

/**
 * The factor on the learning rate as a Python expression of `step` and `total`, as `learningRateAt` has it; null where it
 * never changes. `call`: how the framework calls a function of numbers.
 */
export function scheduleLines(
  schedule: Schedule,
  call: Readonly<Record<'minimum' | 'floor' | 'cos', string>> & {
    readonly choose: (condition: string, yes: string, no: string) => string;
  },
): readonly string[] | null {
  const done = `done = ${call.minimum}(1.0, step / total)`;
  switch (schedule.kind) {
    case 'constant':
      return null;
    case 'step':
      return [`return LEARNING_RATE * ${number(schedule.factor)} ** ${call.floor}(step / ${schedule.every})`];
    case 'exponential':
      return [`return LEARNING_RATE * ${number(schedule.decay)} ** step`];
    case 'cosine': {
      const { minimum } = schedule;
      const half = `0.5 * (1 + ${call.cos}(math.pi * done))`;
      if (minimum === 0) return [done, `return LEARNING_RATE * ${half}`];
      const rest = number(Number((1 - minimum).toPrecision(12)));
      return [done, `return LEARNING_RATE * (${number(minimum)} + ${rest} * ${half})`];
    }
    case 'warmUp':
      return [`return LEARNING_RATE * ${call.minimum}(1.0, (step + 1) / ${schedule.steps})`];
    case 'oneCycle': {
      const start = number(schedule.start);
      const peak = number(schedule.peak);
      return [
        done,
        `rise = ${start} + (1 - ${start}) * done / ${peak}`,
        `fall = 0.5 * (1 + ${call.cos}(math.pi * (done - ${peak}) / (1 - ${peak})))`,
        `return LEARNING_RATE * ${call.choose(`done < ${peak}`, 'rise', 'fall')}`,
      ];
    }
  }
}

/** What a schedule is called. */
export const scheduleNames: Readonly<Record<Schedule['kind'], string>> = {
  constant: 'constant',
  step: 'falls in steps',
  exponential: 'decays exponentially',
  cosine: 'half a cosine',
  warmUp: 'linear warm-up',
  oneCycle: 'one cycle',
};

/** What a probability is compared with: the target, or with smoothing, something between it and a half. */
export function smoothedGoal(target: string, smoothing: number): string {
  if (smoothing === 0) return target;
  return `${target} * ${number(Number((1 - smoothing).toPrecision(12)))} + ${number(smoothing / 2)}`;
}

/** What a loss is called. */
export const lossNames: Readonly<Record<Loss['kind'], string>> = {
  softmaxCrossEntropy: 'softmax cross-entropy',
  sigmoidCrossEntropy: 'sigmoid cross-entropy',
  focal: 'focal loss',
  meanSquaredError: 'mean squared error',
  meanAbsoluteError: 'mean absolute error',
  huber: 'Huber loss',
  linear: 'linear loss',
};

/** The head of a script: what it does, which data it wants, and how it differs from Gradloom. */
export function scriptHead(
  name: string,
  framework: string,
  weightsEnding: string,
  plan: TrainingPlan,
  differences: readonly string[],
): string {
  const wrapped = (text: string, indent: string): string => wrapWords(text, 118 - indent.length).join(`\n${indent}`);
  return `"""${wrapped(`Trains ${pythonText(name)} in ${framework}, as Gradloom would. Written by Gradloom.`, '')}

    python ${trainingScript} [DATA.npz]

DATA.npz (without it: data.npz) holds one array for each of these, the examples along the first axis:

${dataLines(plan)
  .map((line) => `- ${wrapped(line, '  ')}`)
  .join('\n')}

${sampleFile}, where it lies beside this file, holds five such examples to try the script with. Training starts from
weights${weightsEnding} and leaves trained${weightsEnding}; \`load\` of model.py reads both.

What differs from Gradloom:

${[...plan.differences, ...differences].map((line) => `- ${wrapped(line, '  ')}`).join('\n')}
"""`;
}

/** Python that reads the data and says what is wrong with it; the same in every framework. */
export function dataReader({ inputs, targets }: TrainingPlan): string {
  const known = [...inputs, ...targets].flatMap(({ name, type }) => (type === null ? [] : [{ name, type }]));
  const rows = known
    .filter(({ name }, index) => known.findIndex((each) => each.name === name) === index)
    .map(({ name, type }) => `    ${JSON.stringify(name)}: (${tuple(type.shape)}, "${type.dtype}"),\n`);
  const open = targets.filter(({ type }) => type === null).map(({ name }) => JSON.stringify(name));
  const others = open.length === 0 ? 'ARRAYS' : `[*ARRAYS, ${open.join(', ')}]`;
  return `# Shape of one example, and element type.
ARRAYS = {
${rows.join('')}}


def read(path):
    """The arrays of a file of data, checked; ends the script with what is missing."""
    if not Path(path).is_file():
        sys.exit(f"There is no {path}. What it has to hold stands at the top of {Path(__file__).name}.")
    with np.load(path) as file:
        missing = [name for name in ${others} if name not in file]
        if missing:
            sys.exit(f"{path} lacks {', '.join(missing)}; it has {', '.join(file)}.")
        data = {name: file[name] for name in ${others}}
    for name, (shape, dtype) in ARRAYS.items():
        if data[name].shape[1:] != shape:
            sys.exit(f"{path}: {name} has examples of shape {data[name].shape[1:]}; {shape} is needed.")
        data[name] = data[name].astype(dtype)
    if len({len(values) for values in data.values()}) != 1:
        sys.exit(f"{path}: every array needs the same number of examples.")
    return data
`;
}
