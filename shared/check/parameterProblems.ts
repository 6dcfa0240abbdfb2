import type { z } from 'zod';
import type { JsonValue } from '../graph/json.ts';
import type { LayerDefinition, ParameterProblem } from '../layers/layer.ts';
import type { Fix } from './diagnostic.ts';
import { makeFix } from './report.ts';
import type { Place } from './place.ts';
import type { Reporter } from './report.ts';

const longestReceived = 60;

/** A received value as a person would find it in the file, cut where it is long. */
export function received(value: JsonValue | undefined): string {
  const whole = value === undefined ? '–' : JSON.stringify(value);
  return whole.length > longestReceived ? `${whole.slice(0, longestReceived)}…` : whole;
}

/** Wrong parameters of a layer, each with the way back to its default. */
export function reportParameters(
  place: Place,
  definition: LayerDefinition,
  problems: readonly ParameterProblem[],
  reporter: Reporter,
): void {
  for (const problem of problems) {
    reporter.report({
      severity: 'error',
      code: `parameter.${problem.code}`,
      values: {
        name: place.name,
        type: definition.type,
        parameter: problem.parameter,
        received: received(problem.received),
        ...problem.values,
      },
      node: place.node.id,
      fixes: [unsetFix(place, problem)],
    });
  }
}

function unsetFix(place: Place, { parameter, code }: ParameterProblem): Fix {
  return makeFix(code === 'unknown' ? 'removeParameter' : 'resetParameter', { parameter }, [
    { kind: 'setParameters', node: place.node.id, set: {}, unset: [parameter] },
  ]);
}

/** Parameters of a loop, an instance, a terminal or a foreign layer that are not what the format says. */
export function reportStructure(place: Place, error: z.ZodError, reporter: Reporter): void {
  const [issue] = error.issues;
  reporter.report({
    severity: 'error',
    code: 'parameter.structure',
    values: {
      name: place.name,
      parameter: issue === undefined || issue.path.length === 0 ? 'params' : issue.path.join('.'),
      detail: issue?.message ?? '',
    },
    node: place.node.id,
  });
}
