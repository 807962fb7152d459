import { Injectable } from '@nestjs/common';
import { AutomationConfig } from '../../config/app-config.js';
import { isDirectMessage, type AnswerableEvent } from '../answerable-event.js';
import { foldText } from '../matching/text-folding.js';

/** The words with which a person ends all answers, or has them again; case, accents and spaces around do not matter. */
@Injectable()
export class StopWords {
  private readonly meanings: ReadonlyMap<string, 'stop' | 'start'>;

  constructor({ optOutWords, optInWords }: AutomationConfig) {
    this.meanings = new Map([
      ...optInWords.map((word) => [foldText(word), 'start'] as const),
      ...optOutWords.map((word) => [foldText(word), 'stop'] as const),
    ]);
  }

  /** Only a message that is nothing but the word counts, and only one in the conversation: "stop" is a fair comment. */
  meaningOf(event: AnswerableEvent): 'stop' | 'start' | undefined {
    if (!isDirectMessage(event) || event.text === undefined) return undefined;
    return this.meanings.get(foldText(event.text));
  }
}
