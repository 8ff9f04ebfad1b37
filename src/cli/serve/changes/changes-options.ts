import { RolebookError } from '../../../policy/errors.ts';
import type { ChangeMode } from '../../../store/changes/asked-change.ts';
import { parseGitPerson, type GitPerson } from '../../../store/committing/git-person.ts';
import { parseChoice, parseValue } from '../../command/command-options.ts';

/** The options of changes over HTTP. */
export interface ChangesOptions {
  /** Where they are written, the first unless one names another; undefined: they are refused. */
  readonly changes?: readonly ChangeMode[];
  /** `Name <mail>`, who commits changes. */
  readonly gitCommitter?: GitPerson;
  /** An SSH key that signs them, as written. */
  readonly signKey?: string;
  /** What a git server is told with the branch of a proposal. */
  readonly pushOption?: readonly string[];
}

const words = ['off', 'files', 'commit', 'propose', 'database'] as const;

export const changesOptionParsers = {
  changes: parseModes,
  gitCommitter: (value: string): GitPerson => parseGitPerson(parseValue('--git-committer', value), '--git-committer'),
  pushOption: (value: string, known: readonly string[] = []): readonly string[] => [...known, parsePushOption(value)],
};

function parseModes(value: string): readonly ChangeMode[] | undefined {
  const modes = value.split(',').map((word) => parseChoice('--changes', word, words));
  if (modes.length === 1 && modes[0] === 'off') return undefined;
  const wanted = modes.filter((mode) => mode !== 'off');
  if (wanted.length === modes.length && new Set(wanted).size === wanted.length && areTogether(wanted)) return wanted;
  throw new RolebookError('usage', `\`--changes\` cannot be \`${value}\``, {
    help: 'of several places there are two that go together: `commit,propose`, or `propose,commit`',
  });
}

function areTogether(modes: readonly ChangeMode[]): boolean {
  return modes.length === 1 || modes.every((mode) => mode === 'commit' || mode === 'propose');
}

function parsePushOption(value: string): string {
  const text = parseValue('--push-option', value);
  if (!/[\p{C}\p{Zl}\p{Zp}]/u.test(text) && text.length <= mostOptionCharacters) return text;
  const help = 'as in `--push-option merge_request.create`';
  throw new RolebookError('usage', '`--push-option` takes one line of 1,000 characters at most', { help });
}

const mostOptionCharacters = 1000;

interface SourceOptions {
  readonly database?: unknown;
  readonly git?: unknown;
  /** A full name. */
  readonly ref?: string;
  readonly adminTokenFile?: string;
  readonly try?: true;
  readonly requireSigned?: string;
}

/** Throws for what cannot stand together. */
export function refuseChanges(options: ChangesOptions & SourceOptions): void {
  const { changes = [], database, git, adminTokenFile, gitCommitter, signKey, pushOption, try: isTried } = options;
  const isCommitted = changes.includes('commit') || changes.includes('propose');
  if (!isCommitted && (gitCommitter !== undefined || signKey !== undefined)) {
    const message = '`--git-committer` and `--sign-key` are about commits, and `--changes commit` is missing';
    throw new RolebookError('usage', message, { help: 'leave them out, or write `--changes commit`' });
  }
  if (!changes.includes('propose') && pushOption !== undefined) {
    const message = '`--push-option` is about proposals, and `--changes propose` is missing';
    throw new RolebookError('usage', message, { help: 'leave it out, or write `--changes propose`' });
  }
  if (changes.length === 0) return;
  if (adminTokenFile === undefined && isTried !== true) {
    const message = '`--changes` needs admin tokens: nobody else may change the policy';
    throw new RolebookError('usage', message, { help: 'write `--admin-token-file FILE --create`' });
  }
  if (git !== undefined) return refuseForBranch(changes, options);
  if (changes.includes('database') && database === undefined) {
    const message = '`--changes database` writes into a database, and `--database` is missing';
    throw new RolebookError('usage', message, { help: 'write `--changes files`, or name the database' });
  }
  if (!changes.includes('database') && database !== undefined) {
    const message = `\`--changes ${changes.join(',')}\` changes a policy folder or a branch, and the policy comes from a database`;
    throw new RolebookError('usage', message, { help: 'write `--changes database`' });
  }
  if (!changes.includes('propose')) return;
  const message = '`--changes propose` pushes to a git server, and the policy comes from a folder';
  throw new RolebookError('usage', message, {
    help: 'follow its repository with `--git URL`, or write `--changes commit`',
  });
}

function refuseForBranch(
  changes: readonly ChangeMode[],
  { ref = 'refs/heads/main', requireSigned, signKey }: ChangesOptions & SourceOptions,
): void {
  const other = changes.find((mode) => mode === 'files' || mode === 'database');
  if (other !== undefined) {
    const message = `\`--changes ${other}\` changes a policy folder or a database, and the policy comes from \`--git\``;
    const help =
      'write `--changes commit` or `--changes propose`; with `--database` members at run time are rows there';
    throw new RolebookError('usage', message, { help });
  }
  if (requireSigned !== undefined && signKey === undefined && changes.includes('commit')) {
    const message =
      '`--require-signed` takes no commit that is not signed, and those of `--changes commit` would not be';
    throw new RolebookError('usage', message, { help: 'add `--sign-key FILE`, with a key that the file allows' });
  }
  if (ref.startsWith('refs/heads/')) return;
  const message = '`--changes` pushes to the branch that is followed, and `--ref` names a tag';
  throw new RolebookError('usage', message, { help: 'follow a branch, or leave `--changes` out' });
}
