import type { CellDefinition, GradloomDocument, GraphNode, LoopParameters } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { cellId, terminalId } from '../graph/identifiers.ts';
import type { Loss } from '../graph/training.ts';
import type { Shape } from '../graph/values.ts';
import { initialiseWeight } from '../program/initialise.ts';
import type { FlatProgram } from '../program/program.ts';
import { RandomStream } from '../program/random.ts';
import { SheetBuilder, WireNumbers, documentOf } from '../templates/sheetBuilder.ts';
import { array64, sizeOf } from './array64.ts';
import type { Batch } from './interpreter.ts';
import type { RandomLayer } from './randomLayers.ts';
import { randomLayer } from './randomLayers.ts';
import { maskComparisons, noLayersOfKeras, wideLayer } from './wideLayers.ts';

/** What a random graph may hold. By default every function in it is smooth and nothing in it is random. */
export interface RandomGraphOptions {
  /** ReLU, leaky ReLU, ELU and max pooling, whose derivatives jump. */
  readonly kinks?: boolean;
  readonly dropout?: boolean;
  /**
   * Every layer with every setting, smooth or not, and inputs of all ranks, whole numbers and masks among them: for files
   * and predictions, which need no derivative. `layers`: without masks, comparisons and formulas, which are no layers of
   * Keras and which its older formats cannot hold.
   */
  readonly wide?: 'all' | 'layers';
}

/** A value on a sheet under construction. */
interface Value {
  readonly from: readonly [NodeId, string];
  readonly shape: Shape;
}

/** Where nodes are being put: a sheet, the loops around (outermost first), the container that nodes go into. */
interface Site {
  readonly sheet: SheetBuilder;
  readonly loops: readonly NodeId[];
  readonly parent: NodeId | undefined;
  readonly inCell: boolean;
  readonly depth: number;
}

interface Cell {
  readonly definition: CellDefinition;
  readonly inputs: readonly Shape[];
  readonly outputs: readonly Shape[];
}

const inputs: readonly Shape[] = [[3], [4], [3, 3], [4, 4, 2]];
const wideInputs: readonly Shape[] = [[4], [5, 4], [4, 2], [4, 4, 2], [5, 6, 3], [2, 4, 3, 2]];

const smooth = ['sigmoid', 'tanh', 'gelu', 'softmax', 'linear'];
const kinked = ['relu', 'leakyRelu', 'elu'];

/**
 * A random valid document: layers of the whole catalogue, merges, forks, convolutions, loops (nested, with scans, per-step nodes, frames),
 * cells (shared, own, per instance, nested, with exposed parameters). The seed determines it.
 */
export function randomDocument(seed: number, options: RandomGraphOptions = {}): GradloomDocument {
  return new Generator(seed, options).document();
}

/** Whole numbers in a random batch are below this, so that every embedding in a random graph has a row for them. */
export const wholeNumbers = 5;

/**
 * Random inputs, targets and weights for a flat Program, all numbers that float32 holds, for one training step. Targets
 * of softmax cross-entropy are class numbers; they and the inputs of whole numbers are named in `labels`.
 */
export function randomBatch(
  program: FlatProgram,
  seed: number,
  size: number,
): { readonly batch: Batch; readonly labels: ReadonlySet<string> } {
  const random = new RandomStream(seed, 'batch');
  const normal = () => Math.fround(random.normal());
  const labels = new Set<string>();
  const targets = program.losses.map(({ output, kind, target }) => {
    const shape = program.outputs.find(({ node }) => node === output)?.type.shape ?? [];
    if (kind !== 'softmaxCrossEntropy') {
      const draw = kind === 'sigmoidCrossEntropy' ? () => random.integer(2) : normal;
      return [target, array64([size, ...shape], draw)] as const;
    }
    labels.add(target);
    return [target, array64([size, ...shape.slice(0, -1)], () => random.integer(shape.at(-1) ?? 1))] as const;
  });
  const weights = program.weights.map((weight) => {
    const values = initialiseWeight(weight, seed);
    // Biases start at 0 and gammas at 1: a little noise, so that no term of a gradient hides behind a special value.
    const noisy = (index: number) => Math.fround((values[index] ?? 0) + (weight.trainable ? 0.2 * random.normal() : 0));
    return [weight.id as string, array64(weight.shape, noisy)] as const;
  });
  const inputs = program.inputs.map(({ node, type }) => {
    if (type.dtype === 'int32') labels.add(node);
    const draws = { int32: () => random.integer(wholeNumbers), bool: () => random.integer(2), float32: normal };
    return [node, array64([size, ...type.shape], draws[type.dtype])] as const;
  });
  const batch: Batch = {
    inputs: Object.fromEntries(inputs),
    targets: Object.fromEntries(targets),
    weights: new Map(weights),
    training: true,
    seed,
    step: 3,
  };
  return { batch, labels };
}

