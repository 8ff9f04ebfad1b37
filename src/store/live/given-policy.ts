import type { CompileProgress } from '../../compile/compile-policy.ts';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { RuntimeMembers } from '../../engine/runtime-members.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { RuntimeMember } from '../../policy/runtime-member.ts';
import type { Revision } from '../../policy/text/revision-text.ts';
import { processClock } from '../process-clock.ts';
import { type PreparedPolicy, GivenMembers } from './given-members.ts';
import type { LoadedPolicy, MemberNews, PolicySource, NextPolicy, NextMembers } from './policy-source.ts';
import type { ReloadOutcome, RevisionStand, SourceStanding } from './policy-source.ts';
import { PolicyPreparer } from './prepare-policy.ts';

/** News about some files since they were given last. */
export interface GivenFiles {
  readonly changed: readonly SourceFile[];
  readonly removed: readonly string[];
}

/** The process that follows the source and gives what it finds to others. */
export interface PolicyGiver {
  reload(): Promise<ReloadOutcome>;
  reach(wanted: Revision, waitMs: number): Promise<RevisionStand>;
}

/**
 * The live policy of a process that reads no source: another one reads and judges it. It becomes live in two steps, so
 * that several processes can do the second one together. Memberships that change later are changed in one turn.
 */
export class GivenPolicy implements PolicySource {
  readonly #giver: PolicyGiver;
  readonly #preparer = new PolicyPreparer();
  readonly #files = new Map<string, SourceFile>();
  readonly #given = new GivenMembers();
  #prepared: PreparedPolicy | undefined;
  #standing: SourceStanding | undefined;

  constructor(giver: PolicyGiver) {
    this.#giver = giver;
  }

  get current(): LoadedPolicy | undefined {
    return this.#given.current;
  }

  get isStale(): boolean {
    return this.#standing?.isStale ?? false;
  }

  get source(): SourceStanding['source'] {
    return this.#standing?.source;
  }

  get looks(): SourceStanding['looks'] | undefined {
    return this.#standing?.looks;
  }

  get publishing(): SourceStanding['publishing'] {
    return this.#standing?.publishing;
  }

  /** The memberships given at run time that decide now. */
  get members(): RuntimeMembers {
    return this.#given.members ?? nobody;
  }

  reload(): Promise<ReloadOutcome> {
    return this.#giver.reload();
  }

  /** The giver knows what was live before this process was. What is live there is live here, too. */
  reach(wanted: Revision, waitMs: number): RevisionStand | Promise<RevisionStand> {
    return this.#given.isReached(wanted) ? 'reached' : this.#giver.reach(wanted, waitMs);
  }

  take({ changed, removed }: GivenFiles): void {
    for (const path of removed) this.#files.delete(path);
    // The very same object for as long as a file does not change: the compiler knows it by that.
    for (const file of changed) this.#files.set(file.path, copyOf(file));
  }

  /** Memberships follow, which go live together with the policy that is prepared next. */
  beginMembers(next: Omit<NextMembers, 'members'>): void {
    this.#given.begin(next);
  }

  takeMembers(members: readonly RuntimeMember[]): void {
    this.#given.take(members);
  }

  /** Compiles what was given, beside what is live. Throws unless that gives the very policy it should. */
  async prepare(
    { digest, judgedAtMs }: Pick<NextPolicy, 'digest' | 'judgedAtMs'>,
    onProgress?: (progress: CompileProgress) => void,
  ): Promise<void> {
    const refuse = (found: string): RolebookError =>
      new RolebookError('unavailable', `the files of the policy of digest ${digest} give ${found}`);
    const next = this.#given.next;
    const prepared = await this.#preparer.prepare([...this.#files.values()], judgedAtMs, {
      check: (policy) => (policy.digest === digest ? 'wanted' : { fault: `that of digest ${policy.digest}` }),
      members: () => next?.members ?? new RuntimeMembers(),
      onProgress,
    });
    if (prepared.kind !== 'ready') throw refuse((prepared.kind === 'refused' && prepared.fault) || 'no policy');
    this.#prepared = { ...prepared.ready, next };
  }

  /** How the source stands, in the eyes of whoever reads it. */
  noteStanding(standing: SourceStanding): void {
    this.#standing = standing;
  }

  /** Makes live what was prepared. */
  swap(digest: string): void {
    if (this.#prepared?.engine.policy.digest !== digest) {
      throw new RolebookError('unavailable', `the policy of digest ${digest} was not prepared`);
    }
    this.#given.swap(this.#prepared, new Date(processClock.now()));
    this.#prepared = undefined;
  }

  /** Changes memberships under what is live; news of another epoch is none, since what is live came later or has them. */
  changeMembers(news: MemberNews): void {
    this.#given.change(news);
  }
}

const nobody = new RuntimeMembers();

// Content that came in a message is a piece of that message, and would keep all of it in memory.
function copyOf(file: SourceFile): SourceFile {
  return 'fault' in file ? file : { path: file.path, content: new Uint8Array(file.content) };
}
