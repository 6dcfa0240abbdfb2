import type { Padding } from '#shared/layers/operations';

/** What TensorFlow adds before and after an axis for a window that slides along it: `same` puts the odd one at the end. */
export function windowPadding(
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
  padding: Padding,
): readonly [before: number, after: number] {
  if (padding === 'valid') return [0, 0];
  const reach = (kernel - 1) * dilation + 1;
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + reach - size, 0);
  return [total >> 1, total - (total >> 1)];
}

/** What a transposed convolution cuts off before and after an axis, and what it grows by where strides outrun the kernel. */
export function transposedCut(
  kernel: number,
  stride: number,
  padding: Padding,
): { readonly before: number; readonly after: number; readonly growth: number } {
  const surplus = padding === 'same' ? Math.max(kernel - stride, 0) : 0;
  const before = surplus >> 1;
  return { before, after: surplus - before, growth: Math.max(stride - kernel, 0) };
}
