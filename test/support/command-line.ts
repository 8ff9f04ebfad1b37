import { Readable, Writable } from 'node:stream';
import type { CommandIo } from '../../src/cli/command/command-io.ts';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams as a terminal would show them. */
  readonly all: string;
}

export interface CommandSurroundings {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly isTerminal?: boolean;
  readonly columns?: number;
  /** What somebody types who sits at the terminal; undefined: nobody does. */
  readonly typed?: string;
  /** The same, made up when it is asked for. */
  readonly typedLater?: () => string;
  /** Told of the first result that it writes, before it goes on. */
  readonly onResult?: () => void;
}

/** Runs one command line inside this process, with streams that remember. */
export async function runCommand(argv: readonly string[], surroundings: CommandSurroundings): Promise<CommandResult> {
  const written: { stream: 'stdout' | 'stderr'; text: string }[] = [];
  const { cwd, env = {}, isTerminal = false, columns, typed, typedLater, onResult } = surroundings;
  const io: CommandIo = {
    stdout: remember((text) => {
      written.push({ stream: 'stdout', text });
      onResult?.();
    }),
    stderr: remember((text) => written.push({ stream: 'stderr', text })),
    answers: typedLater ? answerLater(typedLater) : typed === undefined ? undefined : Readable.from([typed]),
    env,
    cwd,
    columns,
    isTerminal: { stdout: isTerminal, stderr: isTerminal },
  };
  // Imported as the commands import their parts: Mocha's `require` would give the program a second copy of each module,
  // and an error class of one copy is not the class of the other.
  const { run } = await import('../../src/cli/run.ts');
  const exitCode = await run(argv, io);
  const textOf = (stream?: string): string =>
    written
      .filter((part) => stream === undefined || part.stream === stream)
      .map((part) => part.text)
      .join('');
  return { exitCode, stdout: textOf('stdout'), stderr: textOf('stderr'), all: textOf() };
}

function answerLater(type: () => string): Readable {
  return new Readable({
    read() {
      this.push(type());
      this.push(null);
    },
  });
}

function remember(onText: (text: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      onText(String(chunk));
      done();
    },
  });
}
