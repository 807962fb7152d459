import 'reflect-metadata';
import { FAILED, runCommand } from './cli/program.js';

// Whoever reads has seen enough, as `head` has: nothing is to be said of it, and no verdict of the command's to be made up.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? FAILED);
});

await runCommand(process.argv.slice(2));
