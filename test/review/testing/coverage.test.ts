import { assert } from 'chai';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import { formatCell } from '../../../src/policy/permission.ts';
import { measureCoverage, type CoverageReport } from '../../../src/review/testing/coverage.ts';
import { selectTests } from '../../../src/review/testing/run-policy-tests.ts';
import { nowMs, sourceFiles } from '../../support/compile-yaml.ts';
import { smallPolicy } from '../../support/policy-folder.ts';

const support = `workspace: support
roles:
  team-lead: { extends: member, grants: [conversation:assign, "tag:*"] }
  auditor: { grants: [analytics:view], denies: ["comment:send", "message:send@shared"] }
members:
  ana@acme.example: team-lead
  bo@acme.example: [member, auditor]
  cy@acme.example:
    - { role: member, until: 2026-12-31 }
    - { role: team-lead, from: 2027-01-01 }
  dan@acme.example: [member, team-lead]
`;

describe('the coverage of policy tests', () => {
  it('counts each role with each permission in each scope, apart from the baseline', async () => {
    const report = await measure('{ name: x, workspace: support, as: { role: member }, can: [comment:send] }');
    const roles = report.roles.map(({ role }) => `${role.workspace ?? ''}/${role.id}`);
    assert.deepEqual(roles, ['/member', '/workspace-admin', '/company-admin', 'support/team-lead', 'support/auditor']);
    assert.deepEqual(report.baseline.map(formatCell), ['message:send@personal']);
    assert.deepEqual(
      report.roles[0]?.pairs.map(({ cell }) => formatCell(cell)),
      ['message:send@shared', 'comment:send', 'conversation:assign', 'tag:create', 'analytics:view'],
    );
    assert.deepInclude(report, { asserted: 1, total: 27 });
    assert.deepEqual(report.roles[0]?.allowed, { asserted: 1, total: 2 });
    assert.deepEqual(report.roles[0]?.denied, { asserted: 0, total: 3 });
  });

  it('counts `cannot` beside `can`, each line of a wildcard, and no pair twice', async () => {
    const report = await measure(
      '{ name: x, workspace: support, as: { role: team-lead }, can: ["tag:*", tag:create], cannot: [analytics:view] }',
      '{ name: y, workspace: support, as: ana@acme.example, can: [tag:create] }',
    );
    assert.deepEqual(asserted(report), ['team-lead may tag:create (3)', 'team-lead may not analytics:view (1)']);
    assert.equal(report.asserted, 2);
  });

  it('asks a permission without a scope in every scope, and leaves out what is of the baseline', async () => {
    const report = await measure('{ name: x, workspace: support, as: { role: member }, can: [message:send] }');
    assert.deepEqual(asserted(report), ['member may message:send@shared (1)']);
    const own = await measure('{ name: x, workspace: support, as: { role: member }, can: ["message:send@personal"] }');
    assert.deepEqual(asserted(own), []);
  });

  it('finds the scope of a test that sends something along', async () => {
    const report = await measure(
      '{ name: x, workspace: support, as: { role: auditor }, with: { resource: { owner: bo } }, cannot: [message:send] }',
      '{ name: y, workspace: support, as: { role: team-lead }, with: { resource: { owner: somebody } }, can: [message:send] }',
    );
    assert.deepEqual(asserted(report), ['auditor may not message:send@shared (1)']);
  });

  it('counts nothing for a wrong answer', async () => {
    const report = await measure(
      '{ name: x, workspace: support, as: { role: member }, can: [analytics:view], cannot: [comment:send] }',
    );
    assert.deepEqual(asserted(report), []);
  });

  it('counts a member for the role they hold at the time of the test', async () => {
    const question = '{ name: x, workspace: support, as: cy@acme.example, can: [comment:send] }';
    assert.deepEqual(asserted(await measure(question)), ['member may comment:send (1)']);
    assert.deepEqual(asserted(await measureAt('now: 2027-01-01', question)), ['team-lead may comment:send (1)']);
  });

  it('counts a member with roles that span the organization', async () => {
    const report = await measure('{ name: x, workspace: support, as: olu@acme.example, can: [analytics:view] }');
    assert.deepEqual(asserted(report), ['company-admin may analytics:view (1)']);
  });

  describe('for somebody with several roles, counts a role', () => {
    it('that alone grants, and not one of two that grant', async () => {
      const report = await measure(
        '{ name: x, workspace: support, as: dan@acme.example, can: [conversation:assign, comment:send] }',
      );
      assert.deepEqual(asserted(report), ['team-lead may conversation:assign (1)']);
    });

    it('when none of them grants, because each could', async () => {
      const report = await measure('{ name: x, workspace: support, as: dan@acme.example, cannot: [analytics:view] }');
      assert.deepEqual(asserted(report), ['member may not analytics:view (1)', 'team-lead may not analytics:view (1)']);
    });

    it('that alone denies, and not the one it overrules', async () => {
      const report = await measure(
        '{ name: x, workspace: support, as: { role: [member, auditor] }, cannot: [comment:send] }',
      );
      assert.deepEqual(asserted(report), ['auditor may not comment:send (1)']);
    });
  });

  it('counts a role of one workspace for that workspace alone, and a built-in one for all', async () => {
    const other = 'workspace: other\nroles:\n  team-lead: { grants: [tag:create] }\nmembers: { eva: team-lead }\n';
    const files = { 'policies/support.yaml': support, 'policies/other.yaml': other };
    const report = await measureFiles(files, 'all', [
      '{ name: x, workspace: other, as: [{ role: team-lead }, { role: member }], cannot: [analytics:view] }',
    ]);
    assert.deepEqual(asserted(report), [
      'member may not analytics:view (1)',
      'other/team-lead may not analytics:view (1)',
    ]);
  });

  it('wants both sides of each `when`: an answer hangs on its holding, and one on its failing', async () => {
    const trainee = (owner: string, answer: string): string =>
      `{ name: x, workspace: support, as: { role: auditor }, with: { resource: ${owner} }, ${answer}: [message:send] }`;
    const own = await measure(trainee('{ owner: somebody }', 'can'));
    assert.deepEqual(sides(own), ['personal holds']);
    assert.deepEqual(
      own.scopes.map(({ scope, assertedAt }) => [scope.id, assertedAt.holds.map(({ line }) => line)]),
      [['personal', [3]]],
    );
    const both = await measure(trainee('{ owner: somebody }', 'can'), trainee('{ owner: bo }', 'cannot'));
    assert.deepEqual(sides(both), ['personal holds', 'personal fails']);
    assert.equal(both.asserted - own.asserted, 2, 'the side, and the pair');
    for (const owner of ['{}', '{ ownr: bo }', '{ owner: 7 }'])
      assert.deepEqual(sides(await measure(trainee(owner, 'cannot'))), [], `${owner} is denied as it lacks something`);
    const named = '{ name: x, workspace: support, as: { role: auditor }, cannot: ["message:send@shared"] }';
    assert.deepEqual(sides(await measure(named)), [], 'a scope that is named is not looked up');
    const anyway = trainee('{ owner: bo }', 'can').replace('auditor', 'team-lead');
    assert.deepEqual(sides(await measure(anyway)), [], 'may send anywhere');
    const wrong = await measure(trainee('{ owner: bo }', 'can'));
    assert.deepEqual(sides(wrong), [], 'a wrong answer counts for nothing');
  });

  it('leaves out scopes on which no role hangs', async () => {
    const files = {
      'roles.yaml': `scopes:
  self: { when: { resource.owner: $subject.id } }
  team: { when: { resource.team: red } }
  unused: { when: { resource.kind: red } }
permissions:
  Leave: { leave:approve: { title: Approve, scopes: [self, team] } }
roles:
  boss: { grants: ["leave:approve@team"] }
`,
      'policies/support.yaml': 'workspace: support\nmembers: { ana: boss }\n',
    };
    const report = await measureFiles(files, 'all', [
      '{ name: x, workspace: support, as: ana, can: ["leave:approve@team"] }',
    ]);
    assert.deepEqual(
      report.scopes.map(({ scope }) => scope.id),
      ['team'],
    );
  });

  it('speaks for neither scope where a request is in both', async () => {
    const scopes = `scopes:
  self: { when: { resource.owner: $subject.id } }
  team: { when: { resource.team: red } }
permissions:
  Leave: { leave:approve: { title: Approve, scopes: [self, team] } }
roles:
  boss: { grants: ["leave:approve@team"] }
`;
    const files = { 'roles.yaml': scopes, 'policies/support.yaml': 'workspace: support\nmembers: { ana: boss }\n' };
    const both = '{ resource: { owner: somebody, team: red } }';
    const report = await measureFiles(files, 'all', [
      `{ name: x, workspace: support, as: { role: boss }, with: ${both}, can: [leave:approve] }`,
    ]);
    assert.deepEqual(asserted(report), []);
    // That it is in `team` is asserted: out of it, it would be denied. Of `self` nothing depends.
    assert.deepEqual(sides(report), ['team holds']);
    assert.deepInclude(report, { asserted: 1, total: 4 });
  });

  it('shows just the roles that are asked as, when that is wanted', async () => {
    const files = { 'policies/support.yaml': support };
    const report = await measureFiles(files, 'asked', [
      '{ name: x, workspace: support, as: ana@acme.example, can: [tag:create] }',
    ]);
    assert.deepEqual(
      report.roles.map(({ role }) => role.id),
      ['team-lead'],
    );
    assert.equal(report.total, 5);
  });
});

