const encoder = new TextEncoder();

/** From so many bytes on, a field is kept where it lies until the message is finished. */
const apartFrom = 1 << 10;

/** Writes protocol buffer messages by field number; what the numbers mean stands where they are used. */
export class MessageWriter {
  /** What is finished, in order; the last small fields are still in `#open`. */
  readonly #parts: Uint8Array[] = [];
  #length = 0;
  #open = new Uint8Array(64);
  #used = 0;

  /** Writes a variable-length integer field; negative numbers take ten bytes, as the format wants. */
  integer(field: number, value: number | bigint): this {
    this.#key(field, 0);
    return this.#varint(value);
  }

  /** Writes a 32-bit float field. */
  float(field: number, value: number): this {
    this.#key(field, 5);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#append(bytes);
  }

  /** Writes a length-delimited field: text in UTF-8, or bytes. Long ones are read when the message is finished. */
  bytes(field: number, value: string | Uint8Array): this {
    if (typeof value === 'string' && value.length < apartFrom && isAscii(value)) return this.#ascii(field, value);
    const encoded = typeof value === 'string' ? encoder.encode(value) : value;
    this.#key(field, 2);
    this.#varint(encoded.length);
    return this.#append(encoded);
  }

  /** Writes a message inside this one, as it stands now. */
  message(field: number, value: MessageWriter): this {
    this.#key(field, 2);
    this.#varint(value.#length + value.#used);
    // The parts themselves: a model's weights lie several messages deep and are not copied at each.
    for (const part of value.#parts) this.#append(part);
    return this.#append(value.#open.subarray(0, value.#used));
  }

  /** Writes integers as one packed field. */
  packedIntegers(field: number, values: readonly number[]): this {
    const packed = new MessageWriter();
    for (const value of values) packed.#varint(value);
    return this.message(field, packed);
  }

  /** The message's bytes. */
  finish(): Uint8Array {
    const whole = new Uint8Array(this.#length + this.#used);
    let offset = 0;
    for (const part of [...this.#parts, this.#open.subarray(0, this.#used)]) {
      whole.set(part, offset);
      offset += part.length;
    }
    return whole;
  }

  #key(field: number, wireType: 0 | 2 | 5): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number | bigint): this {
    this.#reserve(10);
    if (typeof value === 'number' && value >= 0 && value <= 0x7fff_ffff) {
      let small = value;
      while (small > 127) {
        this.#open[this.#used++] = (small & 127) | 128;
        small >>>= 7;
      }
      this.#open[this.#used++] = small;
      return this;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 127n) {
      this.#open[this.#used++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.#open[this.#used++] = Number(rest);
    return this;
  }

  /** Names are short and many: a letter at a time is faster than an encoder. */
  #ascii(field: number, text: string): this {
    this.#key(field, 2);
    this.#varint(text.length);
    this.#reserve(text.length);
    for (let at = 0; at < text.length; at++) this.#open[this.#used++] = text.charCodeAt(at);
    return this;
  }

  #append(bytes: Uint8Array): this {
    if (bytes.length >= apartFrom) {
      this.#close();
      this.#parts.push(bytes);
      this.#length += bytes.length;
      return this;
    }
    this.#reserve(bytes.length);
    this.#open.set(bytes, this.#used);
    this.#used += bytes.length;
    return this;
  }

  /** Makes room for so many bytes more. */
  #reserve(length: number): void {
    if (this.#used + length <= this.#open.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#open.length, this.#used + length));
    larger.set(this.#open.subarray(0, this.#used));
    this.#open = larger;
  }

  /** What was written so far becomes a part. */
  #close(): void {
    if (this.#used === 0) return;
    this.#parts.push(this.#open.subarray(0, this.#used));
    this.#length += this.#used;
    this.#open = new Uint8Array(64);
    this.#used = 0;
  }
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false;
  return true;
}
