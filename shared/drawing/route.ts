/** A point on the sheet, in canvas pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A box on the sheet. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A line from the left to the right. */
export interface Level {
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

/** The course of a wire. */
export interface Route {
  /** As SVG and Path2D read it. */
  readonly path: string;
  /** Encloses the whole course. */
  readonly bounds: Rectangle;
  /** The level part of the course, or null where it has none. */
  readonly level: Level | null;
  /** The courses of all else, as SVG and Path2D read them. */
  readonly bends: readonly string[];
  /** Where a badge sits. */
  readonly middle: Point;
  /** Height of the lane that leads around cards, or null for a plain curve. */
  readonly lane: number | null;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** As a path names it. */
const level = (left: number, right: number, y: number): Level => ({
  left: round(left),
  right: round(right),
  y: round(y),
});

/** How far a curve's handles reach out of its ports; backwards wires swing wider. */
function reach(from: Point, to: Point): number {
  const forward = to.x - from.x;
  if (forward >= 0) return Math.min(Math.max(forward / 2, 14), 26 + forward / 3);
  return Math.min(120, 30 + Math.sqrt(-forward) * 5);
}

/** A curve that leaves to the right and arrives from the left. */
export function curve(from: Point, to: Point): Route {
  const handle = reach(from, to);
  const [first, second] = [from.x + handle, to.x - handle];
  const path = `M${round(from.x)},${round(from.y)}C${round(first)},${round(from.y)} ${round(second)},${round(to.y)} ${round(to.x)},${round(to.y)}`;
  const isLevel = from.y === to.y && to.x - from.x >= handle;
  return {
    path,
    bounds: {
      left: Math.min(from.x, second),
      top: Math.min(from.y, to.y),
      right: Math.max(to.x, first),
      bottom: Math.max(from.y, to.y),
    },
    level: isLevel ? level(from.x, to.x, from.y) : null,
    bends: isLevel ? [] : [path],
    middle: { x: (from.x + 3 * first + 3 * second + to.x) / 8, y: (from.y + to.y) / 2 },
    lane: null,
  };
}

/** A course along a horizontal lane; `rise` and `fall` are the lengths of its two bends. */
export function laneRoute(from: Point, to: Point, lane: number, rise: number, fall: number): Route {
  const start = from.x + rise;
  const end = to.x - fall;
  const bend = (x1: number, x2: number, x3: number, y1: number, y3: number): string =>
    `C${round(x1)},${round(y1)} ${round(x2)},${round(y3)} ${round(x3)},${round(y3)}`;
  const first = `M${round(from.x)},${round(from.y)}${bend(from.x + 0.7 * rise, from.x + 0.25 * rise, start, from.y, lane)}`;
  const second = bend(to.x - 0.25 * fall, to.x - 0.7 * fall, to.x, lane, to.y);
  return {
    path: `${first}H${round(end)}${second}`,
    level: level(start, end, lane),
    bends: [first, `M${round(end)},${round(lane)}${second}`],
    bounds: {
      left: from.x,
      top: Math.min(from.y, to.y, lane),
      right: to.x,
      bottom: Math.max(from.y, to.y, lane),
    },
    middle: { x: (start + end) / 2, y: lane },
    lane,
  };
}

/** A course that turns back: out to the right, along a lane to the left, and in from the left again. */
export function returnRoute(from: Point, to: Point, lane: number): Route {
  const swing = (height: number): number => Math.min(46, 14 + Math.abs(lane - height) * 0.45);
  const [out, back] = [swing(from.y), swing(to.y)];
  const swingOut =
    `M${round(from.x)},${round(from.y)}` +
    `C${round(from.x + out)},${round(from.y)} ${round(from.x + out)},${round(lane)} ${round(from.x)},${round(lane)}`;
  const swingIn = `C${round(to.x - back)},${round(lane)} ${round(to.x - back)},${round(to.y)} ${round(to.x)},${round(to.y)}`;
  return {
    path: `${swingOut}H${round(to.x)}${swingIn}`,
    level: level(to.x, from.x, lane),
    bends: [swingOut, `M${round(to.x)},${round(lane)}${swingIn}`],
    bounds: {
      left: Math.min(from.x, to.x - back),
      top: Math.min(from.y, to.y, lane),
      right: Math.max(to.x, from.x + out),
      bottom: Math.max(from.y, to.y, lane),
    },
    middle: { x: (from.x + to.x) / 2, y: lane },
    lane,
  };
}

const samples = 16;

/** Points along the plain curve between two ports, without its ends. */
function pointsAlong(from: Point, to: Point): readonly Point[] {
  const handle = reach(from, to);
  return Array.from({ length: samples - 1 }, (_, index) => {
    const t = (index + 1) / samples;
    const u = 1 - t;
    return {
      x: u ** 3 * from.x + 3 * u * u * t * (from.x + handle) + 3 * u * t * t * (to.x - handle) + t ** 3 * to.x,
      y: u ** 3 * from.y + 3 * u * u * t * from.y + 3 * u * t * t * to.y + t ** 3 * to.y,
    };
  });
}

/** A wire shorter than this has no card to go around. */
const shortestDetour = 150;
/** A wire that goes back further than this takes a lane of its own. */
const shortestReturn = 60;
const clearance = 18;
/** A lane that has to share a gap may come this near to a card. */
const leastClearance = 8;
const laneGap = 11;
const bend = 84;
/** So far beyond its ends a wire looks for what stands in its way. */
export const furthestLook = bend;
const shortestBend = 20;

/** Cards that stand in the way of wires, sorted for quick look-up. */
export class Obstacles {
  readonly #boxes: readonly Rectangle[];
  readonly #widest: number;

