/** Writes protocol buffer messages by field number; what the numbers mean stands where they are used. */
export class MessageWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

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

  /** Writes a length-delimited field: text in UTF-8, or bytes. They are read when the message is finished. */
  bytes(field: number, value: string | Uint8Array): this {
    const encoded = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    this.#key(field, 2);
    this.#varint(encoded.length);
    return this.#append(encoded);
  }

  /** Writes a message inside this one, as it stands now. */
  message(field: number, value: MessageWriter): this {
    this.#key(field, 2);
    this.#varint(value.#length);
    // The parts themselves: a model's weights lie several messages deep and are not copied at each.
    for (const part of value.#parts) this.#append(part);
    return this;
  }

  /** Writes integers as one packed field. */
  packedIntegers(field: number, values: readonly number[]): this {
    const packed = new MessageWriter();
    for (const value of values) packed.#varint(value);
    return this.message(field, packed);
  }

  /** The message's bytes. */
  finish(): Uint8Array {
    const whole = new Uint8Array(this.#length);
    let offset = 0;
    for (const part of this.#parts) {
      whole.set(part, offset);
      offset += part.length;
    }
    return whole;
  }

  #key(field: number, wireType: 0 | 2 | 5): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number | bigint): this {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 127n) {
      bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    return this.#append(Uint8Array.from(bytes));
  }

  #append(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return this;
  }
}
