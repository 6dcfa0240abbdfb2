import type { NodeId, WireId } from '#shared/graph/identifiers';
import { descendantsOf } from '#shared/graph/queries';
import type { Mark } from '#shared/protocol/telemetry';
import { isCollapsed, isColour } from '#shared/drawing/layout';
import type { Rectangle } from '#shared/drawing/route';
import { boxOf, nodeTouches, touches } from '#shared/drawing/scene';
import type { Scene, SceneNode, SceneWire } from '#shared/drawing/scene';
import type { OverlayMode, OverlaySubject } from '../../state/viewStore.ts';
import { bucketCount, bucketStyles } from './colourScale.ts';
import type { BucketStyle, ScaleKind, Theme } from './colourScale.ts';
import { Damage } from './damage.ts';
import type { Ground } from './ground.ts';
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
  readonly raised: string;
  readonly warning: string;
  /** The colour behind a hue, which may name a custom property. */
  readonly colourOf: (hue: string) => string;
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

/** A card that is not in the page: its place, the hue on its edge, the worst of what is wrong with it. */
export interface FarCard {
  readonly box: Rectangle;
  readonly shape: 'card' | 'round';
  readonly hue: string;
  readonly problem: 'error' | 'warning' | null;
}

/** Everything that one drawing depends on. */
export interface Painting {
  readonly scene: Scene;
  /** The cards of a large sheet seen from afar, which are drawn here; null: they lie in the page, over the canvas. */
  readonly farCards: readonly FarCard[] | null;
  readonly view: View;
  readonly palette: Palette;
  readonly mode: OverlayMode;
  readonly subject: OverlaySubject;
  readonly readings: Readings;
  /** What lies beneath all of it. */
  readonly ground: Pick<Ground, 'cover'>;
}

/** What one drawing showed, for tests and for words at the pointer. */
export interface Drawn {
  readonly wires: ReadonlyMap<WireId, Reading | null>;
  readonly nodes: ReadonlyMap<NodeId, Reading | null>;
  /** Wires outside the view, which cost nothing. */
  readonly culled: number;
}

/** A wire in view and what is shown of it. */
interface ShownWire {
  readonly wire: SceneWire;
  readonly reading: Reading | null;
}

/** A card in view and what is shown of its weights. */
interface ShownCard {
  readonly node: SceneNode;
  readonly reading: Reading | null;
}

/** The strip of a loop in view: what is shown of each of its cells. */
interface ShownStrip {
  readonly node: SceneNode;
  readonly box: Rectangle;
  readonly cells: readonly (Reading | null)[];
  /** The cell of the iteration that the loop's inside shows. */
  readonly chosen: number;
}

/** What lies in view of a sheet, whatever is measured of it. */
interface Sight {
  readonly areas: readonly SceneNode[];
  readonly wires: readonly SceneWire[];
  readonly cards: readonly SceneNode[];
  /** All loops: which of them have a strip is known when they are measured. */
  readonly loops: readonly SceneNode[];
}

/** What a drawing shows, before and after it is drawn. */
export interface Picture extends Drawn {
  readonly painting: Painting;
  readonly sight: Sight;
  readonly inView: readonly ShownWire[];
  readonly cards: readonly ShownCard[];
  readonly strips: readonly ShownStrip[];
}

const paths = new WeakMap<SceneWire, Path2D>();
const bendPaths = new WeakMap<SceneWire, readonly Path2D[]>();

/** A wire's path, made once. The scene makes a new wire where an end moves, so an old path goes with its wire. */
function pathOf(wire: SceneWire): Path2D {
  const known = paths.get(wire);
  if (known !== undefined) return known;
  const path = new Path2D(wire.route.path);
  paths.set(wire, path);
  return path;
}

