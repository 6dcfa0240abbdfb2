import type { JSX } from 'react';
import { trainingExamples } from '#shared/check/dataView';
import { describeFields } from '#shared/graph/dataFields';
import type { GraphNode } from '#shared/graph/document';
import { largestSeed } from '#shared/graph/training';
import type { Loss, Optimiser, Training } from '#shared/graph/training';
import {
  choosesOneClass,
  countsClasses,
  lossKinds,
  newSchedule,
  optimiserKinds,
  scheduleKinds,
} from '#shared/graph/trainingKinds';
import {
  addLoss,
  changeLoss,
  lossOperations,
  removeLoss,
  setMetric,
  switchClipping,
  switchOptimiser,
} from '#shared/graph/trainingEdits';
import type { TextKey } from '#shared/text/text';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { Button } from '../../ui/Button.tsx';
import { DefinitionButton } from '../../ui/DefinitionButton.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { NumberField } from '../../ui/NumberField.tsx';
import { Section } from '../../ui/Section.tsx';
import { SelectField } from '../../ui/SelectInput.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { RangeTest } from './RangeTest.tsx';
import styles from './TrainingPanel.module.css';

const clippingKinds = ['none', 'globalNorm', 'norm', 'value'] as const;

const above0 = { minimum: 0, exclusiveMinimum: true, maximum: 1e9 } as const;

/** Changes the training settings as one entry of the history. */
function useChange(): (set: Partial<Training>, label: TextKey) => void {
  const edit = useDocumentStore((store) => store.edit);
  return (set, label) => edit([{ kind: 'setTraining', set }], { key: label });
}

/** Changes the losses, with what goes along with them, as one entry of the history. */
function changeLosses(set: Partial<Training>): void {
  const { document, edit } = useDocumentStore.getState();
  edit(lossOperations(document, set), { key: 'training.edit.loss' });
}

/** Everything that decides how the network is trained. */
export function TrainingPanel(): JSX.Element {
  const training = useDocumentStore((store) => store.document.training);
  return (
    <div className={styles.panel}>
      <Losses training={training} />
      <OptimiserSection training={training} />
      <ClippingSection training={training} />
      <LengthSection training={training} />
      <ProbesSection training={training} />
    </div>
  );
}

interface SectionProps {
  readonly training: Training;
}

function Losses({ training }: SectionProps): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const nodes = useDocumentStore((store) => store.document.graph.nodes);
  const outputs = nodes.filter((node) => node.type === 'output');
  const without = outputs.filter((node) => !training.losses.some((loss) => loss.output === node.id));
  return (
    <Section title={say('training.losses')} aside={<DefinitionButton measure="headLoss" />}>
      {outputs.length === 0 && <p className={styles.empty}>{say('training.losses.noOutput')}</p>}
      {outputs.length > 0 && training.losses.length === 0 && (
        <p className={styles.empty}>{say('training.losses.none')}</p>
      )}
      {training.losses.map((loss, index) => (
        <LossCard
          key={`${loss.output} ${index}`}
          loss={loss}
          index={index}
          node={nodes.find((node) => node.id === loss.output)}
          training={training}
        />
      ))}
      {without.map((node) => (
        <Button
          key={node.id}
          icon="plus"
          size="small"
          look="quiet"
          className={styles.add}
          onClick={() => changeLosses(addLoss(training, node.id))}
        >
          {say('training.losses.add', { output: nodeTitle(locale, node) })}
        </Button>
      ))}
    </Section>
  );
}

