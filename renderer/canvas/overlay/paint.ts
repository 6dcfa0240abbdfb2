import type { NodeId, WireId } from '#shared/graph/identifiers';
import { descendantsOf } from '#shared/graph/queries';
import type { Mark } from '#shared/protocol/telemetry';
import type { OverlayMode, OverlaySubject } from '../../state/viewStore.ts';
import { isCollapsed } from '../scene/layout.ts';
import type { Rectangle } from '../scene/route.ts';
import { boxOf } from '../scene/scene.ts';
import type { Scene, SceneNode, SceneWire } from '../scene/scene.ts';
import { bucketCount, bucketStyles } from './colourScale.ts';
import type { BucketStyle, ScaleKind, Theme } from './colourScale.ts';
import { strongest } from './readings.ts';
import type { Reading, Readings } from './readings.ts';

/** Colours that are not on the scale, as the theme's custom properties give them. */
export interface Palette {
  readonly theme: Theme;
  readonly resting: string;
  readonly quiet: string;
  readonly canvas: string;
  readonly text: string;
  readonly danger: string;
  readonly onBadge: string;
  readonly structure: string;
  readonly line: string;
  readonly font: string;
}

/** Where the canvas looks: screen = sheet · zoom + offset, in CSS pixels. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
}

/** Everything that one drawing depends on. */
export interface Painting {
  readonly scene: Scene;
  readonly view: View;
  readonly palette: Palette;
  readonly mode: OverlayMode;
  readonly subject: OverlaySubject;
  readonly readings: Readings;
}

/** What one drawing showed, for tests and for words at the pointer. */
export interface Drawn {
  readonly wires: Map<WireId, Reading | null>;
  readonly nodes: Map<NodeId, Reading | null>;
  /** Wires outside the view, which cost nothing. */
  culled: number;
}

const paths = new WeakMap<SceneWire, Path2D>();

/** A wire's path, made once. The scene makes a new wire where an end moves, so an old path goes with its wire. */
function pathOf(wire: SceneWire): Path2D {
  const known = paths.get(wire);
  if (known !== undefined) return known;
  const path = new Path2D(wire.route.path);
  paths.set(wire, path);
  return path;
}

const styleTables = new Map<string, readonly BucketStyle[]>();

/** The bucket styles of a scale in a theme, made once. */
export function stylesFor(kind: ScaleKind, theme: Theme): readonly BucketStyle[] {
  const key = `${kind} ${theme}`;
  const known = styleTables.get(key);
  if (known !== undefined) return known;
  const styles = bucketStyles(kind, theme);
  styleTables.set(key, styles);
  return styles;
}

/** The part of the sheet in view, with some air for halos and badges. */
export function visiblePart(view: View, air = 24): Rectangle {
  return {
    left: (-view.x - air) / view.zoom,
    top: (-view.y - air) / view.zoom,
    right: (view.width - view.x + air) / view.zoom,
    bottom: (view.height - view.y + air) / view.zoom,
  };
}

/** Whether two boxes share a point. */
export function touches(one: Rectangle, other: Rectangle): boolean {
  return one.left <= other.right && one.right >= other.left && one.top <= other.bottom && one.bottom >= other.top;
}

const widestCell = 13;
const thinnestCell = 4;

/** Where the strip of so many iterations lies, on the sheet: in a loop's head, beneath a folded one. Null: no room. */
export function stripBox(
  { origin, layout }: Pick<SceneNode, 'origin' | 'layout'>,
  iterations: number,
): Rectangle | null {
  if (layout.shape === 'card') {
    const box = boxOf({ origin, layout });
    return { left: box.left + 8, top: box.bottom + 7, right: box.right - 4, bottom: box.bottom + 13 };
  }
  // The number of iterations and the loop's name stand before it, and which iteration is shown.
  const room = layout.width * 0.56 - 76;
  if (room < 40) return null;
  const cells = stripCells(room, iterations);
  const right = origin.x + layout.width - 14;
  const left = right - cells * Math.min(widestCell, room / cells);
  return { left, top: origin.y + 10, right, bottom: origin.y + 28 };
}

