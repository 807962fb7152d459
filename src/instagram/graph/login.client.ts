import type { GraphClient } from './graph.client.js';
import { GraphError } from './graph.errors.js';

export interface LoginClientOptions {
  /** Of the Instagram app; undefined when accounts can't be connected by login. */
  appId: string | undefined;
  appSecret: string;
  /** Where Instagram asks the owner. */
  authorizeUrl: string;
  /** Where a code is exchanged. */
  tokenUrl: string;
}

export interface LongLivedToken {
  accessToken: string;
  expiresInMs: number;
}

const SCOPES = [
  'instagram_business_basic',
  'instagram_business_manage_messages',
  'instagram_business_manage_comments',
];

/** Every field that something here listens to. */
export const SUBSCRIBED_FIELDS = [
  'messages',
  'messaging_postbacks',
  'messaging_referral',
  'message_reactions',
  'comments',
  'live_comments',
];

/**
 * Instagram business login: from the owner's consent to a token of 60 days.
 * https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/business-login
 */
export class LoginClient {
  constructor(
    private readonly options: LoginClientOptions,
    private readonly graph: GraphClient,
  ) {}

  get isConfigured(): boolean {
    return this.options.appId !== undefined;
  }

  /** Where to send the owner's browser. */
  authorizeUrl(redirectUri: string, state: string): string {
    const url = new URL(this.options.authorizeUrl);
    const query = {
      client_id: this.options.appId ?? '',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: SCOPES.join(','),
      state,
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url.href;
  }

  /**
   * The token for a code, which can be used once and lives an hour.
   * @param code as Instagram appended it: sometimes with `#_` behind it, which is no part of it
   * @throws {GraphError}
   */
  async exchangeCode(code: string, redirectUri: string): Promise<LongLivedToken> {
    const { appId = '', appSecret, tokenUrl } = this.options;
    const form = new URLSearchParams({
      client_id: appId,
      client_secret: appSecret,
      grant_type: 'authorization_code',
      redirect_uri: redirectUri,
      code: code.replace(/#_$/, ''),
    });
    const shortLived = await this.graph.postForm(tokenUrl, form);
    // Some versions of the answer wrap it in a list.
    const [first] = Array.isArray(shortLived.data) ? (shortLived.data as Record<string, unknown>[]) : [];
    return this.extend(tokenIn(first ?? shortLived));
  }

  /** @throws {GraphError} for a token of less than a day, or one that has expired */
  async refresh(accessToken: string): Promise<LongLivedToken> {
    return longLived(
      await this.graph.getUnversioned('refresh_access_token', {
        grant_type: 'ig_refresh_token',
        access_token: accessToken,
      }),
    );
  }

  private async extend(accessToken: string): Promise<LongLivedToken> {
    return longLived(
      await this.graph.getUnversioned('access_token', {
        grant_type: 'ig_exchange_token',
        client_secret: this.options.appSecret,
        access_token: accessToken,
      }),
    );
  }
}

function longLived(body: Record<string, unknown>): LongLivedToken {
  const seconds = Number(body.expires_in);
  if (!(seconds > 0)) throw unreadable();
  return { accessToken: tokenIn(body), expiresInMs: seconds * 1000 };
}

function tokenIn({ access_token: token }: Record<string, unknown>): string {
  if (typeof token !== 'string' || token === '') throw unreadable();
  return token;
}

const unreadable = () =>
  new GraphError("Instagram's answer has no token in it", { kind: 'invalid', delivery: 'unknown' });
