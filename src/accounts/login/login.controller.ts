import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Req, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { ServerConfig } from '../../config/app-config.js';
import { AdminGuard } from '../../http/admin.guard.js';
import { BadRequestError, NotFoundError } from '../../http/http.errors.js';
import { ZodPipe } from '../../http/zod.pipe.js';
import { accountViewSchema, toAccountView, type AccountView } from '../account.view.js';
import { connectByTokenSchema } from '../accounts.validation.js';
import { LOGIN_PATH, LoginService } from './login.service.js';
import { PrivacyService } from './privacy.service.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';
import { timeSchema } from '../../http/api-docs/json-schema.js';

const text = z.string().max(4096).optional();
const callbackSchema = z.object({ state: text, code: text, error: text });
const signedSchema = z.object({ signed_request: z.string().max(16_384) });

/** The part of connecting that needs the owner's token of this server. */
@Controller('api/admin/oauth')
@UseGuards(AdminGuard)
export class LoginStartController {
  constructor(private readonly login: LoginService) {}

  /** Answers where to send the owner's browser. */
  @Post()
  @HttpCode(200)
  @Documented({
    summary: "Where to send the owner's browser to connect an account",
    answer: z.object({ url: z.string() }),
    errors: { 409: 'oauth_not_configured' },
  })
  async begin(@Req() request: Request): Promise<{ url: string }> {
    return { url: await this.login.begin(originOf(request)) };
  }
}

/** Connecting by a token that the owner has made, with nothing else to enter. */
@Controller('api/admin/accounts/by-token')
@UseGuards(AdminGuard)
export class TokenConnectController {
  constructor(private readonly login: LoginService) {}

  @Post()
  @HttpCode(200)
  @Documented({
    summary: 'Connects an account, or gives it another token, by the token alone',
    answer: accountViewSchema,
  })
  async connect(
    @Body(new ZodPipe(connectByTokenSchema)) { accessToken }: z.infer<typeof connectByTokenSchema>,
  ): Promise<AccountView> {
    return toAccountView(await this.login.connectByToken(accessToken));
  }
}

/** What browsers and Instagram call. */
@Controller(LOGIN_PATH)
export class LoginController {
  constructor(
    private readonly config: ServerConfig,
    private readonly login: LoginService,
    private readonly privacy: PrivacyService,
  ) {}

  @Get('callback')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Referrer-Policy', 'no-referrer')
  @Documented({
    summary: 'Where Instagram sends the browser back',
    contentType: 'text/html',
    errors: { 400: 'oauth_refused, oauth_state_invalid', 502: 'oauth_failed' },
  })
  async callback(
    @Query(new ZodPipe(callbackSchema)) { state, code, error }: z.infer<typeof callbackSchema>,
    @Req() request: Request,
  ): Promise<string> {
    if (error !== undefined || !state || !code) {
      throw new BadRequestError(
        'oauth_refused',
        'Instagram came back without a code: nothing was connected.',
      );
    }
    const { username } = await this.login.finish(state, code, originOf(request));
    // Instagram's usernames are letters, digits, dots and underscores; what is not is not shown.
    const name = username.replace(/[^\w.]/g, '');
    return `<!doctype html><title>Connected</title><p>@${name} is connected. You can close this page.</p>`;
  }

  @Post('deauthorize')
  @HttpCode(200)
  @Documented({
    summary: "Instagram's callback when an owner leaves",
    bodyType: 'application/x-www-form-urlencoded',
    answer: z.object({ success: z.literal(true) }),
    errors: { 400: 'signed_request_invalid' },
  })
  async deauthorize(
    @Body(new ZodPipe(signedSchema)) { signed_request: signed }: z.infer<typeof signedSchema>,
  ): Promise<{ success: true }> {
    await this.privacy.deauthorize(signed);
    return { success: true };
  }

  @Post('data-deletion')
  @HttpCode(200)
  @Documented({
    summary: "Instagram's callback when an owner wants everything deleted",
    bodyType: 'application/x-www-form-urlencoded',
    answer: z.object({ url: z.string(), confirmation_code: z.string() }),
    errors: { 400: 'signed_request_invalid' },
  })
  async deleteData(
    @Body(new ZodPipe(signedSchema)) { signed_request: signed }: z.infer<typeof signedSchema>,
  ): Promise<{ url: string; confirmation_code: string }> {
    const code = await this.privacy.deleteData(signed);
    const url = `${this.config.publicUrl ?? ''}${LOGIN_PATH}/data-deletion/${code}`;
    return { url, confirmation_code: code };
  }

  @Get('data-deletion/:code')
  @Documented({
    summary: 'When a deletion was done',
    answer: z.object({ status: z.literal('deleted'), deletedAt: timeSchema }),
    errors: { 404: 'deletion_not_found' },
  })
  async deletion(@Param('code') code: string): Promise<{ status: 'deleted'; deletedAt: Date }> {
    const deletedAt = await this.privacy.deletedAt(code);
    if (!deletedAt) throw new NotFoundError('deletion_not_found', 'There is no deletion with this code.');
    return { status: 'deleted', deletedAt };
  }
}

const originOf = ({ protocol, headers }: Request): string => `${protocol}://${headers.host ?? 'localhost'}`;
