import { assert } from 'chai';
import { codesOf } from '../../support/compile-yaml.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { levelsTexts } from '../../support/levels-policy.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';

interface Given {
  readonly at: keyof typeof places;
  readonly subject?: string;
  readonly role: string;
  /** What both doors say, or what YAML says and what the run time says. */
  readonly says: string | readonly [yaml: string, runTime: string];
}

const places = {
  support: { file: 'policies/acme/support.yaml', path: '/v1/workspaces/support', actor: 'ada' },
  acme: { file: 'policies/acme/organization.yaml', path: '/v1/organizations/acme', actor: 'ada' },
  desk: { file: 'policies/beta/desk.yaml', path: '/v1/workspaces/desk', actor: 'bob' },
  beta: { file: 'policies/beta/organization.yaml', path: '/v1/organizations/beta', actor: 'bob' },
} as const;

const given: readonly Given[] = [
  // A role of the company that is given in workspaces.
  { at: 'support', role: 'lead', says: 'right' },
  { at: 'support', subject: 'group:desk', role: 'lead', says: 'right' },
  { at: 'acme', role: 'lead', says: 'wrong-span' },
  { at: 'acme', subject: 'group:desk', role: 'lead', says: 'wrong-span' },
  { at: 'desk', role: 'lead', says: 'unknown-role' },
  { at: 'beta', role: 'lead', says: 'unknown-role' },
  { at: 'support', role: 'bead', says: 'unknown-role' },
  { at: 'support', subject: 'group:desk', role: 'bead', says: 'unknown-role' },
  { at: 'support', role: 'Lead', says: 'unknown-role' },
  { at: 'support', role: 'leed', says: 'unknown-role' },
  { at: 'support', role: 'old', says: 'unknown-role' },
  { at: 'support', role: 'acme/lead', says: ['bad-id', 'unknown-role'] },
  { at: 'support', role: 'role:organization:acme/lead', says: ['bad-id', 'unknown-role'] },
  { at: 'support', subject: 'group:nobody', role: 'lead', says: 'unknown-group' },
  { at: 'desk', subject: 'group:desk', role: 'member', says: 'unknown-group' },
  // Roles that span the company.
  { at: 'acme', role: 'chief', says: 'right' },
  { at: 'acme', subject: 'group:desk', role: 'chief', says: 'right' },
  { at: 'support', role: 'chief', says: 'wrong-span' },
  { at: 'support', subject: 'group:desk', role: 'chief', says: 'wrong-span' },
  { at: 'support', role: 'boss', says: 'wrong-span' },
  { at: 'support', subject: 'group:desk', role: 'boss', says: 'wrong-span' },
  { at: 'desk', role: 'chief', says: 'unknown-role' },
  { at: 'beta', role: 'chief', says: 'unknown-role' },
  { at: 'acme', role: 'bead', says: 'unknown-role' },
  { at: 'acme', role: 'local', says: 'unknown-role' },
  { at: 'acme', role: 'old', says: 'unknown-role' },
  { at: 'acme', role: 'Chief', says: 'unknown-role' },
  { at: 'acme', role: 'acme/chief', says: ['bad-id', 'unknown-role'] },
  { at: 'acme', subject: 'group:nobody', role: 'chief', says: 'unknown-group' },
  // Roles that span memberships.
  { at: 'acme', role: 'rover', says: 'right' },
  { at: 'acme', role: 'roamer', says: 'right' },
  { at: 'acme', subject: 'group:desk', role: 'rover', says: 'right' },
  { at: 'support', role: 'rover', says: 'wrong-span' },
  { at: 'support', role: 'roamer', says: 'wrong-span' },
  { at: 'support', subject: 'group:desk', role: 'rover', says: 'wrong-span' },
  { at: 'support', subject: 'group:desk', role: 'roamer', says: 'wrong-span' },
  { at: 'desk', role: 'roamer', says: 'wrong-span' },
  { at: 'desk', role: 'rover', says: 'unknown-role' },
  { at: 'beta', role: 'rover', says: 'unknown-role' },
  { at: 'acme', role: 'rovers', says: 'unknown-role' },
  { at: 'acme', role: 'memberships', says: 'unknown-role' },
  { at: 'acme', role: 'member', says: 'wrong-span' },
  // Roles of the staff, which no other list gives.
  ...(['support', 'acme', 'desk', 'beta'] as const).map((at) => ({ at, role: 'helper', says: 'wrong-span' })),
  ...(['support', 'acme'] as const).map((at) => ({ at, subject: 'group:desk', role: 'helper', says: 'wrong-span' })),
  { at: 'acme', role: 'everything', says: 'unknown-role' },
  // What is no role at all, though it is a word of this or of JavaScript.
  ...[
    'Lead',
    'LEAD',
    'lead.',
    'staff',
    'memberships',
    'everything',
    'organization',
    'acme',
    'constructor',
    'toString',
  ].flatMap((role) => (['support', 'acme', 'desk', 'beta'] as const).map((at) => ({ at, role, says: 'unknown-role' }))),
  ...['__proto__', '*', 'group:desk', 'user:mia', 'lead ', ' '].flatMap((role) =>
    (['support', 'acme'] as const).map((at) => ({ at, role, says: ['bad-id', 'unknown-role'] as const })),
  ),
  // Who seems to be one of the staff.
  ...(['support', 'acme', 'desk', 'beta'] as const).map((at) => {
    return { at, subject: 'міа', role: at === 'acme' || at === 'beta' ? 'boss' : 'member', says: 'look-alike' };
  }),
];

