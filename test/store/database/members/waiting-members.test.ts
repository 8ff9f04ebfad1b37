import { assert } from 'chai';
import type { PolicySet } from '../../../../src/policy/policy-set.ts';
import type { RuntimeAssignment } from '../../../../src/policy/runtime-member.ts';
import { compilePolicy } from '../../../../src/compile/compile-policy.ts';
import { RuntimeMembers } from '../../../../src/engine/runtime-members.ts';
import { judgeMemberChange } from '../../../../src/review/members/judge-member-change.ts';
import { readMembers } from '../../../../src/store/database/members/read-changes.ts';
import { publishRelease } from '../../../../src/store/database/releases/publish-release.ts';
import type { ReadFile } from '../../../../src/store/database/releases/release.ts';
import { sourceFiles } from '../../../support/compile-yaml.ts';
import { acme, addedRulesOf, change, onEachDatabase, request } from '../../../support/opened-databases.ts';

const atMs = Date.UTC(2026, 10, 20, 9);
const organization = (members: string): string =>
  `organization: acme\nroles: { lead: { grants: [a:b] }, rover: { spans: memberships, grants: [a:b] } }\nmembers: { ${members} }\n`;

function filesWith(members: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    'roles.yaml': `permissions: { A: { a:b: t } }
roles: { member: {}, roamer: { spans: memberships, grants: [a:b] }, boss: { spans: organization } }
`,
    'policies/organization.yaml': organization(members),
    'policies/support.yaml': 'workspace: support\nmembers: { ana: member }\n',
    'policies/sales.yaml': 'workspace: sales\nmembers: { ana: lead }\n',
    ...more,
  };
}

onEachDatabase('rows for Casbin of a role that spans memberships', (opened) => {
  async function publish(files: Record<string, string>, nowMs = atMs): Promise<PolicySet> {
    const read = sourceFiles(files) as ReadFile[];
    const { policy } = compilePolicy(read, nowMs);
    if (!policy) assert.fail('it has errors');
    await publishRelease(opened().database, {
      policy,
      files: read,
      commit: undefined,
      author: 'ana',
      now: () => nowMs,
    });
    return policy;
  }
  const give = (
    policy: PolicySet,
    id: string,
    roles: (string | RuntimeAssignment)[],
    place?: typeof acme,
  ): Promise<unknown> => change(opened().database, policy, request(id, roles, place ? { place, atMs } : { atMs }));
  const rows = async (): Promise<string[]> => [...(await addedRulesOf(opened().database))].sort();

  it('come with the membership that it waited for, and go with it', async () => {
    const policy = await publish(filesWith(''));
    await give(policy, 'dee', ['roamer', 'boss'], acme);
    assert.deepEqual(await rows(), ['g user:dee role:boss sales', 'g user:dee role:boss support']);
    await give(policy, 'dee', ['member']);
    assert.deepEqual(await rows(), [
      'g user:dee role:boss sales',
      'g user:dee role:boss support',
      'g user:dee role:member support',
      'g user:dee role:roamer support',
    ]);
    await give(policy, 'dee', [{ role: 'member', from: '2999-01-01' }]);
    assert.deepEqual(await rows(), ['g user:dee role:boss sales', 'g user:dee role:boss support']);
    await give(policy, 'dee', ['lead']);
    assert.include(await rows(), 'g user:dee role:roamer support');
    await give(policy, 'dee', []);
    assert.deepEqual(await rows(), ['g user:dee role:boss sales', 'g user:dee role:boss support']);
    await give(policy, 'dee', [], acme);
    assert.deepEqual(await rows(), []);
  });

  it('are there at once for who is a member by YAML', async () => {
    const policy = await publish(filesWith(''));
    await give(policy, 'ana', ['rover'], acme);
    assert.deepEqual(await rows(), [
      'g user:ana role:organization:acme/rover sales',
      'g user:ana role:organization:acme/rover support',
    ]);
  });

  it('come with a membership at run time where YAML gives the role', async () => {
    const policy = await publish(filesWith('olu: roamer'));
    await give(policy, 'olu', ['lead']);
    assert.deepEqual(await rows(), [
      'g user:olu role:organization:acme/lead support',
      'g user:olu role:roamer support',
    ]);
    await give(policy, 'olu', []);
    assert.deepEqual(await rows(), []);
  });

  it('are renewed by a publication, which may make somebody a member or end what they wait for', async () => {
    const policy = await publish(filesWith(''));
    await give(policy, 'dee', ['rover'], acme);
    assert.deepEqual(await rows(), []);
    await publish(filesWith('', { 'policies/sales.yaml': 'workspace: sales\nmembers: { ana: lead, dee: member }\n' }));
    assert.deepEqual(await rows(), ['g user:dee role:organization:acme/rover sales']);
    await publish(filesWith('dee: boss'));
    assert.deepEqual(await rows(), []);
  });

  it('go to the heir of a role of the organization that is gone', async () => {
    const policy = await publish(filesWith(''));
    await give(policy, 'dee', ['lead']);
    await publish(
      filesWith('', {
        'policies/organization.yaml':
          'organization: acme\nroles: { chief: { grants: [a:b] } }\nretired: { lead: chief }\n',
        'policies/sales.yaml': 'workspace: sales\nmembers: { ana: chief }\n',
      }),
    );
    assert.deepEqual(await rows(), ['g user:dee role:organization:acme/chief support']);
  });

  const withOwner = (more: Record<string, string>): Record<string, string> =>
    filesWith('', {
      'roles.yaml': `permissions: { A: { a:b: t, a:lead: { title: t, controls: members } } }
roles: { member: {}, owner: { grants: [a:lead], holders: 1 }, roamer: { spans: memberships, grants: [a:b] } }
`,
      ...more,
    });
  const handOver = async (policy: PolicySet, from: string, to: string): Promise<unknown> => {
    const { database } = opened();
    const members = new RuntimeMembers(await database.read(readMembers));
    const asked = request(to, ['owner'], {
      actor: { type: 'user', id: from },
      inPlaceOf: { subject: { type: 'user', id: from } },
    });
    return change(database, policy, asked, {
      judge: (before) => {
        const verdict = judgeMemberChange({ policy, members, atMs }, asked, before);
        return verdict.fault ? assert.fail(verdict.fault.message) : verdict;
      },
    });
  };

  it('go when the only role of the workspace is handed over, and come to who takes it', async () => {
    const policy = await publish(withOwner({ 'policies/support.yaml': 'workspace: support\n' }));
    await give(policy, 'dee', ['owner']);
    for (const id of ['dee', 'bo']) await give(policy, id, ['roamer'], acme);
    assert.deepEqual(await rows(), ['g user:dee role:owner support', 'g user:dee role:roamer support']);
    await handOver(policy, 'dee', 'bo');
    assert.deepEqual(await rows(), ['g user:bo role:owner support', 'g user:bo role:roamer support']);
  });

  it('go when that role is handed over which YAML gives, too', async () => {
    const files = { 'policies/support.yaml': 'workspace: support\nmembers: { ana: owner }\n' };
    const policy = await publish(withOwner(files));
    await give(policy, 'ana', ['roamer'], acme);
    assert.deepEqual(await rows(), ['g user:ana role:roamer sales', 'g user:ana role:roamer support']);
    await handOver(policy, 'ana', 'bo');
    assert.deepEqual(await rows(), ['g user:ana role:roamer sales', 'g user:bo role:owner support']);
  });
});
