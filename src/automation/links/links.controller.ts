import { Controller, Get, Header, Param, Redirect } from '@nestjs/common';
import { NotFoundError } from '../../http/http.errors.js';
import { AutomationFigures } from '../figures/automation.figures.js';
import { LinkRepository } from './link.repository.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';

const SLUG = /^[\w-]{16}$/;

/** Where people come by the buttons that they were sent. Leads only to links that an owner has saved. */
@Controller('r')
export class LinksController {
  constructor(
    private readonly links: LinkRepository,
    private readonly figures: AutomationFigures,
  ) {}

  @Get(':slug')
  @Header('Cache-Control', 'no-store')
  @Header('Referrer-Policy', 'no-referrer')
  @Redirect()
  @Documented({
    summary: 'Counts a click, and sends on to the link that the owner saved',
    status: 302,
    contentType: 'text/plain',
    errors: { 404: 'link_not_found' },
  })
  async follow(@Param('slug') slug: string): Promise<{ url: string; statusCode: number }> {
    const link = SLUG.test(slug) ? await this.links.follow(slug) : null;
    if (!link) throw new NotFoundError('link_not_found', 'There is no such link.');
    this.figures.count(link, 'clicks');
    return { url: link.url, statusCode: 302 };
  }
}
