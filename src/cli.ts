import 'reflect-metadata';
import { runCommand } from './cli/program.js';

await runCommand(process.argv.slice(2));
