import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { parseGate } from '../../../src/review/diff/wording/change-gate.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';

const uuid = '550e8400-e29b-41d4-a716-446655440000';
const places = ['01234', '1234', '1.10', '1e3', uuid, 'Acme_Corp', 'acme_corp', 'toString'];

const files = {
  'roles.yaml': `permissions:
  C:
    user:2fa-reset: Reset the second factor
    user:read: Read
roles:
  Agent: { grants: [user:2fa-reset] }
  agent: { grants: [] }
  constructor: { grants: ["user:*"] }
`,
  'policies/organization.yaml': 'organization: "42"\n',
  ...Object.fromEntries(
    places.map((id, index) => [
      `policies/${index}.yaml`,
      `workspace: "${id}"\nroles: { "own.${index}": { grants: [user:read] } }\n` +
        `members: { "${index}": Agent, "1${index}": agent, "2${index}": "own.${index}" }\n`,
    ]),
  ),
  'policies/all.test.yaml': `tests:\n${places
    .map(
      (id, index) =>
        `  - { name: n${index}, workspace: "${id}", as: "${index}", can: [user:2fa-reset], cannot: [user:read] }\n`,
    )
    .join('')}`,
};

describe('ids as products have them, on the command line', () => {
  let folder: PolicyFolder;
  before(async () => (folder = await createPolicyFolder(files)));
  after(() => folder.dispose());

  const run = (...argv: string[]): Promise<CommandResult> => runCommand(argv, { cwd: folder.root });

  it('name one workspace each', async () => {
    for (const [index, id] of places.entries()) {
      for (const [at, other] of places.entries()) {
        const { exitCode, all } = await run('enforce', String(index), other, 'user:2fa-reset');
        assert.equal(exitCode, at === index ? 0 : 1, `${id} ${other}: ${all}`);
      }
      assert.equal((await run('enforce', `2${index}`, id, 'user:read')).exitCode, 0);
      assert.equal((await run('enforce', `1${index}`, id, 'user:2fa-reset')).exitCode, 1);
    }
  });

  it('are unknown where nobody wrote them', async () => {
    for (const id of [
      '12345',
      '1.1',
      '1000',
      'ACME_CORP',
      'Acme',
      '.',
      '..',
      '*',
      '42',
      'valueOf',
      '__proto__',
      `{${uuid}}`,
    ]) {
      const { stdout, exitCode } = await run('enforce', '0', id, 'user:2fa-reset', '--format', 'json');
      assert.equal(exitCode, 1, id);
      assert.deepNestedInclude(JSON.parse(stdout), { 'reason.code': 'unknown-workspace' }, id);
    }
    for (const permission of ['user:2FA-reset', 'User:2fa-reset', 'user:2', '2fa:user', 'toString', 'user:']) {
      const { stdout } = await run('enforce', '0', '01234', permission, '--format', 'json');
      assert.deepNestedInclude(JSON.parse(stdout), { 'reason.code': 'unknown-permission' }, permission);
    }
  });

  it('are asked about in tests', async () => {
    const { exitCode, all } = await run('test');
    assert.equal(exitCode, 0, all);
  });

  it('are told apart in the rows for Casbin', async () => {
    const { exitCode, all } = await run('compile', '--out', 'rows');
    assert.equal(exitCode, 0, all);
    const rows = readFileSync(join(folder.root, 'rows/policy.csv'), 'utf8').split('\n');
    for (const [index, id] of places.entries()) {
      assert.include(rows, `g, user:${index}, role:Agent, ${id}`);
      assert.include(rows, `g, user:2${index}, role:${id}/own.${index}, ${id}`);
    }
    assert.equal(new Set(rows).size, rows.length);
  });

  it('that differ in case alone are warnings, and stop nothing', async () => {
    const { stdout, exitCode } = await run('lint');
    assert.equal(exitCode, 0, stdout);
    assert.equal(stdout.match(/\[case-only-difference\]/g)?.length, 2, stdout);
  });
});

describe('a gate', () => {
  it('takes what a grant may be written as', () => {
    for (const grant of ['user:2fa-reset', 'user:2', 'User.x:0_a@own', '*', '*@own', 'user:*']) {
      assert.equal(parseGate(`gained:${grant}`).pattern, grant);
    }
    for (const text of [
      '2fa:*',
      '2fa:reset',
      'user:-2',
      'user:.2',
      'user:2@Own',
      'user:*@own',
      'user',
      'user:2:3',
      '',
      'us er:2',
      'user:2\n',
    ]) {
      assert.throws(() => parseGate(`gained:${text}`), /cannot be/, JSON.stringify(text));
    }
  });
});
