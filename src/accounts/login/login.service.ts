import { Injectable, Logger } from '@nestjs/common';
import { ServerConfig } from '../../config/app-config.js';
import { Clock } from '../../database/clock.js';
import { BadRequestError, ConflictError, HttpError, ValidationError } from '../../http/http.errors.js';
import { GraphClient } from '../../instagram/graph/graph.client.js';
import { GraphError } from '../../instagram/graph/graph.errors.js';
import { LoginClient, SUBSCRIBED_FIELDS } from '../../instagram/graph/login.client.js';
import type { AccountDocument } from '../account.schema.js';
import { AccountsService } from '../accounts.service.js';
import { LoginStateRepository } from './login-state.repository.js';

/** How long the owner may take at Instagram. */
const STATE_LIFE_MS = 600_000;

export const LOGIN_PATH = '/api/oauth/instagram';

/** Connects accounts by Instagram business login. */
@Injectable()
export class LoginService {
  private readonly logger = new Logger('Accounts');

  constructor(
    private readonly config: ServerConfig,
    private readonly login: LoginClient,
    private readonly graph: GraphClient,
    private readonly accounts: AccountsService,
    private readonly states: LoginStateRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Where to send the owner's browser.
   *
   * @param calledAt where the server was called just now: in the sandbox, that stands in for an address nobody set
   * @throws {ConflictError} when the server was not told its app or its address
   */
  async begin(calledAt: string): Promise<string> {
    const redirectUri = this.redirectUri(calledAt);
    return this.login.authorizeUrl(redirectUri, await this.states.begin(this.clock.date(STATE_LIFE_MS)));
  }

  /**
   * The owner came back with a code: the account is connected, or gets its new token, and is subscribed.
   * @throws {BadRequestError} for a state that was not given out here, or was used
   * @throws {HttpError} 502 when Instagram refuses
   */
  async finish(state: string, code: string, calledAt: string): Promise<AccountDocument> {
    if (!(await this.states.finish(state, this.clock.date()))) {
      throw new BadRequestError('oauth_state_invalid', 'This login was not begun here, or is too old.');
    }
    try {
      const token = await this.login.exchangeCode(code, this.redirectUri(calledAt));
      const owner = await this.graph.getOwner(token.accessToken);
      const account = await this.accounts.connectByLogin({ ...owner, token });
      await this.graph.subscribe(
        { instagramId: owner.instagramId, accessToken: token.accessToken },
        SUBSCRIBED_FIELDS,
      );
      return account;
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      this.logger.warn({ msg: 'a login failed', code: error.code, error });
      throw new HttpError(502, 'oauth_failed', `Instagram did not complete the login: ${error.message}.`);
    }
  }

  /**
   * Connects the account that a token belongs to and subscribes it, or gives it that token.
   *
   * @throws {ValidationError} when Instagram does not take the token
   * @throws {HttpError} 502 when Instagram does not answer
   */
  async connectByToken(accessToken: string): Promise<AccountDocument> {
    try {
      const { instagramId, username } = await this.graph.getOwner(accessToken);
      await this.graph.subscribe({ instagramId, accessToken }, SUBSCRIBED_FIELDS);
      const known = await this.accounts.find(instagramId);
      return known
        ? await this.accounts.update(instagramId, { username, accessToken })
        : await this.accounts.connect(instagramId, username, accessToken);
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      this.logger.warn({ msg: 'a token was not taken', code: error.code, error });
      if (error.kind === 'transient' || error.kind === 'throttled') {
        throw new HttpError(502, 'instagram_unavailable', `Instagram did not answer: ${error.message}.`);
      }
      throw new ValidationError([{ path: 'accessToken', message: 'is not accepted by Instagram' }]);
    }
  }

  private redirectUri(calledAt: string): string {
    const { sandbox } = this.config;
    const publicUrl = this.config.publicUrl ?? (sandbox ? calledAt : undefined);
    if (!this.login.isConfigured || publicUrl === undefined) {
      throw new ConflictError(
        'oauth_not_configured',
        'Connecting by login needs INSTAGRAM_APP_ID and PUBLIC_URL.',
      );
    }
    return `${publicUrl}${LOGIN_PATH}/callback`;
  }
}
