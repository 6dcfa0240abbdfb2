import { check as checkDocument } from '#shared/check/check';
import type { Diagnostic } from '#shared/check/diagnostic';
import { describeProblem } from '#shared/graph/serialise';
import type { Command } from '../command.ts';
import type { Terminal } from '../surroundings.ts';
import { localised } from '../surroundings.ts';
import { readDocument } from '../target.ts';

function describePlace({ node, wire }: Diagnostic): string {
  const places = [...(node === undefined ? [] : [`node "${node}"`]), ...(wire === undefined ? [] : [`wire "${wire}"`])];
  return places.length === 0 ? '' : ` [${places.join(', ')}]`;
}

function human(terminal: Terminal, diagnostics: readonly Diagnostic[]): string {
  const lines = diagnostics.flatMap((diagnostic) => {
    const { severity, fixes } = diagnostic;
    const message = localised(terminal, 'problem', diagnostic, diagnostic.message);
    return [
      `${terminal.say(`terminal.check.${severity}`)}: ${message}${describePlace(diagnostic)}`,
      ...fixes.map((fix) => `    ${terminal.say('terminal.check.fix')} ${localised(terminal, 'fix', fix, fix.title)}`),
    ];
  });
  const count = (severity: Diagnostic['severity']): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  const sum = terminal.say('terminal.check.sum', { errors: count('error'), warnings: count('warning') });
  return `${[...lines, diagnostics.length === 0 ? terminal.say('terminal.check.none') : sum].join('\n')}\n`;
}

/** Everything that is wrong or doubtful in a document. Exit code 1 where anything is an error. */
export const check: Command = {
  name: 'check',
  usage: 'check FILE',
  positionals: { minimum: 1, maximum: 1 },
  options: {},
  async run(terminal, { positionals: [file = ''] }) {
    const read = await readDocument(terminal, terminal.path(file));
    if (!read.ok) {
      const diagnostics = read.problems.map((problem) => ({ severity: 'error', ...problem, fixes: [] }));
      terminal.result({ diagnostics }, () =>
        read.problems
          .map((problem) => {
            const at = problem.path === '' ? '' : ` [${problem.path}]`;
            return `${terminal.say('terminal.check.error')}: ${describeProblem(terminal.locale, problem)}${at}\n`;
          })
          .join(''),
      );
      return 1;
    }
    const { diagnostics, ok } = checkDocument(read.document);
    terminal.result({ diagnostics }, () => human(terminal, diagnostics));
    return ok ? 0 : 1;
  },
};
