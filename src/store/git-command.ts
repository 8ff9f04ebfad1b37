import { execFile } from 'node:child_process';
import { RolebookError } from '../policy/errors.ts';
import { gitEnvironment } from './git-environment.ts';

export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: Buffer;
  /** In English, whatever the language of the machine. */
  readonly stderr: string;
}

// A clone that fetches objects when they are asked for may need a while; a credential prompt would wait for ever.
const timeoutMs = 120_000;

/**
 * Asks git about the repository that `root` lies in. It only reads: it takes no lock, starts no file system monitor, and
 * touches neither the index nor the files. What git answers with an exit code is for the caller to judge.
 */
export function askGit(root: string, args: readonly string[], input = ''): Promise<GitAnswer> {
  const always = ['--no-optional-locks', '--literal-pathspecs', '-c', 'core.fsmonitor=false', '-C', root];
  const env = { ...gitEnvironment(), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
  const options = { timeout: timeoutMs, killSignal: 'SIGKILL', env, maxBuffer: Infinity, encoding: 'buffer' } as const;
  return new Promise((resolve, reject) => {
    const child = execFile('git', [...always, ...args], options, (error, stdout, stderr) => {
      const exitCode = error ? error.code : 0;
      if (typeof exitCode === 'number') resolve({ exitCode, stdout, stderr: stderr.toString() });
      else reject(describeFailure(error));
    });
    // A git that ends before it has read everything says why with its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** For what git had to answer and did not. */
export function gitFailure(doing: string, { stderr }: GitAnswer): RolebookError {
  const [said = ''] = stderr.trim().split('\n');
  return new RolebookError('unavailable', `git could not ${doing}: ${said.replace(/^fatal: /, '')}`);
}

function describeFailure(error: (Error & { killed?: boolean; code?: unknown }) | null): RolebookError {
  if (error?.code === 'ENOENT') {
    const help = 'the policy to compare with is read with the `git` command; install it, or put it in PATH';
    return new RolebookError('unavailable', 'there is no `git` to run', { help, cause: error });
  }
  const why =
    error?.killed === true ? `did not answer within ${timeoutMs / 1000} s` : `failed: ${error?.message ?? ''}`;
  return new RolebookError('unavailable', `git ${why}`, { cause: error });
}
