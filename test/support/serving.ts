import { type ChildProcess, spawn } from 'node:child_process';
import { waitFor } from './wait-for.ts';
import { rolebookProgram } from '../support/rolebook-program.ts';

export interface ServingOptions {
  /** How many files and connections it may have open. */
  readonly openFiles?: number;
  /** The command that starts it, from what would be run. */
  readonly inside?: (words: readonly string[]) => readonly string[];
  /** Another rolebook than that of this checkout. */
  readonly program?: string;
  /** Beside the variables of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** `rolebook serve` as a process of its own, as people run it. */
export class Serving {
  readonly #child: ChildProcess;
  stdout = '';
  stderr = '';
  exitCode: number | null | undefined;

  constructor(
    args: readonly string[],
    cwd: string,
    { openFiles, program = rolebookProgram, environment, inside = (words) => words }: ServingOptions = {},
  ) {
    const command = [process.execPath, program, 'serve', ...args];
    const limited = openFiles === undefined ? command : ['prlimit', `--nofile=${openFiles}`, ...command];
    const [file = '', ...given] = inside(limited);
    this.#child = spawn(file, given, { cwd, env: { ...process.env, ...environment }, stdio: 'pipe' });
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString('utf8')));
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString('utf8')));
    this.#child.on('close', (code) => (this.exitCode = code));
  }

  get address(): string {
    return /answers on (\S+)/.exec(this.stdout + this.stderr)?.[1] ?? '';
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async untilOutput(text: string): Promise<void> {
    await this.#wait(text, () => this.stdout.includes(text) || this.stderr.includes(text));
  }

  async untilExit(): Promise<number | null | undefined> {
    await this.#wait('the end', () => this.exitCode !== undefined);
    return this.exitCode;
  }

  /** For `afterEach`; what has ended is fine. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  // The process has to start first, on a machine that may be busy, so it gets several turns.
  async #wait(what: string, isThere: () => boolean): Promise<void> {
    for (let turn = 0; turn < 4; turn += 1) {
      try {
        return await waitFor(what, isThere);
      } catch (error) {
        if (turn === 3) throw new Error(`${String(error)}\nstdout: ${this.stdout}\nstderr: ${this.stderr}`);
      }
    }
  }
}