  constructor(boxes: readonly Rectangle[]) {
    this.#boxes = [...boxes].sort((one, other) => one.left - other.left);
    this.#widest = boxes.reduce((most, box) => Math.max(most, box.right - box.left), 0);
  }

  /** Boxes that share some x with the range between `left` and `right`. */
  between(left: number, right: number): readonly Rectangle[] {
    let low = 0;
    let high = this.#boxes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#boxes[middle]?.left ?? 0) < left - this.#widest) low = middle + 1;
      else high = middle;
    }
    const found: Rectangle[] = [];
    for (let index = low; index < this.#boxes.length; index++) {
      const box = this.#boxes[index];
      if (box === undefined || box.left > right) break;
      if (box.right > left) found.push(box);
    }
    return found;
  }
}

/** A lane already taken. */
export interface Lane {
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

/**
 * The course of a wire: the plain curve, or where that would run behind cards, a lane above or below them that no other
 * wire has taken. Call it for the short wires first, so that long ones go around them.
 * @param walls areas that a wire which turns back goes around as if they were cards
 */
export function route(
  from: Point,
  to: Point,
  obstacles: Obstacles,
  taken: readonly Lane[],
  walls: readonly Rectangle[] = [],
): Route {
  if (turnsBack(from, to)) return wayBack(from, to, obstacles, taken, walls);
  if (to.x - from.x < shortestDetour) return curve(from, to);
  const inner = obstacles.between(from.x + 8, to.x - 8).filter((box) => box.left > from.x - 1 && box.right < to.x + 1);
  const points = pointsAlong(from, to);
  const hit = inner.filter((box) =>
    points.some(
      (point) => point.x > box.left - 3 && point.x < box.right + 3 && point.y > box.top - 3 && point.y < box.bottom + 3,
    ),
  );
  if (hit.length === 0) return curve(from, to);
  const lanes = ([-1, 1] as const).map((way) => clearLane(way, from, to, hit, inner, taken));
  const cost = (lane: number): number => Math.abs(lane - from.y) + Math.abs(lane - to.y);
  const [above = from.y, below = from.y] = lanes;
  const lane = cost(below) < cost(above) - 1 ? below : above;
  const blocking = inner.filter((box) => overlaps(box, lane, from.y) || overlaps(box, lane, to.y));
  const first = Math.min(...hit.map((box) => box.left), ...blocking.map((box) => box.left));
  const last = Math.max(...hit.map((box) => box.right), ...blocking.map((box) => box.right));
  const half = (to.x - from.x) / 2;
  const length = (room: number): number => Math.max(shortestBend, Math.min(bend, room, half));
  return laneRoute(from, to, lane, length(first - from.x), length(to.x - last));
}

/** Whether a wire goes back so far that it takes a lane of its own. */
export function turnsBack(from: Point, to: Point): boolean {
  return from.x - to.x > shortestReturn;
}

/** Between the two rows where there is room, otherwise around what lies there. */
function wayBack(
  from: Point,
  to: Point,
  obstacles: Obstacles,
  taken: readonly Lane[],
  walls: readonly Rectangle[],
): Route {
  const inner = [
    ...obstacles.between(to.x - bend, from.x + bend),
    ...walls.filter((box) => box.left < from.x + bend && box.right > to.x - bend),
  ];
  const middle = (from.y + to.y) / 2;
  const isFree = (lane: number): boolean =>
    inner.every((box) => lane < box.top - 8 || lane > box.bottom + 8) &&
    taken.every((other) => other.left > from.x || other.right < to.x || Math.abs(other.y - lane) >= laneGap - 1);
  const highest = Math.max(0, ...walls.map((box) => box.bottom - box.top));
  const most = Math.abs(from.y - to.y) / 2 + 400 + highest;
  for (let away = 0; away <= most; away += laneGap) {
    if (isFree(middle + away)) return returnRoute(from, to, middle + away);
    if (isFree(middle - away)) return returnRoute(from, to, middle - away);
  }
  return curve(from, to);
}

/** Whether a bend between the two heights would touch a box. */
function overlaps(box: Rectangle, one: number, other: number): boolean {
  return box.bottom > Math.min(one, other) && box.top < Math.max(one, other);
}

/** The height of the nearest lane above (−1) or below (1) that is free of cards and of other lanes. */
function clearLane(
  way: -1 | 1,
  from: Point,
  to: Point,
  hit: readonly Rectangle[],
  inner: readonly Rectangle[],
  taken: readonly Lane[],
): number {
  let lane =
    way < 0
      ? Math.min(...hit.map((box) => box.top)) - clearance
      : Math.max(...hit.map((box) => box.bottom)) + clearance;
  for (let attempt = 0; attempt < 40; attempt++) {
    const box = inner.find((other) => lane > other.top - leastClearance && lane < other.bottom + leastClearance);
    if (box !== undefined) {
      lane = way < 0 ? box.top - clearance : box.bottom + clearance;
      continue;
    }
    const wire = taken.find(
      (other) => other.left < to.x && other.right > from.x && Math.abs(other.y - lane) < laneGap - 1,
    );
    if (wire === undefined) return lane;
    lane = wire.y + way * laneGap;
  }
  return lane;
}
