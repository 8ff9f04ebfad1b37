import { assert } from 'chai';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import { roleKey } from '../../../src/policy/role.ts';
import { measureCoverage } from '../../../src/review/testing/coverage.ts';
import { runMutants, type MutationReport } from '../../../src/review/testing/mutation/run-mutants.ts';
import { runPolicyTests } from '../../../src/review/testing/run-policy-tests.ts';
import { findings } from '../../support/policy-texts.ts';
import { nowMs, sourceFiles } from '../../support/compile-yaml.ts';

const files = (tests: readonly string[]): Record<string, string> => ({
  'roles.yaml': `permissions: { Docs: { doc:read: Read, doc:edit: Edit, doc:share: Share } }
roles:
  member: { grants: [doc:read] }
  roamer: { spans: memberships, grants: [doc:edit] }
  helper: { spans: everything, grants: [doc:share] }
staff: { mia: helper }
`,
  'policies/acme/organization.yaml':
    'organization: acme\nroles: { lead: { extends: member, grants: [doc:share] } }\nmembers: { olu: roamer }\n',
  'policies/acme/one.yaml': 'workspace: one\nmembers: { ana: lead, olu: member }\n',
  'policies/acme/two.yaml': 'workspace: two\nmembers: { bo: lead }\n',
  'policies/acme/one.test.yaml': `tests:\n${tests.map((test) => `  - ${test}\n`).join('')}`,
});

const test = (workspace: string, as: string, can: string, cannot = ''): string =>
  `{ name: x, workspace: ${workspace}, as: ${as}, can: [${can}]${cannot === '' ? '' : `, cannot: [${cannot}]`} }`;

async function engineAnd(tests: readonly string[]) {
  const { policy, tests: read, problems } = compilePolicy(sourceFiles(files(tests)), nowMs);
  if (!policy) assert.fail(problems.map(({ message }) => message).join('\n'));
  return { engine: await CasbinEngine.create(policy), read };
}

async function failures(...tests: string[]): Promise<string[]> {
  const { engine, read } = await engineAnd(tests);
  const { tests: results } = runPolicyTests(engine, read, { nowMs });
  return results.flatMap(({ failures: found }) =>
    found.map((one) => (one.kind === 'wrong-answer' ? `${one.expect} ${one.permission}` : one.kind)),
  );
}

async function mutate(tests: readonly string[]): Promise<MutationReport> {
  const { read } = await engineAnd(tests);
  return runMutants(sourceFiles(files(tests)), read, { nowMs, mutants: 'all' });
}

describe('policy tests', () => {
  it('ask as a role of the organization, in any of its workspaces', async () => {
    assert.deepEqual(await failures(test('two', '{ role: lead }', 'doc:read, doc:share', 'doc:edit')), []);
    assert.deepEqual(await failures(test('one', '{ role: [lead, roamer] }', 'doc:edit, doc:share')), []);
  });

  it('ask as a role that spans memberships or everything for somebody with whom it holds', async () => {
    assert.deepEqual(await failures(test('two', '{ role: roamer }', 'doc:edit', 'doc:read')), []);
    assert.deepEqual(await failures(test('one', '{ role: helper }', 'doc:share', 'doc:read')), []);
  });

  it('ask as a member from above where they hold something, and as staff everywhere', async () => {
    assert.deepEqual(await failures(test('one', 'olu', 'doc:read, doc:edit', 'doc:share')), []);
    assert.deepEqual(await failures(test('two', 'olu', 'doc:read', 'doc:edit')), ['allow doc:read']);
    assert.deepEqual(await failures(test('one', 'mia', 'doc:share', 'doc:read')), []);
    assert.deepEqual(await failures(test('two', 'mia', 'doc:read')), ['allow doc:read']);
  });

  it('are told of roles and people that are not there', () => {
    const faults = (as: string, more: Record<string, string> = {}): string[] =>
      findings({ ...files([test('two', as, 'doc:read')]), ...more });
    assert.deepEqual(faults('{ role: laed }'), ['policies/acme/one.test.yaml:2 unknown-role laed']);
    assert.deepEqual(faults('mio'), ['policies/acme/one.test.yaml:2 unknown-member mio']);
    assert.deepEqual(faults('mia'), []);
    const alone = { 'policies/alone.yaml': 'workspace: alone\nmembers: { bo: member }\n' };
    const elsewhere = findings({ ...files([test('alone', '{ role: lead }', 'doc:read')]), ...alone });
    assert.deepEqual(elsewhere, ['policies/acme/one.test.yaml:2 unknown-role lead']);
  });
});

describe('the coverage of roles of an organization', () => {
  it('is theirs, whichever workspace a test asks in', async () => {
    const { engine, read } = await engineAnd([
      test('two', '{ role: lead }', 'doc:read'),
      test('one', 'ana', 'doc:share', 'doc:edit'),
    ]);
    const { roles } = measureCoverage(engine, read, { nowMs, roles: 'all' });
    const lead = roles.find(({ role }) => roleKey(role) === 'organization:acme/lead');
    assert.deepInclude(lead, { allowed: { asserted: 2, total: 2 }, denied: { asserted: 1, total: 1 } });
  });

  it('counts what staff and roles that span memberships are asked for', async () => {
    const { engine, read } = await engineAnd([test('one', 'mia', 'doc:share'), test('one', 'olu', 'doc:edit')]);
    const { roles } = measureCoverage(engine, read, { nowMs, roles: 'asked' });
    const asserted = roles.map(({ role, allowed }) => `${role.id} ${allowed.asserted}`);
    assert.deepEqual(asserted, ['member 0', 'roamer 1', 'helper 1']);
  });
});

describe('mutants of roles of an organization and of staff', () => {
  const outcomes = async (...tests: string[]): Promise<string[]> =>
    (await mutate(tests)).mutants.map(({ mutant, verdict }) => {
      const { list, text, subject, role } = mutant;
      return `${list} ${subject ?? role ?? ''} ${text}: ${verdict.outcome}`;
    });

  it('are killed where a test of any workspace asks for what they change', async () => {
    const told = await outcomes(
      test('two', '{ role: lead }', 'doc:share'),
      test('one', 'mia', 'doc:share'),
      test('one', 'olu', 'doc:edit, doc:read'),
    );
    for (const killed of [
      'grants lead doc:share: killed',
      'grants helper doc:share: killed',
      'staff mia helper: killed',
      'members olu roamer: killed',
      'members olu member: killed',
    ])
      assert.include(told, killed);
  });

  it('live where none does', async () => {
    const told = await outcomes(test('one', '{ role: member }', 'doc:read'));
    for (const lived of ['grants lead doc:share: lived', 'staff mia helper: lived', 'members olu roamer: lived']) {
      assert.include(told, lived);
    }
  });
});
