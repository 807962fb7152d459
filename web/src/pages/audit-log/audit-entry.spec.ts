import { describe, expect, it } from '@jest/globals';
import { actionOf, whoIs } from './audit-entry.js';

describe('actionOf', () => {
  it.each([
    ['POST', '/api/admin/session', 'Sign in'],
    ['DELETE', '/api/admin/session', 'Sign out'],
    ['POST', '/api/admin/jobs/:id/retry', 'Retry job'],
    ['PATCH', '/api/admin/accounts/:instagramId', 'Change account'],
    ['POST', '/api/admin/automations', 'Create automation'],
    ['POST', '/api/admin/accounts/by-token', 'Connect account by token'],
    ['POST', '/api/admin/simulator/events', 'Act as a customer'],
    ['POST', '/api/admin/queue/pause', 'Pause queue'],
    ['POST', '/api/admin/dead-letters/redrive', 'Redrive dead letters'],
    ['POST', '/api/admin/webhook-logs/:id/dry-run', 'Dry run webhook log'],
    ['COMMAND', 'redrive-dead-letters', 'Redrive dead letters'],
  ])('of %s %s is "%s"', (method, route, text) => {
    expect(actionOf({ method, route })).toBe(text);
  });
});

describe('whoIs', () => {
  it('tells a token, a session, the command line and strangers apart', () => {
    expect(whoIs({ role: 'admin', token: '0a1b2c3d', via: 'bearer' })).toBe('admin 0a1b2c3d');
    expect(whoIs({ role: 'reader', token: '0a1b2c3d', via: 'session' })).toBe('reader 0a1b2c3d, signed in');
    expect(whoIs({ role: 'admin', token: 'deploy', via: 'command_line' })).toBe('deploy, command line');
    expect(whoIs(null)).toBe('nobody known');
  });
});
