import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GradloomDocument, GraphNode } from '#shared/graph/document';
import { cellId, nodeId, wireId } from '#shared/graph/identifiers';
import { newDocument } from '#shared/graph/queries';
import { marks } from '#shared/protocol/telemetry';
import type { TelemetryFrame } from '#shared/protocol/telemetry';
import type { Rectangle } from '#shared/drawing/route';
import { boxOf, buildScene, emptyScene } from '#shared/drawing/scene';
import type { Scene } from '#shared/drawing/scene';
import { frameOf, tableOf } from '../../state/testing/frames.ts';
import { Telemetry } from '../../state/telemetry.ts';
import { bucketOf, bucketStyles } from './colourScale.ts';
import { paint, see } from './paint.ts';
import type { Painting, Picture } from './paint.ts';
import { Readings } from './readings.ts';

let pathsMade = 0;

/** Stands for the browser's Path2D, which Node does not have: it keeps the course it was given. */
class CoursePath {
  readonly shapes: string[] = [];
  constructor(readonly course = '') {
    pathsMade++;
  }
  moveTo(): void {}
  rect(...box: number[]): void {
    this.shapes.push(`rect ${box.join(' ')}`);
  }
  roundRect(...box: number[]): void {
    this.shapes.push(`corners ${box.join(' ')}`);
  }
  arc(x: number, y: number, radius: number): void {
    this.shapes.push(`circle ${x} ${y} ${radius}`);
  }
}

