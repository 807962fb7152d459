import type { Request, Response } from 'express';

const NAME = 'chatautodm_session';

/**
 * The browser keeps the session where scripts can't read it, and sends it with requests of this site's own pages only. In
 * production it goes over https alone, and by the prefix of its name no neighbouring host can have set it.
 */
export class SessionCookie {
  private readonly name: string;

  constructor(private readonly production: boolean) {
    this.name = production ? `__Host-${NAME}` : NAME;
  }

  read({ headers }: Request): string | undefined {
    for (const pair of headers.cookie?.split(';') ?? []) {
      const equals = pair.indexOf('=');
      if (equals > 0 && pair.slice(0, equals).trim() === this.name) return pair.slice(equals + 1).trim();
    }
    return undefined;
  }

  set(request: Request, response: Response, value: string, lifeMs: number): void {
    response.cookie(this.name, value, { ...this.attributes(request), maxAge: lifeMs });
  }

  clear(request: Request, response: Response): void {
    response.clearCookie(this.name, this.attributes(request));
  }

  private attributes({ secure }: Request) {
    return { httpOnly: true, sameSite: 'strict', secure: this.production || secure, path: '/' } as const;
  }
}
