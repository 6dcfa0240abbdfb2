/** Bytes of the largest content of a .gz file: it is unpacked into memory. */
export const unpackedLimit = 2 ** 30;
