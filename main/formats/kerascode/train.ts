import type { Loss, Metric, Optimiser, Training } from '#shared/graph/training';
import { dataReader, lossNames, scheduleLines, scheduleNames, scriptHead, smoothedGoal } from '../code/training.ts';
import type { Judged, TrainingPlan, WeightRules } from '../code/training.ts';
import { number, tuple } from '../code/words.ts';
import { wrapPython } from '../code/wrap.ts';

const key = (name: string): string => JSON.stringify(name);

function clippingOption({ clipping }: Training): string {
  switch (clipping.kind) {
    case 'none':
      return '';
    case 'globalNorm':
      return `, global_clipnorm=${number(clipping.threshold)}`;
    case 'norm':
      return `, clipnorm=${number(clipping.threshold)}`;
    case 'value':
      return `, clipvalue=${number(clipping.threshold)}`;
  }
}

/** The optimiser's constructor: Gradloom's are those of Keras. */
function optimiserText(optimiser: Optimiser, rate: string, clipping: string): string {
  const made = (className: string, options: readonly string[]): string =>
    `keras.optimizers.${className}(${[rate, ...options].join(', ')}${clipping})`;
  switch (optimiser.kind) {
    case 'sgd':
      return made('SGD', [
        ...(optimiser.momentum === 0 ? [] : [`momentum=${number(optimiser.momentum)}`]),
        ...(optimiser.nesterov === true ? ['nesterov=True'] : []),
      ]);
    case 'adam':
    case 'adamW':
      return made(optimiser.kind === 'adam' ? 'Adam' : 'AdamW', [
        `beta_1=${number(optimiser.beta1)}`,
        `beta_2=${number(optimiser.beta2)}`,
        `epsilon=${number(optimiser.epsilon)}`,
        ...(optimiser.kind === 'adamW' ? [`weight_decay=${number(optimiser.weightDecay)}`] : []),
      ]);
    case 'rmsprop':
      return made('RMSprop', [
        `rho=${number(optimiser.rho)}`,
        ...(optimiser.momentum === 0 ? [] : [`momentum=${number(optimiser.momentum)}`]),
        `epsilon=${number(optimiser.epsilon)}`,
      ]);
    case 'adagrad':
      return made('Adagrad', [
        `initial_accumulator_value=${number(optimiser.initialAccumulator)}`,
        `epsilon=${number(optimiser.epsilon)}`,
      ]);
  }
}

/** The target as numbers of classes in the shape of the rows of logits. */
function classNumbers({ target, targetShape, type }: Judged<Loss | Metric>): string {
  const rows = type.shape.slice(0, -1);
  const value = `targets[${key(target)}]`;
  return targetShape?.join() === rows.join() ? value : `ops.reshape(${value}, ${tuple([-1, ...rows])})`;
}

/** The target as float32 in the output's shape. */
function likeOutput({ target, targetShape, type }: Judged<Loss | Metric>): string {
  const value = `ops.cast(targets[${key(target)}], "float32")`;
  return targetShape?.join() === type.shape.join() ? value : `ops.reshape(${value}, ${tuple([-1, ...type.shape])})`;
}

/** One loss before its weight: sums over classes, means over examples and positions. */
function lossExpression(judged: Judged<Loss>): string {
  const { what, output, type, reading } = judged;
  const { kind, delta = 1, gamma = 2, alpha = 0.25, labelSmoothing = 0, classWeights } = what;
  const value = `outputs[${key(output)}]`;
  const classes = type.shape.at(-1) ?? 1;
  const shares = reading === 'classes' ? `ops.one_hot(${classNumbers(judged)}, ${classes})` : likeOutput(judged);
  const weights = classWeights === undefined ? '' : `, weights=CLASS_WEIGHTS[${key(output)}]`;
  const smoothing = labelSmoothing > 0 ? `, smoothing=${number(labelSmoothing)}` : '';
  switch (kind) {
    case 'softmaxCrossEntropy':
      if (labelSmoothing > 0 || classWeights !== undefined) {
        return `cross_entropy(${value}, ${shares}${smoothing}${weights})`;
      }
      return reading === 'classes'
        ? `ops.mean(ops.sparse_categorical_crossentropy(${classNumbers(judged)}, ${value}, from_logits=True))`
        : `ops.mean(ops.categorical_crossentropy(${shares}, ${value}, from_logits=True))`;
    case 'focal':
      return `cross_entropy(${value}, ${shares}, alpha=${number(alpha)}, gamma=${number(gamma)}${smoothing}${weights})`;
    case 'sigmoidCrossEntropy': {
      const goal = smoothedGoal(likeOutput(judged), labelSmoothing);
      const each = `ops.binary_crossentropy(${goal}, ${value}, from_logits=True)`;
      return classes === 1 ? `ops.mean(${each})` : `ops.mean(ops.sum(${each}, axis=-1))`;
    }
    case 'meanSquaredError':
      return `ops.mean(ops.square(${value} - ${likeOutput(judged)}))`;
    case 'meanAbsoluteError':
      return `ops.mean(ops.abs(${value} - ${likeOutput(judged)}))`;
    case 'huber':
      return `huber(${value}, ${likeOutput(judged)}, delta=${number(delta)})`;
    case 'linear':
      return `ops.sum(${value} * ${likeOutput(judged)}) / ops.cast(ops.shape(${value})[0], "float32")`;
  }
}

