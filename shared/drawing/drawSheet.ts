import type { CheckResult } from '../check/diagnostic.ts';
import type { GradloomDocument } from '../graph/document.ts';
import type { CellId } from '../graph/identifiers.ts';
import type { Locale } from '../text/locale.ts';
import { text } from '../text/text.ts';
import { shortCount } from '../text/counts.ts';
import { faceOf } from './faces.ts';
import type { NodeFace } from './faces.ts';
import { cardHeight, isColour, roundDiameter, stateRadius } from './layout.ts';
import type { PlacedPort } from './layout.ts';
import { buildScene, emptyScene } from './scene.ts';
import type { SceneNode } from './scene.ts';
import { arcFloor, arcPitch, statesOf, sumRadius, sumSign, terminalsOf } from './terminals.ts';
import { cardName, nameOfFace, shapeWords } from './words.ts';

/** A drawing of a sheet, in canvas pixels. */
export interface Drawing {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** The value of a colour of the theme by its name, such as `colour-text` or `family-core`. */
export type ColourOf = (name: string) => string;

const margin = 32;
/** Feedback arcs of a loop and the names of its terminals reach this far around it, and further for each state. */
const arcReach = arcFloor + 12;

const sansSerif = "Inter, system-ui, 'Segoe UI', 'Noto Sans', 'PingFang SC', 'Noto Sans CJK SC', sans-serif";
const monospace = "'JetBrains Mono', ui-monospace, 'DejaVu Sans Mono', 'Noto Sans CJK SC', monospace";

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as XML holds it. What XML cannot hold at all is left out. */
function escaped(words: string): string {
  return words
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
    .replaceAll(/[&<>"]/g, (sign) => escapes[sign] ?? '');
}

/** Words cut to a width by the usual width of letters: the reader of an SVG has fonts that nobody knows here. */
function cut(words: string, room: number, size: number): string {
  let width = 0;
  let kept = '';
  for (const letter of words) {
    width += size * (letter.charCodeAt(0) > 0x2e80 ? 1 : 0.6);
    if (width > room) return `${kept.trimEnd()}…`;
    kept += letter;
  }
  return kept;
}

/** Draws one sheet. */
class Sheet {
  readonly #document: GradloomDocument;
  readonly #check: CheckResult;
  readonly #locale: Locale;
  readonly #colour: ColourOf;

  constructor(document: GradloomDocument, check: CheckResult, locale: Locale, colour: ColourOf) {
    this.#document = document;
    this.#check = check;
    this.#locale = locale;
    this.#colour = colour;
  }

  face({ node }: SceneNode): NodeFace {
    return faceOf(this.#document, this.#check, node, []);
  }

  words(
    x: number,
    y: number,
    words: string,
    { size, colour, weight = 400, anchor = 'start', font = sansSerif }: TextStyle,
  ): string {
    return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${this.#colour(colour)}" text-anchor="${anchor}" font-family="${font}">${escaped(words)}</text>`;
  }

  hueOf(face: NodeFace): string {
    return isColour(face.colour) ? face.colour : this.#colour(`family-${face.family}`);
  }

  /** The inside of a node, from its own upper left corner. */
  node(sceneNode: SceneNode): string {
    const { layout, origin } = sceneNode;
    const face = this.face(sceneNode);
    const inside = {
      card: () => this.#card(face, layout),
      round: () => this.#round(face),
      frame: () => this.#area(face, layout, 12, 0.05),
      loop: () => this.#loop(face, layout),
    }[layout.shape]();
    const ports = layout.ports.filter(({ wired }) => wired).map((port) => this.#port(port));
    return `<g transform="translate(${origin.x} ${origin.y})">${inside}${ports.join('')}</g>`;
  }

  /** What a loop shows above the wires: the sums of its residual states. */
  sums({ layout, origin }: SceneNode): string {
    const sums = statesOf(layout).flatMap(({ hue, residual, sum }) =>
      residual
        ? [
            `<circle cx="${sum.x}" cy="${sum.y}" r="${sumRadius}" fill="${this.#colour('colour-raised')}" stroke="${this.#colour(`family-${hue}`)}" stroke-width="1.5"/>`,
            `<path d="${sumSign(sum)}" fill="none" stroke="${this.#colour('colour-text')}" stroke-width="1.5" stroke-linecap="round"/>`,
          ]
        : [],
    );
    return sums.length === 0
      ? ''
      : `<g class="sums" transform="translate(${origin.x} ${origin.y})">${sums.join('')}</g>`;
  }

  #port({ x, y, port }: PlacedPort): string {
    // A loop's terminals have a drawing of their own.
    if (port.terminal !== undefined) return '';
    return `<circle cx="${x}" cy="${y}" r="3.5" fill="${this.#colour('colour-mark')}"/>`;
  }

  #card(face: NodeFace, { width, height }: SceneNode['layout']): string {
    const hue = this.hueOf(face);
    const top = height / 2 - cardHeight / 2;
    const facts =
      face.type === 'frame' && face.held !== null
        ? text(this.#locale, 'canvas.frame.held', { count: face.held })
        : shapeWords(this.#locale, face.shape);
    const weights = face.weights > 0 && facts.length <= 12 ? shortCount(face.weights) : '';
    const parts = [
      `<rect width="${width}" height="${height}" rx="9" fill="${this.#colour('colour-raised')}" stroke="${this.#colour('colour-line-strong')}"/>`,
      `<rect x="-1" y="8" width="3" height="${height - 16}" rx="1.5" fill="${hue}"/>`,
      this.words(13, top + 22, cut(cardName(nameOfFace(this.#locale, face)), width - 25, 12.5), {
        size: 12.5,
        weight: 600,
        colour: 'colour-text',
      }),
      this.words(13, top + 38, cut(facts, width - 25 - (weights === '' ? 0 : 40), 10.5), {
        size: 10.5,
        colour: 'colour-text-dim',
        font: monospace,
      }),
      this.words(width - 12, top + 38, weights, { size: 10.5, colour: 'colour-text-faint', anchor: 'end' }),
    ];
    if (face.cell !== null) {
      const paint = face.sharesWeights
        ? `fill="${hue}"`
        : `fill="${this.#colour('colour-raised')}" stroke="${hue}" stroke-width="1"`;
      parts.push(`<rect x="8" y="${height - 2}" width="${width - 16}" height="4" rx="2" ${paint}/>`);
    }
    if (face.count !== null) {
      const count = { size: 10.5, weight: 600, colour: 'colour-text-dim', anchor: 'end' } as const;
      parts.push(this.words(width - 12, -4, `×${face.count}`, count));
    }
    return parts.join('');
  }

  #round(face: NodeFace): string {
    const [middle, radius] = [roundDiameter / 2, roundDiameter / 2 - 1];
    const y = cardHeight / 2;
    const sign =
      face.type === 'add' ? `M${middle - 6} ${y}h12M${middle} ${y - 6}v12` : `M${middle - 4} ${y - 4}l8 8m0 -8l-8 8`;
    return [
      `<circle cx="${middle}" cy="${y}" r="${radius}" fill="${this.#colour('colour-raised')}" stroke="${this.hueOf(face)}" stroke-width="1.6"/>`,
      `<path d="${sign}" fill="none" stroke="${this.#colour('colour-text')}" stroke-width="1.7" stroke-linecap="round"/>`,
    ].join('');
  }

  #area(face: NodeFace, { width, height }: SceneNode['layout'], radius: number, tint: number): string {
    const hue = isColour(face.colour)
      ? face.colour
      : this.#colour(face.type === 'loop' ? 'family-structure' : 'colour-text-faint');
    const name = cut(nameOfFace(this.#locale, face), width - 30, 11.5);
    const isLoop = face.type === 'loop';
    const chip = `×${face.count ?? '?'}`;
    const chipWidth = 18 + 7 * chip.length;
    return [
      `<rect width="${width}" height="${height}" rx="${radius}" fill="${hue}" fill-opacity="${tint}" stroke="${hue}" stroke-opacity="${isLoop ? 0.5 : 0.3}"/>`,
      isLoop ? `<rect x="12" y="8" width="${chipWidth}" height="20" rx="10" fill="${hue}"/>` : '',
      isLoop
        ? this.words(12 + chipWidth / 2, 22, chip, {
            size: 11.5,
            weight: 700,
            colour: 'colour-panel',
            anchor: 'middle',
          })
        : '',
      this.words(isLoop ? 20 + chipWidth : 12, 22, name, {
        size: 11.5,
        weight: 600,
        colour: isLoop ? 'colour-text' : 'colour-text-dim',
      }),
    ].join('');
  }

  /** A loop: its states as half-discs with their feedback beneath, its constants, scans and outputs as small boxes. */
  #loop(face: NodeFace, layout: SceneNode['layout']): string {
    const { width } = layout;
    const r = stateRadius;
    const dim = { size: 10, colour: 'colour-text-dim' } as const;
    const pairs = statesOf(layout).map(({ name, hue: family, y, feedback, bypass }) => {
      const hue = this.#colour(`family-${family}`);
      return [
        `<path d="${feedback}" fill="none" stroke="${hue}" stroke-width="1.6"/>`,
        `<path d="M0 ${y - r}a${r} ${r} 0 0 0 0 ${2 * r}z" fill="${hue}"/>`,
        `<path d="M${width} ${y - r}a${r} ${r} 0 0 1 0 ${2 * r}z" fill="${hue}"/>`,
        bypass === null
          ? ''
          : `<path d="${bypass}" fill="none" stroke="${hue}" stroke-opacity="0.6" stroke-width="1.4"/>`,
        this.words(-8, y - 12, name, { ...dim, anchor: 'end' }),
        this.words(width + 8, y - 12, name, dim),
      ].join('');
    });
    const boxes = terminalsOf(layout).map(({ name, side, y }) => {
      const isLeft = side === 'left';
      const border = isLeft ? 0 : width;
      return [
        `<rect x="${border - 5}" y="${y - 8}" width="10" height="16" rx="3" fill="${this.#colour('colour-raised')}" stroke="${this.#colour('colour-mark')}"/>`,
        this.words(isLeft ? -8 : width + 8, y - 10, name, { ...dim, anchor: isLeft ? 'end' : 'start' }),
      ].join('');
    });
    return [this.#area(face, layout, 14, 0.06), ...pairs, ...boxes].join('');
  }
}

interface TextStyle {
  readonly size: number;
  readonly colour: string;
  readonly weight?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly font?: string;
}

/**
 * A sheet of a document as SVG: what the canvas shows at rest, without a run, a selection or what the pointer does. From
 * the document and its check alone.
 */
export function drawSheet(
  document: GradloomDocument,
  check: CheckResult,
  sheet: CellId | null,
  locale: Locale,
  colour: ColourOf,
): Drawing {
  const scene = buildScene(document, sheet, new Map(), emptyScene);
  const pen = new Sheet(document, check, locale, colour);
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const include = (x1: number, y1: number, x2: number, y2: number): void => {
    [left, top, right, bottom] = [Math.min(left, x1), Math.min(top, y1), Math.max(right, x2), Math.max(bottom, y2)];
  };
  const [areas, cards] = [[] as string[], [] as string[]];
  for (const sceneNode of scene.nodes.values()) {
    const { origin, layout } = sceneNode;
    const states = layout.ports.filter(({ port }) => port.role === 'state').length;
    const around = layout.shape === 'loop' ? arcReach + arcPitch * states : 0;
    include(origin.x - around, origin.y - 12, origin.x + layout.width + around, origin.y + layout.height + around);
    const isArea = layout.shape === 'loop' || layout.shape === 'frame';
    (isArea ? areas : cards).push(pen.node(sceneNode));
    if (layout.shape === 'loop') cards.push(pen.sums(sceneNode));
  }
  const wires = [...scene.wires.values()].map(({ route }) => {
    include(route.bounds.left, route.bounds.top, route.bounds.right, route.bounds.bottom);
    return `<path d="${route.path}"/>`;
  });
  if (!Number.isFinite(left)) [left, top, right, bottom] = [0, 0, 0, 0];
  const [x, y] = [Math.floor(left - margin), Math.floor(top - margin)];
  const [width, height] = [Math.ceil(right + margin) - x, Math.ceil(bottom + margin) - y];
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${x} ${y} ${width} ${height}">`,
    `<title>${escaped(document.name)}</title>`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${colour('colour-canvas')}"/>`,
    ...areas,
    `<g fill="none" stroke="${colour('colour-mark')}" stroke-width="1.5">${wires.join('')}</g>`,
    ...cards,
    '</svg>',
  ].join('\n');
  return { svg: `${svg}\n`, width, height };
}