/** How many cells a strip of this width has for so many iterations. */
export function stripCells(width: number, iterations: number): number {
  return Math.max(1, Math.min(iterations, Math.floor(width / thinnestCell)));
}

const loopEnds = new WeakMap<Scene['graph'], Map<NodeId, ReadonlySet<WireId>>>();

/** The wires that hand a loop's states and results on, at the end of an iteration. */
export function endsOfLoop(scene: Scene, loop: NodeId): ReadonlySet<WireId> {
  const known = loopEnds.get(scene.graph) ?? new Map<NodeId, ReadonlySet<WireId>>();
  loopEnds.set(scene.graph, known);
  const ends =
    known.get(loop) ??
    new Set(
      scene.graph.wires.filter(({ to }) => to.node === loop && /^(next|result)\./.test(to.port)).map(({ id }) => id),
    );
  known.set(loop, ends);
  return ends;
}

/** Draws tinted areas, wires, halos and strips, and tells what it showed. The context is in device pixels. */
export function paint(context: CanvasRenderingContext2D, painting: Painting): Drawn {
  const { view, scene, mode, subject } = painting;
  const scale = view.zoom * view.pixelRatio;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, Math.ceil(view.width * view.pixelRatio), Math.ceil(view.height * view.pixelRatio));
  context.setTransform(scale, 0, 0, scale, view.x * view.pixelRatio, view.y * view.pixelRatio);
  const visible = visiblePart(view);
  const drawn: Drawn = { wires: new Map(), nodes: new Map(), culled: 0 };

  paintAreas(context, painting, visible);
  if (mode === 'off') return drawn;
  const inView: SceneWire[] = [];
  for (const wire of scene.wires.values()) {
    if (touches(wire.route.bounds, visible)) inView.push(wire);
    else drawn.culled++;
  }
  context.lineCap = 'round';
  context.lineJoin = 'round';
  if (subject === 'activations') paintWires(context, painting, mode, inView, drawn);
  else {
    paintQuiet(context, painting, inView, 'rest');
    paintHalos(context, painting, mode, visible, drawn);
  }
  paintStrips(context, painting, mode, visible);
  return drawn;
}

/** A frame's tint is so faint that what fades on the canvas fades on it too. */
const areaTint = { light: { loop: 0.07, frame: 0.022 }, dark: { loop: 0.085, frame: 0.026 } } as const;

function paintAreas(context: CanvasRenderingContext2D, { scene, palette }: Painting, visible: Rectangle): void {
  for (const node of scene.nodes.values()) {
    const { shape } = node.layout;
    if (shape !== 'loop' && shape !== 'frame') continue;
    const box = boxOf(node);
    if (!touches(box, visible)) continue;
    const hue = areaColour(node, palette);
    context.beginPath();
    context.roundRect(box.left, box.top, box.right - box.left, box.bottom - box.top, shape === 'loop' ? 14 : 12);
    context.globalAlpha = areaTint[palette.theme][shape];
    context.fillStyle = hue;
    context.fill();
    context.globalAlpha = 1;
  }
}

/** The hue of a frame or a loop: the person's choice where it is a colour, otherwise the theme's. */
function areaColour({ node, layout }: SceneNode, palette: Palette): string {
  if (isColour(node.colour)) return node.colour;
  return layout.shape === 'loop' ? palette.structure : palette.text;
}

/** Whether a document's colour is one that can be drawn. */
export function isColour(colour: string | null | undefined): colour is string {
  return typeof colour === 'string' && /^#[0-9a-f]{6}$/i.test(colour);
}