function asserted(report: CoverageReport): string[] {
  return report.roles.flatMap(({ role, pairs }) =>
    pairs
      .filter(({ assertedAt }) => assertedAt.length > 0)
      .map(({ cell, decision, assertedAt }) => {
        const name = role.workspace === 'other' ? `other/${role.id}` : role.id;
        return `${name} ${decision === 'allow' ? 'may' : 'may not'} ${formatCell(cell)} (${assertedAt.length})`;
      }),
  );
}

/** `team holds` for each side of a scope on which an answer hangs. */
function sides(report: CoverageReport): string[] {
  return report.scopes.flatMap(({ scope, assertedAt }) =>
    (['holds', 'fails'] as const).filter((side) => assertedAt[side].length > 0).map((side) => `${scope.id} ${side}`),
  );
}

function measure(...tests: string[]): Promise<CoverageReport> {
  return measureFiles({ 'policies/support.yaml': support }, 'all', tests);
}

function measureAt(head: string, test: string): Promise<CoverageReport> {
  return measureFiles({ 'policies/support.yaml': support }, 'all', [test], head);
}

async function measureFiles(
  files: Record<string, string>,
  roles: 'all' | 'asked',
  tests: readonly string[],
  head = '',
): Promise<CoverageReport> {
  const text = `${head}\ntests:\n${tests.map((test) => `  - ${test}\n`).join('')}`;
  const sources = sourceFiles({
    ...smallPolicy(),
    ...(files['roles.yaml'] === undefined ? {} : { 'policies/organization.yaml': 'organization: acme\n' }),
    ...files,
    'policies/a.test.yaml': text,
  });
  const { policy, tests: written, problems } = compilePolicy(sources, nowMs);
  const errors = problems.filter(({ severity }) => severity === 'error');
  assert.deepEqual(errors, []);
  const engine = await CasbinEngine.create(policy!);
  return measureCoverage(engine, selectTests(written, undefined), { nowMs, roles });
}
