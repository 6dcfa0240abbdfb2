import type { OnnxModel, OnnxNode, OnnxTensor } from './model.ts';

/** The readers and makers of a graph's values. */
class Graph {
  readonly #nodes: readonly OnnxNode[];
  readonly #makers = new Map<string, OnnxNode>();
  readonly #readers = new Map<string, OnnxNode[]>();
  readonly #model: OnnxModel;

  constructor(model: OnnxModel) {
    this.#model = model;
    this.#nodes = model.nodes;
    for (const node of this.#nodes) {
      for (const output of node.outputs) this.#makers.set(output, node);
      for (const input of new Set(node.inputs)) {
        const readers = this.#readers.get(input);
        if (readers === undefined) this.#readers.set(input, [node]);
        else readers.push(node);
      }
    }
  }

  maker(value: string | undefined): OnnxNode | undefined {
    return value === undefined ? undefined : this.#makers.get(value);
  }

  /** The node that alone reads a node's output, if it has the operator. */
  onlyReader(node: OnnxNode, operator: string): OnnxNode | undefined {
    const [output = ''] = node.outputs;
    const [reader, ...others] = this.#readers.get(output) ?? [];
    const isAlone = others.length === 0 && !this.#model.outputs.has(output);
    return isAlone && reader?.operator === operator ? reader : undefined;
  }

  tensor(value: string | undefined): OnnxTensor | undefined {
    const attribute = this.maker(value)?.operator === 'Constant' ? this.maker(value)?.attributes['value'] : undefined;
    return attribute?.is === 'tensor' ? attribute.value : this.#model.initialisers.get(value ?? '');
  }

  /** Whether a value is a fixed number near the wanted one. */
  isNumber(value: string | undefined, wanted: number): boolean {
    const tensor = this.tensor(value);
    if (tensor === undefined || tensor.shape.some((length) => length !== 1)) return false;
    return Math.abs((tensor.numbers()[0] ?? Number.NaN) - wanted) < 1e-6;
  }
}

/** The other of a node's two inputs. */
function otherInput({ inputs }: OnnxNode, one: string | undefined): string | undefined {
  return inputs.length === 2 && one !== undefined && inputs.includes(one)
    ? inputs.find((input) => input !== one)
    : undefined;
}

/** x·f(x), written as two nodes. */
function gated(graph: Graph, node: OnnxNode, operator: string): readonly [OnnxNode, OnnxNode] | null {
  const product = graph.onlyReader(node, 'Mul');
  const [x] = node.inputs;
  if (product === undefined || x === undefined || otherInput(product, node.outputs[0]) !== x) return null;
  return [product, { ...product, operator, inputs: [x], attributes: {} }];
}

/** A node whose value is only given another name afterwards. */
function named(graph: Graph, node: OnnxNode): readonly [OnnxNode, OnnxNode] | null {
  const identity = graph.onlyReader(node, 'Identity');
  return identity === undefined ? null : [identity, { ...node, outputs: identity.outputs }];
}

/** x·(1 + erf(x/√2))/2, written as five nodes: the last of them. */
function geluOf(graph: Graph, erf: OnnxNode): readonly [OnnxNode, OnnxNode] | null {
  const scaled = graph.maker(erf.inputs[0]);
  if (scaled === undefined) return null;
  const [first, second] = scaled.inputs;
  const isScaled =
    (scaled.operator === 'Div' && graph.isNumber(second, Math.SQRT2)) ||
    (scaled.operator === 'Mul' && graph.isNumber(second, Math.SQRT1_2));
  const sum = graph.onlyReader(erf, 'Add');
  if (!isScaled || first === undefined || sum === undefined || !graph.isNumber(otherInput(sum, erf.outputs[0]), 1)) {
    return null;
  }
  const product = graph.onlyReader(sum, 'Mul');
  if (product === undefined) return null;
  const other = otherInput(product, sum.outputs[0]);
  const halved = graph.maker(other);
  if (halved?.operator === 'Mul' && graph.isNumber(otherInput(halved, first), 0.5)) {
    return [product, { ...product, operator: 'Gelu', inputs: [first], attributes: {} }];
  }
  const half = graph.onlyReader(product, 'Mul');
  if (other !== first || half === undefined || !graph.isNumber(otherInput(half, product.outputs[0]), 0.5)) return null;
  return [half, { ...half, operator: 'Gelu', inputs: [first], attributes: {} }];
}

/** A product with a matrix and a bias after it, written as two nodes. */
function affine(graph: Graph, product: OnnxNode): readonly [OnnxNode, OnnxNode] | null {
  const kernel = graph.tensor(product.inputs[1]);
  const sum = graph.onlyReader(product, 'Add');
  const bias = sum === undefined ? undefined : otherInput(sum, product.outputs[0]);
  const lengths = graph.tensor(bias)?.shape;
  if (sum === undefined || bias === undefined || lengths?.length !== 1 || lengths[0] !== kernel?.shape[1]) return null;
  return [sum, { ...product, inputs: [...product.inputs, bias], outputs: sum.outputs }];
}

function rewritten(graph: Graph, node: OnnxNode): readonly [OnnxNode, OnnxNode] | null {
  switch (node.operator) {
    case 'Sigmoid':
      return gated(graph, node, 'Swish') ?? named(graph, node);
    case 'Softmax':
      return named(graph, node);
    case 'HardSigmoid': {
      const { alpha, beta } = node.attributes;
      const isUsual =
        alpha?.is === 'number' && Math.abs(alpha.value - 1 / 6) < 1e-6 && (beta?.is !== 'number' || beta.value === 0.5);
      return isUsual ? gated(graph, node, 'HardSwish') : null;
    }
    case 'Erf':
      return geluOf(graph, node);
    case 'MatMul':
      return affine(graph, node);
    default:
      return null;
  }
}

/**
 * The nodes that the outputs need, in the file's order. What exporters write in pieces because older sets of operators
 * lack it (swish, hard swish, GELU, a dense layer's bias) is one node again, named `Swish`, `HardSwish`, `Gelu`, or a
 * `MatMul` with a third input.
 */
export function neededNodes(model: OnnxModel): readonly OnnxNode[] {
  const graph = new Graph(model);
  const replaced = new Map<OnnxNode, OnnxNode>();
  for (const node of model.nodes) {
    const found = rewritten(graph, node);
    if (found !== null) replaced.set(found[0], found[1]);
  }
  const needed = new Set(model.outputs.keys());
  return model.nodes
    .toReversed()
    .map((node) => replaced.get(node) ?? node)
    .filter((node) => {
      const isNeeded = node.outputs.some((output) => needed.has(output));
      if (isNeeded) for (const input of node.inputs) needed.add(input);
      return isNeeded;
    })
    .toReversed();
}
