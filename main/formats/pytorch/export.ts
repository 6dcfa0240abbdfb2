import { strToU8 } from 'fflate';
import type { NodeId } from '#shared/graph/identifiers';
import { noTraining, planTraining, trainingScript, weightRules } from '../code/training.ts';
import type { Export, ExportedFiles, Finding, ModelToExport } from '../model.ts';
import { exportOf, present, Refusal, unrolledLoops, weightData } from '../model.ts';
import { writeSafetensors } from '../safetensors.ts';
import { generateTorch } from './generate.ts';
import { torchTrainingScript } from './train.ts';

/** The key of the Gradloom document in the metadata of the weights. */
export const documentKey = 'gradloom.document';

/** A PyTorch module as source code, `model.py`, and its weights as `weights.safetensors`. */
export function exportTorch(model: ModelToExport): Export {
  const { program, flat } = model;
  const labels = (node: NodeId): string => node;
  try {
    const { code, state, isUnrolled } = generateTorch(program, flat, labels, model.name);
    const plan = planTraining(program);
    const findings: readonly Finding[] = [
      ...(isUnrolled ? unrolledLoops(program) : []),
      ...(plan === null ? [noTraining] : []),
    ];
    const script = plan === null ? null : torchTrainingScript(model.name, plan, weightRules(state, flat));
    return exportOf(findings, async (): Promise<ExportedFiles> => {
      const tensors = state.map(({ name, entry, weights }) => ({
        name,
        shape: entry.shape,
        data: entry.data((slot) => weightData(model, present(weights[slot], slot))),
      }));
      const weights = writeSafetensors(tensors, { [documentKey]: model.document });
      return new Map([
        ['model.py', strToU8(code)],
        ...(script === null ? [] : [[trainingScript, strToU8(script)] as const]),
        ['weights.safetensors', weights],
      ]);
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { findings: [{ severity: 'refused', code: error.code, node: null, values: error.values }], write: null };
  }
}
