/** Up to so many bytes a loop is faster than a native copy. */
const COPIED_BY_BYTE = 80;

/** A growing buffer of key bytes, used again for key after key. */
export class KeyWriter {
  bytes: Buffer;
  length = 0;

  constructor(capacity = 256) {
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  reset(): this {
    this.length = 0;
    return this;
  }

  /** A copy of the key. */
  finish(): Buffer {
    const { bytes, length } = this;
    const key = Buffer.allocUnsafe(length);
    if (length > COPIED_BY_BYTE) bytes.copy(key, 0, 0, length);
    else for (let at = 0; at < length; at += 1) key[at] = bytes[at]!;
    return key;
  }

  /** The key itself, valid until the next write or reset. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length] = value;
    this.length += 1;
  }

  uint16(value: number): void {
    this.reserve(2);
    this.length = this.bytes.writeUInt16BE(value, this.length);
  }

  uint32(value: number): void {
    this.reserve(4);
    this.length = this.bytes.writeUInt32BE(value, this.length);
  }

  /** A number below 2^48. */
  uint48(value: number): void {
    this.reserve(6);
    this.length = this.bytes.writeUIntBE(value, this.length, 6);
  }

  double(value: number): void {
    this.reserve(8);
    this.length = this.bytes.writeDoubleBE(value, this.length);
  }

  /** `size` bytes of a non-negative number, most significant first. */
  bigUint(value: bigint, size: number): void {
    this.reserve(size);
    let rest = value;
    for (let at = this.length + size - 1; at >= this.length; at -= 1) {
      this.bytes[at] = Number(rest & 0xffn);
      rest >>= 8n;
    }
    this.length += size;
  }

  raw(from: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    for (let at = start; at < end; at += 1) {
      this.bytes[this.length] = from[at]!;
      this.length += 1;
    }
  }

  reversed(from: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    for (let at = end - 1; at >= start; at -= 1) {
      this.bytes[this.length] = from[at]!;
      this.length += 1;
    }
  }

  /** Bytes with each 00 as 00 FF, ended by 00 00: order is kept and no text is another's prefix. */
  escaped(from: Uint8Array, start: number, end: number): void {
    this.reserve((end - start) * 2 + 2);
    const { bytes } = this;
    let at = this.length;
    for (let index = start; index < end; index += 1) {
      const byte = from[index]!;
      bytes[at] = byte;
      at += 1;
      if (byte === 0) {
        bytes[at] = 0xff;
        at += 1;
      }
    }
    bytes[at] = 0;
    bytes[at + 1] = 0;
    this.length = at + 2;
  }

  /** Inverts all bits from `start` on, which reverses the order. */
  invert(start: number): void {
    for (let at = start; at < this.length; at += 1) this.bytes[at] = ~this.bytes[at]! & 0xff;
  }

  private reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + size));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}
