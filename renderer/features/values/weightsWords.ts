import type { Speak } from '../../platform/i18n.ts';
import { count } from '../../ui/format.ts';

/** Whose weights an answer was worked out with. */
export function weightsWords(say: Speak, step: number | null): string {
  return step === null ? say('example.weights.initial') : say('example.weights.run', { step: count(step) });
}
