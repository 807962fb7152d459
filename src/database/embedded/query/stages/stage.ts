import type { BsonValue } from '../../bson/bson-value.js';
import type { EvaluationContext } from '../expression/expression.js';

/** `$$NOW` and variables for the expressions of a pipeline. */
export type StageSettings = Omit<EvaluationContext, 'root'>;

export type Emit = (document: BsonValue) => void;

/** One stage at work: documents are pushed in, and it emits what it makes of them then or at the end. */
export interface StageRun {
  push(document: BsonValue, emit: Emit): void;
  /** After the last document. */
  finish?(emit: Emit): void;
  /** True when the stage will make nothing more of what is pushed, so that nothing more need be read. */
  readonly isDone?: boolean;
}

/** A compiled stage; each run has its own state. */
export interface Stage {
  start(settings: StageSettings): StageRun;
}

/** MongoDB's limit on what one blocking stage holds in memory, bytes. */
export const MOST_STAGE_BYTES = 100 * 1024 * 1024;
