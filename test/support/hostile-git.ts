import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Commands that tell when somebody ran them. */
export interface Canary {
  /** A shell command that leaves a trace; what is piped through it comes out again. */
  readonly command: (name: string) => string;
  /** The names of those that ran. */
  readonly ran: () => readonly string[];
  readonly dispose: () => Promise<void>;
}

export async function createCanary(): Promise<Canary> {
  const folder = await mkdtemp(join(tmpdir(), 'rolebook-canary-'));
  return {
    command: (name) => `touch ${join(folder, name)}; cat`,
    ran: () => readdirSync(folder).sort(),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Settings of git that name a command wherever git can run one. */
export function hostileConfig({ command }: Canary): string {
  const quoted = (name: string): string => `"${command(name)}"`;
  return `[core]
  repositoryformatversion = 0
  fsmonitor = ${quoted('fsmonitor')}
  pager = ${quoted('pager')}
  sshCommand = ${quoted('ssh')}
  askPass = ${quoted('askpass')}
  gitProxy = ${quoted('proxy')}
  alternateRefsCommand = ${quoted('alternates')}
[filter "x"]
  clean = ${quoted('clean')}
  smudge = ${quoted('smudge')}
  process = ${quoted('process')}
[diff]
  external = ${quoted('external-diff')}
[diff "x"]
  textconv = ${quoted('textconv')}
  command = ${quoted('diff-command')}
[credential]
  helper = ${quoted('!credential')}
[alias]
  ${['cat-file', 'rev-parse', 'rev-list', 'merge-base', 'status'].map((word) => `${word} = "!${command('alias')}"`).join('\n  ')}
`;
}

export type Planted = Readonly<Record<string, string>>;

/** The files that make a folder a repository in git's eyes. Its work tree is itself, and its attributes ask for filters. */
export function embeddedRepository(canary: Canary): Planted {
  return {
    HEAD: 'ref: refs/heads/main\n',
    config: `${hostileConfig(canary)}[core]\n  bare = false\n  worktree = .\n`,
    'objects/x': 'x\n',
    'refs/x': 'x\n',
    'info/attributes': '* filter=x diff=x\n',
  };
}

export function plant(folder: string, files: Planted): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
