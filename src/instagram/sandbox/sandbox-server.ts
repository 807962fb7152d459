import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CONTROL_PREFIX, ControlRoutes } from './control-routes.js';
import type { CallCounts, ControlHost } from './control-routes.js';
import { EchoWebhooks } from './echo-webhooks.js';
import { FaultPlan } from './fault-plan.js';
import type { FaultEffect } from './fault-plan.js';
import { routeCall } from './graph-routes.js';
import { AUTHORIZE_PATH, grantLogin } from './login-calls.js';
import { isRecord } from './message-rules.js';
import { ControlError, errorBody, GraphRefusal } from './sandbox.errors.js';
import { SandboxState } from './sandbox-state.js';
import type { JournalEntry, SandboxSettings } from './sandbox.types.js';
import type { CallResult } from './send-calls.js';

export interface SandboxServerOptions extends Partial<SandboxSettings> {
  /** ms since the epoch. */
  clock?: () => number;
  /** Told of everything that was carried out. */
  onSend?: (entry: JournalEntry) => void;
}

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * A stand-in for Instagram's Graph API on a real socket, for tests, the demo and the simulator: it keeps conversations,
 * enforces Instagram's rules, fails when told to, and remembers all that was sent. Every answer carries `x-sandbox: 1`.
 * Plain `node:http` with routing by hand, since it must not take the processor time that a load test wants to measure.
 */
export class SandboxServer implements ControlHost {
  readonly state: SandboxState;
  readonly faults = new FaultPlan();
  /** What its control API does, for those in the same process. */
  readonly control: ControlRoutes;
  private readonly server: Server;
  private readonly heldAnswers = new Set<NodeJS.Timeout>();
  private echoes?: EchoWebhooks;
  private calls = 0;
  private errors = new Map<string, number>();

  private readonly onSend: SandboxServerOptions['onSend'];

  constructor({ clock, onSend, ...settings }: SandboxServerOptions = {}) {
    this.onSend = onSend;
    this.state = new SandboxState(
      { latencyMs: 0, rateLimits: false, unknownPeople: 'open', ...settings },
      clock,
    );
    this.control = new ControlRoutes(this.state, this.faults, this);
    this.server = createServer({ keepAliveTimeout: 60_000 }, (request, response) =>
      this.receive(request, response),
    );
  }

  /** Port 0 takes a free one. */
  async listen({ host = '127.0.0.1', port = 0 } = {}): Promise<{ url: string }> {
    this.server.listen(port, host);
    await once(this.server, 'listening');
    const address = this.server.address() as AddressInfo;
    const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    return { url: `http://${shown}:${address.port}` };
  }

  /** Cuts what is still open: nobody waits for the answer of a stand-in. */
  async close(): Promise<void> {
    for (const timer of this.heldAnswers) clearTimeout(timer);
    this.heldAnswers.clear();
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
    await this.echoes?.close();
  }

  /** Forgets all, faults included; settings stay. */
  reset(): void {
    this.state.reset();
    this.faults.clear();
    this.calls = 0;
    this.errors = new Map();
  }

  /** From now on, sends come back to this address as signed webhooks. */
  reportEchoesTo(url: string, secret: string): void {
    void this.echoes?.close();
    this.echoes = new EchoWebhooks(url, secret);
  }

