import type { Path, PathStep } from './program.ts';

function stepText(step: PathStep): string {
  return 'loop' in step ? `[${step.loop}=${step.iteration}]` : `@${step.instance}`;
}

/** A path as the end of an id, outermost first: `[loop=3]` for an iteration, `@instance` for an instance. */
export function pathSuffix(path: Path): string {
  return path.map(stepText).join('');
}
