/** A place for text. */
export interface TextOutput {
  write(text: string): unknown;
}

/** The part of the world that a command has: tests give it streams that remember. */
export interface CommandIo {
  /** Results. */
  readonly stdout: NodeJS.WritableStream;
  /** Talk: summaries, progress, errors. */
  readonly stderr: NodeJS.WritableStream;
  /** Answers of whoever sits at a terminal; undefined where nobody does. */
  readonly answers?: NodeJS.ReadableStream | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Where relative paths on the command line start. */
  readonly cwd: string;
  /** How wide the terminal is, where there is one. */
  readonly columns?: number | undefined;
  readonly isTerminal: { readonly stdout: boolean; readonly stderr: boolean };
  /** The streams are descriptors 1 and 2 of this process, which the command may end. */
  readonly ownsProcess?: true;
}

export type OutputStream = 'stdout' | 'stderr';

/** 0 clean, 1 the policy is at fault, 2 wrong usage or configuration, 3 could not run; the same in every command. */
export const exitCodes = { clean: 0, atFault: 1, usage: 2, couldNotRun: 3 } as const;

/** Writes to stdout and ends the line; nothing for an empty text. */
export function printResult(io: { readonly stdout: TextOutput }, text: string): void {
  writeLine(io.stdout, text);
}

/** Writes to stderr and ends the line; nothing for an empty text. */
export function say(io: { readonly stderr: TextOutput }, text: string): void {
  writeLine(io.stderr, text);
}

function writeLine(stream: TextOutput, text: string): void {
  if (text !== '') stream.write(text.endsWith('\n') ? text : `${text}\n`);
}
