import type { Loss, Metric, Optimiser, Training } from '#shared/graph/training';
import { dataReader, lossNames, scheduleLines, scheduleNames, scriptHead, smoothedGoal } from '../code/training.ts';
import type { Judged, TrainingPlan, WeightRules } from '../code/training.ts';
import { number, tuple } from '../code/words.ts';
import { wrapPython } from '../code/wrap.ts';

/** Optimisers that PyTorch computes otherwise, as Gradloom does. */
const optimiserClasses = {
  SGD: `class SGD(torch.optim.Optimizer):
    """SGD with momentum whose velocity holds the learning rate, so that a new rate does not scale former steps."""

    def __init__(self, parameters, lr, momentum, nesterov=False):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "nesterov": nesterov})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for parameter in (each for each in group["params"] if each.grad is not None):
                state = self.state[parameter]
                velocity = state.setdefault("velocity", torch.zeros_like(parameter))
                velocity.mul_(group["momentum"]).sub_(group["lr"] * parameter.grad)
                if group["nesterov"]:
                    parameter.add_(group["momentum"] * velocity - group["lr"] * parameter.grad)
                else:
                    parameter.add_(velocity)
`,
  RMSprop: `class RMSprop(torch.optim.Optimizer):
    """RMSprop as Keras has it: epsilon under the root, and the learning rate inside the velocity."""

    def __init__(self, parameters, lr, rho, momentum, epsilon):
        super().__init__(parameters, {"lr": lr, "rho": rho, "momentum": momentum, "epsilon": epsilon})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for parameter in (each for each in group["params"] if each.grad is not None):
                state, gradient = self.state[parameter], parameter.grad
                square = state.setdefault("square", torch.zeros_like(parameter))
                velocity = state.setdefault("velocity", torch.zeros_like(parameter))
                square.mul_(group["rho"]).add_((1 - group["rho"]) * gradient.square())
                step = group["lr"] * gradient * (square + group["epsilon"]).rsqrt()
                parameter.sub_(velocity.mul_(group["momentum"]).add_(step))
`,
  Adagrad: `class Adagrad(torch.optim.Optimizer):
    """Adagrad as Keras has it: epsilon under the root."""

    def __init__(self, parameters, lr, initial_accumulator, epsilon):
        super().__init__(parameters, {"lr": lr, "initial": initial_accumulator, "epsilon": epsilon})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for parameter in (each for each in group["params"] if each.grad is not None):
                state, gradient = self.state[parameter], parameter.grad
                sums = state.setdefault("sums", torch.full_like(parameter, group["initial"]))
                sums.add_(gradient.square())
                parameter.sub_(group["lr"] * gradient * (sums + group["epsilon"]).rsqrt())
`,
} as const;

interface WrittenOptimiser {
  /** A class of our own that it needs. */
  readonly own: keyof typeof optimiserClasses | null;
  readonly constructor: string;
  /** Adam's epsilon stands elsewhere in PyTorch: what to set before each step. */
  readonly epsilon: { readonly value: number; readonly beta2: number } | null;
}

function writeOptimiser(optimiser: Optimiser, hasSchedule: boolean): WrittenOptimiser {
  const plain = { own: null, epsilon: null };
  switch (optimiser.kind) {
    case 'sgd': {
      const { momentum } = optimiser;
      if (momentum === 0) return { ...plain, constructor: 'torch.optim.SGD(parameters, lr=LEARNING_RATE)' };
      const nesterov = optimiser.nesterov === true ? ', nesterov=True' : '';
      const options = `(parameters, lr=LEARNING_RATE, momentum=${number(momentum)}${nesterov})`;
      // At one learning rate both are the same.
      return hasSchedule
        ? { ...plain, own: 'SGD', constructor: `SGD${options}` }
        : { ...plain, constructor: `torch.optim.SGD${options}` };
    }
    case 'adam':
    case 'adamW': {
      const { beta1, beta2, epsilon } = optimiser;
      const decay = optimiser.kind === 'adamW' ? `, weight_decay=${number(optimiser.weightDecay)}` : '';
      const className = optimiser.kind === 'adamW' ? 'AdamW' : 'Adam';
      return {
        own: null,
        constructor: `torch.optim.${className}(parameters, lr=LEARNING_RATE, betas=${tuple([number(beta1), number(beta2)])}${decay})`,
        epsilon: { value: epsilon, beta2 },
      };
    }
    case 'rmsprop': {
      const { rho, momentum, epsilon } = optimiser;
      const options = `rho=${number(rho)}, momentum=${number(momentum)}, epsilon=${number(epsilon)}`;
      return { ...plain, own: 'RMSprop', constructor: `RMSprop(parameters, lr=LEARNING_RATE, ${options})` };
    }
    case 'adagrad': {
      const { initialAccumulator, epsilon } = optimiser;
      const options = `initial_accumulator=${number(initialAccumulator)}, epsilon=${number(epsilon)}`;
      return { ...plain, own: 'Adagrad', constructor: `Adagrad(parameters, lr=LEARNING_RATE, ${options})` };
    }
  }
}

