/** A number as the catalog keeps one. */
export function numberBytes(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

export function readNumber(bytes: Buffer | undefined): number | undefined {
  return bytes?.readDoubleBE(0);
}