function LossCard(props: {
  readonly loss: Loss;
  readonly index: number;
  readonly node: GraphNode | undefined;
  readonly training: Training;
}): JSX.Element {
  const { loss, index, node, training } = props;
  const say = useText();
  const locale = useLocale();
  const change = useChange();
  const output = node === undefined ? loss.output : nodeTitle(locale, node);
  const fields = training.data === null ? [] : describeFields(training.data.source);
  const names = fields.map((field) => field.name);
  const targets = names.includes(loss.target) ? names : [...names, loss.target];
  const metric = training.metrics.find((entry) => entry.output === loss.output && entry.kind === 'accuracy');
  const error = training.metrics.find((entry) => entry.output === loss.output && entry.kind === 'meanAbsoluteError');
  return (
    <div className={styles.card}>
      <div className={styles.cardHead}>
        <strong className={styles.cardTitle}>{output}</strong>
        <IconButton
          icon="trash"
          size="small"
          label={say('training.losses.remove', { output })}
          onClick={() => changeLosses(removeLoss(training, index))}
        />
      </div>
      <SelectField
        label={say('training.loss.kind')}
        layout="column"
        value={loss.kind}
        options={lossKinds.map((kind) => ({ value: kind, label: say(`training.loss.${kind}`) }))}
        help={say(`training.loss.${loss.kind}.help`)}
        onChange={(kind) => changeLosses(changeLoss(training, index, { kind }))}
      />
      <SelectField
        label={say('training.loss.target')}
        value={loss.target}
        options={targets.map((name) => ({ value: name, label: name }))}
        onChange={(target) => changeLosses(changeLoss(training, index, { target }))}
      />
      {loss.kind === 'huber' && (
        <NumberField
          {...above0}
          label={say('training.loss.delta')}
          help={say('training.loss.delta.help')}
          value={loss.delta ?? 1}
          logarithmic
          onCommit={(delta) => changeLosses(changeLoss(training, index, { delta }))}
        />
      )}
      {loss.kind === 'focal' && (
        <>
          <NumberField
            label={say('training.loss.gamma')}
            help={say('training.loss.gamma.help')}
            value={loss.gamma ?? 2}
            minimum={0}
            maximum={10}
            onCommit={(gamma) => changeLosses(changeLoss(training, index, { gamma }))}
          />
          <NumberField
            label={say('training.loss.alpha')}
            help={say('training.loss.alpha.help')}
            value={loss.alpha ?? 0.25}
            minimum={0}
            exclusiveMinimum
            maximum={1}
            onCommit={(alpha) => changeLosses(changeLoss(training, index, { alpha }))}
          />
        </>
      )}
      {countsClasses(loss.kind) && (
        <NumberField
          label={say('training.loss.labelSmoothing')}
          help={say('training.loss.labelSmoothing.help')}
          value={loss.labelSmoothing ?? 0}
          minimum={0}
          maximum={1}
          exclusiveMaximum
          onCommit={(labelSmoothing) => changeLosses(changeLoss(training, index, { labelSmoothing }))}
        />
      )}
      {choosesOneClass(loss.kind) && (
        <ClassWeights
          weights={loss.classWeights}
          names={fields.find((field) => field.name === loss.target)?.classes ?? []}
          onChange={(classWeights) => changeLosses(changeLoss(training, index, { classWeights }))}
        />
      )}
      <NumberField
        label={say('training.loss.weight')}
        value={loss.weight}
        minimum={-1e6}
        maximum={1e6}
        onCommit={(weight) => changeLosses(changeLoss(training, index, { weight }))}
      />
      {countsClasses(loss.kind) ? (
        <Toggle
          label={say('measure.accuracy')}
          value={metric !== undefined}
          onChange={(on) =>
            change(
              { metrics: setMetric(training.metrics, loss.output, 'accuracy', on ? loss.target : null) },
              'training.edit.metric',
            )
          }
        />
      ) : (
        <Toggle
          label={say('measure.meanAbsoluteError')}
          value={error !== undefined}
          onChange={(on) =>
            change(
              { metrics: setMetric(training.metrics, loss.output, 'meanAbsoluteError', on ? loss.target : null) },
              'training.edit.metric',
            )
          }
        />
      )}
    </div>
  );
}

/** More classes than this are weighed in the file: a column of hundreds of fields helps nobody. */
const mostWeighedClasses = 32;

