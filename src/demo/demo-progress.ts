import { MultiBar, Presets } from 'cli-progress';

const LINE_EVERY_MS = 1000;

/** Two bars at a terminal, a line a second anywhere else, nothing when told to be quiet. */
export class DemoProgress {
  private readonly bars: MultiBar | undefined;
  private readonly update: (accepted: number, answered: number) => void;
  private lastLineAt = 0;

  constructor(webhooks: number, answers: number, quiet: boolean) {
    if (quiet) {
      this.update = () => {};
      return;
    }
    if (!process.stdout.isTTY) {
      this.update = (accepted, answered) =>
        this.line(`accepted ${accepted} of ${webhooks}, answers ${answered} of ${answers}`);
      return;
    }
    const format = '  {label} {bar} {percentage}%  {value} of {total}';
    this.bars = new MultiBar({ format, hideCursor: true, clearOnComplete: false }, Presets.shades_classic);
    const acceptedBar = this.bars.create(webhooks, 0, { label: 'webhooks accepted' });
    const answeredBar = this.bars.create(answers, 0, { label: 'answers sent     ' });
    this.update = (accepted, answered) => {
      acceptedBar.update(accepted);
      answeredBar.update(answered);
    };
  }

  show(accepted: number, answered: number): void {
    this.update(accepted, answered);
  }

  stop(): void {
    this.bars?.stop();
  }

  private line(text: string): void {
    if (performance.now() - this.lastLineAt < LINE_EVERY_MS) return;
    this.lastLineAt = performance.now();
    process.stdout.write(`  ${text}\n`);
  }
}
