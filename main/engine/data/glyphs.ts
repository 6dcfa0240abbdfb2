/** Points in a box: x from 0 (left) to 1, y from 0 (top) to 1. */
export type Point = readonly [number, number];
/** One line drawn without lifting the pen, as a polygon of short pieces. */
export type Stroke = readonly Point[];
/** One way to write a digit. */
export type Glyph = readonly Stroke[];

/** Straight pieces through points given as x, y, x, y, … */
function line(...coordinates: readonly number[]): Point[] {
  return Array.from({ length: coordinates.length / 2 }, (_, index): Point => {
    return [coordinates[2 * index] ?? 0, coordinates[2 * index + 1] ?? 0];
  });
}

/** An elliptic arc from one angle to another, in degrees; 0 is right, 90 is down. */
function arc(x: number, y: number, radiusX: number, radiusY: number, from: number, to: number): Point[] {
  const pieces = Math.max(2, Math.ceil(Math.abs(to - from) / 24));
  return Array.from({ length: pieces + 1 }, (_, index): Point => {
    const angle = ((from + ((to - from) * index) / pieces) * Math.PI) / 180;
    return [x + radiusX * Math.cos(angle), y + radiusY * Math.sin(angle)];
  });
}

/** A smooth line through points given as x, y, x, y, … (Catmull and Rom 1974, the uniform form). */
function curve(...coordinates: readonly number[]): Point[] {
  const points = line(...coordinates);
  const at = (index: number): Point => points[Math.min(points.length - 1, Math.max(0, index))] ?? [0, 0];
  const result: Point[] = [at(0)];
  for (let index = 0; index + 1 < points.length; index++) {
    const [p0, p1, p2, p3] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    for (let piece = 1; piece <= 4; piece++) {
      const t = piece / 4;
      const blend = (axis: 0 | 1): number =>
        0.5 *
        (2 * p1[axis] +
          (p2[axis] - p0[axis]) * t +
          (2 * p0[axis] - 5 * p1[axis] + 4 * p2[axis] - p3[axis]) * t ** 2 +
          (3 * p1[axis] - p0[axis] - 3 * p2[axis] + p3[axis]) * t ** 3);
      result.push([blend(0), blend(1)]);
    }
  }
  return result;
}

