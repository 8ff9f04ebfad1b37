import { assert } from 'chai';
import { formatCell } from '../../../../src/policy/permission.ts';
import type { MutantVerdict } from '../../../../src/review/testing/mutation/run-mutants.ts';
import { companyTexts } from '../../../support/company-policy.ts';
import { smallPolicy } from '../../../support/policy-folder.ts';
import { mutate, outcomes, testFile } from './mutation-runs.ts';

const support = `workspace: support
roles:
  team-lead:
    extends: member
    grants: [conversation:assign, "tag:*"]
  trainee:
    extends: member
    without: ["message:send@shared"]
  auditor:
    grants: [analytics:view, "message:send@shared"]
    denies: [comment:send]
members:
  ana@acme.example: team-lead
  bo@acme.example: trainee
  cy@acme.example: [member, auditor]
`;

const requiring = (smallPolicy()['roles.yaml'] ?? '').replace(
  'conversation:assign: Assign conversations',
  'conversation:assign: { title: Assign conversations, requires: [comment:send] }',
);

/** `mutate` begins with the small policy. */
const noSmallPolicy = {
  'policies/support.yaml': 'workspace: small\n',
  'policies/organization.yaml': 'organization: small\n',
};

async function run(...tests: string[]): Promise<Record<string, string>> {
  return outcomes(await mutate({ 'policies/support.yaml': support, 'policies/a.test.yaml': testFile(...tests) }));
}

describe('mutants of levels and settings', () => {
  const run = async (...tests: string[]): Promise<Record<string, string>> => {
    const report = await mutate({ ...noSmallPolicy, ...companyTexts, 'policies/a.test.yaml': testFile(...tests) });
    return outcomes(report);
  };
  const any = '{ name: x, workspace: support, as: { role: member }, can: [message:send] }';

  it('are a permission that is no longer the company’s, what custom roles may have, and what is not set', async () => {
    const found = Object.entries(await run(any)).filter(([name]) => /in (spans|properties|without)$/.test(name));
    assert.deepEqual(Object.fromEntries(found), {
      'drop billing:view in spans': 'lived',
      // Who is a clerk would pay and not view, which is required.
      'drop billing:pay in spans': 'refused',
      'drop seat:assign in spans': 'lived',
      'drop role:* in without': 'lived',
      'drop strictInboxes: true in properties': 'lived',
    });
  });

  it('are killed by tests that say who may not', async () => {
    const found = await run(
      '{ name: a, workspace: support, as: { role: workspace-admin }, cannot: ["billing:*", seat:assign] }',
      '{ name: b, workspace: support, as: { role: clerk }, cannot: [role:edit] }',
      '{ name: c, workspace: support, as: { role: member }, with: { context: {} }, cannot: [message:delete] }',
      '{ name: d, organization: acme, as: { role: accountant }, can: ["billing:*"], cannot: [seat:assign] }',
      '{ name: e, organization: newco, as: nia, can: [seat:assign] }',
    );
    const killed = Object.entries(found)
      .filter(([, outcome]) => outcome === 'killed')
      .map(([name]) => name);
    assert.includeMembers(killed, [
      'drop billing:view in spans',
      'drop seat:assign in spans',
      'drop role:* in without',
      'drop strictInboxes: true in properties',
      'drop billing:* in grants of accountant',
      'take company-admin from nia',
    ]);
  });
});

