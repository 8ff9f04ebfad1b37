import { execFile } from 'node:child_process';
import { gitEnvironment } from './git-environment.ts';

const timeoutMs = 2000;

/**
 * The commit the policy files stand at, with `-dirty` behind it when they differ from it. Undefined outside a
 * repository, before its first commit, without git, or when git takes too long.
 */
export function readGitCommit(root: string): Promise<string | undefined> {
  // One call answers both. It takes no lock, so it never gets in the way of whoever works in the repository, and starts
  // no file system monitor.
  const status = ['status', '--porcelain=v2', '--branch', '--no-ahead-behind', '--untracked-files=normal'];
  const paths = ['--', 'roles.yaml', 'model.conf', 'policies'];
  const args = ['--no-optional-locks', '-c', 'core.fsmonitor=false', '-C', root, ...status, ...paths];
  const options = { timeout: timeoutMs, killSignal: 'SIGKILL', env: gitEnvironment(), maxBuffer } as const;
  return new Promise((resolve) => {
    execFile('git', args, options, (error, text) => resolve(error ? undefined : parseStatus(text)));
  });
}

// Every file of a large policy directory may be listed as changed.
const maxBuffer = 64 * 1024 * 1024;

function parseStatus(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => line !== '');
  const commit = lines.find((line) => line.startsWith('# branch.oid '))?.slice('# branch.oid '.length);
  // `(initial)` when nothing was committed yet.
  if (commit === undefined || !/^[0-9a-f]+$/.test(commit)) return undefined;
  return lines.some((line) => !line.startsWith('#')) ? `${commit}-dirty` : commit;
}
