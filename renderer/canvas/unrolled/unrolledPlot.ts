import type { NodeId, WireId } from '#shared/graph/identifiers';
import { csvOf } from '#shared/text/csv';
import type { PlotInk } from '../../ui/plot/ink.ts';
import { coordinate, svgPage, svgText } from '../../ui/plot/svg.ts';
import type { BucketStyle } from '../overlay/colourScale.ts';
import type { Reading } from '../overlay/readings.ts';
import { strongest } from '../overlay/readings.ts';
import { copyGap } from './unroll.ts';
import type { UnrolledBody } from './unroll.ts';

/** The whole strip as it leaves: every iteration, whatever part of it is in view. */
export interface SavedUnrolled {
  readonly title: string;
  readonly body: UnrolledBody;
  /** Of the scale shown, in the light theme; empty where the overlay is off. */
  readonly buckets: readonly BucketStyle[];
  nameOf(node: NodeId): string;
  /** What is shown of a wire in an iteration, from 0; null where nothing was measured. */
  read(wire: WireId, iteration: number): Reading | null;
}

const scale = 0.5;
const head = 46;
const edge = 12;

/** Every iteration of a loop side by side as SVG, each wire in the colour and width of its gradient. */
export function unrolledDrawing({ title, body, buckets, nameOf, read }: SavedUnrolled, ink: PlotInk): string {
  const stroke = (reading: Reading | null): string => {
    const bucket = reading === null || reading.bucket < 0 ? undefined : buckets[reading.bucket];
    if (bucket !== undefined) return `stroke="${bucket.stroke}" stroke-width="${coordinate(bucket.width)}"`;
    const isBroken = reading?.mark === 'infinity' || reading?.mark === 'notANumber';
    return isBroken ? `stroke="${ink.danger}" stroke-width="4"` : `stroke="${ink.line}" stroke-width="1.4"`;
  };
  const pitch = body.width + copyGap;
  const cards = body.nodes.map(({ id, box: { left, top, right, bottom }, isArea, isRound }) => {
    const [width, height] = [right - left, bottom - top];
    const place = `x="${coordinate(left)}" y="${coordinate(top)}" width="${coordinate(width)}" height="${coordinate(height)}"`;
    const round = isRound ? Math.min(width, height) / 2 : 9;
    const card = `<rect ${place} rx="${coordinate(round)}" fill="${isArea ? 'none' : ink.panel}" stroke="${ink.line}" stroke-width="1.2"/>`;
    if (isArea || isRound) return card;
    // What is too long for its card is cut off at the card's edge.
    return `${card}<svg ${place}>${svgText({ x: 10, y: height / 2 + 6, words: nameOf(id), colour: ink.text, size: 17 })}</svg>`;
  });
  const copies = Array.from({ length: body.iterations }, (_, iteration) => {
    const states = iteration + 1 < body.iterations ? body.states : [];
    const handed = states.map(
      ({ y, wires }) =>
        `<path d="M${coordinate(body.width)} ${coordinate(y)}h${copyGap}" ${stroke(strongest(wires.map((wire) => read(wire, iteration))))}/>`,
    );
    const wires = body.wires.map(
      ({ id, path, origin }) =>
        `<path transform="translate(${coordinate(-origin.x)} ${coordinate(-origin.y)})" d="${path}" ${stroke(read(id, iteration))}/>`,
    );
    return `<g transform="translate(${coordinate(edge + iteration * pitch * scale)} ${head}) scale(${scale})" fill="none" stroke-linecap="round">${svgText(
      { x: body.width / 2, y: -8, words: String(iteration + 1), colour: ink.dim, anchor: 'middle', size: 20 },
    )}<rect width="${coordinate(body.width)}" height="${coordinate(body.height)}" rx="14" stroke="${ink.line}"/>${handed.join('')}${wires.join('')}${cards.join('')}</g>`;
  });
  const width = Math.ceil(2 * edge + (body.iterations * pitch - copyGap) * scale);
  const height = Math.ceil(head + body.height * scale + edge);
  const words = svgText({ x: edge, y: 20, words: title, colour: ink.text, size: 13 });
  return svgPage(Math.max(width, 420), height, ink, words + copies.join(''));
}

/** One row for each wire in each iteration, the first iteration forward at the top. */
export function unrolledTable(
  { body, read }: Pick<SavedUnrolled, 'body' | 'read'>,
  endsOf: (wire: WireId) => readonly [from: string, to: string],
  measure: 'rms' | 'relative',
): string {
  const rows = Array.from({ length: body.iterations }, (_, iteration) =>
    body.wires.map(({ id }) => {
      const reading = read(id, iteration);
      return [iteration + 1, id, ...endsOf(id), reading?.value ?? null, reading?.mark ?? 'none', reading?.step ?? null];
    }),
  );
  return csvOf(['iteration', 'wire', 'from', 'to', measure, 'mark', 'step'], rows.flat());
}
