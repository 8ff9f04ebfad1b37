import { assert } from 'chai';
import { CasbinEngine } from '../../../../src/engine/casbin-engine.ts';
import { RuntimeMembers } from '../../../../src/engine/runtime-members.ts';
import { compilePolicy } from '../../../../src/compile/compile-policy.ts';
import type { PolicySet } from '../../../../src/policy/policy-set.ts';
import { judgeRemoval } from '../../../../src/review/access/judge-removal.ts';
import { readMembers } from '../../../../src/store/database/members/read-changes.ts';
import {
  removeSubject,
  type JudgedRemoval,
  type SubjectRemovalResult,
} from '../../../../src/store/database/members/remove-subject.ts';
import { publishRelease } from '../../../../src/store/database/releases/publish-release.ts';
import type { ReadFile } from '../../../../src/store/database/releases/release.ts';
import { inOneGo } from '../../../support/ask-everything.ts';
import { sourceFiles } from '../../../support/compile-yaml.ts';
import {
  acme,
  addedRulesOf,
  atMs,
  change,
  historyOf,
  membersOf,
  onEachDatabase,
  request,
  stateOf,
} from '../../../support/opened-databases.ts';

const files = {
  'roles.yaml': `permissions: { A: { a:b: { title: t, controls: members } } }
roles: { member: {}, roamer: { spans: memberships, grants: [a:b] }, boss: { spans: organization, grants: [a:b] } }
`,
  'policies/organization.yaml': 'organization: acme\nmembers: { ana@acme.example: boss }\ngroups: { desk: [] }\n',
  'policies/support.yaml': 'workspace: support\nmembers: { ana: member, group:desk: member }\n',
  'policies/sales.yaml': 'workspace: sales\nmembers: { ana: member }\n',
};

onEachDatabase('all memberships of somebody', (opened) => {
  let policy: PolicySet;
  beforeEach(async () => {
    const read = sourceFiles(files) as ReadFile[];
    policy = compilePolicy(read, atMs).policy ?? assert.fail('it has errors');
    const publication = { policy, files: read, commit: undefined, author: 'ana', now: () => atMs };
    await publishRelease(opened().database, publication);
    const places = [
      { place: acme, roles: ['roamer', 'boss'] },
      { place: { kind: 'workspace', id: 'sales' }, roles: ['member'] },
      { place: { kind: 'workspace', id: 'support' }, roles: ['member'] },
      { place: { kind: 'group', id: 'acme/desk' }, roles: ['member'] },
    ] as const;
    for (const id of ['kim', 'dee']) {
      for (const { place, roles } of places) await change(opened().database, policy, request(id, roles, { place }));
    }
  });

  const remove = async (id: string, judge?: () => Promise<readonly JudgedRemoval[]>): Promise<SubjectRemovalResult> => {
    const { database } = opened();
    const members = new RuntimeMembers(await database.read(readMembers));
    const asked = { subject: { type: 'user', id }, actor: { type: 'user', id: 'ana@acme.example' }, reason: 'left' };
    const engine = await CasbinEngine.create(policy, members);
    return removeSubject(database, asked, {
      since: await stateOf(database),
      onMissed: () => undefined,
      judge:
        judge ??
        (() => {
          const verdict = inOneGo(judgeRemoval({ engine, members, atMs }, asked));
          return verdict.fault ? Promise.reject(new Error(verdict.fault.message)) : Promise.resolve(verdict.ends);
        }),
    });
  };
  const rowsOf = async (id: string): Promise<string[]> =>
    (await addedRulesOf(opened().database)).filter((row) => row.includes(`user:${id} `));

  it('end with their rows for Casbin, and those of others stay', async () => {
    const [ofKim, ofDee] = [await rowsOf('kim'), await rowsOf('dee')];
    assert.lengthOf(ofKim, ofDee.length);
    const { removed, ended, state } = await remove('kim');
    assert.lengthOf(removed, 4);
    assert.isTrue(ended.every(({ assignments }) => assignments.length === 0));
    assert.deepEqual(state, await stateOf(opened().database));
    assert.deepEqual(await rowsOf('kim'), []);
    assert.deepEqual(await rowsOf('dee'), ofDee);
    const left = await membersOf(opened().database);
    assert.lengthOf(left, 4);
    assert.isTrue(left.every((member) => member.startsWith('dee ')));
  });

  it('have an event each, one after the other', async () => {
    await remove('kim');
    assert.deepEqual((await historyOf(opened().database)).slice(-4), [
      '10 kim at acme: boss and roamer to nothing, by user ana@acme.example',
      '11 kim at acme/desk: member to nothing, by user ana@acme.example',
      '12 kim at sales: member to nothing, by user ana@acme.example',
      '13 kim at support: member to nothing, by user ana@acme.example',
    ]);
  });

  it('of somebody who has none are no change', async () => {
    const before = await stateOf(opened().database);
    const { removed, state } = await remove('nobody');
    assert.deepEqual([removed, state, await stateOf(opened().database)], [[], before, before]);
  });

  it('stay, all of them, when the judge refuses', async () => {
    const before = [await membersOf(opened().database), await historyOf(opened().database), await rowsOf('kim')];
    let message = '';
    await remove('kim', () => Promise.reject(new Error('no'))).catch((error: unknown) => (message = String(error)));
    assert.strictEqual(message, 'Error: no');
    const after = [await membersOf(opened().database), await historyOf(opened().database), await rowsOf('kim')];
    assert.deepEqual(after, before);
  });
});
