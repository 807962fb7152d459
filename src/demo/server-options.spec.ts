import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { SERVER_NODE_OPTIONS } from './server-options.js';

describe('SERVER_NODE_OPTIONS', () => {
  it.each([
    ['package.json', `node ${SERVER_NODE_OPTIONS.join(' ')} dist/main.js`],
    [
      'Dockerfile',
      `CMD ${JSON.stringify(['node', ...SERVER_NODE_OPTIONS, 'dist/main.js']).replaceAll(',', ', ')}`,
    ],
  ])('are those of %s', (file, command) => {
    expect(readFileSync(file, 'utf8')).toContain(command);
  });
});
