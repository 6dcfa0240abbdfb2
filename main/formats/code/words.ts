/** A tuple as Python writes it. */
export function tuple(values: readonly (number | string)[]): string {
  return values.length === 1 ? `(${values.join()},)` : `(${values.join(', ')})`;
}

/** A number as Python writes it. */
export function number(value: number): string {
  return String(value);
}

/** One number where all are equal. */
export function sizes(values: readonly number[]): string {
  return values.every((value) => value === values[0]) ? String(values[0]) : tuple(values);
}

/** Parts of longer expressions that would bind less tightly stand in brackets. */
export function bracketed(expression: string): string {
  return /^-|[^\w.)\]]\s|\s[-+*/@<>=&|]/.test(expression.replaceAll(/\([^()]*(\([^()]*\)[^()]*)*\)/g, '()'))
    ? `(${expression})`
    : expression;
}

/** x · scale + offset, without what changes nothing. */
export function affine(expression: string, scale: number, offset: number): string {
  const x = bracketed(expression);
  if (scale === -1) return offset === 0 ? `-${x}` : `${number(offset)} - ${x}`;
  const product = scale === 1 ? x : `${x} * ${number(scale)}`;
  if (offset === 0) return scale === 1 ? expression : product;
  return offset < 0 ? `${product} - ${number(-offset)}` : `${product} + ${number(offset)}`;
}

/** Text for the inside of a Python string. */
export function pythonText(text: string): string {
  return text
    .replaceAll('\\', '')
    .replaceAll('"', "'")
    .replaceAll(/[\u0000-\u001f]+/g, ' ');
}

/** `ResidualBlock` as Python names functions: `residual_block`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
}
