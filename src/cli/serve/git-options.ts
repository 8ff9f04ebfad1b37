import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { GitHook } from '../../http/endpoint/sidecar-context.ts';
import { RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import {
  parseRemoteAddress,
  parseRemotePath,
  parseRemoteRef,
  type RemoteAddress,
} from '../../store/remote/remote-address.ts';
import type { RemoteCredentials } from '../../store/remote/remote-command.ts';
import type { CommandIo } from '../command/command-io.ts';
import { parseValue } from '../command/command-options.ts';

/** The options of a policy that comes from a repository elsewhere. */
export interface GitOptions {
  readonly git?: RemoteAddress;
  /** A full name. */
  readonly ref?: string;
  /** Ends with a slash, or is empty. */
  readonly path?: string;
  /** In milliseconds. */
  readonly poll?: number;
  readonly gitTokenFile?: string;
  readonly gitSshKey?: string;
  readonly gitKnownHosts?: string;
  readonly hookSecretFile?: string;
  /** A file of allowed signers, as written. */
  readonly requireSigned?: string;
}

export const gitOptionParsers = {
  // Not `parseValue` first: it would repeat what it was given.
  git: (value: string): RemoteAddress => parseRemoteAddress(value, '--git'),
  ref: (value: string): string => parseRemoteRef(parseValue('--ref', value), '--ref'),
  path: (value: string): string => parseRemotePath(parseValue('--path', value), '--path'),
  poll: (value: string): number => parsePoll(parseValue('--poll', value)),
};

function parsePoll(value: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,6})(s|m)$/.exec(value) ?? [];
  const ms = Number(digits) * (unit === 'm' ? 60_000 : 1000);
  if (digits !== '' && ms >= 1000 && ms <= limits.mostPollMs) return ms;
  throw new RolebookError('usage', `\`--poll\` takes a duration from 1s to 60m, found \`${value}\``, {
    help: 'write `30s` or `5m`',
  });
}

const ofGit = [
  'ref',
  'path',
  'poll',
  'gitTokenFile',
  'gitSshKey',
  'gitKnownHosts',
  'hookSecretFile',
  'requireSigned',
] as const;

interface OtherOptions {
  readonly cache?: string;
  readonly database?: unknown;
  readonly cacheKeyFile?: string;
}

/** Throws for what cannot stand together. */
export function refuseGitOptions(options: GitOptions & OtherOptions): void {
  const { git } = options;
  const lone = ofGit.find((name) => options[name] !== undefined);
  if (git === undefined && lone !== undefined) {
    const flag = `--${lone.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new RolebookError('usage', `\`${flag}\` is about a git repository, and \`--git\` is missing`, {
      help: 'name the repository with `--git URL`',
    });
  }
  if (git === undefined) return;
  if (options.cache === undefined) {
    const message = '`--git` needs a folder for its clone';
    throw new RolebookError('usage', message, { help: 'name one with `--cache DIR`; it is kept for the next start' });
  }
  if (options.cacheKeyFile !== undefined && options.database === undefined) {
    const message = '`--cache-key-file` signs what a database said, and the policy comes from a repository';
    throw new RolebookError('usage', message, {
      help: 'leave it out: what is kept beside the clone has a key of its own',
    });
  }
  refuseGitCredentials(options, git);
}

/** Throws for credentials that the address has no use for. */
export function refuseGitCredentials(options: GitOptions, git: RemoteAddress): void {
  if (options.gitTokenFile !== undefined && git.origin === undefined) {
    const message = '`--git-token-file` is for `https://`, and the address is another one';
    throw new RolebookError('usage', message, { help: 'for SSH name `--git-ssh-key FILE`' });
  }
  const ssh = options.gitSshKey ?? options.gitKnownHosts;
  if (ssh !== undefined && git.protocol !== 'ssh') {
    const message = '`--git-ssh-key` and `--git-known-hosts` are for SSH, and the address is another one';
    throw new RolebookError('usage', message, { help: 'for `https://` name `--git-token-file FILE`' });
  }
}

/** What hooks are checked by; undefined: none are taken. */
export function hookOf(
  { ref = mainBranch, hookSecretFile }: GitOptions,
  io: Pick<CommandIo, 'cwd'>,
): HookCheck | undefined {
  if (hookSecretFile === undefined) return undefined;
  const path = resolve(io.cwd, hookSecretFile);
  return { ref, readSecret: () => readHookSecret(path) };
}

export const mainBranch = 'refs/heads/main';

export type HookCheck = Omit<GitHook, 'hear'>;

/** An empty one would let everybody in. */
async function readHookSecret(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RolebookError('configuration', `\`--hook-secret-file\` cannot be read: \`${path}\``, { cause });
  });
  const secret = text.trim();
  if (secret.length >= limits.hook.secretCharacters) return secret;
  const message = `\`--hook-secret-file\` holds fewer than ${limits.hook.secretCharacters} characters: \`${path}\``;
  throw new RolebookError('configuration', message, { help: 'it holds one line, as `openssl rand -hex 32` writes it' });
}

export function credentialsOf(
  { gitTokenFile, gitSshKey, gitKnownHosts }: GitOptions,
  io: Pick<CommandIo, 'cwd'>,
): RemoteCredentials {
  const at = (path: string | undefined): string | undefined => path && resolve(io.cwd, path);
  return { tokenFile: at(gitTokenFile), sshKey: at(gitSshKey), knownHosts: at(gitKnownHosts) };
}