/** The policy with one more member in the file of a place. */
function withMember({ at, subject = 'kim', role }: Given): Record<string, string> {
  const { file } = places[at];
  return { ...levelsTexts, [file]: `${levelsTexts[file]}  "${subject}": "${role}"\n` };
}

/** Gives it, and takes what was right away again. */
async function atRunTime(running: DatabaseSidecar, { at, subject = 'kim', role }: Given): Promise<string> {
  const { path, actor } = places[at];
  const isGroup = subject.startsWith('group:');
  const id = encodeURIComponent(isGroup ? subject.slice('group:'.length) : subject);
  const member = `${path}/members/${id}?subjectType=${isGroup ? 'group' : 'user'}`;
  const { status, json } = await running.put(member, { roles: [{ role }], actor });
  if (status >= 300) return (json as { code: string }).code;
  assert.equal((await running.remove(`${member}&actor=${actor}`)).status, 200);
  return 'right';
}

describe('roles of each level', () => {
  let databases: TestDatabases;
  let running: DatabaseSidecar;
  before(async function () {
    this.timeout(60_000);
    databases = (await testDatabases[0]?.open()) as TestDatabases;
    const url = await databases.create();
    await publish(url, levelsTexts);
    running = await runDatabaseSidecar(url);
  });
  after(async () => {
    await disposeDatabaseSidecars();
    await databases.dispose();
  });

  it('are given where they are right, and nowhere else, in YAML and at run time alike', async () => {
    const expected: string[] = [];
    const said: string[] = [];
    for (const one of given) {
      const [yaml, runTime] = typeof one.says === 'string' ? [one.says, one.says] : one.says;
      const title = `${one.subject ?? 'kim'} is ${one.role} in ${one.at}`;
      expected.push(`${title}: ${yaml}, ${runTime}`);
      said.push(`${title}: ${codesOf(withMember(one))[0] ?? 'right'}, ${await atRunTime(running, one)}`);
    }
    assert.deepEqual(said, expected);
    const right = given.filter(({ says }) => says === 'right').length;
    assert.isAtLeast((given.length - right) / right, 10);
  });

  it('decide a request that is right, and allow nothing by one that is not', async () => {
    const give = async (path: string, role: string): Promise<void> => {
      const { status, text } = await running.put(path, { roles: [{ role }], actor: 'ada' });
      assert.equal(status, 201, text);
    };
    await give('/v1/workspaces/support/members/lea', 'lead');
    await give('/v1/organizations/acme/members/cho', 'chief');
    await give('/v1/organizations/acme/members/rob', 'rover');
    await give('/v1/workspaces/support/members/rob', 'member');
    await give('/v1/organizations/acme/members/desk?subjectType=group', 'rover');
    const said: string[] = [];
    for (const [body] of asked) {
      const { status, json } = await running.call('/v1/enforce?explain', { method: 'POST', body });
      const { code, reason } = json as { code?: string; reason?: { code: string } };
      said.push(`${JSON.stringify(body)}: ${status === 200 ? reason?.code : `${status} ${code}`}`);
    }
    assert.deepEqual(
      said,
      asked.map(([body, code]) => `${JSON.stringify(body)}: ${code}`),
    );
  });
});

