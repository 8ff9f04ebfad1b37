import { assert } from 'chai';
import { mutate, outcomes, testFile } from './mutation-runs.ts';

const tests = testFile('{ name: x, workspace: support, as: { role: member }, can: [comment:send] }');

async function outcomeOf(name: string, support: string, roles?: string): Promise<string | undefined> {
  const files = { 'policies/support.yaml': `workspace: support\n${support}`, 'policies/a.test.yaml': tests };
  const found = outcomes(await mutate(roles === undefined ? files : { ...files, 'roles.yaml': roles }));
  assert.property(found, name);
  return found[name];
}

describe('mutants that change no decision', () => {
  it('are a grant that the role has from another anyway', async () => {
    const name = 'drop comment:send in grants of lead';
    const members = 'members: { ana: lead }\n';
    assert.equal(
      await outcomeOf(name, `roles:\n  lead: { extends: member, grants: [comment:send] }\n${members}`),
      'redundant',
    );
    assert.equal(await outcomeOf(name, `roles:\n  lead: { grants: [comment:send] }\n${members}`), 'lived');
  });

  it('are a scope left out where the baseline has the others', async () => {
    const support = (scope: string): string =>
      `roles:\n  lead: { grants: ["message:send@${scope}"] }\nmembers: { ana: lead }\n`;
    assert.equal(await outcomeOf('widen message:send@shared in grants of lead', support('shared')), 'redundant');
    assert.equal(await outcomeOf('widen message:send@personal in grants of lead', support('personal')), 'lived');
  });

  it('are a grant that the same role denies', async () => {
    const support =
      'roles:\n  odd: { grants: [comment:send, tag:create], denies: [comment:send] }\nmembers: { ana: odd }\n';
    assert.equal(await outcomeOf('drop comment:send in grants of odd', support), 'redundant');
    assert.equal(await outcomeOf('drop tag:create in grants of odd', support), 'lived');
  });

  it('are a role beside another that may as much, unless times part them', async () => {
    const roles = 'roles:\n  lead: { extends: member, grants: [tag:create] }\n';
    const name = 'take member from ana';
    assert.equal(await outcomeOf(name, `${roles}members: { ana: [member, lead] }\n`), 'redundant');
    const ending = 'members: { ana: [member, { role: lead, until: 2030-01-01 }] }\n';
    assert.equal(await outcomeOf(name, roles + ending), 'lived');
  });

  it('are a role that was over before any test and before today', async () => {
    const support = 'members: { ana: [{ role: member, until: 2020-01-01 }], bo: member }\n';
    assert.equal(await outcomeOf('take member from ana', support), 'redundant');
  });

  it('are a role in one workspace of somebody who may everything in all', async () => {
    assert.equal(
      await outcomeOf('take member from olu@acme.example', 'members: { olu@acme.example: member }\n'),
      'redundant',
    );
  });

  it('are not a role whose member has properties that scopes look up', async () => {
    const support =
      'members:\n  olu@acme.example: { roles: member, properties: { team: red } }\n  cy: { roles: [member], properties: { team: red } }\n';
    assert.equal(await outcomeOf('take member from olu@acme.example', support), 'lived');
    assert.equal(await outcomeOf('take member from cy', support), 'lived');
  });
});
