import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataErasure, type Eraser } from '../accounts/login/data-erasure.js';
import { WebhookLogRepository } from './webhook-log.repository.js';

/** Deletes deliveries in which an account or a person occurs, whole: the others of such a delivery lose their log with it. */
@Injectable()
export class WebhookLogEraser implements Eraser, OnModuleInit {
  constructor(
    private readonly erasure: DataErasure,
    private readonly logs: WebhookLogRepository,
  ) {}

  onModuleInit(): void {
    this.erasure.register(this);
  }

  async eraseAccount(account: string): Promise<void> {
    await this.logs.eraseMentioning(account);
  }

  async erasePerson(person: string): Promise<void> {
    await this.logs.eraseMentioning(person);
  }

  async eraseConversation(account: string, person: string): Promise<void> {
    await this.logs.eraseMentioning(account, person);
  }
}
