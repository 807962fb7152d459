import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, request } from 'undici';
import { AutomationConfig } from '../../config/app-config.js';
import { ForbiddenAddressError } from './outbound.errors.js';
import { isPublicAddress, urlProblem } from './public-address.js';

type Lookup = typeof systemLookup;
type LookupDone = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

const TIMEOUT_MS = 10_000;
/** Whatever is answered is thrown away; more than this is not even read. */
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Calls servers that owners name. The name is resolved within the connection itself, and the address that was judged is
 * the one that is connected to: a name that answers with a public address first and a private one later (DNS rebinding)
 * gains nothing. Redirects are not followed.
 */
@Injectable()
export class OutboundClient implements OnApplicationShutdown {
  /** Replaced in tests, where no name server answers. */
  resolve: Lookup = systemLookup;

  private readonly allowed: ReadonlySet<string>;
  private readonly guarded = new Agent({
    connect: { timeout: TIMEOUT_MS, lookup: this.publicLookup.bind(this) },
    connections: 16,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  private readonly open = new Agent({ connect: { timeout: TIMEOUT_MS }, maxResponseSize: MAX_ANSWER_BYTES });

  constructor({ outboundAllowedHosts }: AutomationConfig) {
    this.allowed = new Set(outboundAllowedHosts);
  }

  /** What is wrong with the URL; null when it may be tried. Hosts that the operator allows may be private. */
  problemOf(url: string): string | null {
    return this.isAllowed(url) ? null : urlProblem(url);
  }

  /**
   * @returns the HTTP status of the answer
   * @throws {ForbiddenAddressError} before anything is sent
   */
  async post(
    url: string,
    body: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<number> {
    if (this.problemOf(url) !== null) throw new ForbiddenAddressError();
    const { statusCode, body: answer } = await request(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'user-agent': 'ChatAutoDM', ...headers },
      dispatcher: this.isAllowed(url) ? this.open : this.guarded,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await answer.dump();
    return statusCode;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.guarded.close(), this.open.close()]);
  }

  private isAllowed(url: string): boolean {
    return this.allowed.has(new URL(url).host);
  }

  private publicLookup(hostname: string, options: LookupOptions, done: LookupDone): void {
    this.resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '');
      // One private address among them is enough: which of them is connected to is not decided here.
      if (addresses.length === 0 || !addresses.every(({ address }) => isPublicAddress(address))) {
        return done(new ForbiddenAddressError(), '');
      }
      if (options.all) return done(null, addresses);
      return done(null, addresses[0]!.address, addresses[0]!.family);
    });
  }
}
