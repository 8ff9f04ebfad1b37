import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { dirname } from 'node:path';
import { RolebookError } from '../../policy/errors.ts';
import type { GitPlace } from './git-place.ts';

export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: Buffer;
  /** In English, whatever the language of the machine. */
  readonly stderr: string;
}

/** The longest that git may take over a large history. */
export const gitTimeoutMs = 120_000;

// The commands that are asked for look at no file of the work tree, and so run no filter and read no attribute; nor do
// they compare, fetch, or run hooks. What could still name a command is said here, which outdoes any configuration.
const settings = [
  'safe.bareRepository=explicit',
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.attributesFile=/dev/null',
  'core.pager=cat',
  'core.sshCommand=false',
  'core.askPass=false',
  'credential.helper=',
  'protocol.allow=never',
  'maintenance.auto=false',
  'gc.auto=0',
  // What is larger goes through git piece by piece.
  'core.bigFileThreshold=4m',
];

const options = ['--no-pager', '--no-optional-locks', '--no-replace-objects', '--literal-pathspecs'];

/** A call of git: its arguments, and all of its environment. */
export interface GitInvocation {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/** How git is called for a repository that was found and may be read: with its name, so that git looks for none. */
function invokeFor({ folder, top }: GitPlace, args: readonly string[]): GitInvocation {
  // Git asks whose a repository is when it finds it, which was done. The user's settings have no more to say.
  const env = { ...gitEnvironment(), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  return { args: [...always(), `--git-dir=${folder}`, `--work-tree=${top}`, '-C', top, ...args], env };
}

function always(): string[] {
  return [...options, ...settings.flatMap((setting) => ['-c', setting])];
}

/**
 * Asks git about a repository. It only reads: it takes no lock, starts no other program, and touches neither the index
 * nor the files. What git answers with an exit code is for the caller to judge.
 */
export function askGit(place: GitPlace, args: readonly string[], timeoutMs = gitTimeoutMs): Promise<GitAnswer> {
  return runGit(invokeFor(place, args), timeoutMs);
}

/**
 * Asks git what it finds in the folder that holds `.git`, and no further up. Only so does it look whose the repository
 * is, and refuse one that is somebody else's; it reads its configuration and nothing of the work tree.
 */
export function askGitToFind({ top }: GitPlace, args: readonly string[], timeoutMs: number): Promise<GitAnswer> {
  const env = { ...gitEnvironment(), GIT_CEILING_DIRECTORIES: dirname(top) };
  return runGit({ args: [...always(), '-C', top, ...args], env }, timeoutMs);
}

/** The more that git is given: what it reads, and what it is to know of its surroundings. */
export interface GitGiven {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly settings?: readonly string[];
  /** The most that it may answer. */
  readonly mostBytes?: number;
}

/**
 * Has git write objects, an index or a ref of a repository, and nothing else: no command that is told so looks at a file
 * of the work tree, runs a hook or a filter, or asks anybody.
 */
export function tellGit(place: GitPlace, args: readonly string[], given: GitGiven = {}): Promise<GitAnswer> {
  const more = [...writingSettings, ...(given.settings ?? [])].flatMap((setting) => ['-c', setting]);
  const { args: all, env } = invokeFor(place, [...more, ...args]);
  return runGit({ args: all, env: { ...env, ...given.env } }, writingTimeoutMs, given);
}

// What is written is on the disk before it counts.
const writingSettings = [
  'core.fsync=all',
  'i18n.commitEncoding=UTF-8',
  'gpg.program=false',
  'gpg.x509.program=false',
  'gpg.ssh.program=ssh-keygen',
];

const writingTimeoutMs = 30_000;

/** Starts a git that is told line by line what to answer. */
export function startGit(place: GitPlace, args: readonly string[]): ChildProcessWithoutNullStreams {
  const { args: all, env } = invokeFor(place, args);
  return spawn('git', all, { env, stdio: 'pipe' });
}

/** Runs git and answers what it said; throws where it did not come to an end. */
export function runGit(invocation: GitInvocation, timeoutMs: number, given: GitGiven = {}): Promise<GitAnswer> {
  return run('git', invocation, timeoutMs, given);
}

/**
 * Runs one of the programs that git has check signatures, in the same surroundings. Rejects with the error of the system
 * where there is no such program.
 */
export function runSigner(
  program: 'gpg' | 'ssh-keygen',
  args: readonly string[],
  { env, ...given }: GitGiven,
): Promise<GitAnswer> {
  return run(program, { args, env: { ...gitEnvironment(), ...env } }, writingTimeoutMs, given);
}

function run(
  program: string,
  { args, env, signal }: GitInvocation,
  timeoutMs: number,
  { input, mostBytes = mostAnswerBytes }: GitGiven,
): Promise<GitAnswer> {
  const how = {
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    env,
    maxBuffer: mostBytes,
    encoding: 'buffer',
    ...(signal && { signal }),
  } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, how, (error, stdout, stderr) => {
      const exitCode = error ? error.code : 0;
      if (typeof exitCode === 'number') resolve({ exitCode, stdout, stderr: stderr.toString() });
      else
        reject(
          program === 'git' ? describeGitFailure(error, timeoutMs) : (error ?? new Error(`${program} did not end`)),
        );
    });
    // A git that ends before it has read everything says why with its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

// Names of commits, a line each.
const mostAnswerBytes = 1024 * 1024;

/** For what git had to answer and did not. */
export function gitFailure(doing: string, stderr: string): RolebookError {
  if (stderr.includes('promisor remote') || stderr.includes('lazy fetching disabled')) return missingObjects();
  const lines = stderr.trim().split('\n');
  const said = lines.find((line) => line.startsWith('fatal: ')) ?? lines[0] ?? '';
  return new RolebookError('unavailable', `git could not ${doing}: ${said.replace(/^fatal: /, '')}`);
}

/** For a clone that was made without some of its files. */
export function missingObjects(): RolebookError {
  const help = 'nothing is fetched here: clone without `--filter`, or run `git fetch --refetch --no-filter`';
  return new RolebookError('unavailable', 'the clone does not hold all files of the commit', { help });
}

export function describeGitFailure(
  error: (Error & { killed?: boolean; code?: unknown }) | null,
  timeoutMs: number,
): RolebookError {
  if (error?.code === 'ENOENT') {
    const help = 'the policy to compare with is read with the `git` command; install it, or put it in PATH';
    return new RolebookError('unavailable', 'there is no `git` to run', { help, cause: error });
  }
  const why =
    error?.killed === true ? `did not answer within ${timeoutMs / 1000} s` : `failed: ${error?.message ?? ''}`;
  return new RolebookError('unavailable', `git ${why}`, { cause: error });
}

// Where the user's own settings lie, which say whose repositories they trust (`safe.directory`).
const keptVariables: ReadonlySet<string> = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM']);

/**
 * The environment for git: this one, without any variable of git's own. Set by a hook that started us, or by whoever
 * could, they name other repositories, settings and commands to run.
 */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const isForeign = (name: string): boolean => name.toUpperCase().startsWith('GIT_') && !keptVariables.has(name);
  const rest = Object.entries(process.env).filter(([name]) => !isForeign(name));
  return { ...Object.fromEntries(rest), ...fixedVariables };
}

const fixedVariables: Readonly<Record<string, string>> = {
  // Messages in English, whatever the language of the machine.
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  // A partial clone would fetch what it lacks, by commands that its configuration names. Older versions of git know the
  // second one only.
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_ATTR_NOSYSTEM: '1',
};