function ClassWeights(props: {
  readonly weights: readonly number[] | undefined;
  /** Of the classes; empty where the target names none. */
  readonly names: readonly string[];
  onChange(weights: number[] | undefined): void;
}): JSX.Element | null {
  const { weights, names, onChange } = props;
  const say = useText();
  if (names.length < 2 && weights === undefined) return null;
  return (
    <>
      <Toggle
        label={say('training.loss.classWeights')}
        help={say('training.loss.classWeights.help')}
        value={weights !== undefined}
        onChange={(on) => onChange(on ? names.map(() => 1) : undefined)}
      />
      {weights !== undefined && weights.length > mostWeighedClasses && (
        <p className={styles.empty}>{say('training.loss.classWeights.many', { count: weights.length })}</p>
      )}
      {weights !== undefined &&
        weights.length <= mostWeighedClasses &&
        weights.map((weight, at) => (
          <NumberField
            key={at}
            label={say('training.loss.classWeight', { class: names[at] ?? at })}
            value={weight}
            minimum={0}
            maximum={1e6}
            onCommit={(next) => onChange(weights.map((other, index) => (index === at ? next : other)))}
          />
        ))}
    </>
  );
}

function OptimiserSection({ training }: SectionProps): JSX.Element {
  const say = useText();
  const change = useChange();
  const { optimiser, schedule } = training;
  const steps = expectedSteps(training);
  return (
    <Section title={say('training.optimiser')} aside={<DefinitionButton measure="learningRate" />}>
      <SelectField
        label={say('training.optimiser')}
        layout="column"
        value={optimiser.kind}
        options={optimiserKinds.map((kind) => ({ value: kind, label: say(`training.optimiser.${kind}`) }))}
        onChange={(kind) => change({ optimiser: switchOptimiser(optimiser, kind) }, 'training.edit.optimiser')}
      />
      <NumberField
        {...above0}
        label={say('training.learningRate')}
        value={optimiser.learningRate}
        logarithmic
        onCommit={(learningRate) => change({ optimiser: { ...optimiser, learningRate } }, 'training.edit.learningRate')}
      />
      <RangeTest />
      <OptimiserFields optimiser={optimiser} />
      <SelectField
        label={say('training.schedule')}
        layout="column"
        value={schedule.kind}
        options={scheduleKinds.map((kind) => ({ value: kind, label: say(`training.schedule.${kind}`) }))}
        onChange={(kind) => change({ schedule: newSchedule(kind, steps) }, 'training.edit.schedule')}
      />
      <ScheduleFields training={training} />
    </Section>
  );
}

/** The numbers that the kinds of optimisers have beside the learning rate. */
type OptimiserNumber = 'momentum' | 'rho' | 'beta1' | 'beta2' | 'epsilon' | 'weightDecay' | 'initialAccumulator';

const optimiserNumbers = {
  sgd: ['momentum'],
  adam: ['beta1', 'beta2', 'epsilon'],
  adamW: ['weightDecay', 'beta1', 'beta2', 'epsilon'],
  rmsprop: ['rho', 'momentum', 'epsilon'],
  adagrad: ['initialAccumulator', 'epsilon'],
} as const satisfies Record<Optimiser['kind'], readonly OptimiserNumber[]>;

/** Momentum, β₁, β₂ and ρ are shares below one; the others have ranges of their own. */
function rangeOf(name: OptimiserNumber): Pick<Parameters<typeof NumberField>[0], 'minimum' | 'maximum'> & {
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly logarithmic?: boolean;
} {
  switch (name) {
    case 'epsilon':
      return { ...above0, logarithmic: true };
    case 'weightDecay':
      return { minimum: 0, maximum: 1, logarithmic: true };
    case 'initialAccumulator':
      return { minimum: 0, maximum: 1e6, logarithmic: true };
    default:
      return { minimum: 0, maximum: 1, exclusiveMaximum: true };
  }
}

