import type { DataSource } from '#shared/graph/training';
import { RandomStream } from '#shared/program/random';
import type { Generator } from './generator.ts';
import { exampleStream } from './generator.ts';

type Source<Kind extends DataSource['kind']> = Extract<DataSource, { kind: Kind }>;

/** A generator of points in the plane; the classes take turns, so that they are balanced. */
function points(
  kind: string,
  seed: number,
  noise: number,
  classes: number,
  place: (label: number, stream: RandomStream) => readonly [number, number],
): Generator {
  return (index, { point, label }) => {
    const stream = exampleStream(seed, kind, index);
    const group = index % classes;
    const [x, y] = place(group, stream);
    point?.set([x + noise * stream.normal(), y + noise * stream.normal()]);
    label?.set([group]);
  };
}

/** Class 0 on the unit circle, class 1 on one of the radius `ratio` inside it; plus noise·N(0, 1). */
export function circles({ kind, noise, ratio }: Source<'circles'>, seed: number): Generator {
  return points(kind, seed, noise, 2, (label, stream) => {
    const angle = 2 * Math.PI * stream.uniform();
    const radius = label === 0 ? 1 : ratio;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}

/** Two half circles of radius 1 that reach into one another, centred on the origin together; plus noise·N(0, 1). */
export function moons({ kind, noise }: Source<'moons'>, seed: number): Generator {
  return points(kind, seed, noise, 2, (label, stream) => {
    const angle = Math.PI * stream.uniform();
    return label === 0
      ? [Math.cos(angle) - 0.5, Math.sin(angle) - 0.25]
      : [0.5 - Math.cos(angle), 0.25 - Math.sin(angle)];
  });
}

/** Uniform in the square ±1; class 1 where the two coordinates have different signs; plus noise·N(0, 1). */
export function quadrants({ kind, noise }: Source<'xor'>, seed: number): Generator {
  return points(kind, seed, noise, 2, (label, stream) => {
    const x = 2 * stream.uniform() - 1;
    const size = stream.uniform();
    return [x, x < 0 === (label === 1) ? size : -size];
  });
}

/** Normal clusters of deviation `noise` around centres drawn in the square ±1, at least half a unit apart where they fit. */
export function clusters({ kind, noise, classes }: Source<'clusters'>, seed: number): Generator {
  const stream = new RandomStream(seed, 'cluster centres');
  const centres: [number, number][] = [];
  for (let tries = 0; centres.length < classes; tries++) {
    const [x, y] = [2 * stream.uniform() - 1, 2 * stream.uniform() - 1];
    const apart = tries < 1000 ? 0.5 : 0;
    if (centres.every(([otherX, otherY]) => Math.hypot(x - otherX, y - otherY) >= apart)) centres.push([x, y]);
  }
  return points(kind, seed, noise, classes, (label) => centres[label] ?? [0, 0]);
}

/** y = sin(2πx) + noise·N(0, 1), x uniform in [−1, 1). */
export function sineWave({ kind, noise }: Source<'sine'>, seed: number): Generator {
  return (index, { x, y }) => {
    const stream = exampleStream(seed, kind, index);
    const value = 2 * stream.uniform() - 1;
    x?.set([value]);
    y?.set([Math.sin(2 * Math.PI * value) + noise * stream.normal()]);
  };
}
