import { check } from '#shared/check/check';
import type { GradloomDocument } from '#shared/graph/document';
import { sheets } from '#shared/graph/queries';
import type { Experiment } from '#shared/lessons/lesson';
import type { EngineReport } from '#shared/protocol/calls';
import { createTemplate } from '#shared/templates/templates';
import { TemplateError } from '#shared/templates/template';
import type { Locale } from '#shared/text/locale';
import { fail, ServiceError } from '../failure.ts';
import { applySettings } from '../settings.ts';

export type Backend = EngineReport['backend'];

/**
 * The document that an experiment runs: with the sizes for the engine, and with `x` for the setting that varies.
 * @throws ServiceError `lesson.experiment`, which names the experiment and what is wrong with its document
 */
export function experimentDocument(
  experiment: Experiment,
  {
    backend,
    x = null,
    locale = 'en',
  }: { readonly backend: Backend; readonly x?: number | null; readonly locale?: Locale },
): GradloomDocument {
  const { id, document, set, javascript, vary } = experiment;
  const smaller = backend === 'javascript' ? javascript : undefined;
  const chosen = x ?? vary?.values[0];
  try {
    const made =
      'format' in document
        ? document
        : createTemplate(
            document.template,
            {
              ...document.settings,
              ...smaller?.settings,
              ...(vary === undefined || chosen === undefined ? {} : { [vary.setting]: chosen }),
            },
            locale,
          );
    const changes: Readonly<Record<string, unknown>> = { ...set, ...smaller?.set };
    const settings = Object.entries(changes).flatMap(([name, value]) =>
      namesMeant(made, name).map((each) => ({ name: each, value: JSON.stringify(value) })),
    );
    return applySettings(made, settings);
  } catch (error) {
    if (error instanceof TemplateError) throw fail('lesson.experiment', { experiment: id, reason: error.message });
    if (error instanceof ServiceError)
      throw fail('lesson.experiment', { experiment: id, reason: error.failure.message });
    throw error;
  }
}

/** What a lesson's network may hold at most: weights, and numbers kept for the gradient of one batch; 2 GB of float32 each. */
const [mostWeights, mostKept] = [5e8, 5e8];

/**
 * Refuses a network that this machine's memory would hardly hold, before anything of it is made.
 * @throws ServiceError `lesson.tooManyWeights` or `lesson.tooManyKept`
 */
export function refuseTooLarge({ id }: Pick<Experiment, 'id'>, document: GradloomDocument): void {
  const { trainable, other, activations } = check(document).totals;
  const weights = trainable + other;
  const kept = activations * document.training.batch;
  if (weights > mostWeights) throw fail('lesson.tooManyWeights', { experiment: id, received: weights, mostWeights });
  if (kept > mostKept)
    throw fail('lesson.tooManyKept', {
      experiment: id,
      received: kept,
      batch: document.training.batch,
      mostKept,
    });
}

/** `dense-*.activation` means that parameter of every node whose id begins so; every other name means itself. */
function namesMeant(document: GradloomDocument, name: string): readonly string[] {
  const [, prefix, parameter] = /^([^.*]*)\*\.(.+)$/.exec(name) ?? [];
  if (prefix === undefined || parameter === undefined) return [name];
  const found = sheets(document).flatMap(({ graph }) => graph.nodes.filter(({ id }) => id.startsWith(prefix)));
  return found.length === 0 ? [name] : found.map(({ id }) => `${id}.${parameter}`);
}
