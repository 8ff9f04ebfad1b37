import { RolebookError } from '../policy/errors.ts';
import { limits } from '../policy/limits.ts';

/** A folder with `roles.yaml` and `policies/`. */
export interface FolderSource {
  readonly folder: string;
  /** How often the files are looked at although nothing was reported. */
  readonly pollMs?: number;
}

/** A branch of a git server, as `rolebook serve --git` takes it. */
export interface GitSource {
  readonly git: string;
  /** A folder for its clone, which no other process has; it serves for a start without the server. */
  readonly cache: string;
  /** The branch, or `refs/tags/…`; without it `main`. */
  readonly ref?: string;
  /** The folder in the repository; without it the top. */
  readonly path?: string;
  /** How often it is looked at; without it every 30 seconds. */
  readonly pollMs?: number;
  /** A file with a token for `https:`, read anew each time. */
  readonly tokenFile?: string;
  readonly sshKey?: string;
  readonly knownHosts?: string;
  /** Commits count only that one of the signers of this file signed. */
  readonly allowedSigners?: string;
}

/** A database that policies are published to: `postgres://…` or `sqlite:FILE`. */
export interface PublishedSource {
  readonly database: string;
  /** How often it is looked at although no news came. */
  readonly pollMs?: number;
}

/** Source of a policy; a text is a folder. */
export type FollowedSource = string | FolderSource | GitSource | PublishedSource;

type NamedSource = FolderSource | GitSource | PublishedSource;

const members: Readonly<Record<'folder' | 'git' | 'database', readonly string[]>> = {
  folder: ['pollMs'],
  git: ['cache', 'ref', 'path', 'pollMs', 'tokenFile', 'sshKey', 'knownHosts', 'allowedSigners'],
  database: ['pollMs'],
};

/** Reads what an application named as the source; throws a RolebookError for what cannot be one. */
export function readFollowedSource(source: unknown, of: string): NamedSource {
  if (typeof source === 'string' && source !== '') return { folder: source };
  const help = 'write `{ folder }`, `{ git, cache }` or `{ database }`';
  if (typeof source !== 'object' || source === null || Array.isArray(source)) {
    throw new RolebookError('usage', `${of} takes where the policy is`, { help });
  }
  const given = Object.entries(source as Readonly<Record<string, unknown>>).filter(([, value]) => value !== undefined);
  const kinds = (['folder', 'git', 'database'] as const).filter((kind) => given.some(([name]) => name === kind));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const fault = kind === undefined ? 'names no source' : `names two: \`${kinds.join('` and `')}\``;
    throw new RolebookError('usage', `what ${of} was given ${fault}`, { help });
  }
  for (const [name, value] of given) requireMember(kind, name, value);
  if (kind === 'git' && !given.some(([name]) => name === 'cache')) {
    throw new RolebookError('usage', 'a source with `git` needs a folder for its clone', {
      help: 'name one as `cache`',
    });
  }
  return source as NamedSource;
}

function requireMember(kind: 'folder' | 'git' | 'database', name: string, value: unknown): void {
  if (name !== kind && !members[kind].includes(name)) {
    const help = `with \`${kind}\` there is \`${members[kind].join('`, `')}\``;
    throw new RolebookError('usage', `a source with \`${kind}\` has no \`${name.slice(0, limits.idCharacters)}\``, {
      help,
    });
  }
  if (name === 'pollMs') {
    if (typeof value === 'number' && value >= leastPollMs && value <= limits.mostPollMs) return;
    const help = `write a number from ${leastPollMs} to ${limits.mostPollMs}`;
    throw new RolebookError('usage', '`pollMs` is a number of milliseconds', { help });
  }
  // The value itself may be an address with a password.
  if (typeof value !== 'string' || value === '' || value.includes('\0')) {
    throw new RolebookError('usage', `\`${name}\` of a source is a text that is not empty`);
  }
}

const leastPollMs = 10;
