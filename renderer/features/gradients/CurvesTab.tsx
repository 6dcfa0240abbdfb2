import { useState } from 'react';
import type { JSX } from 'react';
import type { RunTable } from '#shared/protocol/telemetry';
import { useText } from '../../platform/i18n.ts';
import { useRunStore } from '../../state/runStore.ts';
import { telemetry } from '../../state/telemetry.ts';
import { DefinitionButton } from '../../ui/DefinitionButton.tsx';
import type { Subscribe } from '../../ui/drawing.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { magnitude, powerOfTen } from '../../ui/format.ts';
import { Segmented } from '../../ui/Segmented.tsx';
import { Chart } from './Chart.tsx';
import type { ChartSeries } from './Chart.tsx';
import styles from './CurvesTab.module.css';
import { thin } from './curveData.ts';
import type { CurvePoints } from './curveData.ts';
import { onFrame, useRunTable } from './useRunTable.ts';

const onRun: Subscribe = (notify) => {
  const takeAway = [onFrame(notify), useRunStore.subscribe(notify)];
  return () => {
    for (const remove of takeAway) remove();
  };
};

const shownBuckets = 400;
const seriesColours = 6;

/** Loss and accuracy over the steps: of each step's batch, of the training set and of the validation set. */
export function CurvesTab(): JSX.Element {
  const say = useText();
  const table = useRunTable();
  if (table === null) {
    return (
      <EmptyState icon="curves" title={say('gradients.curves.empty')}>
        {say('gradients.curves.empty.help')}
      </EmptyState>
    );
  }
  return <Curves table={table} />;
}

function Curves({ table }: { readonly table: RunTable }): JSX.Element {
  const say = useText();
  const [scale, setScale] = useState<'linear' | 'logarithmic'>('logarithmic');
  const hasValidation = useRunStore((store) => store.epochs.some((epoch) => Object.keys(epoch.validation).length > 0));
  const heads = table.heads.map((head, index) => ({
    name: head.label,
    colour: `--series-${(index % seriesColours) + 1}`,
    batch: `head.${index}` as const,
    result: `loss/${head.output}`,
  }));
  const metrics = table.metrics.map((metric, index) => {
    const head = table.heads.findIndex((one) => one.output === metric.output);
    return {
      name: table.heads[head]?.label ?? metric.output,
      colour: `--series-${((head < 0 ? index : head) % seriesColours) + 1}`,
      batch: `metric.${index}` as const,
      result: `${metric.kind}/${metric.output}`,
      kind: metric.kind,
    };
  });
  const accuracies = metrics.filter((metric) => metric.kind === 'accuracy');
  const lossLines = linesOf(heads, hasValidation, say('gradients.curves.validation'));
  const metricLines = linesOf(accuracies, hasValidation, say('gradients.curves.validation'));
  return (
    <div className={styles.tab}>
      <div className={styles.curves}>
        <Chart
          title={say('measure.loss')}
          aside={
            <>
              <DefinitionButton measure="headLoss" side="top" />
              <Segmented
                size="small"
                fitted
                label={say('gradients.curves.scale')}
                value={scale}
                options={[
                  { value: 'linear', label: say('gradients.curves.linear') },
                  { value: 'logarithmic', label: say('gradients.curves.logarithmic') },
                ]}
                onChange={setScale}
              />
            </>
          }
          series={lossLines}
          source={onRun}
          logarithmic={scale === 'logarithmic'}
          axis={say('gradients.axis.step')}
          formatValue={magnitudeOfThree}
          characters={7}
          formatTick={tick}
          read={() => readLines(heads, hasValidation)}
          readWhole={() => readLines(heads, hasValidation, Number.POSITIVE_INFINITY)}
        />
        {accuracies.length > 0 && (
          <Chart
            title={say('measure.accuracy')}
            aside={<DefinitionButton measure="accuracy" side="top" />}
            series={metricLines}
            source={onRun}
            range={[0, 1.02]}
            axis={say('gradients.axis.step')}
            formatValue={twoDecimals}
            characters={4}
            read={() => readLines(accuracies, hasValidation)}
            readWhole={() => readLines(accuracies, hasValidation, Number.POSITIVE_INFINITY)}
          />
        )}
      </div>
    </div>
  );
}

function magnitudeOfThree(value: number): string {
  return magnitude(value, 3);
}

/** Large and small powers of ten as powers, everything else as a number. */
function tick(value: number): string {
  const power = Math.log10(value);
  return Number.isInteger(power) && Math.abs(power) > 3 ? powerOfTen(power) : magnitude(value, 3);
}

function twoDecimals(value: number): string {
  return value > 1 ? '' : value.toFixed(2);
}

interface Measured {
  readonly name: string;
  readonly colour: string;
  readonly batch: `head.${number}` | `metric.${number}`;
  readonly result: string;
}

function linesOf(measured: readonly Measured[], hasValidation: boolean, validation: string): readonly ChartSeries[] {
  return measured.flatMap((one): ChartSeries[] => [
    {
      id: `${one.batch}-batch`,
      label: one.name,
      column: `${one.result} batch`,
      colour: one.colour,
      line: 'faint',
      silent: true,
    },
    {
      id: `${one.batch}-training`,
      label: one.name,
      column: `${one.result} training`,
      colour: one.colour,
      line: 'solid',
    },
    ...(hasValidation
      ? [
          {
            id: `${one.batch}-validation`,
            label: `${one.name} · ${validation}`,
            column: `${one.result} validation`,
            short: validation,
            colour: one.colour,
            line: 'dashed',
          } as const,
        ]
      : []),
  ]);
}

const noPoints: CurvePoints = { steps: [], values: [] };

function readLines(
  measured: readonly Measured[],
  hasValidation: boolean,
  buckets = shownBuckets,
): readonly CurvePoints[] {
  const { series } = telemetry;
  const { epochs } = useRunStore.getState();
  const results = (part: 'training' | 'validation', name: string): CurvePoints => ({
    steps: epochs.map((epoch) => epoch.step),
    values: epochs.map((epoch) => {
      const value = epoch[part][name];
      return value !== undefined && Number.isFinite(value) ? value : null;
    }),
  });
  return measured.flatMap((one) => {
    const batch = series === null ? noPoints : thin(series.column('step'), series.column(one.batch), buckets);
    const training = results('training', one.result);
    return [
      batch,
      // Until the first epoch ends there is only the batch to read.
      training.steps.length === 0 ? batch : training,
      ...(hasValidation ? [results('validation', one.result)] : []),
    ];
  });
}
