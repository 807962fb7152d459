/** What Instagram says when it refuses a call; the codes are those of its documentation where it names one. */
const refusals = {
  badToken: [190, undefined, 'Invalid OAuth access token - Cannot parse access token', 401],
  unknownObject: [100, 33, 'Unsupported request. Object does not exist or cannot be loaded'],
  unknownPerson: [100, 2534014, 'The requested user cannot be found'],
  commentNotOpen: [100, 2534025, 'The comment cannot be replied to in private'],
  alreadyReplied: [10900, undefined, 'Activity already replied to'],
  outsideWindow: [10, 2534022, 'This message is sent outside of allowed window'],
  notTopLevel: [100, undefined, 'Replies can only be made to top-level comments'],
  noConsent: [230, undefined, 'User consent is required to access user profile'],
  tooManySends: [613, undefined, 'Calls to this API have exceeded the rate limit'],
  tooManyCalls: [80002, undefined, 'There have been too many calls to this Instagram account'],
  badParameter: [100, undefined, 'Invalid parameter'],
} as const satisfies Record<string, readonly [number, number | undefined, string, number?]>;

export type RefusalName = keyof typeof refusals;

/** Instagram refuses the call; `body` is its answer. */
export class GraphRefusal extends Error {
  override readonly name = 'GraphRefusal';
  readonly status: number;
  readonly body: object;
  readonly code: string;

  constructor(
    name: RefusalName,
    detail?: string,
    readonly headers: Record<string, string> = {},
  ) {
    const [code, subcode, wording, status = 400] = refusals[name];
    const message = `(#${code}) ${wording}${detail === undefined ? '' : `: ${detail}`}`;
    super(message);
    this.status = status;
    this.code = subcode === undefined ? String(code) : `${code}/${subcode}`;
    this.body = errorBody({ message, code, subcode });
  }
}

/** The shape of every error that the Graph API answers. */
export function errorBody(error: {
  message: string;
  code: number;
  subcode?: number;
  isTransient?: boolean;
}): object {
  const { message, code, subcode, isTransient } = error;
  return {
    error: {
      message,
      type: 'OAuthException',
      code,
      ...(subcode !== undefined && { error_subcode: subcode }),
      ...(isTransient !== undefined && { is_transient: isTransient }),
      fbtrace_id: 'SandboxTrace',
    },
  };
}

/** A request to the sandbox's own control API that makes no sense. */
export class ControlError extends Error {
  override readonly name = 'ControlError';

  constructor(
    message: string,
    readonly status: 400 | 404 = 400,
  ) {
    super(message);
  }
}
