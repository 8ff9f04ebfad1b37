import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { policyAt, repository } from './shipped-policy.ts';

const program = join(repository, 'bin/rolebook.js');
/** The account, which has the custom roles. */
const company = ['--organization', 'fernway'] as const;
const long = `# ${'x'.repeat(64 * 1024)}\n`;

/** A module that has the process killed when so many files of the policy are to take their places. */
function killerAt(count: number): string {
  const script = `import fs from 'node:fs/promises';
    import { syncBuiltinESMExports } from 'node:module';
    const { rename } = fs;
    let count = 0;
    fs.rename = (from, to) => {
      if (to.endsWith('.yaml') && (count += 1) === ${count}) process.kill(process.pid, 'SIGKILL');
      return rename(from, to);
    };
    syncBuiltinESMExports();`;
  return `data:text/javascript,${encodeURIComponent(script)}`;
}

describe('an edit by command that is refused', () => {
  let policy: GitPolicy;
  before(async () => {
    policy = await createGitPolicy(policyAt('examples/phone'));
    policy.commit();
  });
  afterEach(() => policy.git('checkout', '--', '.'));
  after(() => policy.dispose());

  const run = (...argv: string[]): Promise<CommandResult> => runCommand(argv, { cwd: policy.root });
  const text = (path: string): string => readFileSync(join(policy.root, path), 'utf8');
  /** All that is in the folder: each file's bytes, when it was written, and which one it is. */
  const everything = (): unknown =>
    readdirSync(policy.root, { recursive: true, encoding: 'utf8' })
      .filter((path) => !path.startsWith('.git'))
      .sort()
      .map((path) => {
        const found = lstatSync(join(policy.root, path));
        const { ino, mode, mtimeMs } = found;
        return found.isFile() ? [path, ino, mode, mtimeMs, text(path)] : [path, ino, mode];
      });
  const touched = (): string[] =>
    policy
      .git('status', '--porcelain', '--untracked-files')
      .split('\n')
      .flatMap((line) => /[^ ]*\.yaml$/.exec(line) ?? []);
  const edit = (path: string, from: string, to: string): void => {
    const place = join(policy.root, path);
    const text = readFileSync(place, 'utf8');
    assert.include(text, from);
    writeFileSync(place, text.replace(from, to));
  };
  const billing = ['role', 'create', 'helpdesk', 'payer', '--grant', 'billing:change-plan'];

  for (const [title, prepare, argv, says] of [
    [
      'beyond oneself under `prevent`',
      () => undefined,
      [...billing, '--actor', 'ines@fernway.example'],
      '[escalation-prevented]',
    ],
    [
      'a plan without custom roles',
      () => {
        edit(
          'roles.yaml',
          'escalation: prevent',
          'escalation: prevent\nplans: [free, business]\ncustomRoles: { plans: [business] }',
        );
        edit('policies/organization.yaml', 'plan: business', 'plan: free');
      },
      ['role', 'create', 'helpdesk', 'clerk'],
      '[plan-without-custom-roles]',
    ],
    [
      'the last who must hold a role',
      () => {
        edit(
          'roles.yaml',
          '  agent:\n',
          '  keeper: { title: Keeper, grants: [number:view], holders: "1+" }\n  agent:\n',
        );
        edit('policies/helpdesk.yaml', 'members:\n', 'members:\n  kai@fernway.example: keeper\n');
        edit('policies/back-office.yaml', 'members:\n', 'members:\n  kai@fernway.example: keeper\n');
      },
      ['member', 'remove', 'helpdesk', 'kai@fernway.example'],
      '[wrong-holders]',
    ],
    [
      'a test that fails',
      () => undefined,
      ['role', 'change', ...company, 'qa-lead', '--allow', 'recording:delete'],
      'failed: a QA lead keeps recordings and deletes none',
    ],
    [
      'a layout that is not understood',
      () => edit('policies/organization.yaml', '  qa-lead:\n    title', '  ? qa-lead\n  : title'),
      ['role', 'change', ...company, 'qa-lead', '--disallow', 'number:view', '--with-tests'],
      '[unusual-layout]',
    ],
    [
      'what is not as it was seen',
      () => undefined,
      ['role', 'change', ...company, 'qa-lead', '--title', 'QA', '--etag', '0123456789abcdef01234567'],
      '[changed-meanwhile]',
    ],
    [
      'a list that is another by now',
      () => undefined,
      ['role', 'delete', ...company, 'records-officer', '--with-tests', '--confirm', '0123456789abcdef01234567'],
      '[stale-confirm]',
    ],
  ] as const) {
    it(`${title}: nothing is written`, async () => {
      prepare();
      const before = everything();
      const { exitCode, all } = await run(...argv);
      assert.strictEqual(exitCode, 1, all);
      assert.include(all, says);
      assert.include(all, 'nothing was written');
      assert.deepEqual(everything(), before);
    });
  }

  /** The program itself, in a process. */
  const spawn = (limit: string, options: readonly string[], argv: readonly string[]): SpawnSyncReturns<string> =>
    spawnSync('sh', ['-c', `${limit}exec "$0" "$@"`, process.execPath, ...options, program, ...argv], {
      cwd: policy.root,
      encoding: 'utf8',
    });

  it('where a file may not grow: nothing is written', () => {
    writeFileSync(join(policy.root, 'policies/helpdesk.yaml'), `${text('policies/helpdesk.yaml')}${long}`);
    const before = everything();
    const { status, stderr } = spawn('ulimit -f 40; ', [], ['role', 'create', 'helpdesk', 'clerk']);
    assert.strictEqual(status, 3, stderr);
    assert.include(stderr, 'a file may not be that large; nothing was written');
    assert.deepEqual(everything(), before);
  });

  it('killed between two files: the next command says what became of it, and nothing is half', async () => {
    const rename = ['role', 'rename', ...company, 'qa-lead', 'quality-lead'];
    const { signal } = spawn('', ['--import', killerAt(2)], rename);
    assert.strictEqual(signal, 'SIGKILL');
    assert.lengthOf(touched(), 1, 'one of the files has taken its place');
    const lint = await run('lint');
    assert.deepEqual([lint.exitCode, lint.stderr.includes('half-written')], [3, true], lint.all);
    const left = everything();
    const dry = await run(...rename, '--dry-run');
    assert.deepEqual([dry.exitCode, dry.stderr.includes('half-written')], [3, true], dry.all);
    assert.deepEqual(everything(), left, 'to ask writes nothing');
    const { exitCode, stderr } = await run(...rename);
    assert.include(stderr, 'a change that was half-written is finished: ');
    assert.deepEqual([exitCode, stderr.includes('there is no role `qa-lead`')], [2, true], stderr);
    assert.deepEqual(touched().sort(), [
      'policies/helpdesk.test.yaml',
      'policies/helpdesk.yaml',
      'policies/organization.yaml',
    ]);
    assert.strictEqual((await run('test')).exitCode, 0);
  });

  it('changed by hand while somebody made up their mind: what they agreed to is made on what is there then', async () => {
    const argv = ['role', 'delete', ...company, 'records-officer', '--with-tests'];
    const { exitCode, all } = await runCommand(argv, {
      cwd: policy.root,
      typedLater: () => {
        edit('policies/helpdesk.yaml', 'members:\n', 'members:\n  # By hand.\n  zoe@fernway.example: agent\n');
        return 'y\n';
      },
    });
    assert.strictEqual(exitCode, 0, all);
    assert.include(text('policies/helpdesk.yaml'), '  # By hand.\n  zoe@fernway.example: agent\n');
    assert.notInclude(text('policies/organization.yaml'), 'records-officer:\n    title');
  });

  it('without an actor nobody is judged: who reviews it in git does that', async () => {
    const { exitCode, all } = await run(...billing, '--dry-run');
    assert.strictEqual(exitCode, 0, all);
    for (const [actor, says] of [
      ['bot:x', 'has the unknown subject type `bot`'],
      ['a"b', 'the subject id `a"b` holds'],
      ['', '`--actor` is empty'],
    ] as const) {
      const wrong = await run(...billing, '--actor', actor);
      assert.deepEqual([wrong.exitCode, wrong.stderr.includes(says)], [2, true], wrong.stderr);
    }
  });

  it('a change is asked again where the files became others while somebody made up their mind', async () => {
    const argv = ['role', 'delete', ...company, 'records-officer', '--with-tests'];
    const slow = runCommand(argv, {
      cwd: policy.root,
      typedLater: () => {
        edit('policies/helpdesk.yaml', 'members:\n', 'members:\n  zoe@fernway.example: records-officer\n');
        return 'y\n';
      },
    });
    const { exitCode, stderr } = await slow;
    assert.deepEqual([exitCode, stderr.includes('[stale-confirm]')], [1, true], stderr);
  });

  it('are told as Markdown for a pull request, where no name makes markup', async () => {
    const name = 'zoe|`x`@fernway.example';
    edit('policies/helpdesk.yaml', 'members:\n', `members:\n  "${name}": qa-lead\n`);
    const { exitCode, stdout } = await run(
      'role',
      'delete',
      ...company,
      'qa-lead',
      '--with-tests',
      '--dry-run',
      '--format',
      'markdown',
    );
    assert.strictEqual(exitCode, 0, stdout);
    assert.match(stdout, /^### Access: /m);
    assert.match(stdout, /^### Affected$/m);
    assert.match(stdout, /^\| `pavel@fernway\.example` \| `helpdesk` \| `qa-lead` \| .*`recording:listen`/m);
    assert.include(stdout, '<code>zoe&#124;&#96;x&#96;&#64;fernway&#46;example</code>');
    assert.match(stdout, /^```diff\n--- a\/policies\/helpdesk/m);
    const refused = await run(...billing, '--actor', 'ines@fernway.example', '--format', 'markdown');
    assert.match(refused.stdout, /^### Refused\n\n- ❌ .*`billing:change-plan`.*`escalation-prevented`$/m);
  });

  it('a change that somebody else left half-written is ended first, and told', async () => {
    const name = 'policies/helpdesk.yaml';
    const before = readFileSync(join(policy.root, name), 'utf8');
    const journal = {
      id: 'abc',
      files: [{ path: name, before: 'a'.repeat(64), after: null, fresh: 'policies/.new', old: 'policies/.old' }],
      folders: [],
    };
    writeFileSync(join(policy.root, '.rolebook-journal.json'), JSON.stringify(journal));
    const lint = await run('lint');
    assert.deepEqual([lint.exitCode, lint.stderr.includes('half-written')], [3, true], lint.all);
    const { exitCode, stderr } = await run('role', 'create', 'helpdesk', 'clerk');
    assert.strictEqual(exitCode, 0, stderr);
    assert.include(stderr, `a change that was half-written is undone: ${name}`);
    assert.include(stderr, `${name} was changed by hand since, and stays as it is`);
    assert.strictEqual(policy.git('status', '--porcelain'), `M ${name}`);
    assert.notStrictEqual(readFileSync(join(policy.root, name), 'utf8'), before);
  });
});
