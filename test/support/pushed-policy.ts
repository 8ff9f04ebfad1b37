import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AskedEdit } from '../../src/review/changes/asked-edit.ts';
import type { AskedChange } from '../../src/store/changes/asked-change.ts';
import { KeeperChanges } from '../../src/store/changes/folder/keeper-changes.ts';
import type { BranchWriting } from '../../src/store/pushing/branch-writing.ts';
import { KeptInBranch } from '../../src/store/pushing/kept-in-branch.ts';
import type { SignatureCheck } from '../../src/store/signatures/signature-check.ts';
import { WritingClone, type WritingCloneOptions } from '../../src/store/pushing/writing-clone.ts';
import { parseRemoteAddress } from '../../src/store/remote/remote-address.ts';
import { createGitPolicy, gitIn, type GitPolicy } from './git-policy.ts';
import { startGitServer, type GitServer } from './git-server.ts';

const rolesYaml = `permissions:
  Docs: { doc:read: Read, doc:edit: Edit }
  People:
    people:manage: { title: Manage people, controls: members }
    role:manage: { title: Manage roles, controls: roles }
roles:
  member: { grants: [doc:read] }
  admin: { grants: ["*"] }
defaultRole: member
`;

export const supportYaml = `# Support.
workspace: support
roles:
  # Writes.
  writer: { extends: member, grants: [doc:edit] }   # for now
  reader: { extends: member }
members:
  ana@acme.example: admin
  bo: writer
  cy: member
`;

export const pushedFiles: Readonly<Record<string, string>> = {
  'README.md': 'Ours.\n',
  'roles.yaml': rolesYaml,
  'policies/support.yaml': supportYaml,
  'policies/sales.yaml': 'workspace: sales\nmembers:\n  ana@acme.example: admin\n',
};

export const supportFile = 'policies/support.yaml';

interface ChangesExtras {
  readonly now?: () => number;
  readonly signatures?: SignatureCheck;
}

/** A policy on a git server that takes pushes, the work tree of a person who pushes there by hand, and sidecars' clones. */
export class PushedPolicy {
  readonly person: GitPolicy;
  readonly server: GitServer;
  /** The bare repository that is served. */
  readonly bare: string;
  /** Where clones are made. */
  readonly cache: string;
  #clones = 0;

  private constructor(person: GitPolicy, server: GitServer, bare: string, cache: string) {
    this.person = person;
    this.server = server;
    this.bare = bare;
    this.cache = cache;
  }

  static async create(files: Readonly<Record<string, string>> = pushedFiles): Promise<PushedPolicy> {
    const person = await createGitPolicy({ ...files });
    person.commit('First');
    const cache = await mkdtemp(join(tmpdir(), 'rolebook-pushed-'));
    const bare = join(cache, 'policy.git');
    layBare(join(person.root, '.git'), bare);
    appendFileSync(join(person.root, '.git/config'), originOf(bare));
    return new PushedPolicy(person, await startGitServer(bare), bare, cache);
  }

  /** Git in the repository that is served. */
  git = (...args: string[]): string => gitIn(this.bare, ...args);

  /** The lines of `git log` of the branch, the newest first. */
  log = (format = '%s', branch = 'main'): string[] => this.git('log', `--format=${format}`, branch).split('\n');

  read = (path = supportFile, branch = 'main'): string => `${this.git('show', `${branch}:${path}`)}\n`;

  /** Has a person push a file by hand, upon what is there. */
  pushByHand(path: string, change: (text: string) => string, message = 'By hand'): string {
    const { git, root, commit } = this.person;
    git('fetch', '--quiet', 'origin', 'main');
    git('reset', '--quiet', '--hard', 'FETCH_HEAD');
    writeFileSync(join(root, path), change(this.read(path)));
    const made = commit(message);
    git('push', '--quiet', 'origin', 'HEAD:refs/heads/main');
    return made;
  }

  /** Has a program of the server run at each push; its text is of a shell. */
  hook(name: 'pre-receive' | 'update' | 'post-receive', text: string): void {
    writeFileSync(join(this.bare, 'hooks', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }

  cloneOptions(more: Partial<WritingCloneOptions> = {}): WritingCloneOptions {
    this.#clones += 1;
    const address = parseRemoteAddress(this.server.url, '--git');
    const folder = join(this.cache, `clone-${this.#clones}`);
    return { address, ref: 'refs/heads/main', prefix: '', credentials: {}, folder, timeoutMs: 20_000, ...more };
  }

  /** Changes as one sidecar makes them, in this process. */
  changes(
    writing: Partial<BranchWriting> = {},
    { now = Date.now, signatures, ...clone }: Partial<WritingCloneOptions> & ChangesExtras = {},
  ): KeeperChanges {
    const { url } = this.server;
    const ways: BranchWriting = { url, ref: 'refs/heads/main', modes: ['commit', 'propose'], ...writing };
    const keeper = new KeptInBranch(new WritingClone(this.cloneOptions(clone)), ways, signatures);
    return new KeeperChanges(keeper, { now });
  }

  dispose = async (): Promise<void> => {
    await this.server.close();
    await this.person.dispose();
    await rm(this.cache, { recursive: true, force: true, maxRetries: 5 });
  };
}

// What `git clone --bare` and `git config` come to, without the five processes that they take for each test.
function layBare(repository: string, bare: string): void {
  cpSync(repository, bare, { recursive: true });
  for (const name of ['index', 'logs', 'COMMIT_EDITMSG']) rmSync(join(bare, name), { recursive: true, force: true });
  const settings = readFileSync(join(repository, 'config'), 'utf8').replace('bare = false', 'bare = true');
  const served = '[http]\n\treceivepack = true\n[uploadpack]\n\tallowAnySHA1InWant = false\n';
  writeFileSync(join(bare, 'config'), `${settings.replace(/\tlogallrefupdates = .*\n/, '')}${served}`);
}

// As `git remote add` writes it.
function originOf(folder: string): string {
  return `[remote "origin"]\n\turl = ${folder}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n`;
}

export const allow = {
  edit: 'role.change',
  workspace: 'support',
  role: 'writer',
  allow: ['people:manage'],
} as const satisfies AskedEdit;

export function give(subject: string, role: string): AskedEdit {
  return { edit: 'member.set', workspace: 'support', subject, roles: [{ role }] };
}

export function ask(edits: readonly AskedEdit[], more: Partial<AskedChange> = {}): AskedChange {
  return {
    what: { kind: 'edits', edits },
    actor: { type: 'user', id: 'ana@acme.example' },
    reason: undefined,
    caller: { name: 'settings', organizations: undefined, mayProvision: true },
    idempotency: undefined,
    isPreview: false,
    ...more,
  };
}
