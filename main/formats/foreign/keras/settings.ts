import type { JsonObject, JsonValue } from '#shared/graph/json';
import { isJsonObject, jsonEqual, jsonExcerpt } from '#shared/graph/json';
import type { Initialiser, Regulariser } from '#shared/graph/values';
import { Unsupported } from '../unsupported.ts';

/** Reads the settings of a Keras layer. What cannot be taken over is thrown as Unsupported, with its name. */
export class Settings {
  constructor(
    readonly className: string,
    readonly values: JsonObject,
  ) {}

  /** @throws Unsupported always: the operator with the setting that is the reason */
  refuse(name: string): never {
    throw new Unsupported(`${this.className} (${name}: ${jsonExcerpt(this.values[name] ?? null)})`);
  }

  /** @throws Unsupported unless the setting is missing or one of these */
  demand(name: string, ...allowed: readonly JsonValue[]): void {
    const value = this.values[name];
    if (value !== undefined && !allowed.some((one) => jsonEqual(one, value))) this.refuse(name);
  }

  number(name: string, fallback?: number): number {
    const value = this.values[name] ?? fallback;
    return typeof value === 'number' ? value : this.refuse(name);
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.values[name] ?? fallback;
    return typeof value === 'boolean' ? value : this.refuse(name);
  }

  text(name: string, fallback: string): string {
    const value = this.values[name] ?? fallback;
    return typeof value === 'string' ? value : this.refuse(name);
  }

  choice<Option extends string>(name: string, options: Readonly<Record<string, Option>>, fallback: string): Option {
    const value = this.text(name, fallback);
    return Object.hasOwn(options, value) ? (options[value] ?? this.refuse(name)) : this.refuse(name);
  }

  /** `count` numbers, of which one stands for all where it is alone. */
  numbers(name: string, count: number, fallback?: number): number[] {
    const value = this.values[name] ?? fallback;
    if (typeof value === 'number') return Array.from({ length: count }, () => value);
    const list = Array.isArray(value) ? (value as readonly JsonValue[]) : [];
    const found = list.filter((one) => typeof one === 'number');
    if (list.length === 1 && count > 1 && found[0] !== undefined)
      return Array.from({ length: count }, () => found[0] ?? 0);
    return found.length === count && list.length === count ? found : this.refuse(name);
  }

  /** Before and after for each of `count` axes: one number for all, one for each axis, or pairs. */
  margins(name: string, count: number): (readonly [number, number])[] {
    const value = this.values[name];
    if (typeof value === 'number') return Array.from({ length: count }, () => [value, value] as const);
    const list = Array.isArray(value) ? (value as readonly JsonValue[]) : this.refuse(name);
    // Along one axis the two numbers are before and after.
    const [first, second] = list;
    if (count === 1 && list.length === 2 && typeof first === 'number' && typeof second === 'number') {
      return [[first, second]];
    }
    if (list.length !== count) this.refuse(name);
    return list.map((pair) => {
      if (typeof pair === 'number') return [pair, pair] as const;
      const [before, after] = Array.isArray(pair) ? (pair as readonly JsonValue[]) : [];
      return typeof before === 'number' && typeof after === 'number' ? ([before, after] as const) : this.refuse(name);
    });
  }

  /** How a weight starts, or nothing where the catalogue's default stands for it. */
  initialiser(name: string): Initialiser | undefined {
    const given = this.values[name];
    if (!isJsonObject(given)) return undefined;
    const config = new Settings(this.className, isJsonObject(given['config']) ? given['config'] : {});
    switch (given['class_name']) {
      case 'GlorotUniform':
        return { kind: 'glorotUniform' };
      case 'GlorotNormal':
        return { kind: 'glorotNormal' };
      case 'HeUniform':
        return { kind: 'heUniform' };
      case 'HeNormal':
        return { kind: 'heNormal' };
      case 'LecunUniform':
        return { kind: 'lecunUniform' };
      case 'LecunNormal':
        return { kind: 'lecunNormal' };
      case 'Orthogonal':
        return { kind: 'orthogonal', gain: config.number('gain', 1) };
      case 'Zeros':
        return { kind: 'constant', value: 0 };
      case 'Ones':
        return { kind: 'constant', value: 1 };
      case 'Constant': {
        const { value } = config.values;
        return typeof value === 'number' ? { kind: 'constant', value } : undefined;
      }
      case 'RandomNormal':
      case 'TruncatedNormal':
        return { kind: 'normal', mean: config.number('mean', 0), deviation: config.number('stddev', 0.05) };
      case 'RandomUniform':
        return { kind: 'uniform', minimum: config.number('minval', -0.05), maximum: config.number('maxval', 0.05) };
      case 'VarianceScaling':
        return varianceScaling(config.values);
      default:
        return undefined;
    }
  }

  /** @throws Unsupported where it is a penalty that the catalogue lacks */
  regulariser(name: string): Regulariser {
    const given = this.values[name];
    if (given === undefined || given === null) return null;
    const config = isJsonObject(given) && isJsonObject(given['config']) ? given['config'] : this.refuse(name);
    const part = (key: string): number => {
      const value = config[key];
      return typeof value === 'number' && value >= 0 ? value : 0;
    };
    const className = isJsonObject(given) ? given['class_name'] : '';
    if (!['L1', 'L2', 'L1L2'].includes(String(className))) this.refuse(name);
    return { l1: part('l1'), l2: part('l2') };
  }

  /** The entries that are set, for parameters. */
  starts(pairs: Readonly<Record<string, string>>): Readonly<Record<string, JsonValue>> {
    return Object.fromEntries(
      Object.entries(pairs).flatMap(([parameter, name]) => {
        const start = this.initialiser(name);
        return start === undefined ? [] : [[parameter, start]];
      }),
    );
  }
}

/** He's, LeCun's and Glorot's starts under the one name that they have in common. */
function varianceScaling({ scale, mode, distribution }: JsonObject): Initialiser | undefined {
  const isUniform = distribution === 'uniform';
  const isNear = (wanted: number): boolean => typeof scale === 'number' && Math.abs(scale - wanted) < 1e-6;
  if (mode === 'fan_avg' && isNear(1)) return { kind: isUniform ? 'glorotUniform' : 'glorotNormal' };
  if (mode === 'fan_in' && isNear(1)) return { kind: isUniform ? 'lecunUniform' : 'lecunNormal' };
  if (isNear(2) && mode === 'fan_in') return { kind: isUniform ? 'heUniform' : 'heNormal' };
  if (isNear(2) && mode === 'fan_out') return { kind: isUniform ? 'heUniform' : 'heNormal', mode: 'fanOut' };
  return undefined;
}
