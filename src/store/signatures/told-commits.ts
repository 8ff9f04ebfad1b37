import { gitFailure, tellGit } from '../git/git-command.ts';
import { withObjects } from '../git/git-objects.ts';
import type { GitPlace } from '../git/git-place.ts';
import { readCommitFacts } from './commit-signature.ts';

/**
 * The standing of a signature: `verified`, by one who may sign; `unknown-signer`, by somebody else, or nobody said who may;
 * `invalid`, it does not fit the commit, or its key was revoked or has expired.
 */
export const signatureStates = ['verified', 'unsigned', 'unknown-signer', 'invalid'] as const;

/** A commit as it is told to people beside what it changed. */
export interface ToldCommit {
  readonly author: { readonly name: string; readonly mail: string };
  readonly signature: { readonly state: (typeof signatureStates)[number]; readonly signer?: string };
}

/** Settings and environment of a git that checks signatures. */
export interface SignatureSurroundings {
  /** Another one for other signers. */
  readonly digest: string;
  readonly settings: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Tells of commits who made and who signed them: one git for all of them, since starting one has its price for others. */
export async function tellCommits(
  place: GitPlace,
  commits: readonly string[],
  surroundings?: SignatureSurroundings,
): Promise<ReadonlyMap<string, ToldCommit>> {
  const told = new Map<string, ToldCommit>();
  if (commits.length === 0) return told;
  const plain = ['--no-walk=unsorted', '--no-show-signature', '--no-notes', '--no-color', '--encoding=UTF-8'];
  // Where nobody says who may sign, no program is to look at what is signed.
  const format = surroundings ? '%H%n%an%n%ae%n%G?%n%GS' : '%H%n%an%n%ae';
  const args = ['log', '-z', ...plain, `--format=${format}`, '--stdin'];
  const answer = await tellGit(place, args, { ...surroundings, input: `${commits.join('\n')}\n` });
  if (answer.exitCode !== 0) throw gitFailure('tell who signed', answer.stderr);
  const signed = surroundings ? undefined : await findSigned(place, commits);
  for (const part of answer.stdout.toString().split('\0')) {
    const [commit = '', name = '', mail = '', letter = '', signer = ''] = part.split('\n');
    if (commit === '') continue;
    const state = signed ? (signed.has(commit) ? 'unknown-signer' : 'unsigned') : stateOf(letter);
    told.set(commit, { author: { name, mail }, signature: { state, ...(state === 'verified' && { signer }) } });
  }
  return told;
}

function findSigned(place: GitPlace, commits: readonly string[]): Promise<ReadonlySet<string>> {
  return withObjects(place, async (objects) => {
    const signed = new Set<string>();
    for (const commit of commits) {
      const found = await objects.read(commit, mostCommitBytes);
      const text = found.kind === 'commit' ? found.content?.toString() : undefined;
      if (text !== undefined && readCommitFacts(text).signature !== undefined) signed.add(commit);
    }
    return signed;
  });
}

const mostCommitBytes = 1024 * 1024;

// As git-log(1) has `%G?`. A key that is not in the file is U of SSH and E of OpenPGP.
function stateOf(letter: string): ToldCommit['signature']['state'] {
  if (letter === 'G') return 'verified';
  if (letter === 'N') return 'unsigned';
  return letter === 'U' || letter === 'E' ? 'unknown-signer' : 'invalid';
}
