/** The calls that a fault can be limited to. */
export const callNames = [
  'send',
  'private_reply',
  'public_reply',
  'sender_action',
  'profile',
  'conversations',
  'media',
  'me',
  'subscribe',
  'subscriptions',
  'login',
] as const;

export type CallName = (typeof callNames)[number];

/** What is known of a call before it is carried out. */
export interface CallTarget {
  call: CallName;
  account?: string;
  person?: string;
  comment?: string;
}

export interface FaultMatch extends Partial<Omit<CallTarget, 'call'>> {
  /** Any of them, where there are several. */
  call?: CallName | readonly CallName[];
}

export interface Fault {
  /** Met by calls that agree in every field given; by every call if there is none. */
  match: FaultMatch;
  /** How many more calls it strikes; null for all. */
  times: number | null;
  effect: FaultEffect;
}

export type FaultEffect =
  /** Refused, with an error in Instagram's shape, or with `rawBody` where that is given. */
  | {
      type: 'error';
      status: number;
      code?: number;
      subcode?: number;
      isTransient?: boolean;
      headers?: Record<string, string>;
      rawBody?: string;
    }
  /** Carried out, and answered late. */
  | { type: 'delay'; delayMs: number }
  /** The connection is cut, and nothing is carried out. */
  | { type: 'drop_before' }
  /** Carried out, but the connection is cut in place of an answer. */
  | { type: 'drop_after' }
  /** Carried out, but the answer is cut in the middle of its JSON. */
  | { type: 'garble' };

/** Which of the coming calls go wrong, and how. The oldest fault that a call meets strikes. */
export class FaultPlan {
  private readonly faults = new Map<number, Fault>();
  private lastId = 0;

  add(fault: Fault): number {
    this.lastId += 1;
    this.faults.set(this.lastId, { ...fault });
    return this.lastId;
  }

  remove(id: number): void {
    this.faults.delete(id);
  }

  clear(): void {
    this.faults.clear();
  }

  list(): ({ id: number } & Fault)[] {
    return Array.from(this.faults, ([id, { match, times, effect }]) => ({ id, match, times, effect }));
  }

  /** The effect on this call; counts it. */
  strike(target: CallTarget): FaultEffect | undefined {
    for (const [id, fault] of this.faults) {
      if (!meets(target, fault.match)) continue;
      if (fault.times !== null) {
        fault.times -= 1;
        if (fault.times <= 0) this.faults.delete(id);
      }
      return fault.effect;
    }
    return undefined;
  }
}

function meets(target: CallTarget, { call, ...match }: FaultMatch): boolean {
  if (call !== undefined && ![call].flat().includes(target.call)) return false;
  return (['account', 'person', 'comment'] as const).every(
    (field) => match[field] === undefined || match[field] === target[field],
  );
}