const key = (name: string): string => JSON.stringify(name);

/** The target as numbers of classes, one for each row of logits. */
function classNumbers({ target, targetShape }: Judged<Loss | Metric>): string {
  const flat = targetShape?.length === 0 ? '' : '.flatten()';
  return `batch[${key(target)}]${flat}.long()`;
}

/** The target as float32 in the output's shape. */
function likeOutput({ target, targetShape, type, output }: Judged<Loss | Metric>): string {
  const isSame = targetShape !== null && targetShape.join() === type.shape.join();
  return `batch[${key(target)}].float()${isSame ? '' : `.reshape(outputs[${key(output)}].shape)`}`;
}

/** One loss before its weight: sums over classes, means over examples and positions. */
function lossExpression(judged: Judged<Loss>): {
  readonly text: string;
  readonly needs: readonly ('focal' | 'soft')[];
} {
  const { what, output, type, reading } = judged;
  const { kind, delta = 1, gamma = 2, alpha = 0.25, labelSmoothing = 0, classWeights } = what;
  const value = `outputs[${key(output)}]`;
  const rows = type.shape.length > 1 ? `${value}.flatten(0, -2)` : value;
  const classes = type.shape.at(-1) ?? 1;
  const plain = (text: string) => ({ text, needs: [] });
  switch (kind) {
    case 'softmaxCrossEntropy': {
      const smoothing = labelSmoothing > 0 ? `, label_smoothing=${number(labelSmoothing)}` : '';
      const isByClass = reading === 'classes';
      const wide = type.shape.length > 1 ? `${likeOutput(judged)}.flatten(0, -2)` : likeOutput(judged);
      const target = isByClass ? classNumbers(judged) : wide;
      if (classWeights === undefined) return plain(`F.cross_entropy(${rows}, ${target}${smoothing})`);
      const weight = isByClass ? `CLASS_WEIGHTS[${key(output)}][${target}]` : `${wide} @ CLASS_WEIGHTS[${key(output)}]`;
      return plain(`(F.cross_entropy(${rows}, ${target}, reduction="none"${smoothing}) * (${weight})).mean()`);
    }
    case 'focal': {
      const shares =
        reading === 'classes' ? `F.one_hot(${classNumbers(judged)}, ${classes}).float()` : likeOutput(judged);
      const whole = type.shape.length > 1 && reading === 'classes' ? rows : value;
      const smoothing = labelSmoothing > 0 ? `, smoothing=${number(labelSmoothing)}` : '';
      const weights = classWeights === undefined ? '' : `, weights=CLASS_WEIGHTS[${key(output)}]`;
      return {
        text: `focal(${whole}, ${shares}, alpha=${number(alpha)}, gamma=${number(gamma)}${smoothing}${weights})`,
        needs: ['focal'],
      };
    }
    case 'sigmoidCrossEntropy': {
      const goal = smoothedGoal(likeOutput(judged), labelSmoothing);
      if (classes === 1) return plain(`F.binary_cross_entropy_with_logits(${value}, ${goal})`);
      return plain(`F.binary_cross_entropy_with_logits(${value}, ${goal}, reduction="none").sum(-1).mean()`);
    }
    case 'meanSquaredError':
      return plain(`F.mse_loss(${value}, ${likeOutput(judged)})`);
    case 'meanAbsoluteError':
      return plain(`F.l1_loss(${value}, ${likeOutput(judged)})`);
    case 'huber':
      return plain(`F.huber_loss(${value}, ${likeOutput(judged)}${delta === 1 ? '' : `, delta=${number(delta)}`})`);
    case 'linear':
      return plain(`(${value} * ${likeOutput(judged)}).sum() / len(${value})`);
  }
}

