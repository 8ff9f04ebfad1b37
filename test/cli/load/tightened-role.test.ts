import { assert } from 'chai';
import { createGitPolicy } from '../../support/git-policy.ts';
import { runCommand } from '../../support/command-line.ts';
import { disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';
import { smallPolicy } from '../../support/policy-folder.ts';

const { 'roles.yaml': roles = '', 'policies/support.yaml': support = '' } = smallPolicy();

/** Changes that the product makes to its roles, and what they leave behind in the file of a tenant. */
const changes: Readonly<Record<string, readonly [files: Record<string, string>, code: string]>> = {
  'a built-in role loses what a custom role takes away': [
    { 'roles.yaml': roles.replace('[comment:send, message:send]', '[comment:send]') },
    'removes-nothing',
  ],
  'a built-in role loses everything': [
    { 'roles.yaml': roles.replace('[comment:send, message:send]', '[]') },
    'removes-nothing',
  ],
  'the baseline gets what a custom role takes away': [
    { 'roles.yaml': roles.replace('["message:send@personal"]', '[message:send]') },
    'removes-nothing',
  ],
  'a custom role grants the same twice': [
    { 'policies/support.yaml': support.replace('"tag:*"]', '"tag:*", "tag:*"]') },
    'duplicate-grant',
  ],
  'a custom role takes the same away twice': [
    { 'policies/support.yaml': support.replace('without: [', 'without: ["message:send@shared", ') },
    'duplicate-grant',
  ],
  'the baseline names the same twice': [
    { 'roles.yaml': roles.replace('["message:send@personal"]', '["message:send@personal", "message:send@personal"]') },
    'duplicate-grant',
  ],
};

describe('a change of the product is not held up by the file of a tenant when', () => {
  after(disposeSidecars);

  for (const [what, [files, code]] of Object.entries(changes)) {
    it(what, async () => {
      const policy = await createGitPolicy();
      policy.commit();
      for (const [path, text] of Object.entries(files)) await policy.write(path, text);
      const doors = [
        ['lint'],
        ['diff', 'HEAD'],
        ['publish', '--database', 'sqlite:releases.db', '--author', 'ana'],
        ['compile', '--out', 'out'],
      ];
      for (const argv of doors) {
        const result = await runCommand(argv, { cwd: policy.root });
        assert.equal(result.exitCode, 0, result.all);
      }
      assert.include((await runCommand(['lint'], { cwd: policy.root })).stdout, `[${code}]`);
      assert.equal((await runCommand(['lint', '--strict'], { cwd: policy.root })).exitCode, 1);
      await policy.dispose();

      const running = await runSidecar();
      for (const [path, text] of Object.entries(files)) await running.folder.write(path, text);
      const reply = await running.call('/v1/policy/reload', { method: 'POST' });
      assert.equal(reply.status, 200, reply.text);
      await running.dispose();
    });
  }
});
