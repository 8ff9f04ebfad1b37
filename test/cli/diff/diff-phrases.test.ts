import { assert } from 'chai';
import { describeWho } from '../../../src/cli/diff/diff-phrases.ts';
import type { ChangeLine } from '../../../src/review/diff/wording/change-lines.ts';
import { createGitPolicy } from '../../support/git-policy.ts';
import { runCommand } from '../../support/command-line.ts';
import { smallPolicy } from '../../support/policy-folder.ts';

/** Who a line names, of people by workspace. */
function who(people: Readonly<Record<string, readonly string[]>>): string {
  const places = Object.entries(people).map(([workspace, subjects]) => ({ workspace, subjects }));
  const count = new Set(Object.values(people).flat()).size;
  return describeWho({ places, count } as unknown as ChangeLine, (name) => name);
}

describe('who a line of `diff` is about', () => {
  const many = Array.from({ length: 199 }, (_, index) => `p${index}`);

  it('is named, and of many some are, each counted once', () => {
    assert.equal(who({ w: ['ana', 'bo'] }), 'ana and bo');
    assert.equal(who({ w: many }), '199 people (p0, p1, p2 and 196 more)');
    assert.equal(who({ v: ['ana'], w: many }), '200 people (ana in v, p0 in w and 198 more)');
    assert.equal(who({ v: ['ana'], w: ['ana', ...many] }), '200 people (ana in v, p0 in w and 198 more)');
    assert.equal(who({ u: ['ana', ...many], v: ['ana'], w: ['ana'] }), '200 people (ana in u and 199 more)');
    assert.equal(who({ v: ['ana'], w: ['ana', 'bo'] }), '2 people (ana in v and bo in w)');
    assert.equal(who({ v: ['ana', 'bo'], w: ['ana'] }), '2 people (ana in v and 1 more)');
    assert.equal(who({ v: ['ana'], w: ['service:x'] }), '2 members (ana in v and service:x in w)');
  });

  it('is one person where the same one gains in several workspaces, in Markdown, too', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const place = (id: string): string => `workspace: ${id}\nmembers: { ana: member, p-${id}: member }\n`;
    const texts = Object.fromEntries(ids.map((id) => [`policies/${id}.yaml`, place(id)]));
    const policy = await createGitPolicy({ ...smallPolicy(), ...texts });
    policy.commit();
    const roles = smallPolicy()['roles.yaml'] ?? '';
    await policy.write(
      'roles.yaml',
      roles.replace('[comment:send, message:send]', '[comment:send, message:send, "tag:*"]'),
    );
    const { stdout } = await runCommand(['diff', 'HEAD'], { cwd: policy.root });
    assert.include(stdout, '+ 9 people (ana in a, p-b in b and 7 more) may');
    const { stdout: markdown } = await runCommand(['diff', 'HEAD', '--format', 'markdown'], { cwd: policy.root });
    assert.include(markdown, '9 people (`ana` in `a`, `p-b` in `b` and 7 more)');
    assert.include(markdown, 'all 9 who gain this');
    assert.include(markdown, '\n`ana` in 6 workspaces, `p-a` in `a`, `p-b` in `b`, ');
    await policy.dispose();
  });
});
