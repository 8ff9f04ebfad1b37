import { readFile } from 'node:fs/promises';
import { RolebookError } from '../../policy/errors.ts';
import { gitEnvironment, runGit, type GitAnswer } from '../git/git-command.ts';
import type { RemoteAddress } from './remote-address.ts';

/** Files that open a repository elsewhere; what stands in them is read at each use. */
export interface RemoteCredentials {
  /** A token, alone in its file, for HTTP. */
  readonly tokenFile?: string | undefined;
  readonly sshKey?: string | undefined;
  readonly knownHosts?: string | undefined;
}

/** A repository elsewhere, and the clone of it. */
export interface RemotePlace {
  readonly address: RemoteAddress;
  readonly credentials: RemoteCredentials;
  /** Where the clone lies; nobody else writes there. */
  readonly folder: string;
}

// What could run a program, ask a person, follow to elsewhere or wait without end. What stands in the clone says nothing.
const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.askPass=',
  'credential.helper=',
  'credential.interactive=false',
  'fetch.fsckObjects=true',
  'fetch.recurseSubmodules=false',
  'fetch.unpackLimit=1',
  'submodule.recurse=false',
  'transfer.bundleURI=false',
  'http.followRedirects=false',
  // Bytes a second, and for how many seconds: a server that sends less is as good as silent.
  'http.lowSpeedLimit=200',
  'http.lowSpeedTime=20',
  'maintenance.auto=false',
  'gc.auto=0',
];

/** Asks git to speak with a repository elsewhere. Whatever it says is told without the secrets. */
export async function askRemote(
  { address, credentials, folder }: RemotePlace,
  args: readonly string[],
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<GitAnswer> {
  const secret = await readToken(credentials.tokenFile);
  const config = secretConfig(address, secret);
  const env = {
    ...gitEnvironment(),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ALLOW_PROTOCOL: address.protocol,
    GIT_SSH_COMMAND: sshCommand(credentials),
    GIT_SSH_VARIANT: 'ssh',
    GIT_CONFIG_COUNT: String(config.length),
    ...Object.fromEntries(
      config.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
  const options = ['--no-pager', '--literal-pathspecs', ...settings.flatMap((setting) => ['-c', setting])];
  const answer = await runGit({ args: [...options, `--git-dir=${folder}`, ...args], env, signal }, timeoutMs);
  return secret === undefined ? answer : { ...answer, stderr: answer.stderr.replaceAll(secret, '…') };
}

// By the environment: arguments are for everybody on the machine to see. For this server alone, wherever it sends us.
function secretConfig({ origin }: RemoteAddress, secret: string | undefined): [key: string, value: string][] {
  if (secret === undefined || origin === undefined) return [];
  // Any name will do beside a token; GitHub, GitLab, Gitea and Bitbucket take this one.
  const header = `Authorization: Basic ${Buffer.from(`x-access-token:${secret}`).toString('base64')}`;
  return [[`http.${origin}.extraHeader`, header]];
}

async function readToken(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RolebookError('unavailable', `the token of \`${path}\` cannot be read`, { cause });
  });
  const token = text.trim();
  if (/^[\x21-\x7e]{1,4096}$/.test(token)) return token;
  const help = 'the file holds the token alone, without blanks';
  throw new RolebookError('configuration', `\`${path}\` holds no token`, { help });
}

// A shell reads it: paths stand in quotes that nothing ends but themselves.
function sshCommand({ sshKey, knownHosts }: RemoteCredentials): string {
  const words = ['ssh', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes', '-o', 'ConnectTimeout=15'];
  words.push('-o', 'ServerAliveInterval=10', '-o', 'ServerAliveCountMax=2');
  if (sshKey !== undefined) words.push('-o', 'IdentitiesOnly=yes', '-i', sshKey);
  if (knownHosts !== undefined) words.push('-o', `UserKnownHostsFile=${knownHosts}`);
  return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
}
