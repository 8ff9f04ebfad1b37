import { isatty } from 'node:tty';
import type { CommandIo } from './command-io.ts';
import { reportUnexpected } from './failure-report.ts';
import { run } from './run.ts';

const io: CommandIo = {
  stdout: process.stdout,
  stderr: process.stderr,
  // Not looked at where it is no terminal: a pipe that nobody closes would keep the process alive.
  answers: isatty(0) && process.stderr.isTTY ? process.stdin : undefined,
  env: process.env,
  cwd: process.cwd(),
  isTerminal: { stdout: process.stdout.isTTY, stderr: process.stderr.isTTY },
};

// A reader that has seen enough (`rolebook lint | head`) is no failure. The run goes on to its end, so the exit code
// still says whether the policy is sound: `head` must not turn a broken policy into a passing check.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(reportUnexpected(error, io));
  });
}

process.on('uncaughtException', (error) => process.exit(reportUnexpected(error, io)));

// Not process.exit: it would cut off what a pipe has not taken yet.
process.exitCode = await run(process.argv.slice(2), io);
