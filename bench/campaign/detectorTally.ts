import { ailments } from '#shared/theory/detectors';
import type { Device } from '../../main/engine/backend/device.ts';
import { findingsOfLabelled } from '../../main/engine/testing/labelled.ts';
import type { LabelledRun } from '../../main/engine/testing/labelled.ts';

/** In how many seeds a detector found its ailment, and in how many it was not sure. */
export interface Tally {
  found: number;
  unsure: number;
}

/** Runs a network under each seed; by ailment, what its detector said. Each finding goes to the terminal. */
export async function tallyOf(device: Device, run: LabelledRun, seeds: readonly number[]): Promise<readonly Tally[]> {
  const tally = ailments.map((): Tally => ({ found: 0, unsure: 0 }));
  for (const seed of seeds) {
    const findings = await findingsOfLabelled(device, run, seed);
    findings.forEach(({ verdict }, at) => {
      const own = tally[at];
      if (own !== undefined && (verdict === 'found' || verdict === 'unsure')) own[verdict] += 1;
    });
    const told = findings.map(({ ailment, code, values }) => `${ailment}: ${code} ${JSON.stringify(values)}`);
    process.stderr.write(`${run.name}, seed ${seed}\n  ${told.join('\n  ')}\n`);
  }
  return tally;
}

/** As a cell of a table: found in bold, not sure in brackets. */
export function writtenTally({ found, unsure }: Tally): string {
  const parts = [found > 0 ? `**${found}**` : '', unsure > 0 ? `(${unsure})` : ''];
  return parts.filter((part) => part !== '').join(' ') || '·';
}
