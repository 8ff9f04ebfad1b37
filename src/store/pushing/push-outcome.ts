import { plainText } from '../../policy/text/plain-text.ts';
import type { GitAnswer } from '../git/git-command.ts';

/** The end of a push. */
export type PushOutcome =
  /** The branch names the commit. */
  | { readonly kind: 'done' }
  /** Somebody else has pushed there since. */
  | { readonly kind: 'moved' }
  /** The server does not want it: a rule of its own, or a program that it runs. */
  | { readonly kind: 'refused'; readonly why: string }
  /** It takes no push options. */
  | { readonly kind: 'without-options' }
  /** Nobody said how it ended. */
  | { readonly kind: 'unknown'; readonly stderr: string };

/** What `git push --porcelain` of one ref said. */
export function readPushOutcome({
  exitCode,
  stdout,
  stderr,
}: Pick<GitAnswer, 'exitCode' | 'stderr'> & { readonly stdout: { toString(): string } }): PushOutcome {
  const [flag, summary] = readLine(stdout.toString()) ?? [];
  if (flag !== undefined && flag !== '!') return exitCode === 0 ? { kind: 'done' } : { kind: 'unknown', stderr };
  if (summary === undefined) {
    return stderr.includes('does not support push options') ? { kind: 'without-options' } : { kind: 'unknown', stderr };
  }
  const said = summary.toLowerCase();
  if (movedWords.some((words) => said.includes(words))) return { kind: 'moved' };
  if (said.startsWith('[rejected]') || said.startsWith('[remote rejected]')) {
    return { kind: 'refused', why: whatServerSaid(stderr) ?? reasonOf(summary) };
  }
  return { kind: 'unknown', stderr };
}

// A flag, what goes where, and a summary, with tabs between them.
function readLine(text: string): readonly [flag: string, summary: string] | undefined {
  for (const line of text.split('\n')) {
    const [flag = '', refs = '', summary = ''] = line.split('\t');
    if (flag.length === 1 && refs.includes(':')) return [flag, summary];
  }
  return undefined;
}

// What git says where the branch is not where it was, before it sends or when the server comes to move it.
const movedWords = [
  'fetch first',
  'non-fast-forward',
  'needs force',
  'already exists',
  'stale info',
  'failed to update ref',
  'cannot lock ref',
  'failed to lock',
  'incorrect old value provided',
];

/** The first line that the server said itself; undefined: it said none. */
export function whatServerSaid(stderr: string): string | undefined {
  for (const line of stderr.split(/[\n\r]/)) {
    const [, said = ''] = /^remote:\s*(.*)$/.exec(line) ?? [];
    const text = plainText(said.replace(/^error:\s*/i, ''), mostSaid);
    if (/[\p{L}\p{N}]/u.test(text) && !isProgress(text)) return text;
  }
  return undefined;
}

const mostSaid = 200;

function isProgress(text: string): boolean {
  return /^(?:Enumerating|Counting|Compressing|Resolving|Total|Processed|Updating)\b/.test(text);
}

function reasonOf(summary: string): string {
  const [, reason = summary] = /\((.*)\)\s*$/.exec(summary) ?? [];
  return plainText(reason, mostSaid);
}
