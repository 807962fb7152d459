import { runCommand } from '../../src/cli/program.js';

/** What the test's own environment must not leak into a command. */
const UNSET = { TEST_MONGODB_URI: '', NODE_OPTIONS: '', NODE_ENV: '' };

export interface CommandEnd {
  code: number;
  /** What it printed on stdout and stderr, without the last line's end. */
  output: string;
}

/**
 * Runs commands of the command line in the test's own process, one at a time, as `dist/cli.js` runs them in theirs: a process for
 * each would load the program anew each time, which takes longer than all that they do.
 */
export class CommandRunner {
  /** @param env what the commands find in their environment */
  constructor(private readonly env: Record<string, string>) {}

  async run(...args: string[]): Promise<CommandEnd> {
    const { env, exitCode } = process;
    const streams = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write }));
    let output = '';
    process.env = { ...env, ...UNSET, ...this.env };
    process.exitCode = undefined;
    for (const { stream } of streams) {
      stream.write = (text: string | Uint8Array) => {
        output += String(text);
        return true;
      };
    }
    try {
      await runCommand(args);
      return { code: Number(process.exitCode ?? 0), output: output.replace(/\n$/, '') };
    } finally {
      for (const { stream, write } of streams) stream.write = write;
      process.env = env;
      process.exitCode = exitCode;
    }
  }

  /** What a command prints for programs: its last line. */
  async json(...args: string[]): Promise<{ code: number; answer: Record<string, unknown> }> {
    const { code, output } = await this.run(...args, '--json');
    return { code, answer: JSON.parse(output.split('\n').at(-1)!) as Record<string, unknown> };
  }
}