function OptimiserFields({ optimiser }: { readonly optimiser: Optimiser }): JSX.Element {
  const say = useText();
  const change = useChange();
  const values: Readonly<Partial<Record<OptimiserNumber, number>>> = optimiser;
  return (
    <>
      {optimiserNumbers[optimiser.kind].map((name) => (
        <NumberField
          key={name}
          {...rangeOf(name)}
          label={say(`training.${name}`)}
          {...(name === 'weightDecay' && { help: say('training.weightDecay.help') })}
          value={values[name] ?? 0}
          onCommit={(value) => change({ optimiser: { ...optimiser, [name]: value } }, 'training.edit.optimiser')}
        />
      ))}
      {optimiser.kind === 'sgd' && (
        <Toggle
          label={say('training.nesterov')}
          help={say('training.nesterov.help')}
          value={optimiser.nesterov === true}
          onChange={(nesterov) => change({ optimiser: { ...optimiser, nesterov } }, 'training.edit.optimiser')}
        />
      )}
    </>
  );
}

function ScheduleFields({ training: { schedule } }: SectionProps): JSX.Element | null {
  const say = useText();
  const change = useChange();
  switch (schedule.kind) {
    case 'constant':
      return null;
    case 'step':
      return (
        <>
          <NumberField
            label={say('training.schedule.every')}
            value={schedule.every}
            integer
            minimum={1}
            maximum={1e9}
            logarithmic
            onCommit={(every) => change({ schedule: { ...schedule, every } }, 'training.edit.schedule')}
          />
          <NumberField
            {...above0}
            label={say('training.schedule.factor')}
            value={schedule.factor}
            logarithmic
            onCommit={(factor) => change({ schedule: { ...schedule, factor } }, 'training.edit.schedule')}
          />
        </>
      );
    case 'exponential':
      return (
        <NumberField
          label={say('training.schedule.decay')}
          value={schedule.decay}
          minimum={0}
          exclusiveMinimum
          maximum={1}
          onCommit={(decay) => change({ schedule: { ...schedule, decay } }, 'training.edit.schedule')}
        />
      );
    case 'cosine':
      return (
        <NumberField
          label={say('training.schedule.minimum')}
          help={say('training.schedule.minimum.help')}
          value={schedule.minimum}
          minimum={0}
          maximum={1}
          onCommit={(minimum) => change({ schedule: { ...schedule, minimum } }, 'training.edit.schedule')}
        />
      );
    case 'warmUp':
      return (
        <NumberField
          label={say('training.schedule.steps')}
          help={say('training.schedule.steps.help')}
          value={schedule.steps}
          integer
          minimum={1}
          maximum={1e9}
          logarithmic
          onCommit={(steps) => change({ schedule: { ...schedule, steps } }, 'training.edit.schedule')}
        />
      );
    case 'oneCycle':
      return (
        <>
          <NumberField
            label={say('training.schedule.start')}
            help={say('training.schedule.start.help')}
            value={schedule.start}
            minimum={0}
            maximum={1}
            onCommit={(start) => change({ schedule: { ...schedule, start } }, 'training.edit.schedule')}
          />
          <NumberField
            label={say('training.schedule.peak')}
            help={say('training.schedule.peak.help')}
            value={schedule.peak}
            minimum={0}
            exclusiveMinimum
            maximum={1}
            exclusiveMaximum
            onCommit={(peak) => change({ schedule: { ...schedule, peak } }, 'training.edit.schedule')}
          />
        </>
      );
  }
}

