import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { rolesYaml, workspaceYaml } from './edited-folder.ts';

describe('a group as a member, by command', () => {
  let folder: PolicyFolder;
  beforeEach(async () => {
    folder = await createPolicyFolder({
      'roles.yaml': rolesYaml,
      'policies/acme/organization.yaml': 'organization: acme\ngroups: { desk: [kim] }\n',
      'policies/acme/w.yaml': workspaceYaml,
    });
  });
  afterEach(() => folder.dispose());

  const run = (...argv: string[]): Promise<CommandResult> => runCommand(argv, { cwd: folder.root });
  const text = (): string => readFileSync(join(folder.root, 'policies/acme/w.yaml'), 'utf8');

  it('is given roles and loses them', async () => {
    const { exitCode, stderr } = await run('member', 'set', 'w', 'group:desk', 'lead');
    assert.equal(exitCode, 0, stderr);
    assert.include(text(), '  group:desk: lead\n');
    assert.equal((await run('member', 'remove', 'w', 'group:desk')).exitCode, 0);
    assert.notInclude(text(), 'desk');
  });

  it('is told where the role that it holds is deleted', async () => {
    await run('member', 'set', 'w', 'group:desk', 'lead');
    const { stdout } = await runCommand(['role', 'delete', 'w', 'lead'], { cwd: folder.root, typed: 'n\n' });
    assert.include(stdout, '! held by ana, bo, group:desk');
  });

  it('is none where the organization has no such group', async () => {
    const before = text();
    const { exitCode, stderr } = await run('member', 'set', 'w', 'group:dusk', 'lead');
    assert.notEqual(exitCode, 0);
    assert.include(stderr, 'the organization has no group `dusk`');
    assert.equal(text(), before);
  });
});
