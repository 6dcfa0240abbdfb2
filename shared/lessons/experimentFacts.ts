import type { GradloomDocument, GraphNode } from '../graph/document.ts';
import type { JsonValue } from '../graph/json.ts';
import { sheets } from '../graph/queries.ts';
import {
  parameterWords,
  settingValueWords,
  settingWords,
  templateOptionWords,
  templateSettingWords,
} from '../graph/settingWords.ts';
import { TemplateError } from '../templates/template.ts';
import { createTemplate } from '../templates/templates.ts';
import type { Locale } from '../text/locale.ts';
import { isTextKey, text } from '../text/text.ts';
import type { Experiment } from './lesson.ts';

/** What a person reads about the experiments of a step before running them. */
export interface ExperimentFacts {
  /** What all have alike; empty where there is one experiment. */
  readonly shared: readonly string[];
  /** What each has beside that, in the order of the experiments. */
  readonly own: readonly (readonly string[])[];
}

/**
 * The networks and settings of experiments in the words of the window: the template or document, its settings, what
 * varies, what is set beside that. What the pure-JavaScript engine has otherwise is in the place of the usual where
 * `backend` is that one.
 */
export function experimentFacts(
  locale: Locale,
  experiments: readonly Experiment[],
  backend: 'tensorflow' | 'javascript',
): ExperimentFacts {
  const all = experiments.map((experiment) => factsOf(locale, experiment, backend));
  const [first = []] = all;
  const shared = all.length < 2 ? [] : first.filter((fact) => all.every((facts) => facts.includes(fact)));
  return { shared, own: all.map((facts) => facts.filter((fact) => !shared.includes(fact))) };
}

function factsOf(locale: Locale, experiment: Experiment, backend: 'tensorflow' | 'javascript'): readonly string[] {
  const { document, vary, set, javascript } = experiment;
  const smaller = backend === 'javascript' ? javascript : undefined;
  const fact = (name: string, value: string): string => text(locale, 'setting.value', { name, value });
  const changes = Object.entries({ ...set, ...smaller?.set });
  const made = documentOf(locale, experiment);
  const settings = 'format' in document ? {} : { ...document.settings, ...smaller?.settings };
  const nameKey = 'format' in document ? '' : `template.${document.template}.name`;
  return [
    'format' in document
      ? text(locale, 'lessons.network.own', { name: document.name })
      : isTextKey(nameKey)
        ? text(locale, nameKey)
        : document.template,
    ...Object.entries(settings)
      .filter(([key]) => key !== vary?.setting)
      .map(([key, value]) => fact(templateSettingWords(locale, key), templateValueWords(locale, key, value))),
    ...(vary === undefined
      ? []
      : [
          fact(
            templateSettingWords(locale, vary.setting),
            vary.values
              .map((value) => settingValueWords(locale, vary.setting, value))
              .join(text(locale, 'difference.listSeparator')),
          ),
        ]),
    ...changes.map(([name, value]) =>
      fact(changeWords(locale, made, name), settingValueWords(locale, parameterOf(name), value as JsonValue)),
    ),
  ];
}

function templateValueWords(locale: Locale, key: string, value: number | string | boolean): string {
  return typeof value === 'string' ? templateOptionWords(locale, key, value) : settingValueWords(locale, key, value);
}

/** The experiment's document for its nodes' names; null where it cannot be made, which running it will tell. */
function documentOf(locale: Locale, { document }: Experiment): GradloomDocument | null {
  if ('format' in document) return document;
  try {
    return createTemplate(document.template, document.settings ?? {}, locale);
  } catch (error) {
    if (error instanceof TemplateError) return null;
    throw error;
  }
}

function parameterOf(name: string): string {
  return name.startsWith('training.') ? name : name.slice(name.indexOf('.') + 1);
}

/** `training.…` by its name in the panel; `node.parameter` and `node-*.parameter` by the names of parameter and nodes. */
function changeWords(locale: Locale, document: GradloomDocument | null, name: string): string {
  if (name.startsWith('training.')) return settingWords(locale, name);
  const id = name.slice(0, name.indexOf('.'));
  const parameter = parameterWords(locale, parameterOf(name));
  const nodes = document === null ? [] : sheets(document).flatMap(({ graph }) => graph.nodes);
  if (!id.endsWith('*')) {
    const node = nodes.find((each) => each.id === id);
    return node === undefined ? name : text(locale, 'sweep.parameter', { parameter, node: node.label ?? node.id });
  }
  const kinds = new Set(
    nodes.filter((node) => node.id.startsWith(id.slice(0, -1))).map((node) => kindOf(locale, node)),
  );
  const kind = [...kinds].join(text(locale, 'difference.listSeparator'));
  return kinds.size === 0 ? name : text(locale, 'setting.ofAll', { parameter, kind });
}

function kindOf(locale: Locale, { type }: GraphNode): string {
  const key = `layer.${type}.name`;
  return isTextKey(key) ? text(locale, key) : type;
}
