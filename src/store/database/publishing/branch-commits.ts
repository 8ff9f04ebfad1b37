import type { SourceFile } from '../../../compile/file/policy-files.ts';
import { messageOf, RolebookError } from '../../../policy/errors.ts';
import type { DatabaseRevision } from '../../../policy/text/revision-text.ts';
import { parsePulled, pulledFile } from '../changes/pulled-record.ts';
import { parseTrailers, undoesTrailer } from '../../changes/folder/trailers.ts';
import { withObjects, type GitObject } from '../../git/git-objects.ts';
import { readPolicyAt } from '../../git/git-policy-files.ts';
import type { GitRepository } from '../../git/git-repository.ts';
import { readCommitFacts } from '../../signatures/commit-signature.ts';
import { CommitAtFault, CommitUnreadable } from './commit-refusal.ts';

/** A commit of a branch, read to be published. */
export interface BranchCommit {
  /** Sorted by path. */
  readonly files: readonly SourceFile[];
  /** `Name <mail>`, as the commit says it. */
  readonly author: string;
  /** The changes of databases that its files have. */
  readonly pulled: readonly DatabaseRevision[];
  /** The commit that it says to undo; undefined: none. */
  readonly undoes: string | undefined;
}

/** Reads who made a commit. */
export async function readAuthor(repository: GitRepository, commit: string): Promise<string> {
  return readCommitFacts(await readText(repository, commit)).author || 'nobody';
}

async function readText(repository: GitRepository, commit: string): Promise<string> {
  const found = await withObjects(repository, (objects) => objects.read(commit, mostCommitBytes));
  const text = found.kind === 'commit' ? found.content?.toString() : undefined;
  if (text === undefined) throw new RolebookError('unavailable', `commit ${commit.slice(0, 12)} is not there`);
  return text;
}

function undoneBy(text: string): string | undefined {
  const [undoes] = parseTrailers(text.slice(text.indexOf('\n\n') + 2))?.get(undoesTrailer) ?? [];
  return undoes !== undefined && /^[0-9a-f]{40,64}$/.test(undoes) ? undoes : undefined;
}

/**
 * Reads the files that decide, and what is to be known of them. Rejects with `CommitUnreadable` where the clone is
 * damaged, with `CommitAtFault` where the commit has no policy.
 */
export async function readBranchCommit(repository: GitRepository, commit: string): Promise<BranchCommit> {
  const { author, undoes, files, pulled } = await readAll(repository, commit).catch((error: unknown) => {
    throw new CommitUnreadable(messageOf(error), error);
  });
  if (files === undefined) {
    const where = repository.prefix === '' ? 'at its top' : `below \`${repository.prefix}\``;
    throw new CommitAtFault(`has no \`roles.yaml\` ${where}; say with \`--path DIR\` where in the repository it is`);
  }
  return { files, author, pulled: parsePulledOf(pulled), undoes };
}

/** The changes of databases that the files of a commit have. Throws a RolebookError where what says so is damaged. */
export async function readPulledAt(repository: GitRepository, commit: string): Promise<readonly DatabaseRevision[]> {
  return parsePulledOf(await readPulledObject(repository, commit));
}

function readPulledObject(repository: GitRepository, commit: string): Promise<GitObject> {
  const name = `${commit}:${repository.prefix}${pulledFile}`;
  return withObjects(repository, (objects) => objects.read(name, mostPulledBytes));
}

async function readAll(
  repository: GitRepository,
  commit: string,
): Promise<Pick<BranchCommit, 'author' | 'undoes'> & { files: BranchCommit['files'] | undefined; pulled: GitObject }> {
  const text = await readText(repository, commit);
  const author = readCommitFacts(text).author || 'nobody';
  const files = await readPolicyAt(repository, commit);
  return { author, undoes: undoneBy(text), files, pulled: await readPulledObject(repository, commit) };
}

function parsePulledOf(pulled: GitObject): readonly DatabaseRevision[] {
  if (pulled.kind !== 'blob') return [];
  try {
    // What is too long is told as that.
    return parsePulled(pulled.content ?? new Uint8Array(mostPulledBytes + 1));
  } catch (error) {
    throw new CommitAtFault(`is refused: ${messageOf(error)}`);
  }
}

// A message that is longer is nobody's.
const mostCommitBytes = 4 * 1024 * 1024;

const mostPulledBytes = 64 * 1024;