const edit = { permission: 'doc:edit' };
const view = { permission: 'bill:view' };
const asked: readonly (readonly [object, string])[] = [
  // A role of the company, given in a workspace.
  [{ subject: 'lea', workspace: 'support', ...edit }, 'granted'],
  [{ subject: 'lea', workspace: 'desk', ...edit }, 'not-a-member'],
  [{ subject: 'lea', workspace: 'Support', ...edit }, 'unknown-workspace'],
  [{ subject: 'lea', workspace: 'acme', ...edit }, 'unknown-workspace'],
  [{ subject: 'lea', workspace: 'organization:acme', ...edit }, 'unknown-workspace'],
  [{ subject: 'lea', organization: 'acme', ...edit }, 'wrong-span'],
  [{ subject: 'lea', organization: 'acme', ...view }, 'not-a-member'],
  [{ subject: 'lea', workspace: 'support', organization: 'acme', ...edit }, '400 invalid-request'],
  [{ subject: 'lead', workspace: 'support', ...edit }, 'not-a-member'],
  [{ subject: 'role:organization:acme/lead', workspace: 'support', ...edit }, 'not-a-member'],
  [{ subject: { type: 'role', id: 'organization:acme/lead' }, workspace: 'support', ...edit }, 'not-a-member'],
  [{ subject: { type: 'organization', id: 'acme' }, workspace: 'support', ...edit }, 'not-a-member'],
  // One that spans the company.
  [{ subject: 'cho', organization: 'acme', ...view }, 'granted'],
  [{ subject: 'cho', workspace: 'support', ...view }, 'granted'],
  [{ subject: 'cho', organization: 'beta', ...view }, 'not-a-member'],
  [{ subject: 'cho', workspace: 'desk', ...view }, 'not-a-member'],
  [{ subject: 'cho', organization: 'Acme', ...view }, 'unknown-organization'],
  [{ subject: 'cho', organization: 'support', ...view }, 'unknown-organization'],
  [{ subject: 'cho', organization: '', ...view }, '400 invalid-request'],
  [{ subject: 'cho', organization: ['acme'], ...view }, '400 invalid-request'],
  [{ subject: 'cho', organization: null, ...view }, '400 invalid-request'],
  [{ subject: 'cho', organization: 'acme', ...edit }, 'wrong-span'],
  [{ subject: { type: 'service', id: 'cho' }, organization: 'acme', ...view }, 'not-a-member'],
  // One that spans memberships.
  [{ subject: 'rob', workspace: 'support', ...edit }, 'granted'],
  [{ subject: 'rob', workspace: 'desk', ...edit }, 'not-a-member'],
  [{ subject: 'rob', organization: 'acme', ...view }, 'not-a-member'],
  [{ subject: 'rob', organization: 'acme', ...edit }, 'wrong-span'],
  [{ subject: 'dan', workspace: 'support', ...edit }, 'not-a-member'],
  [{ subject: { type: 'group', id: 'desk' }, workspace: 'support', ...edit }, 'not-a-member'],
  [{ subject: 'group:desk', workspace: 'support', ...edit }, 'not-a-member'],
  [{ subject: 'desk', workspace: 'support', ...edit }, 'not-a-member'],
  // The staff.
  [{ subject: 'mia', workspace: 'support', ...edit }, 'granted'],
  [{ subject: 'mia', workspace: 'desk', ...edit }, 'granted'],
  [{ subject: 'mia', organization: 'beta', ...view }, 'not-granted'],
  [{ subject: 'mia', workspace: 'nowhere', ...edit }, 'unknown-workspace'],
  [{ subject: 'Mia', workspace: 'support', ...edit }, 'not-a-member'],
  [{ subject: 'міа', workspace: 'support', ...edit }, 'not-a-member'],
  [{ subject: { type: 'staff', id: 'mia' }, workspace: 'support', ...edit }, 'not-a-member'],
  [{ subject: { type: 'service', id: 'mia' }, workspace: 'support', ...edit }, 'not-a-member'],
  [{ subject: 'staff', workspace: 'support', ...edit }, 'not-a-member'],
  [{ subject: 'helper', workspace: 'support', ...edit }, 'not-a-member'],
  [{ subject: 'mia', ...edit }, '400 invalid-request'],
  [{ subject: 'mia', workspace: '*', ...edit }, 'unknown-workspace'],
  [{ subject: '*', workspace: 'support', ...edit }, 'not-a-member'],
];
