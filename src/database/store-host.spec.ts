import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger, type LoggerService } from '@nestjs/common';
import { MongoClient } from 'mongodb';
import { makeTempDir, removeTempDir } from '../../test/support/temp-dir.js';
import { StoreHost } from './store-host.js';

describe('StoreHost', () => {
  const lines: unknown[] = [];
  const sink = (line: unknown): void => void lines.push(line);
  const logger: LoggerService = { log: sink, warn: sink, error: sink };

  afterEach(() => {
    lines.length = 0;
    Logger.overrideLogger(false);
  });

  it('answers the URI that is set, and starts nothing', async () => {
    const uri = 'mongodb://example.test';
    expect(await new StoreHost({ uri, dataDir: '/nowhere', storePort: undefined }).uri()).toBe(uri);
  });

  it('serves the port that is asked for behind a password, which it does not log', async () => {
    Logger.overrideLogger(logger);
    const dataDir = await makeTempDir();
    const host = new StoreHost({ uri: undefined, dataDir, storePort: 0 });
    const socket = await MongoClient.connect(await host.uri());
    const password = (await readFile(join(dataDir, 'store', 'tcp-password'), 'utf8')).trim();
    const { port } = lines[0] as { port: number };
    expect(JSON.stringify(lines)).not.toContain(password);
    const tcp = await MongoClient.connect(
      `mongodb://store:${password}@127.0.0.1:${port}/?authSource=admin&directConnection=true`,
    );
    await tcp.db('app').collection('rows').insertOne({ over: 'tcp' });
    expect(await socket.db('app').collection('rows').countDocuments({ over: 'tcp' })).toBe(1);
    await Promise.all([tcp.close(), socket.close()]);
    await host.close();
    await removeTempDir(dataDir);
  });

  it('names the variable when the port is taken', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const dataDir = await makeTempDir();
    const { port } = listener.address() as AddressInfo;
    const host = new StoreHost({ uri: undefined, dataDir, storePort: port });
    await expect(host.uri()).rejects.toThrow(/EMBEDDED_STORE_PORT names a port that another program uses/);
    listener.close();
    await removeTempDir(dataDir);
  });
});
