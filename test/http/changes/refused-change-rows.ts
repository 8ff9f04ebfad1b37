/** What the callers of the table send. */
export const tokens = {
  all: 'token-of-everything-there-is',
  acme: 'token-of-the-company-acme',
  change: 'token-of-changes-and-no-more',
  read: 'token-of-who-reads-only-here',
  plain: 'token-of-who-asks-for-decisions',
} as const;

/** A change, and what it is refused with. */
export interface Row {
  readonly what: string;
  readonly actor?: string | object;
  readonly edits: readonly object[];
  readonly token?: keyof typeof tokens | undefined;
  readonly says: readonly [status: number, code: string, pointer?: string];
}

export const support = { workspace: 'support' };
export const give = (subject: string, ...roles: readonly (string | object)[]): object => ({
  ...{ edit: 'member.set', ...support },
  subject,
  roles,
});
export const change = (role: string, more: object): object => ({ edit: 'role.change', ...support, role, ...more });
export const create = (role: string, more: object = {}): object => ({ edit: 'role.create', ...support, role, ...more });

export const notAllowed: readonly Row[] = [
  {
    what: 'a member without the right over roles',
    actor: 'cy',
    edits: [create('x')],
    says: [403, 'actor-not-allowed', '/edits/0'],
  },
  {
    what: 'a member without the right over members',
    actor: 'bo',
    edits: [give('new', 'member')],
    says: [403, 'actor-not-allowed', '/edits/0'],
  },
  {
    what: 'somebody of no place at all',
    actor: 'nobody',
    edits: [create('x')],
    says: [403, 'actor-not-allowed', '/edits/0'],
  },
  {
    what: 'a service of the same id',
    actor: { type: 'service', id: 'ana' },
    edits: [create('x')],
    says: [403, 'actor-not-allowed', '/edits/0'],
  },
  {
    what: 'an admin of another workspace',
    actor: 'sam',
    edits: [create('x')],
    says: [403, 'actor-not-allowed', '/edits/0'],
  },
  {
    what: 'an owner of another company',
    actor: 'gail',
    edits: [give('bo', 'member')],
    says: [403, 'actor-not-allowed', '/edits/0'],
  },
  {
    what: 'the second of two edits',
    edits: [create('x'), { ...create('x'), workspace: 'sales' }],
    says: [403, 'actor-not-allowed', '/edits/1'],
  },
  {
    what: 'a role of the company, by an admin of a workspace',
    edits: [{ edit: 'role.create', organization: 'acme', role: 'x' }],
    says: [403, 'actor-not-allowed', '/edits/0'],
  },
  {
    what: 'a member of the company, by an admin of a workspace',
    edits: [{ edit: 'member.set', organization: 'acme', subject: 'ana', roles: ['owner'] }],
    says: [403, 'actor-not-allowed', '/edits/0'],
  },
  {
    what: 'a group, by an admin of a workspace',
    edits: [{ edit: 'group.set', organization: 'acme', group: 'night', subjects: ['bo'] }],
    says: [403, 'actor-not-allowed', '/edits/0'],
  },
  {
    what: 'what lasts longer than the right to give it',
    actor: 'tem',
    edits: [give('new', 'member')],
    says: [403, 'actor-not-allowed', '/edits/0'],
  },
  {
    what: 'what begins when that right is over',
    actor: 'tem',
    edits: [give('new', { role: 'member', from: '2999-06-01', until: '2999-07-01' })],
    says: [403, 'actor-not-allowed', '/edits/0'],
  },
  {
    what: 'a role that gives more for longer than that right',
    actor: 'tem',
    edits: [change('writer', { allow: ['doc:sign'] })],
    says: [403, 'actor-not-allowed', '/edits/0'],
  },
  {
    what: 'more than one holds oneself, in a role',
    actor: 'lea',
    edits: [change('writer', { allow: ['doc:sign'] })],
    says: [403, 'escalation-prevented', '/edits/0'],
  },
  {
    what: 'more than one holds oneself, in a new role',
    actor: 'lea',
    edits: [create('x', { grants: ['*'] })],
    says: [403, 'escalation-prevented', '/edits/0'],
  },
  {
    what: 'more than one holds oneself, to oneself',
    actor: 'lea',
    edits: [give('lea', 'admin')],
    says: [403, 'escalation-prevented', '/edits/0'],
  },
  {
    what: 'more than one holds oneself, by a copy',
    actor: 'lea',
    edits: [{ edit: 'role.duplicate', ...support, from: 'admin', role: 'x', as: 'copy' }, give('lea', 'x')],
    says: [403, 'escalation-prevented'],
  },
  {
    what: 'taking from somebody who holds more',
    actor: 'lea',
    edits: [give('ana', 'member')],
    says: [403, 'escalation-prevented', '/edits/0'],
  },
  {
    what: 'the right that one gives oneself first',
    actor: 'cy',
    edits: [give('cy', 'admin'), create('x')],
    says: [403, 'actor-not-allowed', '/edits/0'],
  },
];

