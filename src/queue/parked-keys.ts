import { Injectable } from '@nestjs/common';
import { Clock } from '../database/clock.js';
import type { ParkedKey } from './parked-key.repository.js';

/** Which keys are parked, as this process knows it: read for every job, so without asking the database. */
@Injectable()
export class ParkedKeys {
  private untils = new Map<string, Date | null>();

  constructor(private readonly clock: Clock) {}

  has(key: string | undefined): boolean {
    if (this.untils.size === 0 || key === undefined) return false;
    const until = this.untils.get(key);
    return until === null || (until !== undefined && until.getTime() > this.clock.now());
  }

  replace(keys: ParkedKey[]): void {
    this.untils = new Map(keys.map(({ key, until }) => [key, until]));
  }

  add(key: string, until: Date | null): void {
    this.untils.set(key, until);
  }

  delete(key: string): void {
    this.untils.delete(key);
  }
}
