import type { Expression, FormulaOperator } from './expression.ts';

/** How tightly a part binds: what binds less than its place asks for is put into parentheses. */
const levels = { sum: 1, product: 2, power: 3, value: 4 } as const;

interface Part {
  readonly tex: string;
  readonly level: number;
}

function within({ tex, level }: Part, least: number): string {
  return level < least ? String.raw`\left(${tex}\right)` : tex;
}

function operatorPart(operator: FormulaOperator, first: Expression, second: Expression): Part {
  const [one, other] = [partOf(first), partOf(second)];
  switch (operator) {
    case 'add':
      return { tex: `${within(one, levels.sum)} + ${within(other, levels.sum)}`, level: levels.sum };
    case 'subtract':
      return { tex: `${within(one, levels.sum)} - ${within(other, levels.product)}`, level: levels.sum };
    case 'multiply':
      return {
        tex: String.raw`${within(one, levels.product)} \cdot ${within(other, levels.product)}`,
        level: levels.product,
      };
    case 'divide':
      return { tex: String.raw`\frac{${one.tex}}{${other.tex}}`, level: levels.product };
    case 'power':
      return { tex: `{${within(one, levels.value)}}^{${other.tex}}`, level: levels.power };
    case 'maximum':
      return { tex: String.raw`\max\left(${one.tex},\ ${other.tex}\right)`, level: levels.value };
    case 'minimum':
      return { tex: String.raw`\min\left(${one.tex},\ ${other.tex}\right)`, level: levels.value };
  }
}

function numberTex(value: number): string {
  if (value === Math.PI) return String.raw`\pi`;
  const [mantissa = '', exponent] = String(value).split('e');
  if (exponent === undefined) return mantissa;
  return String.raw`${mantissa} \cdot 10^{${Number(exponent)}}`;
}

function partOf(expression: Expression): Part {
  switch (expression.kind) {
    case 'number':
      return { tex: numberTex(expression.value), level: levels.value };
    case 'input':
      return { tex: expression.name, level: levels.value };
    case 'negative':
      return { tex: `-${within(partOf(expression.of), levels.product)}`, level: levels.sum };
    case 'operator':
      return operatorPart(expression.operator, expression.first, expression.second);
    case 'function':
    case 'reduce': {
      const { tex } = partOf(expression.of);
      return { tex: String.raw`\operatorname{${expression.name}}\left(${tex}\right)`, level: levels.value };
    }
  }
}

/** A formula in TeX: y = … */
export function formulaTex(expression: Expression): string {
  return `y = ${partOf(expression).tex}`;
}
