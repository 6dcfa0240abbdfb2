/** Letters that a formula can name its inputs by, in the order of the ports. */
export const formulaInputs = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;
export type FormulaInput = (typeof formulaInputs)[number];

/** Functions of one value, element by element; softmax along the last axis. */
export const elementFunctions = [
  'exp',
  'log',
  'sqrt',
  'square',
  'abs',
  'sign',
  'sin',
  'cos',
  'sigmoid',
  'tanh',
  'relu',
  'relu6',
  'softplus',
  'softsign',
  'selu',
  'gelu',
  'swish',
  'hardSigmoid',
  'hardSwish',
  'softmax',
] as const;
export type ElementFunction = (typeof elementFunctions)[number];

/** Over the last axis, which stays with length 1. `max` and `min` of two values are the larger and the smaller one. */
export const reducingFunctions = ['sum', 'mean', 'max', 'min'] as const;
export type ReducingFunction = (typeof reducingFunctions)[number];

export type FormulaOperator = 'add' | 'subtract' | 'multiply' | 'divide' | 'power' | 'maximum' | 'minimum';

/** What a formula is once it is read. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'input'; readonly name: FormulaInput }
  | { readonly kind: 'negative'; readonly of: Expression }
  | {
      readonly kind: 'operator';
      readonly operator: FormulaOperator;
      readonly first: Expression;
      readonly second: Expression;
    }
  | { readonly kind: 'function'; readonly name: ElementFunction; readonly of: Expression }
  | { readonly kind: 'reduce'; readonly name: ReducingFunction; readonly of: Expression };

/** The inputs that an expression reads, in the order of the ports. */
export function inputsOf(expression: Expression): readonly FormulaInput[] {
  const found = new Set<FormulaInput>();
  const visit = (part: Expression): void => {
    switch (part.kind) {
      case 'number':
        return;
      case 'input':
        found.add(part.name);
        return;
      case 'operator':
        visit(part.first);
        visit(part.second);
        return;
      case 'negative':
      case 'function':
      case 'reduce':
        visit(part.of);
    }
  };
  visit(expression);
  return formulaInputs.filter((name) => found.has(name));
}
