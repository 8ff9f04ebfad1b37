import { RolebookError } from '../../../policy/errors.ts';
import { formatPosition } from '../../../policy/position.ts';
import { ChangesNotPulled } from '../releases/held-changes.ts';
import { MembershipsEnd } from '../releases/publish-release.ts';
import { PublicationRefused } from '../releases/require-kept-rules.ts';
import { noProblems, type FoundProblems } from '../../live/prepare-policy.ts';

/** The refusal of a commit whose files give no policy that may be published. */
export class CommitAtFault extends RolebookError {
  readonly found: FoundProblems;

  constructor(message: string, found: FoundProblems = noProblems) {
    super('configuration', message, { help: 'mend it in the repository; the next commit is looked at by itself' });
    this.name = 'CommitAtFault';
    this.found = found;
  }
}

/** A commit that was fetched whole and cannot be read: the clone is damaged. */
export class CommitUnreadable extends RolebookError {
  constructor(message: string, cause: unknown) {
    super('unavailable', `the commit cannot be read: ${message}`, { cause });
    this.name = 'CommitUnreadable';
  }
}

/** Somebody published since the branch was looked at, and so may know a newer commit. Nothing was written. */
export class Overtaken extends RolebookError {
  constructor() {
    super('unavailable', 'somebody published meanwhile');
    this.name = 'Overtaken';
  }
}

/** A commit that is not published as things are, in one line; mended by another commit, or by what is in the database. */
export interface ToldRefusal {
  readonly error: string;
  readonly found: FoundProblems;
}

/** What a refusal is told as; undefined for what is none, as a database that does not answer. */
export function tellRefusal(commit: string, author: string, error: unknown): ToldRefusal | undefined {
  const of = `commit ${commit.slice(0, 12)} by ${author}`;
  if (error instanceof CommitAtFault) return { error: `${of} ${error.message}`, found: error.found };
  if (error instanceof MembershipsEnd) {
    const count = error.ended.length;
    const what = count === 1 ? '1 membership' : `${count} memberships`;
    const help = `if they are to end, \`rolebook publish --git\` with \`--end-memberships ${count}\` publishes it`;
    return { error: `${of} would end ${what} given at run time; ${help}`, found: noProblems };
  }
  if (error instanceof PublicationRefused) {
    const [first] = error.broken;
    const rest = error.broken.length > 1 ? ` (and ${error.broken.length - 1} more)` : '';
    const help = 'change these members at run time first, or the roles in the files';
    return { error: `${of} is refused: ${first?.message ?? error.message}${rest}; ${help}`, found: noProblems };
  }
  if (error instanceof ChangesNotPulled) {
    return { error: `${of} is refused: ${error.message}; ${error.help ?? ''}`, found: noProblems };
  }
  return undefined;
}

/** The first problem of files, and how many there are, as the end of a sentence about a commit. */
export function describeFirstProblem({ problems, problemCounts }: FoundProblems): string {
  const first = problems.find(({ severity }) => severity === 'error');
  const count = problemCounts.errors === 1 ? '1 problem' : `${problemCounts.errors} problems`;
  return first === undefined ? `has ${count}` : `has ${count}: ${formatPosition(first)}: ${first.message}`;
}
