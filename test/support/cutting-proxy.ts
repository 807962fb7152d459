import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between the driver and the database, and cuts the connection in the middle of a command when told to. */
export class CuttingProxy {
  /** Connections are cut when this stands in what the driver sends. */
  cutAt: Buffer | undefined;
  cuts = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((client) => this.relay(client));
  private readonly target: string;
  private readonly rest: string;

  constructor(uri: string) {
    const [, hosts, rest] = /^mongodb:\/\/([^/]+)(.*)$/.exec(uri)!;
    this.target = decodeURIComponent(hosts!);
    this.rest = rest!;
  }

  /** Resolves with the URI to connect to. */
  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `mongodb://127.0.0.1:${(this.server.address() as AddressInfo).port}${this.rest}`;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private relay(client: Socket): void {
    const [host, port] = this.target.split(':');
    const database = this.target.startsWith('/') ? connect(this.target) : connect(Number(port), host);
    this.sockets.add(client).add(database);
    client.on('data', (chunk) => {
      if (this.cutAt && chunk.includes(this.cutAt)) {
        this.cuts += 1;
        client.destroy();
      } else database.write(chunk);
    });
    database.pipe(client);
    client.on('error', () => {}).on('close', () => database.destroy());
    database.on('error', () => {}).on('close', () => client.destroy());
  }
}

/** How a command on a collection begins in BSON: its name with the type of a string, then the collection's name. */
export const commandBytes = (command: string, collection: string): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32LE(collection.length + 1);
  return Buffer.concat([Buffer.from(`${command}\0`), length, Buffer.from(`${collection}\0`)]);
};