interface Stroke {
  readonly path: string;
  readonly style: string;
  readonly width: number;
  readonly dash: readonly number[];
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A context that writes down what is drawn. */
class Recorder {
  readonly strokes: Stroke[] = [];
  readonly words: string[] = [];
  readonly filled: { readonly style: string; readonly shapes: readonly string[] }[] = [];
  readonly clipped: Box[] = [];
  readonly level: (Box & { readonly style: string })[] = [];
  circles = 0;
  fills = 0;
  strokeStyle = '';
  fillStyle = '';
  lineWidth = 1;
  lineCap = 'butt';
  lineJoin = 'miter';
  font = '';
  textAlign = '';
  textBaseline = '';
  globalAlpha = 1;
  #dash: readonly number[] = [];
  #rects: Box[] = [];
  readonly #kept: (readonly number[])[] = [];
  setTransform(): void {}
  beginPath(): void {
    this.#rects = [];
  }
  rect(x: number, y: number, width: number, height: number): void {
    this.#rects.push({ x, y, width, height });
  }
  clip(): void {
    this.clipped.push(...this.#rects);
  }
  roundRect(): void {}
  fillRect(x: number, y: number, width: number, height: number): void {
    this.level.push({ x, y, width, height, style: this.fillStyle });
  }
  arc(): void {
    this.circles++;
  }
  fill(path?: CoursePath): void {
    this.fills++;
    this.filled.push({ style: this.fillStyle, shapes: path?.shapes ?? [] });
  }
  setLineDash(dash: readonly number[]): void {
    this.#dash = dash;
  }
  save(): void {
    this.#kept.push(this.#dash);
  }
  restore(): void {
    this.#dash = this.#kept.pop() ?? [];
  }
  fillText(text: string): void {
    this.words.push(text);
  }
  stroke(path?: CoursePath): void {
    this.strokes.push({ path: path?.course ?? '', style: this.strokeStyle, width: this.lineWidth, dash: this.#dash });
  }
}

const document: GradloomDocument = {
  ...newDocument(),
  graph: {
    nodes: ['a', 'b', 'c'].map((id, index) => ({
      id: nodeId(id),
      type: index === 0 ? 'input' : 'dense',
      params: {},
      position: { x: index * 200, y: index === 1 ? 12 : 0 },
    })),
    wires: [
      { id: wireId('w1'), from: { node: nodeId('a'), port: 'out' }, to: { node: nodeId('b'), port: 'in' } },
      { id: wireId('w2'), from: { node: nodeId('b'), port: 'out' }, to: { node: nodeId('c'), port: 'in' } },
    ],
  },
};
const scene: Scene = buildScene(document, null, new Map(), emptyScene);
const courseOf = (id: string): string => scene.wires.get(wireId(id))?.route.path ?? 'none';

const palette: Painting['palette'] = {
  theme: 'dark',
  resting: 'resting',
  quiet: 'quiet',
  canvas: 'canvas',
  text: 'text',
  danger: 'danger',
  onBadge: 'onBadge',
  structure: 'structure',
  line: 'line',
  font: 'mono',
  raised: 'raised',
  warning: 'warning',
  colourOf: (hue) => `colour of ${hue}`,
};
const view: Painting['view'] = { x: 0, y: 0, zoom: 1, width: 1000, height: 500, pixelRatio: 2 };
const styles = bucketStyles('relative', 'dark');

let telemetry: Telemetry;
let readings: Readings;

beforeAll(() => {
  Object.assign(globalThis, { Path2D: CoursePath });
});
beforeEach(() => {
  telemetry = new Telemetry(
    () => undefined,
    () => undefined,
  );
  telemetry.begin(tableOf({ weights: [{ id: 'b/kernel', node: 'b', shape: [1], trainable: true, depth: 0 }] }));
  readings = new Readings(telemetry);
});

const draw = (
  frame: Partial<TelemetryFrame> | null,
  values: Partial<Painting> = {},
  before: Picture | null = null,
): { recorder: Recorder; drawn: Picture; isDrawn: boolean } => {
  if (frame !== null) readings.take(frameOf({ headRms: 1, ...frame }));
  const recorder = new Recorder();
  telemetry.receive(frameOf());
  const painting: Painting = {
    scene,
    farCards: null,
    view,
    palette,
    mode: 'relative',
    subject: 'activations',
    readings,
    ground: { cover: () => undefined },
    ...values,
  };
  const drawn = see(painting);
  return { recorder, drawn, isDrawn: paint(recorder as unknown as CanvasRenderingContext2D, drawn, before) };
};
const markOf = (mark: (typeof marks)[number]): Uint8Array => Uint8Array.of(marks.indexOf(mark), 0);

describe('wires', () => {
  it('are drawn in the colour and width of their bucket, faint ones before strong ones', () => {
    const { recorder, drawn } = draw({ wireRms: Float32Array.of(1, 2e-6), step: 9 });
    const strong = styles[bucketOf(0, 'relative')];
    const faint = styles[bucketOf(Math.log10(2e-6), 'relative')];
    expect(recorder.strokes.map(({ path, style, width }) => [path, style, width])).toEqual([
      [courseOf('w2'), faint?.stroke, faint?.width],
      [courseOf('w1'), strong?.stroke, strong?.width],
    ]);
    expect(drawn.wires.get(wireId('w1'))).toEqual({ mark: 'none', value: 1, bucket: bucketOf(0, 'relative'), step: 9 });
  });

  it('are rectangles where they are level, as long and as wide as their line', () => {
    const level = buildScene(document, null, new Map([[nodeId('b'), { x: 200, y: 0 }]]), emptyScene);
    const { recorder } = draw({ wireRms: Float32Array.of(1, 2e-6) }, { scene: level });
    expect(recorder.strokes).toEqual([]);
    const lines = [wireId('w2'), wireId('w1')].map((id) => {
      const [, x1 = '', y1 = '', x2 = '', y2 = ''] =
        /^M([\d.]+),([\d.]+)C.* ([\d.]+),([\d.]+)$/.exec(level.wires.get(id)?.route.path ?? '') ?? [];
      expect(y1).toBe(y2);
      return [Number(x1), Number(x2), Number(y1)];
    });
    expect(recorder.level.map(({ x, y, width, height }) => [x, x + width, y + height / 2])).toEqual(lines);
    const expected = [Math.log10(2e-6), 0].map((value) => styles[bucketOf(value, 'relative')]);
    expect(recorder.level.map(({ height, style }) => [height, style])).toEqual(
      expected.map((style) => [style?.width, style?.stroke]),
    );
  });

  it('glow where they are too strong: a wide stroke beneath the narrow one', () => {
    const { recorder } = draw({ wireRms: Float32Array.of(500, 1) });
    const strokes = recorder.strokes.filter(({ path }) => path === courseOf('w1'));
    expect(strokes).toHaveLength(2);
    expect(strokes[0]?.width).toBeGreaterThan((strokes[1]?.width ?? 0) + 4);
  });

  it('are dotted for underflow, dashed for no path, ringed for zero, and carry a badge for what broke', () => {
    expect(draw({ wireMark: markOf('underflow') }).recorder.strokes[0]).toMatchObject({
      style: 'quiet',
      dash: [0.1, 5.5],
    });
    expect(draw({ wireMark: markOf('noPath') }).recorder.strokes[0]).toMatchObject({ style: 'resting', dash: [9, 7] });
    const zero = draw({ wireMark: markOf('zero') }).recorder;
    expect([zero.strokes[0]?.style, zero.strokes[0]?.dash, zero.circles]).toEqual(['quiet', [], 1]);
    const infinite = draw({ wireMark: markOf('infinity') }).recorder;
    expect([infinite.strokes.at(-1)?.style, infinite.words]).toEqual(['danger', ['∞']]);
    const broken = draw({ wireMark: markOf('notANumber') }).recorder;
    expect([broken.strokes.at(-1)?.dash, broken.words]).toEqual([[5, 4], ['NaN']]);
  });

  it('rest where nothing was measured', () => {
    const { recorder, drawn } = draw(null);
    expect(recorder.strokes.map(({ style, dash }) => [style, dash])).toEqual([
      ['resting', []],
      ['resting', []],
    ]);
    expect([...drawn.wires.values()]).toEqual([null, null]);
  });

  it('are not drawn with the overlay off', () => {
    const { recorder, drawn } = draw({}, { mode: 'off' });
    expect(recorder.strokes).toEqual([]);
    expect(drawn.wires.size).toBe(0);
  });

  it('are not drawn where they are out of view, and counted', () => {
    const { recorder, drawn } = draw({ wireRms: Float32Array.of(1, 1) }, { view: { ...view, x: -300 } });
    expect(recorder.strokes.map(({ path }) => path)).toEqual([courseOf('w2')]);
    expect([drawn.culled, drawn.wires.size]).toEqual([1, 1]);
  });

  it('are never thinner than a hair on the screen', () => {
    const far = { ...view, zoom: 0.1 };
    for (const { width } of draw({ wireRms: Float32Array.of(1e-9, 1e-9) }, { view: far }).recorder.strokes) {
      expect(width * far.zoom).toBeGreaterThanOrEqual(0.9 - 1e-9);
    }
  });

  it('have one path each, made once, and a new one only where they moved', () => {
    draw({});
    const made = pathsMade;
    draw({});
    draw({}, { mode: 'absolute' });
    expect(pathsMade).toBe(made);
    const moved = buildScene(document, null, new Map([[nodeId('c'), { x: 420, y: 60 }]]), scene, true);
    draw({}, { scene: moved });
    expect(pathsMade).toBe(made + 1);
  });
});

describe('what stands on the canvas already', () => {
  it('stays where new numbers look the same', () => {
    const { drawn: before } = draw({ wireRms: Float32Array.of(1, 1e-4), step: 1 });
    const { drawn, isDrawn, recorder } = draw({ wireRms: Float32Array.of(1.01, 1.01e-4), step: 2 }, {}, before);
    expect([isDrawn, recorder.strokes.length]).toEqual([false, 0]);
    expect(drawn.wires.get(wireId('w1'))?.step).toBe(2);
  });

  it('is drawn anew around a wire that changed its colour, within whole pixels, and nowhere else', () => {
    const { drawn: before } = draw({ wireRms: Float32Array.of(1, 1e-4) });
    const { isDrawn, recorder } = draw({ wireRms: Float32Array.of(1e-2, 1e-4) }, {}, before);
    expect(isDrawn).toBe(true);
    expect(recorder.strokes.map(({ path }) => path)).toEqual([courseOf('w1')]);
    const bounds = scene.wires.get(wireId('w1'))?.route.bounds;
    if (bounds === undefined) throw new Error('the scene has no w1');
    const reach = (styles[bucketOf(0, 'relative')]?.width ?? 0) / 2;
    const box = {
      left: Math.min(...recorder.clipped.map(({ x }) => x)),
      top: Math.min(...recorder.clipped.map(({ y }) => y)),
      right: Math.max(...recorder.clipped.map(({ x, width }) => x + width)),
      bottom: Math.max(...recorder.clipped.map(({ y, height }) => y + height)),
    };
    expect(box.left).toBeLessThanOrEqual((bounds.left - reach) * view.pixelRatio);
    expect(box.right).toBeGreaterThanOrEqual((bounds.right + reach) * view.pixelRatio);
    expect(box.top).toBeLessThanOrEqual((bounds.top - reach) * view.pixelRatio);
    expect(box.bottom).toBeGreaterThanOrEqual((bounds.bottom + reach) * view.pixelRatio);
    expect(Object.values(box).every(Number.isInteger)).toBe(true);
    const area = recorder.clipped.reduce((sum, { width, height }) => sum + width * height, 0);
    expect(area).toBeLessThan(0.1 * view.width * view.height * view.pixelRatio ** 2);
  });

  it('lies on the ground, which is laid anew where something is, before all else', () => {
    const laid: { readonly within: boolean; readonly strokes: number }[] = [];
    const ground: Painting['ground'] = {
      cover: (context) => {
        const { clipped, strokes } = context as unknown as Recorder;
        laid.push({ within: clipped.length > 0, strokes: strokes.length });
      },
    };
    const { drawn: before } = draw({ wireRms: Float32Array.of(1e-2, 1e-4) }, { ground });
    const { drawn: after } = draw({ wireRms: Float32Array.of(1e-2, 1e-3) }, { ground }, before);
    draw(null, { ground }, after);
    expect(laid).toEqual([
      { within: false, strokes: 0 },
      { within: true, strokes: 0 },
    ]);
  });

  it('is drawn anew as a whole where the zoom, the scale or the sheet is another', () => {
    const numbers = { wireRms: Float32Array.of(1e-2, 1e-4) };
    const { drawn: before } = draw(numbers);
    const elsewhere = { scene: { ...scene, sheet: cellId('other') } };
    for (const values of [{ view: { ...view, zoom: 1.1 } }, { mode: 'absolute' as const }, elsewhere]) {
      const { recorder, isDrawn } = draw(numbers, values, before);
      expect([isDrawn, recorder.strokes.length, recorder.clipped]).toEqual([true, 2, []]);
    }
  });
});

describe('an edit of the sheet', () => {
  const [first] = document.graph.wires;
  const last = document.graph.nodes.at(-1);
  if (first === undefined || last === undefined) throw new Error('the document has no wire and no node');
  const covers = ({ clipped }: Recorder, { left, top, right, bottom }: Rectangle): boolean =>
    [
      [left, top],
      [right, bottom],
    ].every(([x = 0, y = 0]) =>
      clipped.some(
        (box) =>
          box.x <= x * view.pixelRatio &&
          box.x + box.width >= x * view.pixelRatio &&
          box.y <= y * view.pixelRatio &&
          box.y + box.height >= y * view.pixelRatio,
      ),
    );
  const boundsOf = (of: Scene, id: string): Rectangle => {
    const wire = of.wires.get(wireId(id));
    if (wire === undefined) throw new Error(`the scene has no ${id}`);
    return wire.route.bounds;
  };

  it('has drawn anew what moved, where it was and where it is, and nothing else', () => {
    const { drawn: before } = draw({ wireRms: Float32Array.of(1e-2, 1e-4) });
    const moved = buildScene(document, null, new Map([[last.id, { x: 420, y: 160 }]]), scene);
    const { recorder, isDrawn } = draw(null, { scene: moved }, before);
    expect(isDrawn).toBe(true);
    expect(recorder.strokes.map(({ path }) => path)).toEqual([moved.wires.get(wireId('w2'))?.route.path]);
    expect(covers(recorder, boundsOf(scene, 'w2'))).toBe(true);
    expect(covers(recorder, boundsOf(moved, 'w2'))).toBe(true);
  });

  it('has what went wiped out, and costs nothing where nothing in view changed', () => {
    const { drawn: before } = draw({ wireRms: Float32Array.of(1e-2, 1e-4) });
    const less = { ...document, graph: { ...document.graph, wires: [first] } };
    const { recorder, isDrawn } = draw(null, { scene: buildScene(less, null, new Map(), scene) }, before);
    expect([isDrawn, recorder.strokes]).toEqual([true, []]);
    expect(covers(recorder, boundsOf(scene, 'w2'))).toBe(true);
    expect(draw(null, { scene: { ...scene } }, before).isDrawn).toBe(false);
  });

  it('has a tint drawn anew that grew, and the rim of a card that moved', () => {
    const area = (width: number): GraphNode => ({
      id: nodeId('area'),
      type: 'frame',
      params: {},
      position: { x: 0, y: 200 },
      size: { width, height: 90 },
    });
    const sheetWith = (node: GraphNode, from: Scene): Scene =>
      buildScene(
        { ...document, graph: { ...document.graph, nodes: [...document.graph.nodes, node] } },
        null,
        new Map(),
        from,
      );
    const small = sheetWith(area(120), scene);
    const large = sheetWith(area(260), small);
    const tinted = draw({}, { scene: small });
    const { recorder } = draw(null, { scene: large }, tinted.drawn);
    expect(recorder.strokes).toEqual([]);
    expect(covers(recorder, { left: 0, top: 200, right: 260, bottom: 290 })).toBe(true);

    const weights = { subject: 'weights' } as const;
    const rimmed = draw({ weightGradient: Float32Array.of(1e-3) }, weights);
    const moved = buildScene(document, null, new Map([[nodeId('b'), { x: 200, y: 300 }]]), scene);
    const after = draw(null, { ...weights, scene: moved }, rimmed.drawn);
    for (const of of [scene, moved]) {
      const card = of.nodes.get(nodeId('b'));
      expect(card !== undefined && covers(after.recorder, boxOf(card))).toBe(true);
    }
  });
});

describe('weights', () => {
  it('are a rim around their card in the colour of the bucket, and wires rest', () => {
    const { recorder, drawn } = draw({ weightGradient: Float32Array.of(1e-3) }, { subject: 'weights' });
    expect(recorder.strokes.slice(0, 2).map(({ style }) => style)).toEqual(['resting', 'resting']);
    expect(recorder.strokes.at(-1)?.style).toBe(styles[bucketOf(-3, 'relative')]?.stroke);
    expect([...drawn.nodes.keys()]).toEqual(['b']);
  });
});

describe('cards seen from afar', () => {
  const farCards: Painting['farCards'] = [
    { box: { left: 0, top: 0, right: 180, bottom: 48 }, shape: 'card', hue: 'dense', problem: null },
    { box: { left: 200, top: 0, right: 380, bottom: 48 }, shape: 'card', hue: 'dense', problem: 'error' },
    { box: { left: 400, top: 0, right: 434, bottom: 34 }, shape: 'round', hue: 'merge', problem: null },
    { box: { left: 90_000, top: 0, right: 90_180, bottom: 48 }, shape: 'card', hue: 'input', problem: null },
  ];
  const mix = 'color-mix(in srgb, colour of dense 42%, raised)';

  it('are one path for each hue, over the wires; a dot says where something is wrong; what is out of view is left out', () => {
    const { recorder } = draw({}, { farCards });
    expect(recorder.filled).toEqual([
      { style: mix, shapes: ['corners 0 0 180 48 9', 'corners 200 0 180 48 9'] },
      { style: 'raised', shapes: ['circle 417 17 17'] },
      { style: 'danger', shapes: [] },
    ]);
    expect(recorder.strokes.at(-1)?.style).toBe('colour of merge');
  });

  it('have no corners where one would be less than a pixel', () => {
    const { recorder } = draw({}, { farCards, view: { ...view, zoom: 0.05 } });
    expect(recorder.filled[0]?.shapes).toEqual(['rect 0 0 180 48', 'rect 200 0 180 48']);
  });

  it('are drawn anew where other cards are drawn', () => {
    const first = draw({}, { farCards });
    expect(draw(null, { farCards }, first.drawn).isDrawn).toBe(false);
    expect(draw(null, { farCards: farCards?.slice(1) ?? null }, first.drawn).isDrawn).toBe(true);
  });
});

describe('a view that moves', () => {
  const near: Painting['view'] = { ...view, x: 10, y: 20 };

  it('is drawn as a whole', () => {
    const first = draw({ wireRms: Float32Array.of(1, 1) }, { view: near });
    for (const place of [{ x: 11 }, { x: 10.2 }, { y: 450 }]) {
      const { recorder, isDrawn } = draw(null, { view: { ...near, ...place } }, first.drawn);
      expect([isDrawn, recorder.clipped, recorder.strokes.length]).toEqual([true, [], 2]);
    }
  });

  it('back to where it was costs nothing', () => {
    const first = draw({ wireRms: Float32Array.of(1, 1) }, { view: near });
    expect(draw(null, { view: { ...near } }, first.drawn).isDrawn).toBe(false);
  });
});