function paintWires(
  context: CanvasRenderingContext2D,
  painting: Painting,
  kind: ScaleKind,
  wires: readonly SceneWire[],
  drawn: Drawn,
): void {
  const { palette, readings, view } = painting;
  const styles = stylesFor(kind, palette.theme);
  const buckets: SceneWire[][] = Array.from({ length: bucketCount }, () => []);
  const marked = new Map<Mark | 'rest', SceneWire[]>();
  for (const wire of wires) {
    const reading = readings.wire(wire.wire.id, kind);
    drawn.wires.set(wire.wire.id, reading);
    if (reading !== null && reading.bucket >= 0) buckets[reading.bucket]?.push(wire);
    else {
      const list = marked.get(reading?.mark ?? 'rest') ?? [];
      list.push(wire);
      marked.set(reading?.mark ?? 'rest', list);
    }
  }
  // A hair's breadth on the screen, however far away.
  const thinnest = 0.9 / view.zoom;
  for (const [mark, list] of marked)
    if (mark !== 'infinity' && mark !== 'notANumber') paintQuiet(context, painting, list, mark);
  for (const [bucket, list] of buckets.entries()) {
    const glow = styles[bucket]?.glow ?? null;
    if (glow === null || list.length === 0) continue;
    context.strokeStyle = glow.stroke;
    context.lineWidth = Math.max(glow.width, thinnest);
    for (const wire of list) context.stroke(pathOf(wire));
  }
  for (const [bucket, list] of buckets.entries()) {
    const style = styles[bucket];
    if (style === undefined || list.length === 0) continue;
    context.strokeStyle = style.stroke;
    context.lineWidth = Math.max(style.width, thinnest);
    for (const wire of list) context.stroke(pathOf(wire));
  }
  for (const mark of ['infinity', 'notANumber'] as const) {
    for (const wire of marked.get(mark) ?? []) paintBroken(context, painting, wire, mark);
  }
}

/** What has no magnitude: at rest, zero, underflow, no path. Each its own line; a zero has its ring besides. */
function paintQuiet(
  context: CanvasRenderingContext2D,
  { palette, view }: Painting,
  wires: readonly SceneWire[],
  mark: Mark | 'rest',
): void {
  const far = Math.max(1, 0.75 / view.zoom);
  context.save();
  context.strokeStyle = mark === 'rest' ? palette.resting : palette.quiet;
  context.lineWidth = 1.2 * far;
  if (mark === 'underflow') {
    context.lineWidth = 2.2 * far;
    context.setLineDash([0.1, 5.5 * far]);
  } else if (mark === 'noPath') {
    context.strokeStyle = palette.resting;
    context.lineCap = 'butt';
    context.setLineDash([9 * far, 7 * far]);
  }
  for (const wire of wires) context.stroke(pathOf(wire));
  context.restore();
  if (mark !== 'zero') return;
  for (const { route } of wires) {
    context.beginPath();
    context.arc(route.middle.x, route.middle.y, 4.2 * far, 0, 2 * Math.PI);
    context.fillStyle = palette.canvas;
    context.fill();
    context.lineWidth = 1.4 * far;
    context.strokeStyle = palette.quiet;
    context.stroke();
  }
}

const badgeWords = { infinity: '∞', notANumber: 'NaN' } as const;

