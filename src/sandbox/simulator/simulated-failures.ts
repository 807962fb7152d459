import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import type { CallName, FaultEffect } from '../../instagram/sandbox/fault-plan.js';
import { SandboxServer } from '../../instagram/sandbox/sandbox-server.js';
import type { FailureKind } from './simulator.validation.js';

export interface SimulatedFailure {
  kind: FailureKind;
  /** How many calls it still strikes; null: all. */
  times: number | null;
}

const messages: readonly CallName[] = ['send', 'private_reply'];

/** What goes wrong, and which calls it strikes; none named: all of the account. */
const failures: Record<FailureKind, { effect: FaultEffect; calls?: readonly CallName[] }> = {
  token_expired: { effect: { type: 'error', status: 401, code: 190 } },
  throttled: { effect: { type: 'error', status: 400, code: 613 }, calls: [...messages, 'public_reply'] },
  outside_window: { effect: { type: 'error', status: 400, code: 10, subcode: 2534022 }, calls: messages },
  unreachable: { effect: { type: 'error', status: 400, code: 551 }, calls: messages },
  server_error: { effect: { type: 'error', status: 500, code: 2, isTransient: true } },
  lost_answer: { effect: { type: 'drop_after' }, calls: messages },
  slow: { effect: { type: 'delay', delayMs: 3000 } },
};

/** Anything is a token to the stand-in; a new one tells the account from the one that was refused. */
const freshToken = () => `IGAA-sandbox-token-${Date.now()}`;

/** Switches Instagram's failures on and off, by account. */
@Injectable()
export class SimulatedFailures {
  /** Ids of faults by account and kind. */
  private readonly switchedOn = new Map<string, Map<FailureKind, number>>();

  constructor(
    private readonly standIn: SandboxServer,
    private readonly accounts: AccountsService,
  ) {}

  switchOn(account: string, kind: FailureKind, times: number | null): void {
    this.switchOff(account, kind);
    const { effect, calls } = failures[kind];
    const id = this.standIn.faults.add({ match: { account, ...(calls && { call: calls }) }, times, effect });
    const own = this.switchedOn.get(account) ?? new Map<FailureKind, number>();
    this.switchedOn.set(account, own.set(kind, id));
  }

  list(account: string): SimulatedFailure[] {
    const left = new Map(this.standIn.faults.list().map(({ id, times }) => [id, times]));
    return [...(this.switchedOn.get(account) ?? [])].flatMap(([kind, id]) => {
      const times = left.get(id);
      return times === undefined ? [] : [{ kind, times }];
    });
  }

  /** Ends them all, and has the account go on: with another token where that was refused, at once where it was to rest. */
  async reset(account: string): Promise<void> {
    for (const { kind } of this.list(account)) this.switchOff(account, kind);
    const connected = await this.accounts.find(account);
    if (connected?.status === 'reconnect') await this.accounts.update(account, { accessToken: freshToken() });
    if (connected?.status === 'throttled') await this.accounts.update(account, { status: 'active' });
  }

  private switchOff(account: string, kind: FailureKind): void {
    const own = this.switchedOn.get(account);
    const id = own?.get(kind);
    if (id !== undefined) this.standIn.faults.remove(id);
    own?.delete(kind);
  }
}