const helpers = {
  cross_entropy: `def cross_entropy(output, shares, smoothing=0.0, weights=None, alpha=1.0, gamma=0.0):
    """Cross-entropy of logits, or focal loss of several classes (Lin et al. 2017): summed over classes."""
    logarithm = ops.log_softmax(output, axis=-1)
    goal = shares * (1 - smoothing) + smoothing / output.shape[-1]
    if weights is not None:
        goal = goal * ops.sum(shares * ops.convert_to_tensor(weights), axis=-1, keepdims=True)
    if gamma > 0:
        goal = alpha * goal * ops.maximum(1 - ops.exp(logarithm), 1e-7) ** gamma
    else:
        goal = alpha * goal
    return ops.mean(-ops.sum(goal * logarithm, axis=-1))
`,
  huber: `def huber(output, target, delta):
    """Half the square up to \`delta\`, and linear from there on."""
    difference = output - target
    cut = ops.clip(difference, -delta, delta)
    return ops.mean(cut * (difference - cut / 2))
`,
} as const;

/** One number for each example or position; what is reported is their mean. */
function metricExpression(judged: Judged<Metric>, losses: readonly Judged<Loss>[]): string {
  const { what, output, type, reading } = judged;
  const value = `outputs[${key(output)}]`;
  if (what.kind === 'meanAbsoluteError') return `ops.abs(${value} - ${likeOutput(judged)})`;
  const isByThreshold =
    type.shape.length === 0 ||
    losses.some((loss) => loss.output === output && loss.what.kind === 'sigmoidCrossEntropy');
  if (isByThreshold) return `ops.cast((${value} > 0) == (${likeOutput(judged)} > 0.5), "float32")`;
  const right =
    reading === 'classes' ? `ops.cast(${classNumbers(judged)}, "int32")` : `ops.argmax(${likeOutput(judged)}, axis=-1)`;
  return `ops.cast(ops.equal(ops.argmax(${value}, axis=-1), ${right}), "float32")`;
}

function lossCode(losses: readonly Judged<Loss>[]): string {
  const term = (judged: Judged<Loss>): string =>
    `${judged.what.weight === 1 ? '' : `${number(judged.what.weight)} * `}${lossExpression(judged)}`;
  const [only] = losses;
  if (losses.length === 1 && only !== undefined) return `    return ${term(only)}\n`;
  const lines = losses.flatMap((judged) => [
    `        # ${lossNames[judged.what.kind]} of ${judged.output}\n`,
    `        ${term(judged)},\n`,
  ]);
  return `    return sum((\n${lines.join('')}    ))\n`;
}

