import { storeErrors } from '../store.errors.js';
import { HEADER_BYTES, MOST_MESSAGE_BYTES } from './message.js';

const LENGTH_BYTES = 4;

/** Cuts the bytes of a connection into messages. */
export class MessageAssembler {
  private chunks: Buffer[] = [];
  private size = 0;
  private wanted = 0;

  /** @returns the messages that are whole now. @throws StoreError ProtocolError (17) for an impossible length. */
  add(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.size += chunk.length;
    const messages: Buffer[] = [];
    for (;;) {
      if (this.wanted === 0 && this.size >= LENGTH_BYTES) this.wanted = this.readLength();
      if (this.wanted === 0 || this.size < this.wanted) return messages;
      messages.push(this.take(this.wanted));
      this.wanted = 0;
    }
  }

  private readLength(): number {
    if (this.chunks[0]!.length < LENGTH_BYTES) this.chunks = [Buffer.concat(this.chunks)];
    const length = this.chunks[0]!.readInt32LE(0);
    if (length < HEADER_BYTES || length > MOST_MESSAGE_BYTES) {
      throw storeErrors.ProtocolError(
        `message length ${length} is not between ${HEADER_BYTES} and ${MOST_MESSAGE_BYTES}`,
      );
    }
    return length;
  }

  private take(length: number): Buffer {
    const all = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
    this.size -= length;
    this.chunks = this.size === 0 ? [] : [all.subarray(length)];
    return all.subarray(0, length);
  }
}
