import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { DurationBuckets } from '../telemetry/duration-buckets.js';

/** The driver measures in whole ms. */
const ENDS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 20_000];

export interface CommandFigures {
  durations: DurationBuckets;
  failures: number;
}

/** How long commands to the database take, as the driver tells it: by name, of which there are some twenty. */
@Injectable()
export class StoreFigures implements OnModuleInit {
  readonly commands = new Map<string, CommandFigures>();

  constructor(@InjectConnection() private readonly connection: Connection) {}

  onModuleInit(): void {
    const client = this.connection.getClient();
    client.on('commandSucceeded', ({ commandName, duration }) => {
      this.figuresOf(commandName).durations.observe(duration);
    });
    client.on('commandFailed', ({ commandName, duration }) => {
      const figures = this.figuresOf(commandName);
      figures.durations.observe(duration);
      figures.failures += 1;
    });
  }

  private figuresOf(name: string): CommandFigures {
    const known = this.commands.get(name);
    if (known) return known;
    const figures = { durations: new DurationBuckets(ENDS_MS), failures: 0 };
    this.commands.set(name, figures);
    return figures;
  }
}
