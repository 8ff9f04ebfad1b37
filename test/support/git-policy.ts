import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from './policy-folder.ts';

/** A policy directory in a git repository of its own. */
export interface GitPolicy extends PolicyFolder {
  /** Runs git in it and answers what it printed. */
  readonly git: (...args: string[]) => string;
  /** Commits everything and answers the commit. */
  readonly commit: (message?: string) => string;
}

/** Makes a repository on the branch `main`; nothing is committed yet. */
export async function createGitPolicy(files: Record<string, string> = smallPolicy()): Promise<GitPolicy> {
  const folder = await createPolicyFolder(files);
  const git = (...args: string[]): string => gitIn(folder.root, ...args);
  layRepository(join(folder.root, '.git'));
  return {
    ...folder,
    git,
    commit: (message = 'policy') => {
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', message);
      return readHead(join(folder.root, '.git'));
    },
  };
}

export function gitIn(root: string, ...args: string[]): string {
  return execFileSync('git', ['-C', root, ...settings, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** Commits on `main`, onto what it names, that change nothing: hundreds by one git, in place of one git each. */
export function commitNothing(root: string, messages: readonly string[]): void {
  const commits = messages.map((message, index) =>
    [
      'commit refs/heads/main',
      `committer Ana <ana@acme.example> ${Math.floor(Date.now() / 1000)} +0000`,
      `data ${Buffer.byteLength(message)}`,
      message,
      ...(index === 0 ? ['from refs/heads/main^0'] : []),
      '',
    ].join('\n'),
  );
  const args = ['-C', root, 'fast-import', '--quiet', '--done'];
  execFileSync('git', args, { input: `${commits.join('\n')}\ndone\n`, stdio: ['pipe', 'pipe', 'pipe'] });
}

let laidOnce: string | undefined;

// What git makes of a new repository is the same each time, so it makes one and the others are copies.
function layRepository(folder: string): void {
  if (laidOnce === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'rolebook-empty-'));
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
    execFileSync('git', ['init', '--quiet', '--template=', '--initial-branch', 'main', made]);
    for (const name of ['hooks', 'info']) mkdirSync(join(made, '.git', name));
    laidOnce = join(made, '.git');
  }
  cpSync(laidOnce, folder, { recursive: true });
}

/** The commit that was just made, which no other git packs away. */
function readHead(repository: string): string {
  const head = readFileSync(join(repository, 'HEAD'), 'utf8').trim();
  return head.startsWith('ref: ') ? readFileSync(join(repository, head.slice('ref: '.length)), 'utf8').trim() : head;
}

// Without a look after each commit whether to tidy up, which starts another git.
const settings = [
  'user.name=Ana',
  'user.email=ana@acme.example',
  'protocol.file.allow=always',
  'maintenance.auto=false',
].flatMap((setting) => ['-c', setting]);
