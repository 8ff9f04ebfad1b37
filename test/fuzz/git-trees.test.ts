import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import fc from 'fast-check';
import { PolicyCompiler } from '../../src/compile/compile-policy.ts';
import type { SourceFile } from '../../src/compile/file/policy-files.ts';
import { RolebookError } from '../../src/policy/errors.ts';
import { CommitReader } from '../../src/store/git/commit-reader.ts';
import { readPolicyAt } from '../../src/store/git/git-policy-files.ts';
import { openGitRepository, type GitRepository } from '../../src/store/git/git-repository.ts';
import { PolicyDirectory } from '../../src/store/folder/policy-directory.ts';
import { GitObjectWriter, type WrittenEntry } from '../support/git-objects-written.ts';
import { createCanary, embeddedRepository, type Canary } from '../support/hostile-git.ts';
import { smallPolicy } from '../support/policy-folder.ts';
import { fuzz, fuzzTimeoutMs } from './fuzz.ts';

/** What stands under a name. A text is a file; `link`, what a symbolic link says; `raw`, a mode and an object. */
type Node = string | { readonly link: string } | { readonly raw: readonly [string, string] } | readonly Named[];
type Named = readonly [name: string, node: Node];

const secret = 'token-a4f0c2d19e7b6358';
const above = mkdtempSync(join(realpathSync(tmpdir()), 'rolebook-trees-'));
const root = join(above, 'repository');

