import type { DataType } from '#shared/graph/values';

/** How the elements of a NumPy array are stored: the type without the order of bytes. */
export type ElementCode = 'f2' | 'f4' | 'f8' | 'i1' | 'i2' | 'i4' | 'i8' | 'u1' | 'u2' | 'u4' | 'u8' | 'b1';

/** One element as it lies in a file. */
export interface ElementReader {
  /** In bytes. */
  readonly width: number;
  readonly dtype: DataType;
  /** `littleEndian` is what DataView takes. */
  read(view: DataView, offset: number, littleEndian: boolean): number;
}

/** How each is read. Integers above 2^53 lose their last digits; they are read as float32 in any case. */
export const elements: Readonly<Record<ElementCode, ElementReader>> = {
  f2: { width: 2, dtype: 'float32', read: (view, offset, little) => halfToNumber(view.getUint16(offset, little)) },
  f4: { width: 4, dtype: 'float32', read: (view, offset, little) => view.getFloat32(offset, little) },
  f8: { width: 8, dtype: 'float32', read: (view, offset, little) => view.getFloat64(offset, little) },
  i1: { width: 1, dtype: 'int32', read: (view, offset) => view.getInt8(offset) },
  i2: { width: 2, dtype: 'int32', read: (view, offset, little) => view.getInt16(offset, little) },
  i4: { width: 4, dtype: 'int32', read: (view, offset, little) => view.getInt32(offset, little) },
  i8: { width: 8, dtype: 'int32', read: (view, offset, little) => Number(view.getBigInt64(offset, little)) },
  u1: { width: 1, dtype: 'int32', read: (view, offset) => view.getUint8(offset) },
  u2: { width: 2, dtype: 'int32', read: (view, offset, little) => view.getUint16(offset, little) },
  u4: { width: 4, dtype: 'int32', read: (view, offset, little) => view.getUint32(offset, little) },
  u8: { width: 8, dtype: 'int32', read: (view, offset, little) => Number(view.getBigUint64(offset, little)) },
  b1: { width: 1, dtype: 'bool', read: (view, offset) => (view.getUint8(offset) === 0 ? 0 : 1) },
};

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export function isElementCode(code: string): code is ElementCode {
  return Object.hasOwn(elements, code);
}
