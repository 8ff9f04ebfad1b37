import type { CompileProgress } from '../../compile/compile-policy.ts';
import type { SourceFile } from '../../compile/file/source-file.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { Revision } from '../../policy/text/revision-text.ts';
import type { LoadedPolicy, PolicySource, Release, ReloadOutcome, RevisionStand } from './policy-source.ts';
import { PolicyPreparer } from './prepare-policy.ts';
import { processClock } from '../process-clock.ts';

/** What is new about some files since they were given last. */
export interface GivenFiles {
  readonly changed: readonly SourceFile[];
  readonly removed: readonly string[];
}

/** The process that reads the files and gives them to others. */
export interface PolicyGiver {
  reload(): Promise<ReloadOutcome>;
  reach(wanted: Revision, waitMs: number): Promise<RevisionStand>;
}

/**
 * The live policy of a process that reads no files: another one reads and judges them. It becomes live in two steps, so
 * that several processes can do the second one together.
 */
export class GivenPolicy implements PolicySource {
  readonly #giver: PolicyGiver;
  readonly #preparer = new PolicyPreparer();
  readonly #files = new Map<string, SourceFile>();
  #prepared: LoadedPolicy | undefined;
  #current: LoadedPolicy | undefined;
  isStale = false;

  constructor(giver: PolicyGiver) {
    this.#giver = giver;
  }

  get current(): LoadedPolicy | undefined {
    return this.#current;
  }

  reload(): Promise<ReloadOutcome> {
    return this.#giver.reload();
  }

  /** The giver knows what was live before this process was. What is live there is live here, too. */
  reach(wanted: Revision, waitMs: number): RevisionStand | Promise<RevisionStand> {
    const isLive = wanted.kind === 'files' && wanted.policy === this.#current?.revision;
    return isLive ? 'reached' : this.#giver.reach(wanted, waitMs);
  }

  take({ changed, removed }: GivenFiles): void {
    for (const path of removed) this.#files.delete(path);
    // The very same object for as long as a file does not change: the compiler knows it by that.
    for (const file of changed) this.#files.set(file.path, copyOf(file));
  }

  /** Compiles what was given, beside what is live. Throws unless that gives the very policy it should. */
  async prepare(
    { digest, judgedAtMs }: Omit<Release, 'files'>,
    onProgress?: (progress: CompileProgress) => void,
  ): Promise<void> {
    const refuse = (found: string): RolebookError =>
      new RolebookError('unavailable', `the files of the policy of digest ${digest} give ${found}`);
    const prepared = await this.#preparer.prepare([...this.#files.values()], judgedAtMs, {
      check: (policy) => (policy.digest === digest ? 'wanted' : { fault: `that of digest ${policy.digest}` }),
      onProgress,
    });
    if (prepared.kind !== 'ready') throw refuse((prepared.kind === 'refused' && prepared.fault) || 'no policy');
    const { engine, counts } = prepared.ready;
    const loadedAt = new Date(processClock.now());
    this.#prepared = { engine, revision: engine.policy.revision, commit: undefined, loadedAt, counts };
  }

  /** Makes live what was prepared. */
  swap(digest: string): void {
    if (this.#prepared?.engine.policy.digest !== digest) {
      throw new RolebookError('unavailable', `the policy of digest ${digest} was not prepared`);
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
