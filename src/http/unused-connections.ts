import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Who connects to ask something sends it at once. */
const UNUSED_AFTER_MS = 500;

/**
 * The connections on which nothing was ever asked: browsers and `fetch` open some in advance. Node counts them as busy, so
 * `closeIdleConnections` leaves them, and each would hold up a shutdown to its very end.
 */
export class UnusedConnections {
  /** When they began, in the time of `performance.now()`. */
  private readonly began = new Map<Socket, number>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.began.set(socket, performance.now());
      socket.once('close', () => this.began.delete(socket));
    });
  }

  /** Cuts those that are older than a moment. */
  close(nowMs = performance.now()): void {
    for (const [socket, beganMs] of this.began) {
      if (socket.bytesRead === 0 && nowMs - beganMs > UNUSED_AFTER_MS) socket.destroy();
    }
  }
}
