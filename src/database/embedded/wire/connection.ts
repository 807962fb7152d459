import type { Socket } from 'node:net';
import { MessageAssembler } from './message-assembler.js';
import { frameReply, parseMessage, type Request } from './message.js';

/** Answers one request; it never rejects. */
export type RequestHandler = (request: Request) => Promise<Buffer> | Buffer;

/** Requests that wait on one connection before reading from it pauses. */
const MOST_WAITING = 64;
const MOST_COPIED_BYTES = 65_536;

/**
 * One client. Its requests are answered one after the other, in order. Bytes that are no message end this connection and
 * nothing else.
 */
export class Connection {
  private readonly assembler = new MessageAssembler();
  private readonly waiting: Request[] = [];
  private busy = false;
  private ending = false;

  constructor(
    private readonly socket: Socket,
    private readonly handle: RequestHandler,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    // A reset connection: 'close' follows, and there is nobody to tell.
    socket.on('error', () => undefined);
  }

  /** Closes as soon as the request at hand is answered. */
  end(): void {
    this.waiting.length = 0;
    this.ending = true;
    if (this.busy) this.socket.pause();
    else this.socket.destroy();
  }

  destroy(): void {
    this.waiting.length = 0;
    this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    try {
      for (const message of this.assembler.add(chunk)) this.waiting.push(parseMessage(message));
    } catch {
      this.destroy();
      return;
    }
    if (this.waiting.length > MOST_WAITING) this.socket.pause();
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    for (let request = this.waiting.shift(); request; request = this.waiting.shift()) {
      const answer = this.handle(request);
      const body = Buffer.isBuffer(answer) ? answer : await answer;
      if (!request.noReply) await this.send(frameReply(request, body));
      if (this.ending) {
        this.socket.end();
        return;
      }
      if (this.socket.isPaused() && this.waiting.length < MOST_WAITING) this.socket.resume();
    }
    this.busy = false;
  }

  /** Waits while the client does not read, so that a slow one costs no more memory than one answer. */
  private async send(parts: [Buffer, Buffer]): Promise<void> {
    if (this.socket.destroyed) return;
    // One copied buffer is cheaper than a writev of two, for all but large answers.
    const [head, body] = parts;
    if (body.length <= MOST_COPIED_BYTES) {
      if (this.socket.write(Buffer.concat(parts))) return;
    } else {
      this.socket.write(head);
      if (this.socket.write(body)) return;
    }
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.socket.off('drain', done).off('close', done);
        resolve();
      };
      this.socket.once('drain', done).once('close', done);
    });
  }
}
