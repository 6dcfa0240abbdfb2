import type { TensorType } from '#shared/graph/values';

/** A value in the JSON of a model's configuration. */
export type Config = null | boolean | number | string | readonly Config[] | { readonly [key: string]: Config };
export type LayerConfig = Readonly<Record<string, Config>>;

/** A weight of a layer, under Keras's name for it (`kernel`, `moving_mean`, …). */
export interface LayerWeight {
  /** The Program's weight that it is, or null where its numbers are of the writer's own making. */
  readonly id: string | null;
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: () => Float32Array;
  /** The part of the layer that holds it in a `.keras` file: the `cell` of a recurrent layer. */
  readonly holder?: string;
}

/** A tensor of the model: output of one call of one layer. */
export interface LayerTensor {
  readonly layer: Layer;
  /** Which call of the layer. */
  readonly call: number;
  readonly type: TensorType;
}

export interface LayerCall {
  readonly inputs: readonly LayerTensor[];
  readonly output: LayerTensor;
  /** What follows the tensors. */
  readonly constants: readonly Config[];
  readonly keywords: LayerConfig;
}

/** A Keras layer, called once or several times with the same weights. */
export interface Layer {
  readonly name: string;
  readonly className: string;
  readonly trainable: boolean;
  /** Without name, trainable and dtype. */
  readonly config: LayerConfig;
  /** In the order of Keras's `layer.weights`. */
  readonly weights: readonly LayerWeight[];
  readonly calls: LayerCall[];
  /** The module of one of Keras's operations; null for a layer. */
  readonly module: string | null;
}

export interface LayerRequest {
  /** Layers that ask with the same key are one layer. */
  readonly key: string;
  readonly name: string;
  readonly className: string;
  readonly config: LayerConfig;
  readonly weights?: readonly LayerWeight[];
  readonly trainable?: boolean;
  readonly module?: string;
}

/** A functional model of Keras's layers under construction. */
export class LayerGraph {
  readonly inputs: LayerTensor[] = [];
  readonly outputs: LayerTensor[] = [];
  readonly #layers = new Map<string, Layer>();
  readonly #names = new Set<string>();

  /** A data input. */
  input(name: string, type: TensorType): LayerTensor {
    const layer = this.#make({ key: `input:${name}`, name, className: 'InputLayer', config: {} });
    const tensor = { layer, call: 0, type };
    layer.calls.push({ inputs: [], output: tensor, constants: [], keywords: {} });
    this.inputs.push(tensor);
    return tensor;
  }

  /** Calls a layer, which is made where no other call asked with the same key. */
  call(
    request: LayerRequest,
    inputs: readonly LayerTensor[],
    type: TensorType,
    { constants = [], keywords = {} }: Partial<Pick<LayerCall, 'constants' | 'keywords'>> = {},
  ): LayerTensor {
    const layer = this.#layers.get(request.key) ?? this.#make(request);
    const output = { layer, call: layer.calls.length, type };
    layer.calls.push({ inputs, output, constants, keywords });
    return output;
  }

  #make({ key, name, className, config, weights = [], trainable = true, module }: LayerRequest): Layer {
    let free = name;
    for (let count = 1; this.#names.has(free); count += 1) free = `${name}_${count}`;
    this.#names.add(free);
    const layer: Layer = { name: free, className, config, weights, trainable, calls: [], module: module ?? null };
    this.#layers.set(key, layer);
    return layer;
  }

  /**
   * The layers in the order that Keras brings them into when it reads a functional model (keras/src/ops/function.py,
   * `map_graph`): by decreasing depth, and among equals as a search from the outputs first meets them. Files that number
   * their weights, numbers by this order.
   */
  ordered(): readonly Layer[] {
    const met = new Map<Layer, number>();
    const finished: LayerTensor[] = [];
    const done = new Set<LayerCall>();
    for (const output of this.outputs) visit(output, met, done, finished);
    const callDepth = new Map<LayerCall, number>();
    const layerDepth = new Map<Layer, number>();
    for (const tensor of finished.toReversed()) {
      const call = callOf(tensor);
      const depth = Math.max(callDepth.get(call) ?? 0, layerDepth.get(tensor.layer) ?? 0);
      layerDepth.set(tensor.layer, depth);
      callDepth.set(call, depth);
      for (const input of call.inputs) {
        const before = callOf(input);
        callDepth.set(before, Math.max(depth + 1, callDepth.get(before) ?? 0));
      }
    }
    for (const { layer } of this.inputs) {
      if (layerDepth.has(layer)) continue;
      layerDepth.set(layer, 0);
      met.set(layer, -1);
    }
    return [...layerDepth.keys()].sort(
      (a, b) => (layerDepth.get(b) ?? 0) - (layerDepth.get(a) ?? 0) || (met.get(a) ?? 0) - (met.get(b) ?? 0),
    );
  }
}

function callOf({ layer, call }: LayerTensor): LayerCall {
  const found = layer.calls[call];
  if (found === undefined) throw new Error(`the layer ${layer.name} has no call ${call}`);
  return found;
}

/** Depth first from a tensor, its inputs before itself; a stack of its own, because unrolled loops are deep. */
function visit(start: LayerTensor, met: Map<Layer, number>, done: Set<LayerCall>, finished: LayerTensor[]): void {
  const stack: { readonly tensor: LayerTensor; next: number }[] = [];
  const enter = (tensor: LayerTensor): void => {
    if (done.has(callOf(tensor))) return;
    if (!met.has(tensor.layer)) met.set(tensor.layer, met.size);
    stack.push({ tensor, next: 0 });
  };
  enter(start);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const call = callOf(top.tensor);
    const input = call.inputs[top.next];
    top.next += 1;
    if (input !== undefined) {
      enter(input);
      continue;
    }
    stack.pop();
    if (done.has(call)) continue;
    done.add(call);
    finished.push(top.tensor);
  }
}
