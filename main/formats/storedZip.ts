import { crc32 } from 'node:zlib';

/** The earliest time that a zip can hold, 1980-01-01, so that equal members give equal files. */
const earliestDate = 0x21;
/** Without zip64, which not every reader knows, sizes and places have 32 bits. */
const largest = 2 ** 32 - 1;

/**
 * A zip whose members are stored as they are: trained weights hardly get smaller. Made in one piece, with the checksum of
 * Node.js, because both take long over hundreds of megabytes otherwise.
 * @throws RangeError where the file would take 4 GiB or more
 */
export function storedZip(members: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const entries = Object.entries(members).map(([name, bytes]) => ({
    name: new TextEncoder().encode(name),
    bytes,
    checksum: crc32(bytes),
  }));
  const localSize = entries.reduce((sum, { name, bytes }) => sum + 30 + name.length + bytes.length, 0);
  const centralSize = entries.reduce((sum, { name }) => sum + 46 + name.length, 0);
  if (localSize + centralSize + 22 > largest) throw new RangeError('a zip of 4 GiB or more');
  const whole = new Uint8Array(localSize + centralSize + 22);
  const view = new DataView(whole.buffer);
  /** What both headers of a member share: version 2.0, names in UTF-8, stored, date, checksum, sizes, length of the name. */
  const describe = (at: number, { name, bytes, checksum }: (typeof entries)[number]): void => {
    view.setUint16(at, 20, true);
    view.setUint16(at + 2, 0x800, true);
    view.setUint16(at + 8, earliestDate, true);
    view.setUint32(at + 10, checksum, true);
    view.setUint32(at + 14, bytes.length, true);
    view.setUint32(at + 18, bytes.length, true);
    view.setUint16(at + 22, name.length, true);
  };
  let [local, central] = [0, localSize];
  for (const entry of entries) {
    const { name, bytes } = entry;
    view.setUint32(local, 0x04034b50, true);
    describe(local + 4, entry);
    whole.set(name, local + 30);
    whole.set(bytes, local + 30 + name.length);
    view.setUint32(central, 0x02014b50, true);
    view.setUint16(central + 4, 20, true);
    describe(central + 6, entry);
    view.setUint32(central + 42, local, true);
    whole.set(name, central + 46);
    local += 30 + name.length + bytes.length;
    central += 46 + name.length;
  }
  view.setUint32(central, 0x06054b50, true);
  view.setUint16(central + 8, entries.length, true);
  view.setUint16(central + 10, entries.length, true);
  view.setUint32(central + 12, centralSize, true);
  view.setUint32(central + 16, localSize, true);
  return whole;
}