  callCounts(): CallCounts {
    let errors = 0;
    for (const count of this.errors.values()) errors += count;
    return { calls: this.calls, errors, errorsByCode: Object.fromEntries(this.errors) };
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => this.respond(request, response, Buffer.concat(chunks)));
  }

  private respond(request: IncomingMessage, response: ServerResponse, raw: Buffer): void {
    const { method = 'GET', url = '/' } = request;
    const queryStart = url.indexOf('?');
    const path = queryStart === -1 ? url : url.slice(0, queryStart);
    const query = new URLSearchParams(queryStart === -1 ? '' : url.slice(queryStart + 1));
    try {
      const body = parseBody(raw, request.headers['content-type']);
      if (path === CONTROL_PREFIX || path.startsWith(`${CONTROL_PREFIX}/`)) {
        answer(response, 200, this.control.handle({ method, path, query, body }));
        return;
      }
      if (method === 'GET' && path === AUTHORIZE_PATH) {
        response.writeHead(302, { location: grantLogin(this.state, query), 'x-sandbox': '1' }).end();
        return;
      }
      this.calls += 1;
      const token = tokenOf(request) ?? query.get('access_token') ?? undefined;
      const graphBody = isRecord(body) ? body : {};
      const call = routeCall(this.state, { method, path, query, token, body: graphBody });
      const effect = this.faults.strike(call.target);
      if (effect?.type === 'error') this.answerFault(response, effect);
      else if (effect?.type === 'drop_before') request.socket.destroy();
      else this.answerResult(response, call.carryOut(), effect);
    } catch (error) {
      this.answerError(response, error);
    }
  }

  private answerResult(response: ServerResponse, { body, entry }: CallResult, effect?: FaultEffect): void {
    const unanswered = effect?.type === 'drop_after' || effect?.type === 'garble';
    if (entry) this.afterSend(entry, unanswered);
    if (effect?.type === 'drop_after') response.socket?.destroy();
    else if (effect?.type === 'garble') answer(response, 200, JSON.stringify(body).slice(0, -3));
    else
      this.hold(response, effect?.type === 'delay' ? effect.delayMs : 0, () => answer(response, 200, body));
  }

  private afterSend(entry: JournalEntry, unanswered: boolean): void {
    if (unanswered) this.state.journal.markUnanswered(entry);
    this.onSend?.(entry);
    const id = this.state.journal.idOf(entry);
    this.echoes?.report(entry, id);
    const toAccount =
      entry.kind === 'message' && entry.person !== null && this.state.accounts.has(entry.person);
    if (toAccount) this.echoes?.relay(entry, id);
  }

  private answerFault(response: ServerResponse, effect: FaultEffect & { type: 'error' }): void {
    const { status, code = 1, subcode, isTransient, headers, rawBody } = effect;
    this.countError(subcode === undefined ? String(code) : `${code}/${subcode}`);
    const body = rawBody ?? errorBody({ message: 'A fault made by the sandbox', code, subcode, isTransient });
    this.hold(response, 0, () => answer(response, status, body, headers));
  }

  private answerError(response: ServerResponse, error: unknown): void {
    if (error instanceof GraphRefusal) {
      this.countError(error.code);
      this.hold(response, 0, () => answer(response, error.status, error.body, error.headers));
    } else if (error instanceof ControlError) {
      answer(response, error.status, { error: error.message });
    } else {
      process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : String(error)}\n`);
      answer(response, 500, errorBody({ message: 'A mistake in the sandbox itself', code: 1 }));
    }
  }

  private hold(response: ServerResponse, extraMs: number, then: () => void): void {
    const waitMs = this.state.settings.latencyMs + extraMs;
    if (waitMs === 0) {
      then();
      return;
    }
    const timer = setTimeout(() => {
      this.heldAnswers.delete(timer);
      then();
    }, waitMs);
    this.heldAnswers.add(timer);
    response.once('close', () => {
      clearTimeout(timer);
      this.heldAnswers.delete(timer);
    });
  }

  private countError(code: string): void {
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
  }
}

function parseBody(raw: Buffer, type = ''): unknown {
  if (raw.length === 0) return {};
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(raw.toString('utf8')));
  }
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    throw new GraphRefusal('badParameter', 'the body is not JSON');
  }
}

function tokenOf(request: IncomingMessage): string | undefined {
  const header = request.headers.authorization;
  return header?.startsWith('Bearer ') ? header.slice('Bearer '.length) : undefined;
}

function answer(
  response: ServerResponse,
  status: number,
  body: object | string,
  headers?: Record<string, string>,
): void {
  if (response.destroyed) return;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=UTF-8',
    'content-length': Buffer.byteLength(text),
    'x-sandbox': '1',
    ...headers,
  });
  response.end(text);
}
