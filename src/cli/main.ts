import { isatty } from 'node:tty';
import { RolebookError } from '../policy/errors.ts';
import type { CommandIo } from './command/command-io.ts';
import { endProcess } from './command/end-process.ts';
import { reportFailure, reportUnexpected } from './report/failure-report.ts';
import { run } from './run.ts';
import { wholeStream } from './command/whole-file-stream.ts';

const argv = process.argv.slice(2);

const io: CommandIo = {
  stdout: wholeStream(1, process.stdout),
  stderr: wholeStream(2, process.stderr),
  // Not looked at where it is no terminal: a pipe that nobody closes would keep the process alive.
  answers: isatty(0) && process.stderr.isTTY ? process.stdin : undefined,
  env: process.env,
  cwd: process.cwd(),
  columns: process.stdout.isTTY ? process.stdout.columns : process.stderr.columns,
  isTerminal: { stdout: process.stdout.isTTY, stderr: process.stderr.isTTY },
  ownsProcess: true,
};

// A reader that has seen enough (`rolebook lint | head`) is no failure. The run goes on to its end, so the exit code
// still says whether the policy is sound: `head` must not turn a broken policy into a passing check. A full disk is one:
// whoever looks at what was written would take a part for the whole.
for (const name of ['stdout', 'stderr'] as const) {
  io[name].on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    const failure = new RolebookError('unavailable', `${name} cannot be written: ${error.message}`, { cause: error });
    endProcess(reportFailure(failure, { io, command: undefined, argv, commandNames: [] }));
  });
}

process.on('uncaughtException', (error) => endProcess(reportUnexpected(error, io)));

// Not process.exit: it would cut off what a pipe has not taken yet.
process.exitCode = await run(argv, io);
