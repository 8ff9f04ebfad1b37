import type { ChangeDesk, ChangeFilter, ChangeHead, ChangeList } from '../../changes/asked-change.ts';
import { isKeptInDatabase } from '../changes/kept-changes.ts';

type History = Pick<ChangeDesk, 'list'>;

/**
 * The changes of a branch and of the database to which it is published, in the order of time. A commit has the second
 * in which it was made; of what was made then in the database nobody can say what was first.
 */
export class BranchDatabaseHistory implements History {
  readonly #commits: History;
  readonly #rows: History;

  constructor(commits: History, rows: History) {
    this.#commits = commits;
    this.#rows = rows;
  }

  async list(filter: ChangeFilter): Promise<ChangeList> {
    const { after, ...others } = filter;
    const isAfterRow = after !== undefined && isKeptInDatabase(after);
    const own = isAfterRow ? this.#rows : this.#commits;
    const known = await own.list(filter);
    const { afterAt } = known;
    // Older ones than one that nobody knows are none.
    if (after !== undefined && afterAt === undefined) return { changes: [], next: undefined };
    const other = isAfterRow ? this.#commits : this.#rows;
    const rest = await other.list({ ...others, ...(afterAt !== undefined && { until: afterAt }) });
    const [commits, rows] = isAfterRow ? [rest, known] : [known, rest];
    const merged = inOrder(commits.changes, rows.changes);
    const changes = merged.slice(0, filter.limit);
    const isMore = merged.length > changes.length || commits.next !== undefined || rows.next !== undefined;
    return { changes, next: isMore ? changes.at(-1)?.change : undefined, afterAt };
  }
}

// Each in its own order. Clocks of those who commit differ: a commit is no newer than what was built upon it.
function inOrder(commits: readonly ChangeHead[], rows: readonly ChangeHead[]): readonly ChangeHead[] {
  const merged: ChangeHead[] = [];
  const left = [...rows];
  let earliest: string | undefined;
  for (const commit of commits) {
    const at = earliest !== undefined && earliest < commit.at ? earliest : commit.at;
    earliest = at;
    while (left[0] && left[0].at >= at) merged.push(...left.splice(0, 1));
    merged.push(commit);
  }
  return [...merged, ...left];
}
