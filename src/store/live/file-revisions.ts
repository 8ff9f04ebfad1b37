import { limits } from '../../policy/limits.ts';
import type { CommitRevision, Revision } from '../../policy/text/revision-text.ts';
import type { CommitReader } from '../git/commit-reader.ts';
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
  readonly #commits: Pick<CommitReader, 'listHistory'>;
  readonly #readLive: () => Promise<LiveCommit>;
  /** Those that were live, the last ones last. */
  readonly #known = new Set<string>();
  #history: { readonly commit: string; readonly commits: Promise<readonly string[]> } | undefined;

  constructor(commits: Pick<CommitReader, 'listHistory'>, readLive: () => Promise<LiveCommit>) {
    this.#commits = commits;
    this.#readLive = readLive;
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

  async #reachCommit({ policy, commit }: CommitRevision): Promise<RevisionStand> {
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
      return { refused: `names no commit that the live one, ${own.slice(0, 12)}, builds upon` };
    }
    return isDirty ? 'late' : 'reached';
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
