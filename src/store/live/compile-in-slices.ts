import { PolicyCompiler, type CompileProgress, type CompileResult } from '../../compile/compile-policy.ts';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { LongFiles } from './long-files.ts';
import { runInSlices } from '../turns.ts';

/** Compiler beside requests: it works a moment at a time, and has long files read in another thread. */
export class SlicedCompiler {
  readonly #longFiles: LongFiles;
  readonly #compiler: PolicyCompiler;

  constructor(longFiles = new LongFiles()) {
    this.#longFiles = longFiles;
    this.#compiler = new PolicyCompiler({ events: longFiles });
  }

  /** Compiles as `PolicyCompiler` does, one call at a time; `onProgress` is told before each pause. */
  async compile(
    files: readonly SourceFile[],
    nowMs: number,
    onProgress?: (progress: CompileProgress) => void,
  ): Promise<CompileResult> {
    await this.#longFiles.look(files);
    return runInSlices(this.#compiler.compileInSteps(files, nowMs), onProgress);
  }
}
