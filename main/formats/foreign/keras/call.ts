import { settingsOfTraining } from '#shared/graph/importFindings';
import type { JsonObject } from '#shared/graph/json';
import { jsonEqual } from '#shared/graph/json';
import type { NpzArray } from '../../npz.ts';
import type { ForeignSheet, ForeignValue, LayerArrays, LayerRequest } from '../foreignSheet.ts';
import { Unsupported } from '../unsupported.ts';
import type { KerasArgument } from './model.ts';
import { Settings } from './settings.ts';

/** Who wrote a model: some functions of one name compute differently. */
export type KerasEra = 'keras3' | 'keras2' | 'tfjs';

/** What a call of a Keras layer is given, with the tensors in their places. */
export interface CallArguments {
  readonly positional: readonly KerasArgument[];
  readonly keywords: Readonly<Record<string, KerasArgument>>;
}

/** One call of one Keras layer, on its way into a sheet. */
export class LayerCall {
  readonly settings: Settings;

  constructor(
    readonly sheet: ForeignSheet,
    readonly name: string,
    readonly className: string,
    config: JsonObject,
    /** Every tensor that the call is given, in order. */
    readonly inputs: readonly ForeignValue[],
    readonly given: CallArguments,
    /** The layer's weights in Keras's order. @throws ImportProblem where the file has none */
    readonly arrays: () => readonly NpzArray[],
    readonly era: KerasEra,
  ) {
    this.settings = new Settings(className, config);
  }

  /** The only input. */
  get input(): ForeignValue {
    const [input] = this.inputs;
    if (input === undefined || this.inputs.length > 1)
      throw new Unsupported(`${this.className} (${this.inputs.length} inputs)`);
    return input;
  }

  get rank(): number {
    return this.input.type.shape.length;
  }

  /** The layer's weights under the catalogue's names; `names` in Keras's order. */
  weights(...names: readonly string[]): LayerArrays {
    const arrays = this.arrays();
    return Object.fromEntries(
      names.flatMap((name, index): readonly [string, NpzArray][] => {
        const array = arrays[index];
        return array === undefined ? [] : [[name, array]];
      }),
    );
  }

  /** Settings that change nothing in prediction and have no place here stand in the node's note. */
  #note(): string | undefined {
    const kept = settingsOfTraining.flatMap((name) => {
      const value = this.settings.values[name];
      const isNothing = value === undefined || [null, 0].some((nothing) => jsonEqual(nothing, value));
      return isNothing || (name === 'dropout' && this.className === 'MultiHeadAttention')
        ? []
        : [`${name}: ${JSON.stringify(value)}`];
    });
    return kept.length === 0 ? undefined : kept.join('\n').slice(0, 20_000);
  }

  /** Puts a layer of the catalogue in this one's place. */
  put(
    type: string,
    params: JsonObject,
    inputs: LayerRequest['inputs'] = this.inputs,
    more: { readonly weights?: LayerArrays; readonly frozen?: boolean; readonly name?: string } = {},
  ): ForeignValue {
    const note = this.#note();
    return this.sheet.layer({
      name: this.name,
      operator: this.className,
      type,
      params,
      inputs,
      frozen: this.settings.values['trainable'] === false,
      ...(note === undefined ? {} : { note }),
      ...more,
    });
  }
}

/** Makes the nodes of one call and gives its value. @throws Unsupported what the catalogue lacks */
export type LayerReader = (call: LayerCall) => ForeignValue;
