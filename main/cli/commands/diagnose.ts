import { wholeFrames } from '#shared/protocol/steps';
import { findingsOf } from '#shared/theory/detectors';
import type { Finding } from '#shared/theory/detectors';
import { symptomsOf } from '#shared/theory/symptoms';
import { findRivals } from '../../services/rivals.ts';
import type { Command } from '../command.ts';
import { askEngine } from '../engineSession.ts';
import type { Terminal } from '../surroundings.ts';
import { table } from '../table.ts';
import { keptRun } from '../target.ts';

/** What each detector sees in a kept run, beside those runs next to it that compare with it. */
export const diagnose: Command = {
  name: 'diagnose',
  usage: 'diagnose RUN',
  positionals: { minimum: 1, maximum: 1 },
  options: {},
  async run(terminal, { positionals: [given = ''] }) {
    const { surroundings } = terminal;
    const { kept, run } = keptRun(terminal, given);
    const history = await kept.history(run);
    const { document, weights, step } = await kept.outcome(run);
    const rivals = await findRivals(kept, run);
    const of = { document, weights, kept: { run, step } };
    const { units } = await askEngine(surroundings, (engine) => engine.request({ kind: 'units', of }));
    const { epochs, notFinite } = history;
    const frames = wholeFrames(Buffer.from(history.steps, 'base64'), history.table);
    const symptoms = symptomsOf({ document, table: history.table, frames, epochs, notFinite, units });
    const findings = findingsOf(
      symptoms,
      rivals.map((rival) => ({ ...rival, name: rival.run })),
    );
    const beside = rivals.map(({ run: other, kind, depth, epochLosses }) => ({ run: other, kind, depth, epochLosses }));
    const told = findings.map(({ ailment, verdict, node, values, ...finding }) => ({
      ailment,
      verdict,
      node,
      message: sentence(terminal, { ailment, verdict, node, values, ...finding }),
      values,
    }));
    terminal.result({ run, step, depth: symptoms.depth, beside, findings: told }, () => {
      const head = (['verdict', 'ailment', 'node'] as const).map((each) => terminal.say(`terminal.diagnose.${each}`));
      const rows = findings.map(({ ailment, verdict, node }) => [
        terminal.say(`findings.verdict.${verdict}`),
        terminal.say(`findings.ailment.${ailment}`),
        node ?? '',
      ]);
      const words = told.map(({ ailment, message }) => `${terminal.say(`findings.ailment.${ailment}`)}: ${message}`);
      const others =
        rivals.length === 0
          ? terminal.say('terminal.diagnose.alone')
          : terminal.say('terminal.diagnose.beside', { runs: rivals.map((rival) => rival.run).join(', ') });
      return `${table(head, rows, ['left', 'left', 'left'])}\n${words.join('\n')}\n\n${others}\n`;
    });
    return 0;
  },
};

/** The evidence in words, its numbers in four digits. */
function sentence(terminal: Terminal, { code, values }: Finding): string {
  const written = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value,
  ]);
  return terminal.say(`finding.${code}`, Object.fromEntries(written) as Record<string, unknown>);
}
