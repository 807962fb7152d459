import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { GraphError } from '../../instagram/graph/graph.errors.js';
import { LoginClient } from '../../instagram/graph/login.client.js';
import { AccountsService } from '../accounts.service.js';

const TIMER = 'accounts.refresh';
const EVERY_MS = 600_000;
/** A token that could not be refreshed is tried again after this. */
const AGAIN_MS = 6 * 3_600_000;

/** Exchanges tokens for fresh ones long before their 60 days are over; a process at a time for each account. */
@Injectable()
export class TokenRefresher implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger('Accounts');
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly accounts: AccountsService,
    private readonly login: LoginClient,
    private readonly scheduler: SchedulerRegistry,
  ) {}

  onApplicationBootstrap(): void {
    const timer = setInterval(() => void this.refreshDue(), EVERY_MS);
    this.scheduler.addInterval(TIMER, timer);
    void this.refreshDue();
  }

  onModuleDestroy(): void {
    this.stopped = true;
    if (this.scheduler.doesExist('interval', TIMER)) this.scheduler.deleteInterval(TIMER);
  }

  /** Not before: the queue stops claiming when all modules before it have been told of the shutdown. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.running;
  }

  /** Refreshes all that are due. Never rejects; a call during another one joins it. */
  refreshDue(): Promise<void> {
    this.running ??= this.refreshAll()
      .catch((error: unknown) => this.logger.warn({ msg: 'could not refresh tokens', error }))
      .finally(() => (this.running = undefined));
    return this.running;
  }

  private async refreshAll(): Promise<void> {
    while (!this.stopped) {
      const account = await this.accounts.claimRefresh(AGAIN_MS);
      if (!account) return;
      if (account.accessToken === '') continue;
      try {
        const replaced = await this.accounts.replaceToken(
          account,
          await this.login.refresh(account.accessToken),
        );
        const msg = replaced ? 'token refreshed' : 'token not refreshed: another was entered meanwhile';
        this.logger.log({ msg, account: account.instagramId });
      } catch (error) {
        if (!(error instanceof GraphError)) throw error;
        this.logger.warn({ msg: 'token not refreshed', account: account.instagramId, code: error.code });
        if (error.kind === 'token') await this.accounts.markReconnect(account, error.code);
      }
    }
  }
}
