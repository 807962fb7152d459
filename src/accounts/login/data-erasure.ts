import { Injectable } from '@nestjs/common';

/** Deletes what a module keeps. */
export interface Eraser {
  /** Everything of an account, and of the people who wrote to it. */
  eraseAccount(instagramId: string): Promise<void>;
  /** Everything of a person, in all accounts. */
  erasePerson(person: string): Promise<void>;
  /** What was said and done between an account and a person. */
  eraseConversation(instagramId: string, person: string): Promise<void>;
}

/** Knows all that keep data of people: each registers itself, since accounts depend on none of them. */
@Injectable()
export class DataErasure {
  private readonly erasers: Eraser[] = [];

  register(eraser: Eraser): void {
    this.erasers.push(eraser);
  }

  async eraseAccount(instagramId: string): Promise<void> {
    for (const eraser of this.erasers) await eraser.eraseAccount(instagramId);
  }

  async erasePerson(person: string): Promise<void> {
    for (const eraser of this.erasers) await eraser.erasePerson(person);
  }

  async eraseConversation(instagramId: string, person: string): Promise<void> {
    for (const eraser of this.erasers) await eraser.eraseConversation(instagramId, person);
  }
}