const focal = `def focal(output, shares, alpha, gamma, smoothing=0.0, weights=None):
    """Focal loss of several classes (Lin et al. 2017), summed over classes."""
    logarithm = F.log_softmax(output, dim=-1)
    rest = (1 - logarithm.exp()).clamp(min=1e-7)
    goal = shares * (1 - smoothing) + smoothing / output.shape[-1]
    if weights is not None:
        goal = goal * (shares * weights).sum(-1, keepdim=True)
    return (-alpha * goal * rest**gamma * logarithm).sum(-1).mean()
`;

function metricExpression(judged: Judged<Metric>, losses: readonly Judged<Loss>[]): string {
  const { what, output, type, reading } = judged;
  const value = `outputs[${key(output)}]`;
  if (what.kind === 'meanAbsoluteError') return `(${value} - ${likeOutput(judged)}).abs().mean()`;
  const isByThreshold =
    type.shape.length === 0 ||
    losses.some((loss) => loss.output === output && loss.what.kind === 'sigmoidCrossEntropy');
  if (isByThreshold) return `((${value} > 0) == (${likeOutput(judged)} > 0.5)).float().mean()`;
  const chosen = `${value}.argmax(-1)`;
  if (reading === 'classes') {
    const flat = type.shape.length > 1 ? '.flatten()' : '';
    return `(${chosen}${flat} == ${classNumbers(judged)}).float().mean()`;
  }
  return `(${chosen} == ${likeOutput(judged)}.argmax(-1)).float().mean()`;
}

function clippingLines({ clipping }: Training): readonly string[] {
  switch (clipping.kind) {
    case 'none':
      return [];
    case 'globalNorm':
      return [`torch.nn.utils.clip_grad_norm_(network.parameters(), ${number(clipping.threshold)})`];
    case 'norm':
      return [
        'for parameter in network.parameters():',
        `    torch.nn.utils.clip_grad_norm_([parameter], ${number(clipping.threshold)})`,
      ];
    case 'value':
      return [`torch.nn.utils.clip_grad_value_(network.parameters(), ${number(clipping.threshold)})`];
  }
}

function penaltyCode(penalties: WeightRules['penalties']): string {
  if (penalties.length === 0) return '';
  const hasL1 = penalties.some(({ l1 }) => l1 > 0);
  const entries = penalties.map(({ name, l1, l2 }) =>
    hasL1 ? `    ${key(name)}: ${tuple([number(l1), number(l2)])},\n` : `    ${key(name)}: ${number(l2)},\n`,
  );
  const sum = hasL1
    ? `    parts = [(network.get_parameter(name), *factors) for name, factors in PENALTIES.items()]
    return sum(l1 * weight.abs().sum() + l2 * weight.square().sum() for weight, l1, l2 in parts)`
    : '    return sum(l2 * network.get_parameter(name).square().sum() for name, l2 in PENALTIES.items())';
  return `# ${hasL1 ? 'Factors of the sum of magnitudes (L1) and of squares (L2)' : 'Factor of the sum of squares (L2)'} of each weight.
PENALTIES = {
${entries.join('')}}


def penalty(network):
    """What the loss counts for large weights."""
${sum}


`;
}

/** The sum of all losses, each times its weight. */
function lossCode(terms: readonly { readonly judged: Judged<Loss>; readonly text: string }[]): string {
  const factor = ({ judged: { what } }: (typeof terms)[number]): string =>
    what.weight === 1 ? '' : `${number(what.weight)} * `;
  const [only] = terms;
  if (terms.length === 1 && only !== undefined) return `    return ${factor(only)}${only.text}\n`;
  const lines = terms.flatMap((term) => [
    `        # ${lossNames[term.judged.what.kind]} of ${term.judged.output}\n`,
    `        ${factor(term)}${term.text},\n`,
  ]);
  return `    return sum((\n${lines.join('')}    ))\n`;
}

function block(lines: readonly string[], indent: string): string {
  return lines.map((line) => `${indent}${line}\n`).join('');
}

