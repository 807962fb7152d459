import { describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { GraphClient } from './graph/graph.client.js';
import { InstagramModule } from './instagram.module.js';

const options = { baseUrl: 'http://127.0.0.1:9', version: 'v25.0', timeoutMs: 1000, connections: 1 };

@Injectable()
class Sender {
  constructor(readonly graph: GraphClient) {}
}

@Module({ providers: [Sender] })
class FeatureModule {}

describe('InstagramModule', () => {
  it.each([
    ['forRoot', InstagramModule.forRoot(options)],
    ['forRootAsync', InstagramModule.forRootAsync({ useFactory: () => options })],
  ])('%s gives every module the same client and closes it with the app', async (_name, root) => {
    const moduleRef = await Test.createTestingModule({ imports: [root, FeatureModule] }).compile();
    await moduleRef.init();
    const { graph } = moduleRef.get(Sender, { strict: false });
    expect(graph).toBe(moduleRef.get(GraphClient, { strict: false }));
    await moduleRef.close();
    const failure: unknown = await graph
      .getProfile({ instagramId: '1', accessToken: 't' }, '2')
      .catch((e) => e);
    expect(failure).toMatchObject({ delivery: 'refused', cause: { code: 'UND_ERR_DESTROYED' } });
  });
});
