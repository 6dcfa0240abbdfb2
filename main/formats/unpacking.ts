/** What any zip may unpack to, in bytes: weights that are all alike pack well, and such files are small. */
const always = 2 ** 28;
/** Beyond that, how many times its own size: numbers seldom pack to less than a sixty-fourth, a bomb to a thousandth. */
const mostTimes = 64;

/** Whether a member of a zip says that it unpacks to fewer bytes than it is packed in: it lies, and unpacking it would not end there. */
export function isShrunk(packed: number, unpacked: number): boolean {
  return packed > unpacked + Math.ceil(unpacked / 100) + 64;
}

/**
 * How many bytes a packed file may unpack to.
 * @param packed bytes of the file
 * @param limit what no file may exceed
 */
export function unpackedAtMost(packed: number, limit: number): number {
  return Math.min(limit, Math.max(always, mostTimes * packed));
}