export const byToken: readonly Row[] = [
  { what: 'no token', token: undefined, edits: [create('x')], says: [401, 'unauthenticated'] },
  { what: 'a token that asks for decisions', token: 'plain', edits: [create('x')], says: [401, 'unauthenticated'] },
  { what: 'a token that only reads', token: 'read', edits: [create('x')], says: [403, 'forbidden'] },
  ...[
    { edit: 'workspace.create', workspace: 'fresh', organization: 'acme' },
    { edit: 'workspace.rename', workspace: 'support', to: 'help' },
    { edit: 'workspace.rename', workspace: 'nowhere', to: 'help' },
    { edit: 'organization.create', organization: 'initech' },
    { edit: 'organization.change', organization: 'acme', plan: 'free' },
  ].map((edit): Row => ({
    what: `${edit.edit} without provision`,
    token: 'change',
    edits: [edit],
    says: [403, 'forbidden', '/edits/0'],
  })),
  {
    what: 'a place of another company, behind one of its own',
    token: 'acme',
    edits: [create('x'), { ...create('x'), workspace: 'lab' }],
    says: [403, 'forbidden', '/edits/1'],
  },
  {
    what: 'a place of another company',
    token: 'acme',
    actor: 'gil',
    edits: [{ ...give('hal', 'member'), workspace: 'lab' }],
    says: [403, 'forbidden', '/edits/0'],
  },
  {
    what: 'a place that is not there',
    token: 'acme',
    edits: [{ ...create('x'), workspace: 'nowhere' }],
    says: [403, 'forbidden', '/edits/0'],
  },
  {
    what: 'another company',
    token: 'acme',
    actor: 'gail',
    edits: [{ edit: 'group.set', organization: 'globex', group: 'a', subjects: [] }],
    says: [403, 'forbidden', '/edits/0'],
  },
  {
    what: 'a company that is not there',
    token: 'acme',
    edits: [{ edit: 'group.set', organization: 'initech', group: 'a', subjects: [] }],
    says: [403, 'forbidden', '/edits/0'],
  },
];

export const againstTheRules: readonly Row[] = [
  {
    what: 'a custom role on a plan without',
    actor: 'gil',
    edits: [{ ...create('x'), workspace: 'lab' }],
    says: [422, 'plan-without-custom-roles'],
  },
  { what: 'a test that fails', edits: [change('writer', { allow: ['doc:sign'] })], says: [422, 'failing-tests'] },
  { what: 'a role that is there', edits: [create('writer')], says: [409, 'already-there'] },
  {
    what: 'a role that is built in',
    edits: [change('member', { allow: ['doc:edit'] })],
    says: [422, 'change-refused', '/edits/0'],
  },
  { what: 'a role that is not there', edits: [change('writr', { title: 'X' })], says: [422, 'unknown-role'] },
  { what: 'a role to be given that is not there', edits: [give('cy', 'writr')], says: [422, 'unknown-role'] },
  {
    what: 'a permission that is not there',
    edits: [change('writer', { allow: ['doc:burn'] })],
    says: [404, 'unknown-permission', '/edits/0'],
  },
  {
    what: 'a member who is not there',
    edits: [{ edit: 'member.remove', ...support, subject: 'zed' }],
    says: [404, 'unknown-member', '/edits/0'],
  },
  { what: 'a role of the company in a workspace', edits: [give('cy', 'owner')], says: [422, 'wrong-span'] },
  {
    what: 'a time that is over before it begins',
    edits: [give('cy', { role: 'writer', from: '2030-01-02', until: '2030-01-01' })],
    says: [422, 'bad-period', '/edits/0'],
  },
  { what: 'a role twice', edits: [give('cy', 'writer', 'writer')], says: [422, 'duplicate-role'] },
  {
    what: 'a role that others extend and is deleted',
    edits: [create('y', { extends: ['writer'] }), { edit: 'role.delete', ...support, role: 'writer' }],
    says: [422, 'change-refused', '/edits/1'],
  },
  {
    what: 'another text than was seen',
    edits: [{ ...change('writer', { title: 'Writer' }), etag: 'abcdef' }],
    says: [409, 'changed-meanwhile', '/edits/0'],
  },
  {
    what: 'a list that nobody has agreed to',
    edits: [{ edit: 'role.delete', ...support, role: 'writer' }],
    says: [409, 'unconfirmed'],
  },
  {
    what: 'another list than was agreed to',
    edits: [{ edit: 'role.delete', ...support, role: 'writer', confirm: 'abcdef' }],
    says: [409, 'stale-confirm', '/edits/0'],
  },
  {
    what: 'a workspace that is there',
    edits: [{ edit: 'workspace.create', workspace: 'sales', organization: 'acme' }],
    says: [409, 'already-there', '/edits/0'],
  },
];
