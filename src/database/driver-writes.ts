import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

/** The part of the driver's connection that matters here; it is not public. */
interface DriverConnection {
  readonly socket: Socket;
  /** Fails what waits for an answer; runs when the socket has closed. */
  onClose?: () => void;
}

/**
 * Lets commands fail that MongoDB's driver (7.8, 7.9) writes when a socket is destroyed and has not told so yet. Node
 * answers such a write with false and emits nothing more than `close`, but the driver waits for `drain` and `error`
 * only: for ever, whatever `socketTimeoutMS` says. When a server ends, all its sockets go in one turn of the event loop, and the
 * error of one makes the driver's monitor ask on another; once it waits, no server is ever selected again.
 *
 * `timeoutMS` was rejected: it does not bound the monitor, and it costs a timer for each command. The driver's own
 * copy is taken from where mongoose finds it. A driver without such a method needs none of this; the test tells.
 */
export function failWritesToClosedSockets(): void {
  const ofMongoose = createRequire(createRequire(import.meta.url).resolve('mongoose'));
  const { Connection } = ofMongoose('mongodb/lib/cmap/connection.js') as {
    Connection: { prototype: DriverConnection };
  };
  const { onClose } = Connection.prototype;
  if (!onClose) return;
  Connection.prototype.onClose = function (this: DriverConnection): void {
    onClose.call(this);
    this.socket.emit('drain');
  };
}
