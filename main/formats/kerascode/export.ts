import { strToU8 } from 'fflate';
import type { NodeId } from '#shared/graph/identifiers';
import { noTraining, planTraining, trainingScript, weightRules } from '../code/training.ts';
import type { Export, ExportedFiles, Finding, ModelToExport } from '../model.ts';
import { exportOf, present, Refusal, unrolledLoops, weightData } from '../model.ts';
import { writeNpz } from '../npz.ts';
import type { NpzArray } from '../npz.ts';
import { generateKeras } from './generate.ts';
import { kerasTrainingScript } from './train.ts';

/** A functional Keras script, `model.py`, and its weights as `weights.npz`, by the names of its layers. */
export function exportKerasCode(model: ModelToExport): Export {
  const { program, flat } = model;
  const labels = (node: NodeId): string => node;
  try {
    const { code, state, isUnrolled } = generateKeras(program, flat, labels, model.name);
    const plan = planTraining(program);
    const findings: readonly Finding[] = [
      ...(isUnrolled ? unrolledLoops(program) : []),
      ...(plan === null ? [noTraining] : []),
    ];
    const script = plan === null ? null : kerasTrainingScript(model.name, plan, weightRules(state, flat));
    return exportOf(findings, async (): Promise<ExportedFiles> => {
      const arrays = state.map(({ name, entry, weights }): [string, NpzArray] => {
        const data = entry.data((slot) => weightData(model, present(weights[slot], slot)));
        if (!(data instanceof Float32Array)) throw new Error(`${name} holds no float32 numbers`);
        return [name, { shape: entry.shape, dtype: 'float32', data }];
      });
      return new Map([
        ['model.py', strToU8(code)],
        ...(script === null ? [] : [[trainingScript, strToU8(script)] as const]),
        ['weights.npz', writeNpz(Object.fromEntries(arrays))],
        ['document.gradloom.json', strToU8(model.document)],
      ]);
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { findings: [{ severity: 'refused', code: error.code, node: null, values: error.values }], write: null };
  }
}
