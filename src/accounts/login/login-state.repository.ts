import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import {
  DATA_DELETION_MODEL,
  LOGIN_STATE_MODEL,
  type DataDeletionDocument,
  type LoginStateDocument,
} from './login-state.schema.js';

const YEAR_MS = 365 * 86_400_000;

@Injectable()
export class LoginStateRepository {
  constructor(
    @InjectModel(LOGIN_STATE_MODEL) private readonly states: Model<LoginStateDocument>,
    @InjectModel(DATA_DELETION_MODEL) private readonly deletions: Model<DataDeletionDocument>,
  ) {}

  /** A state that nobody can guess. */
  async begin(expiresAt: Date): Promise<string> {
    const state = randomBytes(32).toString('base64url');
    await this.states.create({ _id: digest(state), expiresAt });
    return state;
  }

  /** Whether a login with this state was begun here, not long ago; a second time it never was. */
  async finish(state: string, now: Date): Promise<boolean> {
    const found = await this.states.findOneAndDelete({ _id: digest(state) }).lean();
    return found !== null && found.expiresAt > now;
  }

  /** Returns the confirmation code. */
  async recordDeletion(now: Date): Promise<string> {
    const code = randomBytes(12).toString('hex');
    await this.deletions.create({
      _id: code,
      deletedAt: now,
      expiresAt: new Date(now.getTime() + YEAR_MS),
    });
    return code;
  }

  async deletedAt(code: string): Promise<Date | null> {
    return (await this.deletions.findById(code).lean())?.deletedAt ?? null;
  }
}

const digest = (state: string): string => createHash('sha256').update(state).digest('hex');