describe('any tree that a commit can hold', function () {
  this.timeout(fuzzTimeoutMs);
  let canary: Canary;
  let repository: GitRepository;
  let writer: GitObjectWriter;
  const commits = new CommitReader(root);
  let running: Promise<void> = Promise.resolve();

  before(async () => {
    canary = await createCanary();
    execFileSync('git', ['init', '--quiet', '--initial-branch', 'main', root]);
    writeFileSync(join(above, 'secret.yaml'), secret);
    repository = await openGitRepository(root, '.');
    writer = new GitObjectWriter(root);
  });

  after(async () => {
    // When time is over the last value is still being tried.
    await running.catch(() => undefined);
    rmSync(above, { recursive: true, force: true });
    await canary.dispose();
  });

  const write = (node: Node): Omit<WrittenEntry, 'name'> => {
    if (typeof node === 'string') return { mode: '100644', object: writer.blob(node) };
    if ('link' in node) return { mode: '120000', object: writer.blob(node.link) };
    if ('raw' in node) return { mode: node.raw[0], object: node.raw[1] };
    return { mode: '40000', object: writer.tree(node.map(([name, below]) => ({ name, ...write(below) }))) };
  };

  /** Whether git lays the commit on disk; what it refuses to, nobody gets as files. */
  const checkOut = (commit: string): boolean => {
    // By the system's own, because names need not be UTF-8.
    execFileSync('find', [
      root,
      '-mindepth',
      '1',
      '-maxdepth',
      '1',
      '!',
      '-name',
      '.git',
      '-exec',
      'rm',
      '-rf',
      '{}',
      '+',
    ]);
    rmSync(join(root, '.git/index'), { force: true });
    try {
      const args = ['-C', root, '--git-dir=.git', '--work-tree=.', 'read-tree', '--reset', '-u', commit];
      execFileSync('git', args, { stdio: 'pipe' });
      return true;
    } catch {
      return false;
    }
  };

  /** Reads by every way there is; what stops the reading must be one of the project's own errors. */
  const read = async (reading: () => Promise<readonly SourceFile[] | undefined>): Promise<readonly SourceFile[]> => {
    const files = await reading().catch((error: unknown) => {
      if (error instanceof RolebookError) return [];
      throw error;
    });
    const steps = new PolicyCompiler().compileInSteps(files ?? [], 0);
    for (let step = steps.next(); !step.done; step = steps.next());
    assert.notInclude(JSON.stringify((files ?? []).map(tell)), secret);
    return files ?? [];
  };

  const holds = (nodes: readonly Named[]): Promise<void> => (running = judge(nodes));

  const judge = async (nodes: readonly Named[]): Promise<void> => {
    const commit = writer.commit(write(nodes).object);
    const then = await read(() => readPolicyAt(repository, commit));
    await read(() => readPolicyAt({ ...repository, prefix: 'policies/team/' }, commit));
    const isOnDisk = checkOut(commit);
    const now = await read(() => new PolicyDirectory(root).read('deciding'));
    assert.oneOf(await commits.read(now), [undefined, commit, `${commit}-dirty`]);
    assert.deepEqual(canary.ran(), []);
    // What git itself would not write, it lays on disk in its own way.
    if (!isOnDisk || then.length === 0 || JSON.stringify(nodes) !== JSON.stringify(inOrder(nodes))) return;
    // A commit says of each file what it is on disk, or that it cannot say. An absolute link leads nowhere in a commit,
    // and on disk perhaps to a folder inside, whose files are then found below the link, and not where they are.
    for (const file of now) {
      const other = entryAbove(file.path, then);
      if ('content' in file && other && 'content' in other) assert.strictEqual(tell(other), tell(file));
      else if ('content' in file) assert.property(other, 'fault', `${file.path}, a file on disk`);
    }
    for (const file of then) {
      if ('content' in file) assert.exists(entryAbove(file.path, now), `${file.path}, a file of the commit, on disk`);
    }
  };

  const plain = fc.constantFrom('a.yaml', 'b.yaml', 'c.yaml', 'team', 'policies', 'organization.yaml', '..data');
  const names = fc.oneof(
    { weight: 12, arbitrary: plain },
    fc.constantFrom('.git', '.GIT', 'git~1', '.gitattributes', '.gitmodules', '.', '..', '', 'a/b.yaml', '../up.yaml'),
    fc.constantFrom(
      'HEAD',
      'config',
      'objects',
      'refs',
      'commondir',
      'a.test.yaml',
      'c.yml',
      'roles.yml',
      'model.conf',
    ),
    fc.constantFrom(
      'line\nbreak.yaml',
      'b\u00fcro.yaml',
      'b\u00c3\u00bcro.yaml',
      '\u0001\u007f.yaml',
      '-rf',
      'x'.repeat(300),
    ),
    fc.string({ maxLength: 6 }).map((text) => Buffer.from(text).toString('latin1')),
  );
  const targets = fc.oneof(
    fc.constantFrom('a.yaml', '../a.yaml', 'team', '../team', '..', '.', 'policies', '..data/a.yaml', 'team/../b.yaml'),
    fc.constantFrom('../secret.yaml', '../../secret.yaml', '../../../secret.yaml', `${above}/secret.yaml`, above, root),
    fc.constantFrom('.git/config', '../.git/config', '.git', '/proc/self/environ', '/dev/zero', '/', '~', ''),
    fc.constantFrom(
      '../repository/a.yaml',
      `${root}/policies/a.yaml`,
      'a\0b',
      'x'.repeat(5000),
      './/./a.yaml',
      'a.yaml/',
    ),
    fc.string({ maxLength: 8 }),
  );
  const tree = fc.letrec<{ node: Node; folder: readonly Named[] }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.constantFrom(
        '',
        'workspace: a\n',
        'workspace: [\n',
        'workspace: a\r\n',
        '* filter=x diff=x eol=crlf\n',
        '\0\xff',
      ),
      targets.map((link) => ({ link })),
      fc.constantFrom('0', '40000', '100644', '100755', '120000', '160000', '170000', '666').map((mode) => ({
        raw: [mode, mode === '40000' ? 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391' : 'a'.repeat(40)] as const,
      })),
      fc.constant(undefined).map(() => embedded(canary)),
      tie('folder'),
    ),
    folder: fc.array(fc.tuple(names, tie('node')), { maxLength: 6 }),
  }));
  const policies = fc
    .tuple(tree.folder, tree.folder, fc.boolean(), fc.boolean())
    .map(([top, below, isSorted, isEmbedded]): readonly Named[] => {
      const rest: readonly Named[] = [['policies', below], ...top];
      const all: readonly Named[] = [['roles.yaml', smallPolicy()['roles.yaml'] ?? ''], ...rest];
      const nodes = isEmbedded ? [...all, ...embedded(canary)] : all;
      return isSorted ? inOrder(nodes) : nodes;
    });

  it('is read without running, following or telling anything of a stranger’s', async () => {
    await fuzz(fc.asyncProperty(policies, holds), [
      // A link to the folder that holds `policies`, which so was taken for another folder.
      [
        [
          [
            'policies',
            [
              ['a.yaml', { link: '..' }],
              ['c.yaml', ''],
            ],
          ],
          ['roles.yaml', ''],
        ],
      ],
      [
        [
          ['roles.yaml', { link: '../secret.yaml' }],
          ['policies', { link: '..' }],
        ],
      ],
      // An absolute link to the repository itself, in which this link is again.
      [
        [
          ['policies', [['a.yaml', { link: root }]]],
          ['roles.yaml', smallPolicy()['roles.yaml'] ?? ''],
        ],
      ],
      [
        [
          [
            'policies',
            [
              ['.git', { link: '../.git' }],
              ['a.yaml', { link: '.git/config' }],
            ],
          ],
          ['roles.yaml', ''],
        ],
      ],
    ]);
  });

  it('ends soon where folders lie in folders without end, or multiply', async () => {
    let deep: Omit<WrittenEntry, 'name'> = { mode: '100644', object: writer.blob('workspace: a\n') };
    for (let level = 0; level < 2000; level += 1) {
      deep = { mode: '40000', object: writer.tree([{ name: 'd', ...deep }]) };
    }
    let wide: Omit<WrittenEntry, 'name'> = { mode: '100644', object: writer.blob('notes\n') };
    for (let level = 0; level < 12; level += 1) {
      const entries = Array.from({ length: 10 }, (_, index) => ({ name: `w${index}`, ...wide }));
      wide = { mode: '40000', object: writer.tree(entries) };
    }
    const roles = { name: 'roles.yaml', ...write('') };
    const told: string[] = [];
    for (const bomb of [deep, wide]) {
      const commit = writer.commit(writer.tree([{ name: 'policies', ...bomb }, roles]));
      const files = await readPolicyAt(repository, commit);
      told.push(...(files ?? []).flatMap((file) => ('fault' in file ? [file.fault] : [])));
      assert.oneOf(await commits.read([]), [undefined, `${commit}-dirty`]);
    }
    assert.deepEqual(told, ['is more than 16 folders deep', 'holds more than 50000 files']);
  });
});

