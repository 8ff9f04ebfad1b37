import { PolicyCompiler, type CompileProgress } from '../compile/compile-policy.ts';
import type { SourceFile } from '../compile/source-file.ts';
import { CasbinEngine } from '../engine/casbin-engine.ts';
import { RolebookError } from '../policy/errors.ts';
import type { LoadedPolicy, ReloadOutcome } from './live-policy.ts';
import { countPolicy } from './policy-counts.ts';
import type { PolicySource, Release } from './policy-source.ts';
import { processClock } from './process-clock.ts';
import { runInSlices } from './run-in-slices.ts';

/** What is new about some files since they were given last. */
export interface GivenFiles {
  readonly changed: readonly SourceFile[];
  readonly removed: readonly string[];
}

/**
 * The live policy of a process that reads no files: another one reads and judges them. It becomes live in two steps, so
 * that several processes can do the second one together.
 */
export class GivenPolicy implements PolicySource {
  readonly #askForReload: () => Promise<ReloadOutcome>;
  readonly #compiler = new PolicyCompiler();
  readonly #files = new Map<string, SourceFile>();
  #prepared: LoadedPolicy | undefined;
  #current: LoadedPolicy | undefined;
  isStale = false;

  constructor(askForReload: () => Promise<ReloadOutcome>) {
    this.#askForReload = askForReload;
  }

  get current(): LoadedPolicy | undefined {
    return this.#current;
  }

  reload(): Promise<ReloadOutcome> {
    return this.#askForReload();
  }

  take({ changed, removed }: GivenFiles): void {
    for (const path of removed) this.#files.delete(path);
    // The very same object for as long as a file does not change: the compiler knows it by that.
    for (const file of changed) this.#files.set(file.path, copyOf(file));
  }

  /** Compiles what was given, beside what is live. Throws unless that gives the very revision it should. */
  async prepare(
    { revision, judgedAtMs }: Omit<Release, 'files'>,
    onProgress?: (progress: CompileProgress) => void,
  ): Promise<void> {
    const files = [...this.#files.values()];
    const { policy } = await runInSlices(this.#compiler.compileInSteps(files, judgedAtMs), onProgress);
    if (policy?.revision !== revision) {
      const found = policy === undefined ? 'no policy' : `revision ${policy.revision}`;
      throw new RolebookError('unavailable', `the files of revision ${revision} give ${found}`);
    }
    const engine = await CasbinEngine.create(policy);
    const counts = countPolicy(policy);
    this.#prepared = { engine, revision, commit: undefined, loadedAt: new Date(processClock.now()), counts };
  }

  /** Makes live what was prepared. */
  swap(revision: string): void {
    if (this.#prepared?.revision !== revision) {
      throw new RolebookError('unavailable', `revision ${revision} was not prepared`);
    }
    // Swap, never patch: a request sees one whole policy or the other.
    this.#current = { ...this.#prepared, loadedAt: new Date(processClock.now()) };
    this.#prepared = undefined;
  }
}

// Content that came in a message is a piece of that message, and would keep all of it in memory.
function copyOf(file: SourceFile): SourceFile {
  return 'fault' in file ? file : { path: file.path, content: new Uint8Array(file.content) };
}
