import type { BuildContext, BuildValue, PortValues } from '../layer.ts';
import { LayerProblem } from '../layer.ts';
import type { ActivationKind, BinaryFunction, ReduceFunction, UnaryFunction } from '../operations.ts';
import { requireDataType } from '../requirements.ts';
import type { ElementFunction, Expression, FormulaOperator, ReducingFunction } from './expression.ts';

const unaryNames = {
  exp: 'exponential',
  log: 'logarithm',
  sqrt: 'squareRoot',
  square: 'square',
  abs: 'absolute',
  sign: 'sign',
  sin: 'sine',
  cos: 'cosine',
} as const satisfies Partial<Readonly<Record<ElementFunction, UnaryFunction>>>;

const reduceNames: Readonly<Record<ReducingFunction, ReduceFunction>> = {
  sum: 'sum',
  mean: 'mean',
  max: 'maximum',
  min: 'minimum',
};

type ActivationName = Exclude<ElementFunction, keyof typeof unaryNames>;

function isUnary(name: ElementFunction): name is keyof typeof unaryNames {
  return Object.hasOwn(unaryNames, name);
}

/** Emits the operations of a formula and returns its value; numbers stay numbers as long as they meet only numbers. */
class FormulaBuilder {
  readonly #context: BuildContext;
  readonly #ports: PortValues;

  constructor(context: BuildContext, ports: PortValues) {
    this.#context = context;
    this.#ports = ports;
  }

  build(expression: Expression): BuildValue {
    return this.#value(this.#part(expression));
  }

  #part(expression: Expression): BuildValue | number {
    switch (expression.kind) {
      case 'number':
        return expression.value;
      case 'input': {
        const value = this.#ports[expression.name];
        if (value === undefined) throw new LayerProblem('portNeeded', { port: expression.name });
        return value;
      }
      case 'negative': {
        const of = this.#part(expression.of);
        return typeof of === 'number' ? -of : this.#unary('negative', of);
      }
      case 'function':
        return this.#function(expression.name, this.#value(this.#part(expression.of)));
      case 'reduce':
        return this.#reduce(expression.name, this.#value(this.#part(expression.of)));
      case 'operator': {
        const [first, second] = [this.#part(expression.first), this.#part(expression.second)];
        if (typeof first === 'number') {
          return typeof second === 'number'
            ? compute(expression.operator, first, second)
            : this.#fromNumber(expression.operator, first, second);
        }
        return typeof second === 'number'
          ? this.#withNumber(expression.operator, first, second)
          : this.#binary(expression.operator, first, second);
      }
    }
  }

  #value(part: BuildValue | number): BuildValue {
    if (typeof part !== 'number') return part;
    return this.#context.operation(
      { kind: 'constant', attributes: { shape: [], dtype: 'float32', values: [part] } },
      [],
    );
  }

  #unary(name: UnaryFunction, value: BuildValue): BuildValue {
    return this.#context.operation({ kind: 'unary', attributes: { function: name } }, [value]);
  }

  #function(name: ElementFunction, value: BuildValue): BuildValue {
    if (isUnary(name)) return this.#unary(unaryNames[name], value);
    if (name === 'softmax') this.#requireAxis(name, value);
    const activation: Extract<ActivationKind, { readonly function: ActivationName }> = { function: name };
    return this.#context.operation({ kind: 'activation', attributes: activation }, [value]);
  }

  #reduce(name: ReducingFunction, value: BuildValue): BuildValue {
    this.#requireAxis(name, value);
    const axes = [value.type.shape.length - 1];
    const attributes = { function: reduceNames[name], axes, keepAxes: true };
    return this.#context.operation({ kind: 'reduce', attributes }, [value]);
  }

  #requireAxis(name: string, { type }: BuildValue): void {
    if (type.shape.length === 0) throw new LayerProblem('formulaAxis', { function: name });
  }

  #binary(name: BinaryFunction, first: BuildValue, second: BuildValue): BuildValue {
    try {
      return this.#context.operation({ kind: 'binary', attributes: { function: name } }, [first, second]);
    } catch (error) {
      // The rule counts the operands as inputs; here they may lie anywhere within the formula.
      if (!(error instanceof LayerProblem) || error.code !== 'broadcast') throw error;
      throw new LayerProblem('formulaBroadcast', { expected: first.type.shape, received: second.type.shape });
    }
  }

  #rescale(value: BuildValue, scale: number, offset: number): BuildValue {
    return this.#context.operation({ kind: 'rescale', attributes: { scale, offset } }, [value]);
  }

  /** value ∘ number, as the plainest operation there is. */
  #withNumber(operator: FormulaOperator, value: BuildValue, number: number): BuildValue {
    switch (operator) {
      case 'add':
        return this.#rescale(value, 1, number);
      case 'subtract':
        return this.#rescale(value, 1, -number);
      case 'multiply':
        return this.#rescale(value, number, 0);
      case 'divide':
        if (Number.isFinite(1 / number)) return this.#rescale(value, 1 / number, 0);
        break;
      case 'power':
        if (number === 1) return value;
        if (number === 2) return this.#unary('square', value);
        if (number === 0.5) return this.#unary('squareRoot', value);
        if (number === -1) return this.#unary('reciprocal', value);
        break;
      case 'maximum':
      case 'minimum':
        break;
    }
    return this.#binary(operator, value, this.#value(number));
  }

  /** number ∘ value. */
  #fromNumber(operator: FormulaOperator, number: number, value: BuildValue): BuildValue {
    switch (operator) {
      case 'add':
      case 'multiply':
        return this.#withNumber(operator, value, number);
      case 'subtract':
        return this.#rescale(value, -1, number);
      case 'divide':
        return this.#rescale(this.#unary('reciprocal', value), number, 0);
      case 'power':
      case 'maximum':
      case 'minimum':
        return this.#binary(operator, this.#value(number), value);
    }
  }
}

function compute(operator: FormulaOperator, first: number, second: number): number {
  switch (operator) {
    case 'add':
      return first + second;
    case 'subtract':
      return first - second;
    case 'multiply':
      return first * second;
    case 'divide':
      return first / second;
    case 'power':
      return first ** second;
    case 'maximum':
      return Math.max(first, second);
    case 'minimum':
      return Math.min(first, second);
  }
}

/**
 * Builds a formula on its inputs by letter. Throws a LayerProblem where an input that it reads is missing or holds no
 * float32, where shapes do not broadcast, or where an axis is summed up that is not there.
 */
export function buildFormula(context: BuildContext, expression: Expression, ports: PortValues): BuildValue {
  Object.values(ports).forEach(({ type }, index) => requireDataType(type, 'float32', index));
  return new FormulaBuilder(context, ports).build(expression);
}