function tell(file: SourceFile): string {
  return 'fault' in file
    ? `${file.path} ${file.fault}`
    : `${file.path}: ${Buffer.from(file.content).toString('latin1')}`;
}

/** What is said of a path, or of the folder in which it lies. */
function entryAbove(path: string, files: readonly SourceFile[]): SourceFile | undefined {
  const isAbove = (file: SourceFile): boolean => 'fault' in file && path.startsWith(`${file.path}/`);
  return files.find((file) => file.path === path) ?? files.find(isAbove);
}

function embedded(canary: Canary): readonly Named[] {
  const files = embeddedRepository(canary);
  return [
    ['HEAD', files['HEAD'] ?? ''],
    ['config', files['config'] ?? ''],
    ['info', [['attributes', files['info/attributes'] ?? '']]],
    ['objects', [['x', 'x']]],
    ['refs', [['x', 'x']]],
  ];
}

/** As git keeps them: each name once, and a folder as if its name ended in a slash. */
function inOrder(nodes: readonly Named[]): readonly Named[] {
  const key = ([name, node]: Named): string => (Array.isArray(node) ? `${name}/` : name);
  const once = [...new Map(nodes.map((named) => [named[0], named])).values()];
  return once
    .sort((left, right) => (key(left) < key(right) ? -1 : 1))
    .map(([name, node]) => [name, Array.isArray(node) ? inOrder(node as readonly Named[]) : node] as const);
}
