/** Shapes of the admin API's answers about jobs; times are ISO texts. */

export interface JobError {
  at: string;
  attempt: number;
  worker: string;
  code: string;
  message: string;
}

export interface Outcome {
  result: string;
  reason?: string;
  automation?: string;
}

export type JobStatus = 'pending' | 'processing' | 'completed' | 'dead';

export interface Job {
  id: string;
  kind: string;
  status: JobStatus;
  account: string | null;
  /** Account and person. */
  conversation: string | null;
  attempts: number;
  rescues: number;
  runAt: string;
  blocked: boolean;
  worker: string | null;
  createdAt: string;
  finishedAt: string | null;
  errors: JobError[];
  outcome: Outcome | null;
}

export interface TimelineEntry {
  at: string;
  state: string;
  attempt?: number;
  worker?: string;
  code?: string;
  message?: string;
  by?: string;
}

export interface Message {
  id: string;
  job: string;
  action: number;
  type: string;
  automation: string;
  status: string;
  text?: string;
  error?: string;
  possibleDuplicate: boolean;
  instagramMessageId?: string;
  createdAt: string;
}

export interface JobDetails extends Job {
  timeline: TimelineEntry[];
  payload: unknown;
  messages: Message[];
  delivery: { id: string; receivedAt: string } | null;
  expiresAt: string | null;
}

export interface DeadLetterGroup {
  code: string | null;
  count: number;
  message: string | null;
  kinds: string[];
  accounts: string[];
  accountCount: number;
  firstAt: string;
  lastAt: string;
}