/** A PyTorch script that trains the module of `model.py` with the document's own settings. */
export function torchTrainingScript(name: string, plan: TrainingPlan, rules: WeightRules): string {
  const { training, losses, metrics, inputs, outputs } = plan;
  const { optimiser, schedule, epochs, batch, seed, data } = training;
  const earlyStopping = training.earlyStopping ?? null;
  const rate = scheduleLines(schedule, {
    minimum: 'min',
    floor: 'math.floor',
    cos: 'math.cos',
    choose: (condition, yes, no) => `(${yes} if ${condition} else ${no})`,
  });
  const written = writeOptimiser(optimiser, rate !== null);
  const terms = losses.map((judged) => ({ judged, ...lossExpression(judged) }));
  const needsFocal = terms.some(({ needs }) => needs.includes('focal'));
  const weighted = losses.filter(({ what }) => what.classWeights !== undefined);
  const hasStatistics = rules.frozenStatistics.map((each) => each.replace(/\.?running_mean$/, ''));
  const validation = data?.validation ?? 0;
  const differences = [
    'A batch normalisation of PyTorch follows the unbiased variance of a batch (n − 1), where it has moving statistics.',
    ...(training.clipping.kind === 'globalNorm' || training.clipping.kind === 'norm'
      ? ['PyTorch adds 1e-6 to the norm that it clips by.']
      : []),
    ...rules.copies.map((names) => `${names.join(' and ')} begin as copies of one weight and are trained apart here.`),
  ];
  const head = scriptHead(name, 'PyTorch', '.safetensors', plan, differences);
  const constants = [
    'DEVICE = "cuda" if torch.cuda.is_available() else "cpu"',
    `SEED = ${seed}`,
    `EPOCHS = ${epochs}`,
    `BATCH = ${batch}`,
    `LEARNING_RATE = ${number(optimiser.learningRate)}`,
    `VALIDATION = ${number(validation)}  # part of the examples that is held back`,
    ...(earlyStopping === null
      ? []
      : [
          `PATIENCE = ${earlyStopping.patience}  # epochs in a row that may be no better`,
          `MINIMUM_CHANGE = ${number(earlyStopping.minimumChange)}  # a smaller fall of the loss is none`,
        ]),
  ];
  const frozen = [
    ...(rules.still.length === 0
      ? []
      : [
          `# Parameters that stay as they are.\nSTILL = [\n${rules.still.map((each) => `    ${key(each)},\n`).join('')}]\n`,
        ]),
    ...(hasStatistics.length === 0
      ? []
      : [
          `# Batch normalisations that keep their moving statistics.\nFROZEN = [\n${hasStatistics.map((each) => `    ${key(each)},\n`).join('')}]\n`,
        ]),
    ...(weighted.length === 0
      ? []
      : [
          `# A factor for the examples of each class.\nCLASS_WEIGHTS = {\n${weighted
            .map(
              ({ output, what }) =>
                `    ${key(output)}: torch.tensor([${(what.classWeights ?? []).map(number).join(', ')}], device=DEVICE),\n`,
            )
            .join('')}}\n`,
        ]),
  ];
  const given = inputs.map((each) => `batch[${key(each.name)}]`).join(', ');
  const forward =
    outputs.length === 1
      ? `return {${key(outputs[0] ?? '')}: network(${given})}`
      : `return dict(zip(${tuple(outputs.map(key))}, network(${given})))`;
  const measured = metrics.map(
    (judged) => `        ${key(`${judged.what.kind}/${judged.output}`)}: ${metricExpression(judged, losses)},\n`,
  );
  const rateCode =
    rate === null
      ? ''
      : `def learning_rate(step, total):
    """The learning rate of a step, from 0: ${scheduleNames[schedule.kind]}."""
${block(rate, '    ')}

`;
  const perStep = [
    'for group in optimiser.param_groups:',
    ...(rate === null ? [] : ['    group["lr"] = learning_rate(step, total)']),
    ...(written.epsilon === null
      ? []
      : [
          "    # Gradloom adds epsilon before Adam's second moment is corrected, PyTorch after.",
          `    group["eps"] = ${number(written.epsilon.value)} / math.sqrt(1 - ${number(written.epsilon.beta2)} ** (step + 1))`,
        ]),
  ];
  const needsMath = rate?.some((line) => line.includes('math.')) === true || written.epsilon !== null;
  const stopping =
    earlyStopping === null
      ? ''
      : `        watched = measured.get("validation", measured["training"])["loss"]
        if watched < best - MINIMUM_CHANGE:
            best, waited = watched, 0
${earlyStopping.keepBest ? '            kept = {name: values.clone() for name, values in network.state_dict().items()}\n' : ''}        else:
            waited += 1
        if waited >= PATIENCE:
            print(f"no better for {PATIENCE} epochs")
            break
`;
  const hasMetrics = metrics.length > 0;
  const total = (outputs: string): string =>
    `loss(${outputs}, batch)${rules.penalties.length > 0 ? ' + penalty(network)' : ''}`;
  return wrapPython(`${head}

${needsMath ? 'import math\n' : ''}import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from model import load

HERE = Path(__file__).parent
${constants.join('\n')}

${frozen.map((text) => `${text}\n`).join('')}${dataReader(plan)}

${written.own === null ? '' : `${optimiserClasses[written.own]}\n\n`}${needsFocal ? `${focal}\n\n` : ''}${rateCode}${penaltyCode(rules.penalties)}def forward(network, batch):
    """The outputs by name, before softmax or sigmoid."""
    ${forward}


def loss(outputs, batch):
    """What training makes small: sums over classes, means over examples and positions."""
${lossCode(terms)}

${hasMetrics ? `def metrics(outputs, batch):\n    """What is reported beside the loss."""\n    return {\n${measured.join('')}    }\n\n\n` : ''}def training_mode(network):
    """Dropout on, batch normalisations on batches${hasStatistics.length > 0 ? ', but for the frozen ones' : ''}."""
    network.train()
${hasStatistics.length > 0 ? '    for name in FROZEN:\n        network.get_submodule(name).eval()\n' : ''}

def make_optimiser(network):
    """The optimiser over every parameter that moves."""
${rules.still.length > 0 ? '    for name in STILL:\n        network.get_parameter(name).requires_grad_(False)\n' : ''}    parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
    return ${written.constructor}


def train_step(network, optimiser, batch, step, total):
    """One step, from 0, of \`total\`; gives the loss before it."""
${block(perStep.length > 1 ? perStep : [], '    ')}    optimiser.zero_grad()
    value = ${total('forward(network, batch)')}
    value.backward()
${block(clippingLines(training), '    ')}    optimiser.step()
    return value.item()


@torch.no_grad()
def evaluate(network, data, examples):
    """Loss and metrics over some examples, outside training."""
    network.eval()
    sums = {}
    for start in range(0, len(examples), BATCH):
        batch = take(data, examples[start : start + BATCH])
        outputs = forward(network, batch)
        numbers = {"loss": ${total('outputs')}${hasMetrics ? ', **metrics(outputs, batch)' : ''}}
        for name, value in numbers.items():
            sums[name] = sums.get(name, 0.0) + float(value) * len(examples[start : start + BATCH])
    return {name: value / len(examples) for name, value in sums.items()}


def take(data, examples):
    return {name: torch.from_numpy(values[examples]).to(DEVICE) for name, values in data.items()}


def main(path):
    data = read(path)
    torch.manual_seed(SEED)
    random = np.random.default_rng(SEED)
    network = load(HERE / "weights.safetensors").to(DEVICE)
    optimiser = make_optimiser(network)
    order = random.permutation(len(next(iter(data.values()))))
    held = round(len(order) * VALIDATION)
    validation, training = order[:held], order[held:]
    total = EPOCHS * -(-len(training) // BATCH)
    step = 0
${earlyStopping === null ? '' : `    best, waited${earlyStopping.keepBest ? ', kept' : ''} = float("inf"), 0${earlyStopping.keepBest ? ', None' : ''}\n`}    for epoch in range(EPOCHS):
        training_mode(network)
        shuffled = random.permutation(training)
        for start in range(0, len(shuffled), BATCH):
            train_step(network, optimiser, take(data, shuffled[start : start + BATCH]), step, total)
            step += 1
        measured = {"training": evaluate(network, data, training)}
        if len(validation) > 0:
            measured["validation"] = evaluate(network, data, validation)
        told = [f"{part} {name} {value:.5f}" for part in measured for name, value in measured[part].items()]
        print(f"epoch {epoch + 1}:", ", ".join(told))
${stopping}${earlyStopping?.keepBest === true ? '    if kept is not None:\n        network.load_state_dict(kept)\n' : ''}    save_file(network.state_dict(), HERE / "trained.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "data.npz")
`);
}