const zero: readonly Glyph[] = [
  [arc(0.5, 0.5, 0.32, 0.44, -90, 270)],
  [arc(0.5, 0.5, 0.24, 0.44, -100, 250)],
  [curve(0.62, 0.08, 0.3, 0.2, 0.2, 0.58, 0.4, 0.92, 0.7, 0.84, 0.82, 0.45, 0.66, 0.1, 0.5, 0.08)],
  [arc(0.5, 0.5, 0.34, 0.42, -60, 300), line(0.68, 0.2, 0.32, 0.8)],
];
const one: readonly Glyph[] = [
  [line(0.5, 0.06, 0.5, 0.94)],
  [line(0.3, 0.26, 0.54, 0.06, 0.54, 0.94)],
  [line(0.32, 0.24, 0.52, 0.08, 0.52, 0.92), line(0.32, 0.92, 0.72, 0.92)],
  [line(0.58, 0.06, 0.46, 0.94)],
];
const two: readonly Glyph[] = [
  [[...arc(0.5, 0.32, 0.3, 0.26, -170, 30), ...line(0.2, 0.93, 0.82, 0.93)]],
  [curve(0.22, 0.2, 0.5, 0.06, 0.76, 0.24, 0.62, 0.52, 0.24, 0.9), curve(0.24, 0.9, 0.5, 0.84, 0.8, 0.92)],
  [line(0.22, 0.12, 0.72, 0.12, 0.76, 0.4, 0.24, 0.58, 0.22, 0.92, 0.8, 0.92)],
  [curve(0.24, 0.28, 0.5, 0.07, 0.74, 0.28, 0.5, 0.62, 0.26, 0.86, 0.36, 0.72, 0.52, 0.86, 0.84, 0.9)],
];
const three: readonly Glyph[] = [
  [[...arc(0.46, 0.28, 0.28, 0.21, -160, 90), ...arc(0.46, 0.7, 0.32, 0.23, -90, 160)]],
  [[...line(0.22, 0.09, 0.76, 0.09, 0.46, 0.4), ...arc(0.46, 0.66, 0.32, 0.27, -80, 165)]],
  [curve(0.26, 0.12, 0.6, 0.06, 0.72, 0.26, 0.46, 0.46), curve(0.46, 0.46, 0.78, 0.56, 0.7, 0.86, 0.24, 0.92)],
  [line(0.24, 0.1, 0.74, 0.1, 0.74, 0.9, 0.24, 0.9), line(0.36, 0.48, 0.74, 0.48)],
];
const four: readonly Glyph[] = [
  [line(0.6, 0.06, 0.16, 0.64, 0.86, 0.64), line(0.64, 0.38, 0.64, 0.94)],
  [line(0.26, 0.1, 0.22, 0.54, 0.82, 0.54), line(0.74, 0.08, 0.72, 0.94)],
  [line(0.66, 0.94, 0.66, 0.08, 0.18, 0.66, 0.84, 0.66)],
  [curve(0.3, 0.08, 0.22, 0.34, 0.26, 0.54, 0.76, 0.5), line(0.72, 0.1, 0.62, 0.94)],
];
const five: readonly Glyph[] = [
  [[...line(0.76, 0.08, 0.3, 0.08, 0.27, 0.44), ...arc(0.47, 0.67, 0.3, 0.26, -120, 150)]],
  [line(0.78, 0.1, 0.3, 0.08, 0.26, 0.46), curve(0.26, 0.46, 0.6, 0.4, 0.78, 0.66, 0.6, 0.9, 0.22, 0.9)],
  [line(0.76, 0.1, 0.26, 0.1, 0.26, 0.48, 0.74, 0.48, 0.74, 0.9, 0.24, 0.9)],
  [curve(0.74, 0.1, 0.36, 0.1, 0.3, 0.42, 0.64, 0.46, 0.72, 0.76, 0.44, 0.94, 0.22, 0.84)],
];
const six: readonly Glyph[] = [
  [[...curve(0.7, 0.08, 0.4, 0.24, 0.24, 0.52, 0.24, 0.7), ...arc(0.51, 0.7, 0.27, 0.24, 180, 540)]],
  [curve(0.58, 0.06, 0.3, 0.42, 0.22, 0.7, 0.46, 0.94), curve(0.46, 0.94, 0.76, 0.78, 0.62, 0.52, 0.26, 0.66)],
  [[...arc(0.5, 0.5, 0.3, 0.44, -50, -180), ...arc(0.5, 0.68, 0.3, 0.26, 180, 540)]],
  [[...line(0.66, 0.08, 0.26, 0.56), ...arc(0.5, 0.7, 0.26, 0.23, 200, 560)]],
];
const seven: readonly Glyph[] = [
  [line(0.18, 0.09, 0.82, 0.09, 0.42, 0.94)],
  [line(0.2, 0.1, 0.8, 0.1, 0.46, 0.94), line(0.34, 0.5, 0.74, 0.5)],
  [line(0.2, 0.24, 0.2, 0.1, 0.8, 0.1), curve(0.8, 0.1, 0.56, 0.46, 0.48, 0.94)],
  [curve(0.2, 0.16, 0.46, 0.1, 0.82, 0.1, 0.58, 0.5, 0.34, 0.94)],
];
const crossed = [0.7, 0.18, 0.48, 0.06, 0.28, 0.24, 0.5, 0.46, 0.76, 0.7, 0.5, 0.94, 0.24, 0.72, 0.5, 0.46, 0.72, 0.26];
const eight: readonly Glyph[] = [
  [arc(0.5, 0.28, 0.24, 0.2, 90, 450), arc(0.5, 0.71, 0.29, 0.23, -90, 270)],
  [curve(...crossed, 0.62, 0.1)],
  [arc(0.5, 0.27, 0.28, 0.19, 90, 450), arc(0.5, 0.71, 0.25, 0.24, -90, 270)],
  [line(0.28, 0.1, 0.74, 0.9, 0.26, 0.9, 0.72, 0.1, 0.28, 0.1)],
];
const nine: readonly Glyph[] = [
  [[...arc(0.5, 0.3, 0.26, 0.24, 0, 360), [0.72, 0.94]]],
  [arc(0.48, 0.3, 0.26, 0.24, 0, 360), curve(0.74, 0.28, 0.78, 0.6, 0.58, 0.92, 0.28, 0.9)],
  [curve(0.76, 0.3, 0.54, 0.08, 0.26, 0.28, 0.5, 0.52, 0.76, 0.26), curve(0.76, 0.26, 0.74, 0.6, 0.68, 0.94)],
  [arc(0.5, 0.3, 0.28, 0.23, -20, 340), line(0.76, 0.12, 0.76, 0.94)],
];

/** The digits 0 to 9, each in several hands, drawn for this program. */
export const glyphs: readonly (readonly Glyph[])[] = [zero, one, two, three, four, five, six, seven, eight, nine];
