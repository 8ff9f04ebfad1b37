import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { holdWriteLock } from '../../../src/store/writing/write-lock.ts';
import { rolesYaml, testsYaml, workspaceYaml } from './edited-folder.ts';

describe('edits by several at once', () => {
  let folder: PolicyFolder;
  beforeEach(async () => {
    folder = await createPolicyFolder({
      'roles.yaml': rolesYaml,
      'policies/w.yaml': workspaceYaml,
      'policies/w.test.yaml': testsYaml,
    });
  });
  afterEach(() => folder.dispose());

  const run = (...argv: string[]): Promise<CommandResult> => runCommand(argv, { cwd: folder.root });
  /** Commands that have all told what they would write before the first of them writes. */
  async function atOnce(...commands: readonly (readonly string[])[]): Promise<readonly CommandResult[]> {
    const lock = await holdWriteLock(folder.root);
    const running = commands.map((argv) => {
      let onResult = (): void => undefined;
      const isJudged = new Promise<void>((resolve) => (onResult = resolve));
      const result = runCommand(argv, { cwd: folder.root, onResult: () => onResult() });
      return { isJudged: Promise.race([isJudged, result]), result };
    });
    await Promise.all(running.map(({ isJudged }) => isJudged));
    await lock.release();
    return Promise.all(running.map(({ result }) => result));
  }
  const text = (): string => readFileSync(join(folder.root, 'policies/w.yaml'), 'utf8');

  it('of different things in one file are all made', async () => {
    const all = await atOnce(
      ['role', 'create', 'w', 'clerk'],
      ['role', 'create', 'w', 'keeper'],
      ['role', 'change', 'w', 'trainee', '--title', 'Trainee'],
      ['member', 'set', 'w', 'dot', 'lead'],
    );
    for (const { exitCode, all: said } of all) assert.strictEqual(exitCode, 0, said);
    for (const word of ['  clerk: {}', '  keeper: {}', 'title: Trainee', '  dot: lead']) assert.include(text(), word);
    const again = all.filter(({ stderr }) => stderr.includes('this is made again on what is there now'));
    assert.lengthOf(again, 3);
    assert.strictEqual((await run('lint')).exitCode, 0);
  });

  it('of one and the same are made once, and the others are told what is there now', async () => {
    const titles = ['One', 'Two', 'Three'];
    const all = await atOnce(...titles.map((title) => ['role', 'change', 'w', 'lead', '--title', title]));
    const made = all.filter(({ exitCode }) => exitCode === 0);
    assert.lengthOf(made, 1);
    for (const { exitCode, stderr } of all.filter((one) => !made.includes(one))) {
      assert.strictEqual(exitCode, 1, stderr);
      assert.include(stderr, 'role `lead` of workspace `w` was changed meanwhile [changed-meanwhile]');
      assert.match(stderr, /^ {2}now: \{"title":"(?:One|Two|Three)"/m);
      assert.include(stderr, 'nothing was written');
    }
    const [title = ''] = titles.filter((one) => text().includes(`title: ${one}\n`));
    assert.notStrictEqual(title, '');
    assert.strictEqual(text(), workspaceYaml.replace('title: Lead', `title: ${title}`));
  });

  it('of a role that somebody deletes meanwhile are told that it is gone', async () => {
    const [gone, changed] = await atOnce(
      ['role', 'delete', 'w', 'trainee', '--yes', '--with-tests'],
      ['role', 'change', 'w', 'trainee', '--title', 'Trainee'],
    );
    if (!gone || !changed) return assert.fail('two commands have two results');
    const codes = [gone.exitCode, changed.exitCode];
    assert.isTrue(codes.includes(0) && codes.some((code) => code > 0), `${gone.all}\n${changed.all}`);
    assert.strictEqual(text().includes('  trainee:\n') || text().includes('  trainee: {'), gone.exitCode !== 0);
  });
});
