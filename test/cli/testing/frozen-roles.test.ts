import { assert } from 'chai';
import { runCommand } from '../../support/command-line.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';

const texts = (plan: string) => ({
  'roles.yaml': `permissions: { Docs: { doc:read: Read, doc:wipe: Wipe } }
plans: [free, scale]
customRoles: { plans: [scale] }
roles: { member: { grants: [doc:read] } }
defaultRole: member
`,
  'policies/organization.yaml': `organization: acme\nplan: ${plan}\n`,
  'policies/w.yaml': `workspace: w
roles: { lead: { grants: [doc:wipe] } }
members: { ana: lead, bo: member }
`,
  'policies/w.test.yaml': `tests:
  - { name: a lead wipes, workspace: w, as: { role: lead }, can: [doc:wipe] }
  - { name: ana wipes, workspace: w, as: ana, can: [doc:wipe] }
  - { name: a member does not, workspace: w, as: { role: member }, can: [doc:read], cannot: [doc:wipe] }
`,
});

describe('policy tests of frozen roles', () => {
  let folder: PolicyFolder;
  afterEach(() => folder.dispose());
  const test = async (plan: string, ...argv: string[]) => {
    folder = await createPolicyFolder(texts(plan));
    return runCommand(['test', ...argv], { cwd: folder.root });
  };

  it('pass on a plan that has custom roles', async () => {
    const { exitCode: code, stderr, stdout } = await test('scale');
    assert.deepEqual([code, `${stdout}${stderr}`.includes('3 passed, 0 failed')], [0, true]);
  });

  it('are told as frozen on a plan that has none, and fail nothing', async () => {
    const { exitCode: code, stdout, stderr } = await test('free');
    assert.equal(code, 0);
    assert.include(`${stdout}${stderr}`, '1 passed, 0 failed, 2 of frozen roles');
    assert.match(stdout, /frozen: ana wipes \(.*w\.test\.yaml:3\) speaks of a role that the plan froze/);
  });

  it('are skipped in JUnit, listed in Markdown, and have their outcome in JSON', async () => {
    const junit = (await test('free', '--format', 'junit')).stdout;
    assert.include(junit, 'skipped="2"');
    assert.equal(junit.split('<skipped message="speaks of a role that the plan froze"/>').length - 1, 2);
    await folder.dispose();
    const { tests, frozen } = JSON.parse((await test('free', '--format', 'json')).stdout) as {
      tests: { outcome: string }[];
      frozen: number;
    };
    assert.deepEqual([frozen, ...tests.map(({ outcome }) => outcome)], [2, 'frozen', 'frozen', 'passed']);
    await folder.dispose();
    assert.include((await test('free', '--format', 'markdown')).stdout, '- of frozen roles: ');
  });

  it('kill no mutants and cover nothing, and are no reason to refuse to measure', async () => {
    const { exitCode: code, stdout } = await test('free', '--mutate', '--coverage', '--format', 'json');
    assert.equal(code, 0);
    const { mutation, coverage } = JSON.parse(stdout) as Record<string, { total?: number; killed?: number }>;
    assert.isAbove(mutation?.killed ?? 0, 0);
    assert.isDefined(coverage);
  });
});
