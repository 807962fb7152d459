import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { LINK_MODEL, type LinkDocument } from './link.schema.js';

@Injectable()
export class LinkRepository {
  constructor(@InjectModel(LINK_MODEL) private readonly links: Model<LinkDocument>) {}

  /** Those that are known already stay as they are. */
  async keep(links: readonly LinkDocument[]): Promise<void> {
    if (links.length === 0) return;
    await this.links.bulkWrite(
      links.map(({ _id, ...link }) => ({
        updateOne: { filter: { _id }, update: { $setOnInsert: link }, upsert: true },
      })),
    );
  }

  /** Where it leads; counts a click. */
  follow(slug: string): Promise<LinkDocument | null> {
    return this.links.findByIdAndUpdate(slug, { $inc: { clicks: 1 } }).lean();
  }

  async of(automation: string): Promise<{ slug: string; url: string; clicks: number }[]> {
    const found = await this.links.find({ automation }).sort({ _id: 1 }).lean();
    return found.map(({ _id, url, clicks }) => ({ slug: _id, url, clicks: clicks ?? 0 }));
  }

  async erase(account: string): Promise<void> {
    await this.links.deleteMany({ account });
  }
}
