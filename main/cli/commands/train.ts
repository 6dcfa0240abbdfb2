import { dirname } from 'node:path';
import { largestSeed } from '#shared/graph/training';
import type { RunEvent } from '../../services/runs.ts';
import { findSidecar } from '../../services/sidecar.ts';
import { demandWeights } from '../../services/weightFiles.ts';
import type { Command } from '../command.ts';
import { runsOf, withEngine } from '../engineSession.ts';
import { applySettings } from '../../services/settings.ts';
import { parseSetting } from '../settings.ts';
import { isBreakage } from '../surroundings.ts';
import type { ExitCode, Terminal } from '../surroundings.ts';
import { lowerDocument, openDocument, weightsOfModel } from '../target.ts';
import { describeNotFinite, numbers } from '../told.ts';

/** Tells a run's events one by one. */
function tell(terminal: Terminal, event: RunEvent): void {
  switch (event.event) {
    case 'run.table': {
      const { run, epochs, stepsPerEpoch, batch, way, wayReason, device, wires, weights } = event.table;
      const json = { event: 'start', run, epochs, stepsPerEpoch, batch, way, wayReason, device };
      const counts = { wires: wires.length, weights: weights.length };
      terminal.event(
        { ...json, ...counts },
        terminal.say('terminal.train.start', { run, epochs, stepsPerEpoch, device }),
      );
      return;
    }
    case 'run.preparing': {
      const { done, parts } = event;
      terminal.event({ event: 'preparing', done, parts }, '');
      return;
    }
    case 'run.epoch': {
      const { epoch, step, seconds, training, validation } = event;
      const values = {
        epoch,
        seconds: seconds.toFixed(1),
        training: numbers(training),
        validation: numbers(validation),
      };
      const key = Object.keys(validation).length === 0 ? 'terminal.train.epoch' : 'terminal.train.epochValidation';
      terminal.event({ event: 'epoch', epoch, step, seconds, training, validation }, terminal.say(key, values));
      return;
    }
    case 'run.state': {
      const { state, failure, notFinite } = event;
      terminal.event({ event: 'state', state, failure, notFinite }, '');
      return;
    }
    default:
      event satisfies never;
  }
}

/** Trains a document; one event per epoch. */
export const train: Command = {
  name: 'train',
  usage: 'train FILE [--epochs N] [--seed N] [--set NAME=VALUE …] [--from MODEL] [--out RUN]',
  positionals: { minimum: 1, maximum: 1 },
  options: {
    epochs: { kind: 'integer', minimum: 1, maximum: 1_000_000 },
    seed: { kind: 'integer', minimum: 0, maximum: largestSeed },
    set: { kind: 'settings' },
    out: { kind: 'text', value: 'RUN' },
    from: { kind: 'text', value: 'MODEL' },
  },
  async run(terminal, { positionals: [file = ''], texts, integers, settings }) {
    const { surroundings } = terminal;
    const { fileSystem } = surroundings;
    const path = terminal.path(file);
    const read = await openDocument(terminal, path);
    const set = applySettings(read, settings.map(parseSetting));
    const document = {
      ...set,
      training: {
        ...set.training,
        epochs: integers.get('epochs') ?? set.training.epochs,
        seed: integers.get('seed') ?? set.training.seed,
      },
    };
    const { weights: wanted } = lowerDocument(document, path);
    const weights = await findSidecar(fileSystem, document, [dirname(path)]);
    if (weights !== null) demandWeights(wanted, weights, document.weights?.file ?? '');
    const model = texts.get('from');
    const keep = model === undefined ? {} : (await weightsOfModel(terminal, document, model)).weights;
    const out = texts.get('out');
    const folder = out === undefined ? null : { path: terminal.path(out) };
    if (folder === null) terminal.note(terminal.say('terminal.train.notKept'));
    return withEngine(surroundings, async (engine): Promise<ExitCode> => {
      const runs = runsOf(surroundings, engine);
      const listener = { event: (event: RunEvent) => tell(terminal, event), frame: () => undefined };
      const run = await runs.start(listener, { document, paused: false, weights, folder, keep });
      void surroundings.interrupted.then(() => runs.control(run, 'stop').catch(() => undefined));
      const { state, failure, notFinite } = await runs.ended(run);
      const json = { event: 'end', run, state, folder: folder?.path ?? null, failure, notFinite };
      const key = folder === null ? 'terminal.train.end' : 'terminal.train.endKept';
      const words = terminal.say(`terminal.train.${state}`);
      terminal.event(json, terminal.say(key, { state: words, path: folder?.path ?? '' }));
      if (state !== 'failed') return 0;
      if (notFinite !== null) terminal.note(describeNotFinite(terminal, notFinite));
      else if (failure !== null) terminal.note(terminal.describe(failure));
      return notFinite === null && isBreakage(failure?.code ?? 'internal') ? 3 : 1;
    });
  },
};
