import type { NotFinite } from '#shared/protocol/runs';
import type { Terminal } from './surroundings.ts';

/** Losses and metrics by name, in one line. */
export function numbers(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value.toPrecision(5)}`)
    .join('  ');
}

/** Where and when a number stopped being finite, in the person's language. */
export function describeNotFinite(terminal: Terminal, { what, node, wire, path, step, kind }: NotFinite): string {
  return terminal.say('terminal.train.notFinite', {
    step,
    what: terminal.say(`terminal.notFinite.${what}`),
    place: [node, ...(wire === null ? [] : [wire]), ...(path === '' ? [] : [path])].join(' '),
    kind: terminal.say(`terminal.notFinite.${kind}`),
  });
}
