import { execFileSync } from 'node:child_process';
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
  git('init', '--quiet', '--initial-branch', 'main');
  return {
    ...folder,
    git,
    commit: (message = 'policy') => {
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', message);
      return git('rev-parse', 'HEAD');
    },
  };
}

export function gitIn(root: string, ...args: string[]): string {
  return execFileSync('git', ['-C', root, ...settings, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
}

// Without a look after each commit whether to tidy up, which starts another git.
const settings = [
  'user.name=Ana',
  'user.email=ana@acme.example',
  'protocol.file.allow=always',
  'maintenance.auto=false',
].flatMap((setting) => ['-c', setting]);
