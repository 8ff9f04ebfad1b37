import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { policyAt } from './shipped-policy.ts';

interface Product {
  readonly folder: string;
  readonly workspace: string;
  /** Where its custom roles are, as a command names it. */
  readonly where: readonly string[];
  /** The file that defines them, and the one that says who holds them. */
  readonly file: string;
  readonly memberFile: string;
  readonly builtIn: string;
  /** Toggles that are moved. */
  readonly on: string;
  readonly off: string;
  readonly member: string;
  readonly remap: string;
  /** Who may do all of it, and who nothing. */
  readonly actor: string;
  readonly nobody: string;
}

const products: readonly Product[] = [
  {
    folder: '.',
    workspace: 'support-emea',
    where: ['support-emea'],
    file: 'policies/acme/support-emea.yaml',
    memberFile: 'policies/acme/support-emea.yaml',
    builtIn: 'member',
    on: 'conversation:assign',
    off: 'tag:apply',
    member: 'nia@acme.example',
    remap: 'team-lead',
    actor: 'olu@acme.example',
    nobody: 'lena@acme.example',
  },
  {
    folder: 'examples/phone',
    workspace: 'helpdesk',
    where: ['--organization', 'fernway'],
    file: 'policies/organization.yaml',
    memberFile: 'policies/helpdesk.yaml',
    builtIn: 'agent',
    on: 'recording:listen',
    off: 'number:view',
    member: 'nia@fernway.example',
    remap: 'shift-supervisor',
    actor: 'mara@fernway.example',
    nobody: 'viola@fernway.example',
  },
];

for (const { folder, workspace, where, file, memberFile, builtIn, on, off, member, remap, actor, nobody } of products) {
  describe(`the roles of ${folder}, by command in a git repository`, () => {
    let policy: GitPolicy;
    before(async () => {
      policy = await createGitPolicy(policyAt(folder));
      policy.commit();
    });
    after(() => policy.dispose());

    const run = (...argv: string[]): Promise<CommandResult> => runCommand(argv, { cwd: policy.root });
    const done = async (...argv: string[]): Promise<CommandResult> => {
      const result = await run(...argv);
      assert.strictEqual(result.exitCode, 0, result.all);
      return result;
    };
    const text = (): string =>
      [...new Set([file, memberFile])].map((path) => readFileSync(join(policy.root, path), 'utf8')).join('');
    const touched = (): string[] => policy.git('status', '--porcelain').split('\n').filter(Boolean);

    it('are made from a built-in one, changed, handed out, deleted with the list and a yes, and undone with git', async () => {
      const before = text();
      const judgedAs = ['--actor', actor];
      await done('role', 'duplicate', ...where, builtIn, 'shift-lead', '--title', 'Shift lead', ...judgedAs);
      assert.deepEqual(touched(), [`M ${file}`]);
      await done('role', 'change', ...where, 'shift-lead', '--allow', on, '--disallow', off, ...judgedAs);
      await done('member', 'set', workspace, member, 'shift-lead', ...judgedAs);
      policy.commit('a shift lead');
      const whole = text();
      assert.include(whole, `  ${member}: shift-lead`);
      const asked = await run('enforce', member, workspace, on);
      assert.strictEqual(asked.exitCode, 0, asked.all);

      const no = await runCommand(['role', 'delete', ...where, 'shift-lead', '--to', remap], {
        cwd: policy.root,
        typed: 'n\n',
      });
      assert.strictEqual(no.exitCode, 1);
      assert.include(no.stdout, `! held by ${member}`);
      assert.include(no.stdout, `!   ${member} loses `);
      assert.include(no.stderr, 'delete role shift-lead? [y/N]');
      assert.strictEqual(text(), whole);
      const yes = await runCommand(['role', 'delete', ...where, 'shift-lead', '--to', remap], {
        cwd: policy.root,
        typed: 'y\n',
      });
      assert.strictEqual(yes.exitCode, 0, yes.all);
      assert.include(text(), `  ${member}: ${remap}`);
      assert.include(text(), `  shift-lead: ${remap}`);
      policy.git('checkout', '--', '.');
      assert.strictEqual(text(), whole, 'undone before it was committed');

      const told = JSON.parse(
        (await done('role', 'delete', ...where, 'shift-lead', '--dry-run', '--format', 'json')).stdout,
      ) as { confirm: string; affected: { subject: string }[] };
      assert.deepEqual(
        told.affected.map(({ subject }) => subject),
        [member],
      );
      await done('role', 'delete', ...where, 'shift-lead', '--confirm', told.confirm, ...judgedAs);
      policy.commit('no shift lead');
      policy.git('revert', '--no-edit', 'HEAD');
      assert.strictEqual(text(), whole, 'reverted');
      policy.git('revert', '--no-edit', 'HEAD~2');
      assert.strictEqual(text(), before, 'to the first byte');
      assert.strictEqual((await run('lint')).exitCode, 0);
    });

    it('are not made by who may not, and nothing is written', async () => {
      for (const argv of [
        ['role', 'duplicate', ...where, builtIn, 'more'],
        ['role', 'delete', ...where, remap, '--yes', '--with-tests'],
        ['member', 'set', workspace, nobody, remap],
      ]) {
        const { exitCode, stderr } = await run(...argv, '--actor', nobody);
        assert.strictEqual(exitCode, 1, stderr);
        assert.include(stderr, 'refused:');
        assert.include(stderr, '[actor-not-allowed]');
        assert.include(stderr, 'help: have somebody make it who holds that');
        assert.include(stderr, 'nothing was written');
        assert.deepEqual(touched(), [], argv.join(' '));
      }
    });
  });
}