/** The paths of a wire's bends, made once. */
function bendsOf(wire: SceneWire): readonly Path2D[] {
  const known = bendPaths.get(wire);
  if (known !== undefined) return known;
  const { path, bends } = wire.route;
  const made = bends.map((course) => (course === path ? pathOf(wire) : new Path2D(course)));
  bendPaths.set(wire, made);
  return made;
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

/** The radius of a card's corners, as its styles have it. */
const cardCorner = 9;
/** Radius of the dot on a card that something is wrong with, in pixels however far away. */
const problemDot = 3;
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

function sightOf(scene: Scene, view: View): Sight {
  const visible = visiblePart(view);
  const nodes = [...scene.nodes.values()];
  const inView = nodes.filter((node) => nodeTouches(node, visible));
  return {
    areas: inView.filter(isArea),
    wires: [...scene.wires.values()].filter(({ route }) => touches(route.bounds, visible)),
    cards: inView.filter(({ layout }) => layout.shape === 'card'),
    loops: nodes.filter(({ node }) => node.type === 'loop'),
  };
}

/**
 * Looks up all that a drawing shows.
 * @param before what was drawn last: from the same place on the same sheet the same lies in view
 */
export function see(painting: Painting, before: Picture | null = null): Picture {
  const { view, scene, mode, subject, readings } = painting;
  const wires = new Map<WireId, Reading | null>();
  const nodes = new Map<NodeId, Reading | null>();
  const sight =
    before?.painting.scene === scene && isSameView(before.painting.view, view) ? before.sight : sightOf(scene, view);
  if (mode === 'off') return { painting, sight, wires, nodes, culled: 0, inView: [], cards: [], strips: [] };
  const inView = sight.wires.map((wire): ShownWire => {
    if (subject !== 'activations') return { wire, reading: null };
    const reading = readings.wire(wire.wire.id, mode);
    wires.set(wire.wire.id, reading);
    return { wire, reading };
  });
  const cards = (subject === 'weights' ? sight.cards : []).map((node): ShownCard => {
    const reading = weightsOf(painting, node.node.id, mode);
    if (reading !== null) nodes.set(node.node.id, reading);
    return { node, reading };
  });
  const visible = visiblePart(view);
  const strips = sight.loops.map((node) => stripOf(painting, node, mode, visible)).filter((strip) => strip !== null);
  return { painting, sight, wires, nodes, culled: scene.wires.size - inView.length, inView, cards, strips };
}

/** With more of the canvas changed than this, it is drawn as a whole. */
const mostDamage = 0.6;

/**
 * Draws the ground, tinted areas, wires, halos, cards seen from afar and strips. The context is in device pixels and holds what `before`
 * shows (null: nothing): where only readings or places on the sheet changed since, only that is drawn anew. Tells whether
 * anything had to be drawn.
 */
export function paint(context: CanvasRenderingContext2D, picture: Picture, before: Picture | null = null): boolean {
  const { painting, sight } = picture;
  const { view, mode, subject } = painting;
  const damage = before === null || !hasSameView(before, picture) ? null : damageSince(before, picture);
  if (damage?.share === 0) return false;
  const scale = view.zoom * view.pixelRatio;
  const part = damage === null || damage.share > mostDamage ? null : damage;
  const isDrawn = (box: Rectangle, reading: Reading | null): boolean =>
    part === null || part.touches(widened(box, reachOf(reading, painting)));
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  part?.clip(context);
  painting.ground.cover(context, view);
  context.setTransform(scale, 0, 0, scale, view.x * view.pixelRatio, view.y * view.pixelRatio);
  paintAreas(context, painting, sight.areas);
  if (mode !== 'off') {
    const wires = picture.inView.filter(({ wire, reading }) => isDrawn(wire.route.bounds, reading));
    context.lineCap = 'round';
    context.lineJoin = 'round';
    if (subject === 'activations') paintWires(context, painting, mode, wires);
    else {
      paintQuiet(
        context,
        painting,
        wires.map(({ wire }) => wire),
        'rest',
      );
      paintHalos(
        context,
        painting,
        mode,
        picture.cards.filter(({ node, reading }) => isDrawn(boxOf(node), reading)),
      );
    }
    if (painting.farCards !== null) {
      const visible = visiblePart(view);
      const reach = (problemDot + 1) / view.zoom;
      paintFarCards(
        context,
        painting,
        painting.farCards.filter(
          ({ box }) => touches(box, visible) && (part === null || part.touches(widened(box, reach))),
        ),
      );
    }
    paintStrips(
      context,
      painting,
      mode,
      picture.strips.filter(({ box }) => isDrawn(box, null)),
    );
  }
  context.restore();
  return true;
}

/** Whether two drawings differ in nothing else but what was measured and what stands on the sheet. */
function hasSameView({ painting: one }: Picture, { painting: other }: Picture): boolean {
  return (
    one.scene.sheet === other.scene.sheet &&
    one.farCards === other.farCards &&
    one.palette === other.palette &&
    one.mode === other.mode &&
    one.subject === other.subject &&
    one.readings === other.readings &&
    isSameView(one.view, other.view)
  );
}

function isSameView(one: View, other: View): boolean {
  return (['x', 'y', 'zoom', 'width', 'height', 'pixelRatio'] as const).every((key) => one[key] === other[key]);
}

/** How far around a wire's course or a card its line or rim, glow, ring or badge may reach, on the sheet. */
function reachOf(reading: Reading | null, { mode, palette, view }: Painting): number {
  const far = Math.max(1, 0.75 / view.zoom);
  if (reading === null || mode === 'off') return 3 * far;
  const style = reading.bucket < 0 ? undefined : stylesFor(mode, palette.theme)[reading.bucket];
  if (style === undefined) return 18 * far;
  // A rim is as wide as a line and a little, and lies outside; a glow reaches a third of its width beyond it.
  return (1.5 + style.width) * far + (style.glow?.width ?? 0) / 2 + 1 / view.zoom;
}

function widened({ left, top, right, bottom }: Rectangle, by: number): Rectangle {
  return { left: left - by, top: top - by, right: right + by, bottom: bottom + by };
}

/** Whether two readings look the same. */
function looksAlike(one: Reading | null, other: Reading | null): boolean {
  return one === other || (one?.bucket === other?.bucket && one?.mark === other?.mark);
}

/** Where a picture looks otherwise than a former one of the same view. */
function damageSince(before: Picture, now: Picture): Damage {
  const { view, subject } = now.painting;
  const damage = new Damage({
    scale: view.zoom * view.pixelRatio,
    left: view.x * view.pixelRatio,
    top: view.y * view.pixelRatio,
    across: Math.round(view.width * view.pixelRatio),
    down: Math.round(view.height * view.pixelRatio),
  });
  if (before.painting.scene !== now.painting.scene) {
    const mark = (box: Rectangle, reading: Reading | null): void =>
      damage.mark(widened(box, reachOf(reading, now.painting)));
    for (const [picture, other] of [
      [before, now.painting.scene],
      [now, before.painting.scene],
    ] as const) {
      for (const { wire, reading } of picture.inView)
        if (other.wires.get(wire.wire.id) !== wire) mark(wire.route.bounds, reading);
      for (const { node, reading } of picture.cards)
        if (other.nodes.get(node.node.id) !== node) mark(boxOf(node), reading);
      for (const node of picture.sight.areas) if (other.nodes.get(node.node.id) !== node) mark(boxOf(node), null);
    }
  }
  const change = (box: Rectangle, from: Reading | null | undefined, to: Reading | null): void => {
    // What was not there is drawn as a part of the sheet that changed.
    if (from === undefined || looksAlike(from, to)) return;
    damage.mark(widened(box, Math.max(reachOf(from, now.painting), reachOf(to, now.painting))));
  };
  if (subject === 'activations')
    for (const { wire, reading } of now.inView) change(wire.route.bounds, before.wires.get(wire.wire.id), reading);
  else {
    const former = new Map(before.cards.map(({ node, reading }) => [node, reading]));
    for (const { node, reading } of now.cards) change(boxOf(node), former.get(node), reading);
  }
  // Which loops have strips, and how wide they are, may change with what is measured.
  for (const strips of [before.strips, now.strips]) {
    const others = strips === now.strips ? before.strips : now.strips;
    for (const strip of strips) {
      const other = others.find(({ node }) => node === strip.node);
      if (other === undefined || !isSameStrip(strip, other)) damage.mark(widened(strip.box, 3 + 1 / view.zoom));
    }
  }
  return damage;
}

function isSameStrip(one: ShownStrip, other: ShownStrip): boolean {
  return (
    one.chosen === other.chosen &&
    one.cells.length === other.cells.length &&
    one.cells.every((cell, index) => looksAlike(cell, other.cells[index] ?? null))
  );
}

/** A frame's tint is so faint that what fades on the canvas fades on it too. */
const areaTint = { light: { loop: 0.07, frame: 0.022 }, dark: { loop: 0.085, frame: 0.026 } } as const;

/** Frames and loops are tinted. */
function isArea({ layout }: SceneNode): boolean {
  return layout.shape === 'loop' || layout.shape === 'frame';
}

function paintAreas(context: CanvasRenderingContext2D, { palette }: Painting, areas: readonly SceneNode[]): void {
  for (const node of areas) {
    const shape = node.layout.shape === 'loop' ? 'loop' : 'frame';
    const box = boxOf(node);
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

function paintWires(
  context: CanvasRenderingContext2D,
  painting: Painting,
  kind: ScaleKind,
  wires: readonly ShownWire[],
): void {
  const { palette, view } = painting;
  const styles = stylesFor(kind, palette.theme);
  const buckets: SceneWire[][] = Array.from({ length: bucketCount }, () => []);
  const marked = new Map<Mark | 'rest', SceneWire[]>();
  for (const { wire, reading } of wires) {
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
    const width = Math.max(style.width, thinnest);
    context.strokeStyle = style.stroke;
    context.fillStyle = style.stroke;
    context.lineWidth = width;
    for (const wire of list) {
      const { level } = wire.route;
      // A rectangle costs a third of what a stroke does. That its ends are square lies beneath the ports and the bends.
      if (level !== null) context.fillRect(level.left, level.y - width / 2, level.right - level.left, width);
      for (const bend of bendsOf(wire)) context.stroke(bend);
    }
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
  cards: readonly ShownCard[],
): void {
  const { palette, view } = painting;
  const styles = stylesFor(kind, palette.theme);
  const far = Math.max(1, 0.5 / view.zoom);
  for (const { node, reading } of cards) {
    if (reading === null) continue;
    const box = boxOf(node);
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

/** Cards seen from afar, over the wires: plain areas in their hues, one path for each, and a dot where something is wrong. */
function paintFarCards(
  context: CanvasRenderingContext2D,
  { palette, view }: Painting,
  cards: readonly FarCard[],
): void {
  const filled = new Map<string, Path2D>();
  const rings = new Map<string, Path2D>();
  const pathIn = (paths: Map<string, Path2D>, hue: string): Path2D => {
    const path = paths.get(hue) ?? new Path2D();
    paths.set(hue, path);
    return path;
  };
  // Of a corner that is smaller than a pixel nothing is seen, but it costs.
  const hasCorners = cardCorner * view.zoom * view.pixelRatio >= 1;
  for (const { box, shape, hue } of cards) {
    const [width, height] = [box.right - box.left, box.bottom - box.top];
    if (shape === 'round') {
      const path = pathIn(rings, hue);
      const [x, y] = [box.left + width / 2, box.top + height / 2];
      path.moveTo(x + width / 2, y);
      path.arc(x, y, width / 2, 0, 2 * Math.PI);
    } else if (hasCorners) pathIn(filled, hue).roundRect(box.left, box.top, width, height, cardCorner);
    else pathIn(filled, hue).rect(box.left, box.top, width, height);
  }
  for (const [hue, path] of filled) {
    context.fillStyle = `color-mix(in srgb, ${palette.colourOf(hue)} 42%, ${palette.raised})`;
    context.fill(path);
  }
  context.lineWidth = Math.max(1.6, 0.8 / view.zoom);
  for (const [hue, path] of rings) {
    context.fillStyle = palette.raised;
    context.fill(path);
    context.strokeStyle = palette.colourOf(hue);
    context.stroke(path);
  }
  for (const { box, problem } of cards) {
    if (problem === null) continue;
    context.fillStyle = problem === 'error' ? palette.danger : palette.warning;
    context.beginPath();
    context.arc(box.right, box.top, problemDot / view.zoom, 0, 2 * Math.PI);
    context.fill();
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

/** What is shown along the head of a loop, or beneath a folded one; null where that is nothing. */
function stripOf(
  { scene, readings, view }: Painting,
  node: SceneNode,
  kind: ScaleKind,
  visible: Rectangle,
): ShownStrip | null {
  if (view.zoom < 0.2) return null;
  const { id } = node.node;
  const strip = readings.strip(id, endsOfLoop(scene, id));
  const box = strip === null ? null : stripBox(node, strip.iterations);
  if (strip === null || box === null || !touches(box, visible)) return null;
  const count = stripCells(box.right - box.left, strip.iterations);
  const cells = Array.from({ length: count }, (_, cell) => {
    const first = Math.floor((cell * strip.iterations) / count);
    const end = Math.max(first + 1, Math.floor(((cell + 1) * strip.iterations) / count));
    return readings.iterations(strip, first, end, kind);
  });
  return { node, box, cells, chosen: Math.floor((readings.shownIteration(id) * count) / strip.iterations) };
}

/** The strips of iterations; the one that a loop's inside shows is framed. */
function paintStrips(
  context: CanvasRenderingContext2D,
  { palette }: Painting,
  kind: ScaleKind,
  strips: readonly ShownStrip[],
): void {
  const styles = stylesFor(kind, palette.theme);
  for (const { node, box, cells, chosen } of strips) {
    const pitch = (box.right - box.left) / cells.length;
    const gap = pitch > 7 ? 2 : pitch > 4 ? 1 : 0.4;
    for (const [cell, reading] of cells.entries()) {
      const style = reading === null || reading.bucket < 0 ? undefined : styles[reading.bucket];
      const isBroken = reading?.mark === 'infinity' || reading?.mark === 'notANumber';
      context.beginPath();
      context.roundRect(box.left + cell * pitch, box.top, pitch - gap, box.bottom - box.top, Math.min(2.5, pitch / 4));
      context.fillStyle = style?.stroke ?? (isBroken ? palette.danger : palette.line);
      context.fill();
      if (cell !== chosen || node.layout.shape === 'card') continue;
      context.lineWidth = 1.5;
      context.strokeStyle = palette.text;
      context.stroke();
    }
  }
}