function ClippingSection({ training: { clipping } }: SectionProps): JSX.Element {
  const say = useText();
  const change = useChange();
  return (
    <Section title={say('training.clipping')} aside={<DefinitionButton measure="appliedNorm" />}>
      <SelectField
        label={say('training.clipping')}
        layout="column"
        value={clipping.kind}
        options={clippingKinds.map((kind) => ({ value: kind, label: say(`training.clipping.${kind}`) }))}
        help={say(`training.clipping.${clipping.kind}.help`)}
        onChange={(kind) => change({ clipping: switchClipping(clipping, kind) }, 'training.edit.clipping')}
      />
      {clipping.kind !== 'none' && (
        <NumberField
          {...above0}
          label={say('training.clipping.threshold')}
          help={say('training.clipping.note')}
          value={clipping.threshold}
          logarithmic
          onCommit={(threshold) => change({ clipping: { ...clipping, threshold } }, 'training.edit.clipping')}
        />
      )}
    </Section>
  );
}

function LengthSection({ training }: SectionProps): JSX.Element {
  const say = useText();
  const change = useChange();
  const { earlyStopping = null } = training;
  return (
    <Section title={say('training.length')}>
      <NumberField
        label={say('training.epochs')}
        value={training.epochs}
        integer
        minimum={1}
        maximum={1_000_000}
        onCommit={(epochs) => change({ epochs }, 'training.edit.length')}
      />
      <NumberField
        label={say('training.batch')}
        value={training.batch}
        integer
        minimum={1}
        maximum={65_536}
        onCommit={(batch) => change({ batch }, 'training.edit.length')}
      />
      <Toggle
        label={say('training.earlyStopping')}
        help={say('training.earlyStopping.help')}
        value={earlyStopping !== null}
        onChange={(on) =>
          change(
            { earlyStopping: on ? { patience: 5, minimumChange: 0, keepBest: true } : null },
            'training.edit.length',
          )
        }
      />
      {earlyStopping !== null && (
        <>
          <NumberField
            label={say('training.earlyStopping.patience')}
            help={say('training.earlyStopping.patience.help')}
            value={earlyStopping.patience}
            integer
            minimum={1}
            maximum={1_000_000}
            onCommit={(patience) => change({ earlyStopping: { ...earlyStopping, patience } }, 'training.edit.length')}
          />
          <NumberField
            label={say('training.earlyStopping.minimumChange')}
            help={say('training.earlyStopping.minimumChange.help')}
            value={earlyStopping.minimumChange}
            minimum={0}
            maximum={1e6}
            onCommit={(minimumChange) =>
              change({ earlyStopping: { ...earlyStopping, minimumChange } }, 'training.edit.length')
            }
          />
          <Toggle
            label={say('training.earlyStopping.keepBest')}
            help={say('training.earlyStopping.keepBest.help')}
            value={earlyStopping.keepBest}
            onChange={(keepBest) => change({ earlyStopping: { ...earlyStopping, keepBest } }, 'training.edit.length')}
          />
        </>
      )}
      <div className={styles.seed}>
        <NumberField
          label={say('training.seed')}
          help={say('training.seed.help')}
          value={training.seed}
          integer
          minimum={0}
          maximum={largestSeed}
          onCommit={(seed) => change({ seed }, 'training.edit.seed')}
        />
        <IconButton
          icon="dice"
          label={say('training.seed.new')}
          className={styles.dice}
          onClick={() => change({ seed: Math.floor(Math.random() * 10_000) }, 'training.edit.seed')}
        />
      </div>
    </Section>
  );
}

function ProbesSection({ training: { probes } }: SectionProps): JSX.Element {
  const say = useText();
  const change = useChange();
  return (
    <Section title={say('training.probes')} foldable folded>
      {(['every', 'details'] as const).map((name) => (
        <NumberField
          key={name}
          label={say(`training.probes.${name}`)}
          help={say(`training.probes.${name}.help`)}
          value={probes[name]}
          integer
          minimum={1}
          maximum={1_000_000}
          onCommit={(value) => change({ probes: { ...probes, [name]: value } }, 'training.edit.probes')}
        />
      ))}
    </Section>
  );
}

/** How many steps a run of these settings takes. */
function expectedSteps({ data, batch, epochs }: Training): number {
  const examples = data === null ? batch : trainingExamples(data.source, data.validation);
  return Math.max(1, Math.ceil(examples / batch)) * epochs;
}
