import type { Mark } from '#shared/protocol/telemetry';
import type { Speak } from '../../platform/i18n.ts';

/** A mark as it stands in the place of a number: short, in a column of numbers. */
export function markWords(say: Speak, mark: Exclude<Mark, 'none'>): string {
  switch (mark) {
    case 'zero':
      return '0';
    case 'infinity':
      return '∞';
    case 'notANumber':
      return 'NaN';
    case 'underflow':
    case 'noPath':
      return say(`measure.mark.${mark}`);
  }
}