class Generator {
  readonly #random: RandomStream;
  readonly #options: RandomGraphOptions;
  readonly #numbers = new WireNumbers();
  readonly #cells: Cell[] = [];
  readonly #counts = new Map<string, number>();
  readonly #seed: number;

  constructor(seed: number, options: RandomGraphOptions) {
    this.#seed = seed;
    this.#random = new RandomStream(seed, 'random graph');
    this.#options = options;
  }

  document(): GradloomDocument {
    const cellCount = this.#random.integer(3);
    for (let index = 0; index < cellCount; index += 1) this.#cells.push(this.#cell());
    const sheet = new SheetBuilder(this.#numbers);
    const site: Site = { sheet, loops: [], parent: undefined, inCell: false, depth: 0 };
    const values: Value[] = [];
    const inputCount = 1 + this.#random.integer(2);
    for (let index = 0; index < inputCount; index += 1) {
      const shape = this.#random.pick(this.#isWide ? wideInputs : inputs);
      values.push({ from: [sheet.node(this.#id('input'), 'input', { shape: [...shape] }), 'out'], shape });
    }
    if (this.#isWide) values.push(...this.#words(site));
    const made = this.#grow(site, values, (this.#isWide ? 9 : 4) + this.#random.integer(5));
    const losses = this.#heads(site, made);
    return documentOf(
      `random ${this.#seed}`,
      sheet.graph(),
      { losses },
      { cells: this.#cells.map(({ definition }) => definition) },
    );
  }

  get #isWide(): boolean {
    return this.#options.wide !== undefined;
  }

  /** Sometimes an input of whole numbers, embedded. */
  #words({ sheet }: Site): readonly Value[] {
    if (!this.#chance(0.4)) return [];
    const input = sheet.node(this.#id('input'), 'input', { shape: [4], dtype: 'int32' });
    const node = sheet.node(this.#id('embedding'), 'embedding', { vocabulary: wholeNumbers, dimension: 4 });
    sheet.wire([input, 'out'], node);
    return [{ from: [node, 'out'], shape: [4, 4] }];
  }

  /** A mask of a shape: an input, or where another value is above or below a number. */
  #mask(site: Site, values: readonly Value[], shape: Shape): Value['from'] {
    if (site.depth === 0 && this.#chance(0.3)) {
      return [site.sheet.node(this.#id('input'), 'input', { shape: [...shape], dtype: 'bool' }), 'out'];
    }
    const compared = (): Value => {
      const params = { function: this.#random.pick(maskComparisons), threshold: 0.1 };
      return this.#add(site, 'compare', params, [this.#project(site, this.#random.pick(values), shape)], shape, 'a');
    };
    const [first, function_] = [compared(), this.#random.pick(['none', 'and', 'or', 'not'])];
    if (function_ === 'none') return first.from;
    const node = site.sheet.node(
      this.#id('logical'),
      'logical',
      { function: function_ },
      { x: 0, y: 0 },
      this.#extra(site),
    );
    site.sheet.wire(first.from, [node, 'a']);
    if (function_ !== 'not') site.sheet.wire(compared().from, [node, 'b']);
    return [node, 'out'];
  }

  #chance(probability: number): boolean {
    return this.#random.uniform() < probability;
  }

  #id(base: string): string {
    const count = (this.#counts.get(base) ?? 0) + 1;
    this.#counts.set(base, count);
    return `${base}-${count}`;
  }

  /** Outputs with losses: one gathers what nothing has read yet (so that gradients reach all of it), others pick. */
  #heads(site: Site, values: readonly Value[]): Loss[] {
    const count = 1 + this.#random.integer(2);
    return Array.from({ length: count }, (_, index) => {
      const kind = this.#random.pick([
        'softmaxCrossEntropy',
        'sigmoidCrossEntropy',
        'meanSquaredError',
        'linear',
      ] as const);
      const value = index === 0 ? this.#gather(site, values, [3]) : this.#project(site, this.#random.pick(values), [2]);
      const output = site.sheet.node(this.#id('output'), 'output');
      site.sheet.wire(value.from, output);
      return { output, kind, weight: this.#random.pick([1, 0.5, 2]), target: `target-${index}` };
    });
  }

  /** The parts of a node that random choice adds: the container, and over which loops and instances it is not shared. */
  #extra({ loops, parent, inCell }: Site): Partial<GraphNode> {
    const perStep = loops.filter(() => this.#chance(0.25));
    return {
      ...(parent === undefined ? {} : { parent }),
      ...(perStep.length === 0 ? {} : { perStep }),
      ...(inCell && this.#chance(0.2) ? { perInstance: true } : {}),
      ...(this.#chance(0.03) ? { frozen: true } : {}),
    };
  }

  #add(
    site: Site,
    type: string,
    params: GraphNode['params'],
    inputs: readonly Value[],
    shape: Shape,
    port = 'in',
  ): Value {
    const node = site.sheet.node(this.#id(type), type, params, { x: 0, y: 0 }, this.#extra(site));
    const isMerge = type === 'add' || type === 'multiply' || type === 'concatenate';
    inputs.forEach(({ from }, index) => site.sheet.wire(from, isMerge ? [node, `in.${index}`] : [node, port]));
    return { from: [node, 'out'], shape };
  }

  /** A layer of the rest of the catalogue. */
  #layer(site: Site, value: Value, values: readonly Value[]): readonly Value[] {
    const { type, params, port, others, outputs, masks = [], constants = [] } = this.#drawn(value.shape);
    const given = others.map(([, shape]) => {
      const fitting = values.filter((other) => sameShape(other.shape, shape) || shape.length === 1);
      return this.#project(site, fitting.length === 0 ? value : this.#random.pick(fitting), shape);
    });
    const more = masks.map(([, shape]) => this.#mask(site, values, shape));
    const fixed = constants.map(([, shape, fill]) => {
      return site.sheet.node(
        this.#id('constant'),
        'constant',
        { shape: [...shape], fill },
        { x: 0, y: 0 },
        this.#extra(site),
      );
    });
    const node = site.sheet.node(this.#id(type), type, params, { x: 0, y: 0 }, this.#extra(site));
    site.sheet.wire(value.from, [node, port]);
    given.forEach(({ from }, index) => site.sheet.wire(from, [node, others[index]?.[0] ?? '']));
    more.forEach((from, index) => site.sheet.wire(from, [node, masks[index]?.[0] ?? '']));
    fixed.forEach((from, index) => site.sheet.wire([from, 'out'], [node, constants[index]?.[0] ?? '']));
    return outputs.map(([output, shape]): Value => ({ from: [node, output], shape }));
  }

  #drawn(shape: Shape): RandomLayer {
    if (!this.#isWide) return randomLayer(this.#random, shape);
    const layer = wideLayer(this.#random, shape);
    const isOther = noLayersOfKeras.includes(layer.type) || layer.masks !== undefined || layer.constants !== undefined;
    return this.#options.wide === 'layers' && isOther ? this.#drawn(shape) : layer;
  }

  #activation(): string {
    return this.#random.pick(this.#options.kinks === true ? [...smooth, ...kinked] : smooth);
  }

  #dense(site: Site, value: Value, units: number): Value {
    const params: GraphNode['params'] = {
      units,
      activation: this.#activation(),
      useBias: this.#chance(0.8),
      kernelInitialiser: { kind: 'normal', mean: 0, deviation: 0.6 },
      ...(this.#chance(0.2) ? { kernelRegulariser: { l1: 0, l2: 0.01 } } : {}),
    };
    return this.#add(site, 'dense', params, [value], [...value.shape.slice(0, -1), units]);
  }

  #convolution(site: Site, value: Value, filters: number, side: number): Value {
    const [height = 0, width = 0] = value.shape;
    const params: GraphNode['params'] = {
      filters,
      kernelSize: [side, side],
      activation: this.#activation(),
      kernelInitialiser: { kind: 'heNormal' },
    };
    return this.#add(site, 'convolution2d', params, [value], [height, width, filters]);
  }

  /** Brings a value to a shape; the value itself where it has it. */
  #project(site: Site, value: Value, shape: Shape): Value {
    if (sameShape(value.shape, shape)) return value;
    const [height, width, channels] = shape;
    if (shape.length === 3 && value.shape.length === 3 && height === value.shape[0] && width === value.shape[1]) {
      return this.#convolution(site, value, channels ?? 1, 1);
    }
    if (shape.length !== 1 && this.#isWide) {
      const flat = this.#project(site, value, [sizeOf(shape)]);
      return this.#add(site, 'reshape', { targetShape: [...shape] }, [flat], shape);
    }
    if (shape.length !== 1) throw new Error(`no way from [${value.shape.join(', ')}] to [${shape.join(', ')}]`);
    const flat = value.shape.length === 1 ? value : this.#add(site, 'flatten', {}, [value], [sizeOf(value.shape)]);
    return this.#dense(site, flat, shape[0] ?? 1);
  }

  /** The sum of all values that nothing has read, each brought to a shape. */
  #gather(site: Site, values: readonly Value[], shape: Shape): Value {
    const read = new Set(site.sheet.graph().wires.map(({ from }) => `${from.node}/${from.port}`));
    const open = values.filter(({ from: [node, port] }) => !read.has(`${node}/${port}`) && !this.#chance(0.05));
    const fitting = open.filter((value) => shape.length === 1 || canProject(value.shape, shape));
    const parts =
      fitting.length > 0 ? fitting : values.filter((value) => shape.length === 1 || canProject(value.shape, shape));
    const projected = (fitting.length > 0 ? parts : parts.slice(-1)).map((value) => this.#project(site, value, shape));
    const [first] = projected;
    if (first === undefined) throw new Error('nothing to gather');
    return projected.length === 1 ? first : this.#add(site, 'add', {}, projected, shape);
  }

  /** Adds `count` random steps; returns all values there are then. */
  #grow(site: Site, given: readonly Value[], count: number): Value[] {
    const values = [...given];
    let current = site;
    for (let step = 0; step < count; step += 1) {
      if (this.#chance(0.1)) current = this.#frame(site);
      values.push(...this.#step(current, values));
    }
    return values;
  }

  #frame(site: Site): Site {
    return { ...site, parent: site.sheet.node(this.#id('frame'), 'frame', {}, { x: 0, y: 0 }, this.#extra(site)) };
  }

  #step(site: Site, values: readonly Value[]): readonly Value[] {
    const recent = values.slice(-6);
    const value = this.#random.pick(recent);
    const { shape } = value;
    const width = shape.at(-1) ?? 1;
    const keep = (type: string, params: GraphNode['params'] = {}) => [this.#add(site, type, params, [value], shape)];
    if (this.#chance(this.#isWide ? 0.65 : 0.3)) return this.#layer(site, value, recent);
    const draw = this.#random.uniform();
    if (shape.length === 3 && draw < 0.55) return [this.#image(site, value)];
    if (draw < 0.2) return [this.#dense(site, value, 3 + this.#random.integer(2))];
    if (draw < 0.28) return keep('activation', { function: this.#activation() });
    if (draw < 0.35 && width >= 3) return keep('layerNormalisation', { epsilon: 0.01 });
    if (draw < 0.4) return keep('batchNormalisation', { epsilon: 0.01, momentum: 0.9 });
    if (draw < 0.43 && this.#options.dropout === true) {
      return keep('dropout', { rate: 0.3, mask: this.#random.pick(['perIteration', 'perSequence']) });
    }
    if (draw < 0.65) return [this.#merge(site, value, this.#random.pick(recent))];
    if (draw < 0.82 && site.depth < 2 && (site.depth === 0 || this.#chance(0.4))) return this.#loop(site, values);
    if (draw < 0.95 && this.#cells.length > 0) return this.#instance(site, values);
    return [this.#dense(site, value, 3 + this.#random.integer(2))];
  }

  #image(site: Site, value: Value): Value {
    const [height = 1, width = 1, channels = 1] = value.shape;
    const mode = this.#options.kinks === true ? this.#random.pick(['average', 'max']) : 'average';
    switch (this.#random.integer(4)) {
      case 0:
        return this.#convolution(site, value, 2 + this.#random.integer(2), 3);
      case 1: {
        const params = { mode, size: [2, 2], strides: [2, 2], padding: 'same' };
        const pooled = [Math.ceil(height / 2), Math.ceil(width / 2), channels];
        return this.#add(site, 'pooling2d', params, [value], pooled);
      }
      case 2:
        return this.#add(site, 'globalPooling2d', { mode }, [value], [channels]);
      default: {
        const params = {
          filters: 2,
          kernelSize: [2, 3],
          strides: [2, 1],
          padding: 'same',
          activation: this.#activation(),
          kernelInitialiser: { kind: 'lecunNormal' },
        };
        return this.#add(site, 'convolution2d', params, [value], [Math.ceil(height / 2), width, 2]);
      }
    }
  }

  #merge(site: Site, first: Value, second: Value): Value {
    if (!canProject(second.shape, first.shape)) return this.#dense(site, first, 3);
    const fitting = this.#project(site, second, first.shape);
    const type = this.#random.pick(['add', 'add', 'multiply', 'concatenate']);
    if (type !== 'concatenate') return this.#add(site, type, {}, [first, fitting], first.shape);
    const axis = this.#random.integer(first.shape.length);
    const shape = first.shape.map((length, at) => (at === axis ? 2 * length : length));
    return this.#add(site, type, { axis }, [first, fitting], shape);
  }

  #loop(site: Site, values: readonly Value[]): readonly Value[] {
    const id = this.#id('loop');
    const scanned = this.#chance(0.5)
      ? values.findLast(({ shape }) => shape.length === 2 && (shape[0] ?? 9) <= 4)
      : undefined;
    const iterations = scanned?.shape[0] ?? 2 + this.#random.integer(2);
    const states: LoopParameters['states'] = [];
    const starts: (Value | null)[] = [];
    const stateCount = 1 + this.#random.integer(2);
    for (let index = 0; index < stateCount; index += 1) {
      const near = this.#random.pick(values.slice(-6));
      const shape: Shape = near.shape.length === 3 ? near.shape : [3 + this.#random.integer(2)];
      const initial = this.#random.pick([
        { kind: 'zeros' },
        { kind: 'learned', initialiser: { kind: 'normal', mean: 0, deviation: 1 } },
        { kind: 'wired' },
      ] as const);
      states.push({
        id: terminalId(`s${index}`),
        shape: [...shape],
        initial,
        ...(this.#chance(0.4) ? { residual: true } : {}),
      });
      starts.push(initial.kind === 'wired' ? this.#project(site, near, shape) : null);
    }
    const constants = Array.from({ length: this.#random.integer(3) }, () => this.#random.pick(values.slice(-6)));
    const inputs: LoopParameters['inputs'] = constants.map((_, index) => ({
      id: terminalId(`c${index}`),
      kind: 'constant',
    }));
    if (scanned !== undefined) inputs.push({ id: terminalId('scan'), kind: 'scan' });
    const outputs: LoopParameters['outputs'] = [{ id: terminalId('last'), kind: 'last' }];
    if (this.#chance(0.5)) outputs.push({ id: terminalId('all'), kind: 'all' });
    if (this.#chance(0.3)) {
      const { id: state } = this.#random.pick(states);
      outputs.push({ id: terminalId('state'), kind: this.#random.pick(['last', 'all']), state });
    }
    const loop = site.sheet.node(
      id,
      'loop',
      { iterations, states, inputs, outputs },
      { x: 0, y: 0 },
      this.#extra(site),
    );
    states.forEach(({ id: state }, index) => {
      const start = starts[index];
      if (start !== null && start !== undefined) site.sheet.wire(start.from, [loop, `init.${state}`]);
    });
    [...constants, ...(scanned === undefined ? [] : [scanned])].forEach(({ from }, index) => {
      site.sheet.wire(from, [loop, `in.${inputs[index]?.id ?? ''}`]);
    });
    const inside: Site = { ...site, loops: [...site.loops, loop], parent: loop, depth: site.depth + 1 };
    const entering: readonly Value[] = [
      ...states.map(({ id: state, shape }): Value => ({ from: [loop, `state.${state}`], shape })),
      ...constants.map(({ shape }, index): Value => ({ from: [loop, `input.c${index}`], shape })),
      ...(scanned === undefined ? [] : [{ from: [loop, 'input.scan'], shape: scanned.shape.slice(1) } as const]),
    ];
    const made = this.#grow(inside, entering, 1 + this.#random.integer(3));
    for (const { id: state, shape } of states) {
      site.sheet.wire(this.#gather(inside, made, shape).from, [loop, `next.${state}`]);
    }
    return outputs.map(({ id: output, kind, state }): Value => {
      const named = states.find(({ id: other }) => other === state);
      const { from, shape } = named === undefined ? this.#random.pick(made) : { from: null, shape: named.shape };
      if (from !== null) site.sheet.wire(from, [loop, `result.${output}`]);
      return { from: [loop, `out.${output}`], shape: kind === 'all' ? [iterations, ...shape] : shape };
    });
  }

  #cell(): Cell {
    const sheet = new SheetBuilder(this.#numbers);
    const site: Site = { sheet, loops: [], parent: undefined, inCell: true, depth: 1 };
    const id = cellId(this.#id('cell'));
    const shapes = Array.from({ length: 1 + this.#random.integer(2) }, (): Shape => [3 + this.#random.integer(2)]);
    const inputs = shapes.map((shape, index): Value => {
      const node = sheet.node(this.#id('cellInput'), 'cellInput', { terminal: `i${index}` });
      return { from: [node, 'out'], shape };
    });
    const opened = this.#random.pick(inputs);
    const gate = this.#add(site, 'activation', { function: 'tanh' }, [opened], opened.shape);
    const made = this.#grow(site, [...inputs, gate], 1 + this.#random.integer(3));
    const results = Array.from({ length: 1 + this.#random.integer(2) }, (_, index) =>
      index === 0 ? this.#gather(site, made, [3]) : this.#random.pick(made),
    );
    results.forEach(({ from }, index) => {
      sheet.wire(from, sheet.node(this.#id('cellOutput'), 'cellOutput', { terminal: `o${index}` }));
    });
    const definition: CellDefinition = {
      id,
      name: id,
      inputs: shapes.map((_, index) => ({ id: terminalId(`i${index}`) })),
      outputs: results.map((_, index) => ({ id: terminalId(`o${index}`) })),
      parameters: [{ id: terminalId('gate'), node: gate.from[0], parameter: 'function' }],
      graph: sheet.graph(),
    };
    return { definition, inputs: shapes, outputs: results.map(({ shape }) => shape) };
  }

  #instance(site: Site, values: readonly Value[]): readonly Value[] {
    const { definition, inputs, outputs } = this.#random.pick(this.#cells);
    const given = inputs.map((shape) => this.#project(site, this.#random.pick(values.slice(-6)), shape));
    const params: GraphNode['params'] = {
      cell: definition.id,
      weights: this.#random.pick(['shared', 'own']),
      parameters: this.#chance(0.3) ? { gate: 'sigmoid' } : {},
    };
    const node = site.sheet.node(this.#id('instance'), 'cell', params, { x: 0, y: 0 }, this.#extra(site));
    given.forEach(({ from }, index) => site.sheet.wire(from, [node, `in.i${index}`]));
    return outputs.map((shape, index): Value => ({ from: [node, `out.o${index}`], shape }));
  }
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** Whether `#project` finds a way. */
function canProject(from: Shape, to: Shape): boolean {
  if (to.length === 1 || sameShape(from, to)) return true;
  return to.length === 3 && from.length === 3 && from[0] === to[0] && from[1] === to[1];
}
