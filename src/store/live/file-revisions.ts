import { limits } from '../../policy/limits.ts';
import type { CommitRevision, Revision } from '../../policy/text/revision-text.ts';
import type { CommitStand, CommitTeller } from './files-reader.ts';
import type { RevisionStand } from './policy-source.ts';
import { within } from '../within.ts';

/** The live policy, as it is once its commit was looked for. */
export interface LiveCommit {
  readonly revision: string | undefined;
  readonly commit: string | undefined;
}

/**
 * A comparison of the live policy of a folder with revisions that callers were told. Files have no order, so one of files alone
 * is good where it is or was live. Commits have one, as far as git tells it.
 */
export class FileRevisions {
  readonly #commits: Pick<CommitTeller, 'listHistory' | 'findElsewhere'>;
  readonly #readLive: () => Promise<LiveCommit>;
  readonly #catchUp: () => Promise<unknown>;
  /** Those that were live, the last ones last. */
  readonly #known = new Set<string>();
  #history: { readonly commit: string; readonly commits: Promise<readonly string[]> } | undefined;

  /** `catchUp` has the newest commit looked at. */
  constructor(
    commits: Pick<CommitTeller, 'listHistory' | 'findElsewhere'>,
    readLive: () => Promise<LiveCommit>,
    catchUp: () => Promise<unknown> = () => Promise.resolve(),
  ) {
    this.#commits = commits;
    this.#readLive = readLive;
    this.#catchUp = catchUp;
  }

  /** To be told of each revision that becomes live. */
  note(revision: string): void {
    this.#known.delete(revision);
    this.#known.add(revision);
    if (this.#known.size <= limits.rememberedRevisions) return;
    const [oldest] = this.#known;
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  reach(wanted: Revision, waitMs: number): RevisionStand | Promise<RevisionStand> {
    if (wanted.kind === 'database') return { refused: 'is one of a database, and the policy here comes from files' };
    if (wanted.kind === 'commit') return within(this.#reachCommit(wanted), waitMs).then((stand) => stand ?? 'late');
    return this.#known.has(wanted.policy) ? 'reached' : { refused: 'was not live in this sidecar' };
  }

  async #reachCommit(wanted: CommitRevision, isCaughtUp = false): Promise<RevisionStand> {
    const { policy, commit } = wanted;
    const live = await this.#readLive();
    if (live.commit === undefined) return { refused: 'names a commit, and the files here are at none that git tells' };
    // What was edited since no commit says.
    const isDirty = live.commit.endsWith('-dirty');
    const own = live.commit.replace(/-dirty$/, '');
    if (own.startsWith(commit)) {
      if (live.revision === policy) return 'reached';
      return isDirty
        ? 'late'
        : { refused: `is not what the files here are at that commit, which is ${live.revision ?? 'none'}` };
    }
    const commits = await this.#readHistory(own);
    if (!commits.some((earlier) => earlier.startsWith(commit))) {
      const stand = await this.#findElsewhere(commit, own);
      if (stand === 'passed') return 'reached';
      if (stand === 'late' || (stand === 'ahead' && isCaughtUp)) return 'late';
      if (stand === 'ahead') {
        await this.#catchUp();
        return this.#reachCommit(wanted, true);
      }
      return { refused: `names no commit that the live one, ${own.slice(0, 12)}, builds upon` };
    }
    return isDirty ? 'late' : 'reached';
  }

  // Of a branch elsewhere only what was live here is known without asking. While nobody answers there is no telling.
  async #findElsewhere(commit: string, live: string): Promise<CommitStand | 'late'> {
    const { findElsewhere } = this.#commits;
    if (!findElsewhere) return 'apart';
    return findElsewhere(commit, live).catch(() => 'late' as const);
  }

  // Once for each commit that is live, however many callers ask and whatever they ask for: to start another program
  // holds up who asks for a decision.
  #readHistory(commit: string): Promise<readonly string[]> {
    if (this.#history?.commit !== commit) {
      this.#history = { commit, commits: this.#commits.listHistory(commit, limits.rememberedCommits) };
    }
    return this.#history.commits;
  }
}
