import { execFile, execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repository } from '../../docs/markdown.ts';
import { rolebookProgram } from '../../support/rolebook-program.ts';

export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both in the order in which they were written. */
  readonly all: string;
}

/** A repository with this repository's own roles, as somebody has it who cloned it and installed rolebook. */
export interface ScratchClone {
  readonly root: string;
  /** The program in `PATH`, beside the clone. */
  readonly program: string;
  readonly git: (...args: string[]) => string;
  readonly commit: (message: string) => void;
  readonly read: (path: string) => Promise<string>;
  readonly write: (path: string, text: string) => Promise<void>;
  readonly edit: (path: string, from: string, to: string) => Promise<void>;
  /** Runs a script in bash, in the clone, with nothing in the environment but `PATH`, `HOME` and what is given. */
  readonly bash: (script: string, env?: Record<string, string>) => Promise<Finished>;
  /** Starts a program in the same way, without a shell. */
  readonly execute: (program: string, args: readonly string[], env?: Record<string, string>) => Promise<Finished>;
  readonly remove: () => Promise<void>;
}

/** The day on which all of it happens, so that a role that ends in March is one that ends later. */
export const today = '2026-11-20';

/** Makes it in a folder of its own, on `main`, with all committed; `subfolder` is where the policy lies in it. */
export async function createScratchClone(subfolder = '.'): Promise<ScratchClone> {
  const home = await mkdtemp(join(tmpdir(), 'rolebook-clone-'));
  const root = join(home, 'clone');
  for (const name of ['roles.yaml', 'policies', 'model.conf'])
    await cp(join(repository, name), join(root, subfolder, name), { recursive: true });
  const env = {
    PATH: `${join(home, 'bin')}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((role) => [
        [`GIT_${role}_NAME`, 'Ana'],
        [`GIT_${role}_EMAIL`, 'ana@acme.example'],
        [`GIT_${role}_DATE`, `${today}T09:00:00Z`],
      ]),
    ),
  };
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, env, encoding: 'utf8', stdio: 'pipe' });
  const clone: ScratchClone = {
    root,
    program: join(home, 'bin/rolebook'),
    git,
    commit: (message) => {
      git('add', '--all');
      git('commit', '--quiet', '--message', message);
    },
    read: (path) => readFile(join(root, path), 'utf8'),
    write: async (path, text) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    },
    edit: async (path, from, to) => {
      const text = await clone.read(path);
      if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
      await writeFile(
        join(root, path),
        text.replace(from, () => to),
      );
    },
    bash: (script, more = {}) => clone.execute('bash', ['--noprofile', '--norc', '-c', script], more),
    execute: (program, args, more = {}) => execute(program, args, { cwd: root, env: { ...env, ...more } }),
    remove: () => rm(home, { recursive: true, force: true }),
  };
  await clone.write('.gitignore', 'node_modules/\n');
  await installRolebook(home, root);
  git('init', '--quiet', '--initial-branch', 'main');
  clone.commit('The roles of three companies');
  return clone;
}

// `npx --no -- rolebook` finds it in the clone, and a shell in PATH. Commands that ask for the time are told `today`.
async function installRolebook(home: string, root: string): Promise<void> {
  const bin = join(home, 'bin');
  await mkdir(bin);
  await mkdir(join(root, 'node_modules/.bin'), { recursive: true });
  const text = `#!/bin/sh
case "$1" in lint|diff) command=$1; shift; set -- "$command" --at ${today} "$@" ;; esac
exec node ${rolebookProgram} "$@"
`;
  await writeFile(join(bin, 'rolebook'), text);
  await chmod(join(bin, 'rolebook'), 0o755);
  await symlink(join(bin, 'rolebook'), join(root, 'node_modules/.bin/rolebook'));
}

function execute(
  program: string,
  args: readonly string[],
  options: { cwd: string; env: Record<string, string> },
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      const exitCode = error ? error.code : 0;
      if (typeof exitCode === 'number') resolve({ exitCode, stdout, stderr, all });
      else reject(error ?? new Error(`${program} was killed`));
    });
    let all = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: string) => (all += text));
  });
}