function paintBroken(
  context: CanvasRenderingContext2D,
  { palette, view }: Painting,
  wire: SceneWire,
  mark: 'infinity' | 'notANumber',
): void {
  const far = Math.max(1, 0.6 / view.zoom);
  const { x, y } = wire.route.middle;
  context.save();
  context.strokeStyle = palette.danger;
  context.lineWidth = (mark === 'infinity' ? 4.6 : 2.4) * far;
  if (mark === 'notANumber') context.setLineDash([5 * far, 4 * far]);
  context.lineCap = 'butt';
  context.stroke(pathOf(wire));
  context.restore();
  const width = (mark === 'infinity' ? 20 : 30) * far;
  const height = 16 * far;
  context.fillStyle = palette.danger;
  context.beginPath();
  context.roundRect(x - width / 2, y - height / 2, width, height, height / 2);
  context.fill();
  context.fillStyle = palette.onBadge;
  context.font = `700 ${(mark === 'infinity' ? 13 : 10) * far}px ${palette.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(badgeWords[mark], x, y + 0.5 * far);
}

/** Weights mode: a coloured rim around each card that has weights; the card lies on it. */
function paintHalos(
  context: CanvasRenderingContext2D,
  painting: Painting,
  kind: ScaleKind,
  visible: Rectangle,
  drawn: Drawn,
): void {
  const { scene, palette, view } = painting;
  const styles = stylesFor(kind, palette.theme);
  const far = Math.max(1, 0.5 / view.zoom);
  for (const [id, node] of scene.nodes) {
    const box = boxOf(node);
    if (node.layout.shape !== 'card' || !touches(box, visible)) continue;
    const reading = weightsOf(painting, id, kind);
    if (reading === null) continue;
    drawn.nodes.set(id, reading);
    const style = reading.bucket < 0 ? undefined : styles[reading.bucket];
    const rim = (style === undefined ? 2.5 : 1.5 + style.width) * far;
    context.save();
    const outline = (grow: number): void => {
      context.beginPath();
      context.roundRect(
        box.left - grow,
        box.top - grow,
        box.right - box.left + 2 * grow,
        box.bottom - box.top + 2 * grow,
        9 + grow,
      );
    };
    if (style?.glow) {
      outline(rim + style.glow.width / 3);
      context.fillStyle = style.glow.stroke;
      context.fill();
    }
    outline(rim / 2);
    context.lineWidth = rim;
    const isBroken = reading.mark === 'infinity' || reading.mark === 'notANumber';
    context.strokeStyle = style?.stroke ?? (isBroken ? palette.danger : palette.quiet);
    if (reading.mark === 'underflow') context.setLineDash([0.1, 5.5 * far]);
    if (reading.mark === 'noPath') context.setLineDash([9 * far, 7 * far]);
    context.stroke();
    context.restore();
  }
}

/** What is shown of a card's weights: of a folded container, the strongest of all that it holds. */
function weightsOf({ scene, readings }: Painting, id: NodeId, kind: ScaleKind): Reading | null {
  const node = scene.nodes.get(id)?.node;
  if (node === undefined || !isCollapsed(node)) return readings.weights(id, kind);
  return strongest(
    [id, ...descendantsOf(scene.graph, id).map((inner) => inner.id)].map((one) => readings.weights(one, kind)),
  );
}

/** The strip of iterations along the head of each loop; the one that its inside shows is framed. */
function paintStrips(context: CanvasRenderingContext2D, painting: Painting, kind: ScaleKind, visible: Rectangle): void {
  const { scene, palette, readings, view } = painting;
  if (view.zoom < 0.2) return;
  const styles = stylesFor(kind, palette.theme);
  for (const [id, node] of scene.nodes) {
    if (node.node.type !== 'loop') continue;
    const strip = readings.strip(id, endsOfLoop(scene, id));
    const box = strip === null ? null : stripBox(node, strip.iterations);
    if (strip === null || box === null || !touches(box, visible)) continue;
    const width = box.right - box.left;
    const cells = stripCells(width, strip.iterations);
    const pitch = width / cells;
    const gap = pitch > 7 ? 2 : pitch > 4 ? 1 : 0.4;
    const shown = Math.floor((readings.shownIteration(id) * cells) / strip.iterations);
    for (let cell = 0; cell < cells; cell++) {
      const first = Math.floor((cell * strip.iterations) / cells);
      const end = Math.max(first + 1, Math.floor(((cell + 1) * strip.iterations) / cells));
      const reading = readings.iterations(strip, first, end, kind);
      const style = reading === null || reading.bucket < 0 ? undefined : styles[reading.bucket];
      const isBroken = reading?.mark === 'infinity' || reading?.mark === 'notANumber';
      context.beginPath();
      context.roundRect(box.left + cell * pitch, box.top, pitch - gap, box.bottom - box.top, Math.min(2.5, pitch / 4));
      context.fillStyle = style?.stroke ?? (isBroken ? palette.danger : palette.line);
      context.fill();
      if (cell !== shown || node.layout.shape === 'card') continue;
      context.lineWidth = 1.5;
      context.strokeStyle = palette.text;
      context.stroke();
    }
  }
}
