import type { Layer } from '../keras/layerGraph.ts';

/** By layer: its calls, in the order in which they are numbered in the file. */
export type CallOrder = ReadonlyMap<Layer, readonly number[]>;

/** The order in which TensorFlow.js makes the calls of each layer, when the file numbers them as `declared` says. */
function orderOfLoading(layers: readonly Layer[], declared: CallOrder): CallOrder {
  const made = new Map<Layer, number[]>(
    layers.map((layer) => [layer, layer.calls.flatMap(({ inputs }, index) => (inputs.length === 0 ? [index] : []))]),
  );
  const waiting = new Map(
    layers.map((layer) => [
      layer,
      (declared.get(layer) ?? []).filter((index) => (layer.calls[index]?.inputs.length ?? 0) > 0),
    ]),
  );
  for (let isMoving = true; isMoving;) {
    isMoving = false;
    for (const layer of layers) {
      const left = (waiting.get(layer) ?? []).filter((index) => {
        const isReady = layer.calls[index]?.inputs.every(
          (input) => (declared.get(input.layer) ?? []).indexOf(input.call) < (made.get(input.layer)?.length ?? 0),
        );
        if (isReady !== true) return true;
        made.get(layer)?.push(index);
        isMoving = true;
        return false;
      });
      waiting.set(layer, left);
    }
  }
  return made;
}

/**
 * Numbers the calls of shared layers so that TensorFlow.js finds each where the file says: it makes the calls of a layer as
 * their inputs become ready (tfjs-layers, `Container.fromConfig`), whatever their order in the file. Null where no such
 * numbering was found.
 */
export function loadOrder(layers: readonly Layer[]): CallOrder | null {
  let declared: CallOrder = new Map(layers.map((layer) => [layer, layer.calls.map((_, index) => index)]));
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const made = orderOfLoading(layers, declared);
    const isSame = layers.every((layer) => {
      const [wanted, received] = [declared.get(layer) ?? [], made.get(layer) ?? []];
      return wanted.length === received.length && wanted.every((index, at) => index === received[at]);
    });
    if (isSame) return declared;
    declared = made;
  }
  return null;
}
