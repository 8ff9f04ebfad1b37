import { expect } from 'chai';
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
    expect(reason.rolesThatAllow).to.have.length(limits.toldRoles);
    expect(reason).not.to.have.property('rolesThatAllowCount');
    expect(reason.message).to.contain('; these would: `editor-0`').and.to.contain('`editor-19`');
  });

  it('are the first and how many there are, when they are many', async () => {
    const engine = await engineWith(300);
    const { decision, reason } = engine.explain(request, 0);
    expect(decision).to.equal(false);
    expect(reason.rolesThatAllow).to.deep.equal(
      Array.from({ length: limits.toldRoles }, (_, index) => `editor-${index}`),
    );
    expect(reason.rolesThatAllowCount).to.equal(300);
    expect(reason.message).to.contain('these and 280 more would: `editor-0`').and.not.to.contain('editor-20');
    const allowed = engine.explain({ ...request, subjectId: 'bob' }, 0);
    expect(allowed).to.deep.include({ decision: true });
    expect(allowed.reason.role).to.equal('editor-0');
  });

  it('and the permission that was meant are found once, whoever asks', async () => {
    const engine = await engineWith(3);
    const ask = (subjectId: string, permission: string): unknown =>
      engine.explain({ ...request, subjectId, permission }, 0);
    expect(ask('ana', 'doc:edt')).to.equal(ask('nobody', 'doc:edt')).and.to.deep.include({ decision: false });
    expect(ask('ana', 'doc:edt')).to.have.nested.property('reason.didYouMean', 'doc:edit');
    expect(ask('ana', 'doc:xyz:')).to.have.nested.property('reason.code', 'unknown-permission');
    expect(ask('ana', 'doc:edit')).to.equal(ask('ana', 'doc:edit'));
  });

  it('are the same when an answer is worked out later', async () => {
    const engine = await engineWith(30);
    for (const permission of ['doc:read', 'doc:edit', 'doc:edt']) {
      for (const subjectId of ['ana', 'bob', 'nobody']) {
        for (const workspace of ['w', 'elsewhere']) {
          const asked = { ...request, subjectId, permission, workspace };
          expect(engine.explainAsked(asked, engine.ask(asked, 0))).to.deep.equal(engine.explain(asked, 0));
          expect(engine.decideAsked(engine.ask(asked, 0))).to.equal(engine.decide(asked, 0));
        }
      }
    }
  });
});
