import { limits } from '../../policy/limits.ts';
import type { AskedEdit } from '../../review/changes/asked-edit.ts';
import type { AskedChange, MadeChange, ProposedBranch } from '../changes/asked-change.ts';
import { isMade, readCommittedChange } from '../changes/folder/commit-history.ts';
import { RefusedCommit } from '../committing/refused-commit.ts';
import type { BranchWriting } from './branch-writing.ts';
import { mostNames, proposalBranch, proposalHex } from './proposal-branch.ts';
import { proposalPage } from './proposal-page.ts';
import { describePushFault, describeUnknownEnd, refusePush } from './push-fault.ts';
import type { WritingClone } from './writing-clone.ts';

/** Changes that wait for a review, each on a branch of its own. */
export class Proposals {
  readonly #clone: WritingClone;
  readonly #writing: BranchWriting;
  /** Whether the server takes push options; it is asked once. */
  #takesOptions = true;

  constructor(clone: WritingClone, writing: BranchWriting) {
    this.#clone = clone;
    this.#writing = writing;
  }

  /** Pushes a commit to a branch that is not there yet. Throws a RefusedCommit or a RolebookError, and nothing was written. */
  async push(commit: string, asked: AskedChange, edits: readonly AskedEdit[]): Promise<ProposedBranch> {
    const { url } = this.#writing;
    for (let attempt = 0; attempt < mostNames; attempt += 1) {
      const ref = proposalBranch(asked, edits, attempt);
      const outcome = await this.#pushTo(commit, ref);
      switch (outcome.kind) {
        case 'done':
          return this.#branchAt(ref);
        case 'refused':
          throw refusePush(url, ref, outcome.why);
        case 'unknown':
          if (await this.#isThere(commit, ref)) return this.#branchAt(ref);
          throw describePushFault(url, outcome.stderr);
        case 'moved':
        case 'without-options':
        // The name is taken.
      }
    }
    const help = 'look whether a branch `rolebook` is in the way of branches below `rolebook/`';
    throw new RefusedCommit('push-refused', `\`${url}\` has no room for a branch of the change`, help);
  }

  /** The proposal that a key stands for, which a caller sent before. */
  async findByKey(
    asked: AskedChange,
    nowMs: number,
  ): Promise<{ readonly head: MadeChange; readonly digest: string } | undefined> {
    const { idempotency, caller } = asked;
    if (!idempotency) return undefined;
    const endings = Array.from({ length: mostNames }, (_, attempt) => proposalHex(asked, attempt));
    for (const ref of await this.#clone.listBranches(endings.map((hex) => `refs/heads/rolebook/*-${hex}`))) {
      const commit = await this.#clone.fetchOther(ref);
      const found = commit && (await readCommittedChange(this.#clone.repository, commit));
      if (!found || found.request?.key !== idempotency.key || found.head.caller !== caller.name) continue;
      const isOld = nowMs - Date.parse(found.head.at) >= limits.idempotencyKeyMs;
      if (isOld || !isMade(found.head)) continue;
      return { head: { ...found.head, written: this.#branchAt(ref) }, digest: found.request.digest };
    }
    return undefined;
  }

  async #pushTo(commit: string, ref: string): ReturnType<WritingClone['push']> {
    const { pushOptions = [] } = this.#writing;
    const outcome = await this.#clone.push(commit, ref, this.#takesOptions ? pushOptions : []);
    if (outcome.kind !== 'without-options') return outcome;
    this.#takesOptions = false;
    return this.#clone.push(commit, ref);
  }

  async #isThere(commit: string, ref: string): Promise<boolean> {
    try {
      return (await this.#clone.fetchOther(ref)) === commit;
    } catch (error) {
      throw describeUnknownEnd(this.#writing.url, error);
    }
  }

  #branchAt(ref: string): ProposedBranch {
    const { url, ref: base, pushOptions = [] } = this.#writing;
    const page = proposalPage({ url }, ref, base);
    const isWithout = pushOptions.length > 0 && !this.#takesOptions;
    return {
      branch: ref.replace('refs/heads/', ''),
      ...(page === undefined ? {} : { page }),
      ...(isWithout && { withoutPushOptions: true }),
    };
  }
}
