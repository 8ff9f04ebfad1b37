import { assert } from 'chai';
import { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import { limits } from '../../src/policy/limits.ts';
import { policyOf } from '../support/compile-yaml.ts';

const request = { subjectType: 'user', subjectId: 'ana', workspace: 'w', permission: 'doc:edit' };

async function engineWith(roleCount: number): Promise<CasbinEngine> {
  const custom = Array.from({ length: roleCount }, (_, index) => `  editor-${index}: { title: E, grants: [doc:edit] }`);
  return CasbinEngine.create(
    policyOf({
      'roles.yaml':
        'permissions: { Docs: { doc:read: Read, doc:edit: Edit } }\nroles: { reader: { title: R, grants: [doc:read] } }\n',
      'policies/w.yaml': [
        'workspace: w',
        'title: W',
        'roles:',
        ...custom,
        'members: { ana: reader, bob: editor-0 }',
        '',
      ].join('\n'),
    }),
  );
}

describe('the roles that would allow something', () => {
  it('are all named while they are few', async () => {
    const { reason } = (await engineWith(limits.toldRoles)).explain(request, 0);
    assert.lengthOf(reason.rolesThatAllow!, limits.toldRoles);
    assert.notProperty(reason, 'rolesThatAllowCount');
    assert.include(reason.message, '; these would: `editor-0`');
    assert.include(reason.message, '`editor-19`');
  });

  it('are the first and how many there are, when they are many', async () => {
    const engine = await engineWith(300);
    const { decision, reason } = engine.explain(request, 0);
    assert.strictEqual(decision, false);
    assert.deepEqual(
      reason.rolesThatAllow,
      Array.from({ length: limits.toldRoles }, (_, index) => `editor-${index}`),
    );
    assert.strictEqual(reason.rolesThatAllowCount, 300);
    assert.include(reason.message, 'these and 280 more would: `editor-0`');
    assert.notInclude(reason.message, 'editor-20');
    const allowed = engine.explain({ ...request, subjectId: 'bob' }, 0);
    assert.deepInclude(allowed, { decision: true });
    assert.strictEqual(allowed.reason.role, 'editor-0');
  });

  it('and the permission that was meant are found once, whoever asks', async () => {
    const engine = await engineWith(3);
    const ask = (subjectId: string, permission: string): unknown =>
      engine.explain({ ...request, subjectId, permission }, 0);
    const actual = ask('ana', 'doc:edt');
    assert.strictEqual(actual, ask('nobody', 'doc:edt'));
    assert.deepInclude(actual as object, { decision: false });
    assert.nestedPropertyVal(ask('ana', 'doc:edt'), 'reason.didYouMean', 'doc:edit');
    assert.nestedPropertyVal(ask('ana', 'doc:xyz:'), 'reason.code', 'unknown-permission');
    assert.strictEqual(ask('ana', 'doc:edit'), ask('ana', 'doc:edit'));
  });

  it('are the same when an answer is worked out later', async () => {
    const engine = await engineWith(30);
    for (const permission of ['doc:read', 'doc:edit', 'doc:edt']) {
      for (const subjectId of ['ana', 'bob', 'nobody']) {
        for (const workspace of ['w', 'elsewhere']) {
          const asked = { ...request, subjectId, permission, workspace };
          assert.deepEqual(engine.explainAsked(asked, engine.ask(asked, 0)), engine.explain(asked, 0));
          assert.strictEqual(engine.decideAsked(engine.ask(asked, 0)), engine.decide(asked, 0));
        }
      }
    }
  });
});
