import type { Numbers } from './broadcast.ts';
import type { Window } from './device.ts';

/**
 * The gradient of a two-dimensional convolution's kernel, dK[r, c, i, o] = Σ x[b, y·s + r·d − p, …, i]·dy[b, y, …, o], in
 * double precision until the last.
 *
 * @param x [batch, height, width, channels]
 * @param gradient dL/d(output), [batch, height, width, filters]
 * @param kernelShape [height, width, channels, filters]
 */
export function kernelGradient(
  x: Numbers,
  gradient: Numbers,
  kernelShape: readonly number[],
  { strides, dilations, padding }: Window,
): Float32Array {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const [, rows = 0, columns = 0, filters = 0] = gradient.shape;
  const [kernelHeight = 0, kernelWidth = 0] = kernelShape;
  const before = (length: number, outputs: number, size: number, axis: 0 | 1): number => {
    const missing = (outputs - 1) * strides[axis] + (size - 1) * dilations[axis] + 1 - length;
    return padding === 'same' ? Math.floor(Math.max(0, missing) / 2) : 0;
  };
  const above = before(height, rows, kernelHeight, 0);
  const left = before(width, columns, kernelWidth, 1);
  const [seen, back] = [x.values, gradient.values];
  const sums = new Float64Array(kernelHeight * kernelWidth * channels * filters);
  for (let example = 0; example < batch; example++)
    for (let row = 0; row < rows; row++)
      for (let kernelRow = 0; kernelRow < kernelHeight; kernelRow++) {
        const y = row * strides[0] + kernelRow * dilations[0] - above;
        if (y < 0 || y >= height) continue;
        for (let column = 0; column < columns; column++) {
          const backAt = ((example * rows + row) * columns + column) * filters;
          for (let kernelColumn = 0; kernelColumn < kernelWidth; kernelColumn++) {
            const at = column * strides[1] + kernelColumn * dilations[1] - left;
            if (at < 0 || at >= width) continue;
            const seenAt = ((example * height + y) * width + at) * channels;
            let sumAt = (kernelRow * kernelWidth + kernelColumn) * channels * filters;
            for (let channel = 0; channel < channels; channel++, sumAt += filters) {
              const value = seen[seenAt + channel] ?? 0;
              for (let filter = 0; filter < filters; filter++)
                sums[sumAt + filter] = (sums[sumAt + filter] ?? 0) + value * (back[backAt + filter] ?? 0);
            }
          }
        }
      }
  return Float32Array.from(sums);
}
