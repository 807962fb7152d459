import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';

/*
 * Loaded into the server with `--import`: counts the commands that its driver sends, by command and by who asked for
 * them, and writes the counts to `COUNT_COMMANDS_FILE` whenever told to by SIGUSR2 (which also starts the next count).
 * It costs a stack trace for each command, so rates measured with it are too low.
 */

const STACK_FRAMES = 60;
const require = createRequire(import.meta.url);
const { MongoClient } = createRequire(require.resolve('mongoose'))('mongodb');
const { connect } = MongoClient.prototype;

let counts = {};
const open = new Map();

MongoClient.prototype.connect = function connectMonitored() {
  this.monitorCommands = true;
  this.on('commandStarted', ({ requestId, commandName, command }) => {
    open.set(requestId, entryOf(`${commandName} ${command[commandName]} · ${caller()}`));
    const entry = open.get(requestId);
    entry.commands += 1;
    entry.sent += (command.documents ?? command.updates ?? command.deletes ?? []).length;
  });
  this.on('commandSucceeded', ({ requestId, duration, reply }) => {
    const entry = open.get(requestId);
    open.delete(requestId);
    if (!entry) return;
    entry.ms += duration;
    entry.written += reply.nModified ?? reply.n ?? 0;
    entry.written += reply.upserted?.length ?? 0;
    entry.read += (reply.cursor?.firstBatch ?? reply.cursor?.nextBatch ?? []).length;
  });
  return connect.call(this);
};

const entryOf = (key) => (counts[key] ??= { commands: 0, sent: 0, written: 0, read: 0, ms: 0 });

/** The function of the program nearest to the driver, and the nearest in another file behind it. */
function caller() {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_FRAMES;
  const frames = new Error('who').stack.split('\n').filter((line) => line.includes('/dist/'));
  Error.stackTraceLimit = limit;
  const names = frames.map((line) => /at (?:async )?(?:(\S+) .*?)?\(?[^(]*\/dist\/(\S+?)\.js/.exec(line));
  const own = names.flatMap((match) => (match ? [`${match[2]} ${match[1] ?? ''}`] : []));
  return own.slice(0, 1).join(' < ') || 'unknown';
}

process.on('SIGUSR2', () => {
  writeFileSync(process.env.COUNT_COMMANDS_FILE, JSON.stringify(counts));
  counts = {};
});