/** A Keras script that trains the network of `model.py` with the document's own settings. */
export function kerasTrainingScript(name: string, plan: TrainingPlan, rules: WeightRules): string {
  const { training, losses, metrics, inputs, targets, outputs } = plan;
  const { optimiser, schedule, epochs, batch, seed, data } = training;
  const earlyStopping = training.earlyStopping ?? null;
  const rate = scheduleLines(schedule, {
    minimum: 'ops.minimum',
    floor: 'ops.floor',
    cos: 'ops.cos',
    choose: (condition, yes, no) => `ops.where(${condition}, ${yes}, ${no})`,
  });
  const layersOf = (names: readonly string[]): readonly string[] => [
    ...new Set(names.map((each) => each.slice(0, each.lastIndexOf('/')))),
  ];
  const frozen = layersOf([...rules.still, ...rules.frozenStatistics]);
  const weighted = losses.filter(({ what }) => what.classWeights !== undefined);
  const terms = lossCode(losses);
  const needs = (['cross_entropy', 'huber'] as const).filter((each) => terms.includes(`${each}(outputs`));
  const hasPenalty = rules.penalties.length > 0;
  const hasMetrics = metrics.length > 0;
  const validation = data?.validation ?? 0;
  const differences = [
    'Keras tells the mean loss of the steps of an epoch, Gradloom the loss of the weights after it.',
    ...(hasPenalty && rules.still.length > 0 ? ['Penalties on layers that stay as they are are not counted.'] : []),
    ...rules.copies.map((names) => `${names.join(' and ')} begin as copies of one weight and are trained apart here.`),
  ];
  const constants = [
    `SEED = ${seed}`,
    `EPOCHS = ${epochs}`,
    `BATCH = ${batch}`,
    `LEARNING_RATE = ${number(optimiser.learningRate)}`,
    `VALIDATION = ${number(validation)}  # part of the examples that is held back`,
  ];
  const lists = [
    ...(frozen.length === 0
      ? []
      : [`# Layers that stay as they are.\nFROZEN = [\n${frozen.map((each) => `    ${key(each)},\n`).join('')}]\n`]),
    ...(weighted.length === 0
      ? []
      : [
          `# A factor for the examples of each class.\nCLASS_WEIGHTS = {\n${weighted
            .map(
              ({ output, what }) =>
                `    ${key(output)}: [${(what.classWeights ?? []).map((each) => (Number.isInteger(each) ? `${each}.0` : number(each))).join(', ')}],\n`,
            )
            .join('')}}\n`,
        ]),
  ];
  const given = inputs.map((each) => `data[${key(each.name)}][examples]`);
  const named =
    outputs.length === 1 ? `{${key(outputs[0] ?? '')}: outputs}` : `dict(zip(${tuple(outputs.map(key))}, outputs))`;
  const metricNames = metrics.map(
    ({ what, output }) => `${what.kind === 'accuracy' ? 'accuracy' : 'mean_absolute_error'}_${output}`,
  );
  const measured = metrics.map(
    (judged, index) => `        ${key(metricNames[index] ?? '')}: ${metricExpression(judged, losses)},\n`,
  );
  const scheduleCode =
    rate === null
      ? ''
      : `class Schedule(keras.optimizers.schedules.LearningRateSchedule):
    """The learning rate of a step, from 0, of \`total\`: ${scheduleNames[schedule.kind]}."""

    def __init__(self, total):
        self.total = total

    def __call__(self, step):
        step, total = ops.cast(step, "float32"), self.total
${rate.map((line) => `        ${line}\n`).join('')}
    def get_config(self):
        return {"total": self.total}


`;
  const metricParts = hasMetrics
    ? `        self.means = {name: keras.metrics.Mean(name=name) for name in ${tuple(metricNames.map(key))}}\n`
    : '';
  const computeMetrics = hasMetrics
    ? `
    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        for name, values in metrics(y_pred, y).items():
            self.means[name].update_state(values)
        return self.get_metrics_result()
`
    : '';
  const monitor = validation > 0 ? 'val_loss' : 'loss';
  const callbacks =
    earlyStopping === null
      ? ''
      : `    stopping = keras.callbacks.EarlyStopping(
        monitor="${monitor}",
        mode="min",
        min_delta=${number(earlyStopping.minimumChange)},
        patience=${earlyStopping.patience},
        restore_best_weights=${earlyStopping.keepBest ? 'True' : 'False'},
    )
`;
  return wrapPython(`${scriptHead(name, 'Keras', '.npz', plan, differences)}

${rate?.some((line) => line.includes('math.')) === true ? 'import math\n' : ''}import sys
from pathlib import Path

import keras
import numpy as np
from keras import ops

from model import layers_of, load

HERE = Path(__file__).parent
${constants.join('\n')}

${lists.map((text) => `${text}\n`).join('')}${dataReader(plan)}

${needs.map((each) => `${helpers[each]}\n\n`).join('')}${scheduleCode}def loss(outputs, targets):
    """What training makes small: sums over classes, means over examples and positions."""
${terms}

${hasMetrics ? `def metrics(outputs, targets):\n    """What is reported beside the loss, for each example or position."""\n    return {\n${measured.join('')}    }\n\n\n` : ''}class Trained(keras.Model):
    """The network with its loss; its outputs by name, before softmax or sigmoid."""

    def __init__(self, network):
        super().__init__()
        self.network = network
${metricParts}
    def call(self, inputs, training=False):
        outputs = self.network(inputs, training=training)
        return ${named}

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return loss(y_pred, y)${hasPenalty ? ' + sum(self.losses)' : ''}
${computeMetrics}

def trained(total, weights=HERE / "weights.npz"):
    """The network ready to train over \`total\` steps."""
    network = load(weights)
${frozen.length > 0 ? '    for layer in layers_of(network):\n        layer.trainable = layer.name not in FROZEN\n' : ''}    model = Trained(network)
    model.compile(optimizer=${optimiserText(optimiser, rate === null ? 'LEARNING_RATE' : 'Schedule(total)', clippingOption(training))})
    return model


def take(data, examples):
    """Inputs and targets of some examples."""
    inputs = ${given.length === 1 ? (given[0] ?? '') : `[${given.join(', ')}]`}
    targets = {name: data[name][examples] for name in ${tuple(targets.map((each) => key(each.name)))}}
    return inputs, targets


def main(path):
    data = read(path)
    keras.utils.set_random_seed(SEED)
    order = np.random.default_rng(SEED).permutation(len(next(iter(data.values()))))
    held = round(len(order) * VALIDATION)
    validation, training = order[:held], order[held:]
    model = trained(EPOCHS * -(-len(training) // BATCH))
${callbacks}    model.fit(
        *take(data, training),
        batch_size=BATCH,
        epochs=EPOCHS,
        validation_data=take(data, validation) if held > 0 else None,
${earlyStopping === null ? '' : '        callbacks=[stopping],\n'}        verbose=2,
    )
    weights = {
        f"{layer.name}/{weight.name}": np.asarray(weight)
        for layer in layers_of(model.network)
        for weight in layer.weights
    }
    np.savez(HERE / "trained.npz", **weights)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "data.npz")
`);
}
