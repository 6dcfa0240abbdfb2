import { measureFormulas } from '#shared/text/en/measures';
import type { TextKey } from '#shared/text/text';

/** What a definition says beside meaning and reduction: which batch, which step, to which precision, in which unit. */
interface MeasureParts {
  readonly batch: 'training' | 'whole' | 'slice' | 'none';
  readonly step: 'before' | 'update' | 'epoch' | 'slice' | 'none' | 'speed';
  readonly precision: 'norm' | 'float' | 'exact' | 'clock';
  readonly unit?: 'loss' | 'ratio' | 'weightGradient' | 'value' | 'lossItself';
}

const measures = {
  wireRms: { batch: 'training', step: 'before', precision: 'norm', unit: 'loss' },
  wireRelative: { batch: 'training', step: 'before', precision: 'norm', unit: 'ratio' },
  wireMax: { batch: 'training', step: 'before', precision: 'float', unit: 'loss' },
  wireL2: { batch: 'training', step: 'before', precision: 'norm', unit: 'loss' },
  headRms: { batch: 'training', step: 'before', precision: 'norm', unit: 'loss' },
  share: { batch: 'training', step: 'before', precision: 'norm' },
  factors: { batch: 'training', step: 'before', precision: 'float' },
  iterations: { batch: 'training', step: 'before', precision: 'norm' },
  valueMean: { batch: 'training', step: 'before', precision: 'float', unit: 'value' },
  valueDeviation: { batch: 'training', step: 'before', precision: 'float', unit: 'value' },
  valueZeros: { batch: 'training', step: 'before', precision: 'exact', unit: 'ratio' },
  weightGradient: { batch: 'training', step: 'before', precision: 'norm', unit: 'weightGradient' },
  weightNorm: { batch: 'none', step: 'before', precision: 'norm' },
  updateRatio: { batch: 'training', step: 'update', precision: 'norm', unit: 'ratio' },
  gradientNorm: { batch: 'training', step: 'before', precision: 'norm' },
  appliedNorm: { batch: 'training', step: 'update', precision: 'norm' },
  loss: { batch: 'training', step: 'before', precision: 'float', unit: 'lossItself' },
  headLoss: { batch: 'whole', step: 'epoch', precision: 'float', unit: 'lossItself' },
  sliceLoss: { batch: 'slice', step: 'slice', precision: 'float', unit: 'lossItself' },
  accuracy: { batch: 'whole', step: 'epoch', precision: 'exact', unit: 'ratio' },
  meanAbsoluteError: { batch: 'whole', step: 'epoch', precision: 'float' },
  learningRate: { batch: 'none', step: 'before', precision: 'exact' },
  weights: { batch: 'none', step: 'none', precision: 'exact' },
  multiplyAdds: { batch: 'none', step: 'none', precision: 'exact' },
  speed: { batch: 'training', step: 'speed', precision: 'clock' },
  depth: { batch: 'training', step: 'before', precision: 'norm' },
  weightDepth: { batch: 'training', step: 'before', precision: 'norm' },
} as const satisfies Record<string, MeasureParts>;

/** A number the window shows and defines. */
export type MeasureId = keyof typeof measures;

/** All of them, for the test that each is defined in full. */
export const measureIds = Object.keys(measures) as readonly MeasureId[];

/** One line of a definition: its heading and its words. */
export interface DefinitionLine {
  readonly heading: TextKey;
  readonly words: TextKey;
}

/** The whole definition of a measure, as keys of the text table, and its formula in TeX where it has one. */
export interface Definition {
  readonly name: TextKey;
  readonly meaning: TextKey;
  readonly formula: string | undefined;
  readonly lines: readonly DefinitionLine[];
}

/** Looks up the definition of a measure. */
export function definitionOf(measure: MeasureId): Definition {
  const { batch, step, precision, unit }: MeasureParts = measures[measure];
  const formulas: Readonly<Partial<Record<MeasureId, string>>> = measureFormulas;
  return {
    name: `measure.${measure}`,
    meaning: `measure.${measure}.meaning`,
    formula: formulas[measure],
    lines: [
      { heading: 'measure.part.reduction', words: `measure.${measure}.reduction` },
      ...(unit === undefined ? [] : [{ heading: 'measure.part.unit', words: `measure.unit.${unit}` } as const]),
      { heading: 'measure.part.batch', words: `measure.batch.${batch}` },
      { heading: 'measure.part.step', words: `measure.step.${step}` },
      { heading: 'measure.part.precision', words: `measure.precision.${precision}` },
    ],
  };
}
