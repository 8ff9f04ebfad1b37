import { say, type CommandIo } from '../command/command-io.ts';
import { ProgressBar } from '../report/progress-bar.ts';

const quietMs = 10_000;
// A mutant is a compilation and a run of tests, so a few hundred already take a while.
const stepsOfMutant = 100;

/** The progress of the mutants: a bar on a terminal, a line now and then elsewhere. */
export class MutationProgress {
  readonly #io: CommandIo;
  readonly #bar: ProgressBar;
  #toldMs = performance.now();

  constructor(io: CommandIo) {
    this.#io = io;
    this.#bar = new ProgressBar(io);
  }

  show({ done, total }: { readonly done: number; readonly total: number }): void {
    this.#bar.show({ done: done * stepsOfMutant, total: total * stepsOfMutant });
    const nowMs = performance.now();
    if (this.#io.isTerminal.stderr || nowMs - this.#toldMs < quietMs) return;
    this.#toldMs = nowMs;
    say(this.#io, `tried ${done} of ${total} mutants`);
  }

  clear(): void {
    this.#bar.clear();
  }
}
