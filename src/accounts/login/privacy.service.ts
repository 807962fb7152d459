import { Injectable, Logger } from '@nestjs/common';
import { MetaConfig } from '../../config/app-config.js';
import { Clock } from '../../database/clock.js';
import { BadRequestError } from '../../http/http.errors.js';
import { readSignedRequest } from '../../instagram/signed-request.js';
import { AccountsService } from '../accounts.service.js';
import { DataErasure } from './data-erasure.js';
import { LoginStateRepository } from './login-state.repository.js';

/** What Instagram tells of people who remove the app, or want their data deleted. */
@Injectable()
export class PrivacyService {
  private readonly logger = new Logger('Accounts');

  constructor(
    private readonly config: MetaConfig,
    private readonly accounts: AccountsService,
    private readonly erasure: DataErasure,
    private readonly states: LoginStateRepository,
    private readonly clock: Clock,
  ) {}

  /** The owner has taken the app's rights away: its token is of no use any more. */
  async deauthorize(signedRequest: string): Promise<void> {
    const account = await this.accounts.findByEitherId(this.userIn(signedRequest));
    const connected = account && (await this.accounts.find(account.instagramId));
    if (connected) await this.accounts.markReconnect(connected, 'deauthorized');
  }

  /**
   * Deletes everything of the user: as the owner of an account, and as a person who wrote to one.
   * @returns the code by which the user may ask whether it was done
   */
  async deleteData(signedRequest: string): Promise<string> {
    const user = this.userIn(signedRequest);
    const account = await this.accounts.findByEitherId(user);
    if (account) {
      await this.accounts.disconnect(account.instagramId);
      await this.erasure.eraseAccount(account.instagramId);
    }
    await this.erasure.erasePerson(user);
    this.logger.log({ msg: 'data deleted on request', ofAccount: account !== null });
    return this.states.recordDeletion(this.clock.date());
  }

  deletedAt(code: string): Promise<Date | null> {
    return this.states.deletedAt(code);
  }

  private userIn(signedRequest: string): string {
    const user = readSignedRequest(signedRequest, this.config.appSecrets)?.['user_id'];
    if (typeof user === 'string' && /^\d{1,32}$/.test(user)) return user;
    if (typeof user === 'number') return String(user);
    throw new BadRequestError('signed_request_invalid', 'The signed_request is not signed by this app.');
  }
}