describe('mutants of a policy', () => {
  it('are each grant, `without`, deny, baseline and membership dropped, and each scope widened, and each pair of a `when` held always and never', async () => {
    const report = await mutate({
      'policies/support.yaml': support,
      'policies/a.test.yaml': testFile('{ name: x, workspace: support, as: { role: member }, can: [comment:send] }'),
    });
    assert.sameMembers(Object.keys(outcomes(report)), [
      'always resource.owner: $subject.id in when',
      'never resource.owner: $subject.id in when',
      'drop message:send@personal in baseline',
      'widen message:send@personal in baseline',
      'drop comment:send in grants of member',
      'drop message:send in grants of member',
      'drop * in grants of workspace-admin',
      'drop * in grants of company-admin',
      'take company-admin from olu@acme.example',
      'drop conversation:assign in grants of team-lead',
      'drop tag:* in grants of team-lead',
      'drop message:send@shared in without of trainee',
      'widen message:send@shared in without of trainee',
      'drop analytics:view in grants of auditor',
      'drop message:send@shared in grants of auditor',
      'widen message:send@shared in grants of auditor',
      'drop comment:send in denies of auditor',
      'take team-lead from ana@acme.example',
      'take trainee from bo@acme.example',
      'take member from cy@acme.example',
      'take auditor from cy@acme.example',
    ]);
    const { mutants, killed, lived, redundant, refused } = report;
    assert.equal(killed + lived + redundant + refused, mutants.length);
  });

  it('are killed when a test misses the grant that was dropped, and live when none asks for it', async () => {
    const found = await run(
      '{ name: x, workspace: support, as: { role: team-lead }, can: [conversation:assign], cannot: [analytics:view] }',
    );
    assert.equal(found['drop conversation:assign in grants of team-lead'], 'killed');
    assert.equal(found['drop tag:* in grants of team-lead'], 'lived');
  });

  it('are killed when `without` no longer takes something away, and only `cannot` sees that', async () => {
    const name = 'drop message:send@shared in without of trainee';
    const seen = await run(
      '{ name: x, workspace: support, as: { role: trainee }, can: [comment:send], cannot: ["message:send@shared"] }',
    );
    const unseen = await run(
      '{ name: x, workspace: support, as: { role: trainee }, can: [comment:send, "message:send@personal"] }',
    );
    assert.deepEqual([seen[name], unseen[name]], ['killed', 'lived']);
  });

  it('are killed when a deny goes and a test asks with both roles, not with the denying role alone', async () => {
    const name = 'drop comment:send in denies of auditor';
    const both = await run(
      '{ name: x, workspace: support, as: { role: [member, auditor] }, cannot: [comment:send], can: [analytics:view] }',
    );
    const alone = await run(
      '{ name: x, workspace: support, as: { role: auditor }, cannot: [comment:send], can: [analytics:view] }',
    );
    assert.deepEqual([both[name], alone[name]], ['killed', 'lived']);
  });

  it('are killed when a member loses a role, and a test asks as the member, not as the role', async () => {
    const name = 'take team-lead from ana@acme.example';
    const member = await run(
      '{ name: x, workspace: support, as: ana@acme.example, can: [conversation:assign], cannot: [analytics:view] }',
    );
    const role = await run(
      '{ name: x, workspace: support, as: { role: team-lead }, can: [conversation:assign], cannot: [analytics:view] }',
    );
    assert.deepEqual([member[name], role[name]], ['killed', 'lived']);
    // Who is no member is denied everything, so `cannot` alone sees nothing.
    const denied = await run('{ name: x, workspace: support, as: ana@acme.example, cannot: [analytics:view] }');
    assert.equal(denied[name], 'lived');
  });

  it('are killed when a built-in role changes, in whatever workspace a test asks', async () => {
    const found = await run(
      '{ name: x, workspace: support, as: bo@acme.example, can: [comment:send], cannot: ["message:send@shared"] }',
      '{ name: y, workspace: support, as: olu@acme.example, can: ["*"] }',
    );
    assert.equal(found['drop comment:send in grants of member'], 'killed');
    assert.equal(found['drop * in grants of company-admin'], 'killed');
    assert.equal(found['take company-admin from olu@acme.example'], 'killed');
    assert.equal(found['drop * in grants of workspace-admin'], 'lived');
  });

  it('are killed when the baseline gets less or more', async () => {
    const found = await run(
      '{ name: x, workspace: support, as: { role: auditor }, can: ["message:send@personal"], cannot: [comment:send] }',
    );
    assert.equal(found['drop message:send@personal in baseline'], 'killed');
  });

  it('are refused when the files have errors with them, and do not count', async () => {
    const report = await mutate({
      'roles.yaml': requiring,
      'policies/support.yaml': support,
      'policies/a.test.yaml': testFile('{ name: x, workspace: support, as: { role: member }, can: [comment:send] }'),
    });
    const found = outcomes(report);
    // The team lead would assign conversations and not comment.
    assert.equal(found['drop comment:send in grants of member'], 'refused');
    // The trainee's `without` would take nothing out of what it extends, which is a warning.
    assert.equal(found['drop message:send in grants of member'], 'lived');
    const refused = report.mutants.flatMap(({ verdict }) => (verdict.outcome === 'refused' ? [verdict.problem] : []));
    assert.deepEqual([...new Set(refused.map(({ code }) => code))], ['missing-requirement']);
  });

  it('are refused too when the error is in a workspace that no test asks in', async () => {
    const found = outcomes(
      await mutate({
        'roles.yaml': requiring,
        'policies/other.yaml':
          'workspace: other\nroles:\n  junior: { extends: member, grants: [conversation:assign] }\nmembers: { eva: junior }\n',
        'policies/support.yaml': 'workspace: support\nmembers: { ana: workspace-admin }\n',
        'policies/a.test.yaml': testFile('{ name: x, workspace: support, as: ana, can: [comment:send] }'),
      }),
    );
    assert.equal(found['drop comment:send in grants of member'], 'refused');
  });

  it('live when only a workspace that no test asks in is decided otherwise', async () => {
    const report = await mutate({
      'policies/other.yaml': 'workspace: other\nmembers: { olu@acme.example: member }\n',
      'policies/a.test.yaml': testFile('{ name: x, workspace: support, as: { role: trainee }, can: [comment:send] }'),
    });
    assert.equal(outcomes(report)['take member from olu@acme.example'], 'redundant');
    assert.equal(outcomes(report)['take company-admin from olu@acme.example'], 'lived');
  });

  it('of a `when` are killed by tests with requests in the scope and out of it, each of its pairs', async () => {
    const roles = `scopes:
  small: { when: { resource.owner: $subject.id, resource.days: [1, 2] } }
  rest: {}
permissions:
  Leave: { leave:take: { title: Take, scopes: [small, rest] } }
roles:
  member: { grants: ["leave:take@small"] }
`;
    const files = { 'roles.yaml': roles, 'policies/support.yaml': 'workspace: support\nmembers: { ana: member }\n' };
    const noCompany = { 'policies/organization.yaml': 'organization: acme\n' };
    const taking = (resource: string, answer: string): string =>
      `{ name: x, workspace: support, as: ana, with: { resource: ${resource} }, ${answer}: [leave:take] }`;
    const left = async (...tests: string[]): Promise<string[]> => {
      const found = outcomes(await mutate({ ...files, ...noCompany, 'policies/a.test.yaml': testFile(...tests) }));
      return Object.entries(found).flatMap(([name, outcome]) =>
        name.endsWith(' in when') && outcome === 'lived' ? [name.replace(' in when', '')] : [],
      );
    };
    const own = taking('{ owner: ana, days: 1 }', 'can');
    assert.deepEqual(await left(own), ['always resource.owner: $subject.id', 'always resource.days: [1,2]']);
    const others = taking('{ owner: bo, days: 1 }', 'cannot');
    assert.deepEqual(await left(own, others), ['always resource.days: [1,2]']);
    assert.deepEqual(await left(own, others, taking('{ owner: ana, days: 3 }', 'cannot')), []);
    assert.lengthOf(await left('{ name: x, workspace: support, as: ana, can: ["leave:take@small"] }'), 4, 'named');
  });

  it('of a `when` on which no role hangs are redundant', async () => {
    const roles = `scopes: { own: { when: { subject.type: user } }, rest: {} }
permissions: { A: { doc:edit: { title: Edit, scopes: [own, rest] } } }
roles: { member: { grants: [doc:edit] } }
`;
    const found = outcomes(
      await mutate({
        'roles.yaml': roles,
        'policies/organization.yaml': 'organization: acme\n',
        'policies/support.yaml': 'workspace: support\nmembers: { ana: member }\n',
        'policies/a.test.yaml': testFile('{ name: x, workspace: support, as: ana, can: [doc:edit] }'),
      }),
    );
    assert.equal(found['always subject.type: user in when'], 'redundant');
    assert.equal(found['never subject.type: user in when'], 'redundant');
  });

  it('tell what they would change', async () => {
    const report = await mutate({
      'policies/support.yaml': support,
      'policies/a.test.yaml': testFile('{ name: x, workspace: support, as: { role: member }, can: [comment:send] }'),
    });
    const verdictOf = (list: string, change: string): MutantVerdict | undefined =>
      report.mutants.find(({ mutant }) => mutant.list === list && mutant.change === change)?.verdict;
    const denied = verdictOf('denies', 'drop');
    const [effect] = denied?.outcome === 'lived' ? denied.effect.roles : [];
    assert.deepEqual(effect?.noLongerDenies.map(formatCell), ['comment:send']);
    assert.deepEqual([effect?.gains, effect?.loses, effect?.denies], [[], [], []]);
    const member = report.mutants.find(({ mutant }) => mutant.subject === 'ana@acme.example')?.verdict;
    assert.deepEqual(member?.outcome === 'lived' ? member.effect.member?.loses.map(formatCell) : [], [
      'message:send@personal',
      'message:send@shared',
      'comment:send',
      'conversation:assign',
      'tag:create',
    ]);
  });

  it('with a filter are those of the workspaces that the tests ask in', async () => {
    const report = await mutate(
      {
        'policies/other.yaml': 'workspace: other\nmembers: { eva: member }\n',
        'policies/a.test.yaml': testFile(
          '{ name: first, workspace: other, as: eva, can: [comment:send] }',
          '{ name: second, workspace: support, as: ana@acme.example, can: [tag:create] }',
        ),
      },
      'first',
    );
    assert.deepEqual(outcomes(report), { 'take member from eva': 'killed' });
  });
});
