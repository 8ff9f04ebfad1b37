import type { CompileProgress } from '../../compile/compile-policy.ts';
import type { CommandIo } from '../command/command-io.ts';

const width = 30;
const quietMs = 400;
// Fewer steps are over before anybody looks, whatever the machine is busy with.
const fewSteps = 600;
const redrawMs = 50;

/** A bar on stderr while a command takes long; on anything but a terminal there is none. */
export class ProgressBar {
  readonly #io: CommandIo;
  readonly #startedMs = performance.now();
  #drawnMs = 0;

  constructor(io: CommandIo) {
    this.#io = io;
  }

  show({ done, total }: CompileProgress): void {
    if (!this.#io.isTerminal.stderr || total < fewSteps) return;
    const nowMs = performance.now();
    // What is over in a moment needs no bar.
    if (nowMs - this.#startedMs < quietMs || nowMs - this.#drawnMs < redrawMs) return;
    this.#drawnMs = nowMs;
    const share = Math.min(1, done / total);
    const filled = Math.round(share * width);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
    this.#io.stderr.write(`\r${bar} ${String(Math.floor(share * 100)).padStart(3)} %`);
  }

  /** Takes the bar away, so that the line is free for what comes next. */
  clear(): void {
    if (this.#drawnMs > 0) this.#io.stderr.write(`\r${' '.repeat(width + 6)}\r`);
  }
}
