import { publish, runDatabaseSidecar } from '../../support/database-sidecar.ts';
import type { Call, Reply, RunningSidecar } from '../../support/running-sidecar.ts';

/** Makes a call and holds its answer against what the document says of that path. */
type Check = (running: RunningSidecar, template: string, path: string, call?: Call) => Promise<Reply>;

type CheckAny = (running: Pick<RunningSidecar, 'call'>, template: string, path: string, call?: Call) => Promise<Reply>;

/** A policy that is changed over HTTP. */
export const changedPolicy: Readonly<Record<string, string>> = {
  'roles.yaml': `permissions:
  Docs:
    doc:read: Read
    doc:edit: Edit
    doc:sign: { title: Sign, requires: [doc:edit] }
  People:
    people:manage: { title: Manage people, controls: members }
    role:manage: { title: Manage roles, controls: roles }
roles:
  member: { grants: [doc:read] }
  admin: { grants: ["*"] }
defaultRole: member
plans: [free, paid]
customRoles: { plans: [paid] }
`,
  'policies/acme/organization.yaml': 'organization: acme\nplan: paid\n',
  'policies/acme/support.yaml': `workspace: support
roles:
  writer: { extends: member, grants: [doc:edit] }
  keeper: { extends: member }
members:
  ana: admin
  bo: [writer, keeper]
`,
  'policies/acme/support.test.yaml': `tests:
  - { name: a writer writes, workspace: support, as: bo, can: [doc:edit] }
`,
  'policies/free/organization.yaml': 'organization: lowly\nplan: free\n',
  'policies/free/attic.yaml': 'workspace: attic\nmembers: { ana: admin }\n',
};

/** Asks for changes in every way that is answered, for what the document says of each. */
export async function checkChanges(running: RunningSidecar, check: Check): Promise<void> {
  const path = '/v1/changes';
  const post = (edits: unknown, more: object = {}, query = ''): Promise<Reply> =>
    check(running, path, `${path}${query}`, { method: 'POST', body: { actor: 'ana', edits, ...more } });
  const at = { workspace: 'support' };
  const set = { edit: 'member.set', ...at, subject: 'kim', roles: ['member'] };
  const first = await post([set], { reason: 'hired' });
  await post([{ ...set, subject: 'lea' }], {}, '?preview');
  await check(running, path, path);
  await check(running, path, `${path}?limit=1&workspace=support`);
  await check(running, path, `${path}?limit=no`);
  const { change } = first.json as { change: string };
  const revert = `${path}/{change}/revert`;
  await check(running, revert, `${path}/${change}/revert`, { method: 'POST', body: { actor: 'ana' } });
  await check(running, revert, `${path}/00000000-00000000/revert`, { method: 'POST', body: { actor: 'ana' } });
  await check(running, revert, `${path}/${change}/revert`, { method: 'POST', body: {} });
  await post([{ ...set, workspace: 'nowhere' }]);
  await post([{ edit: 'waiver.end', check: 'idle-role', about: { ...at, role: 'keeper' } }]);
  await post([{ ...set, roles: ['nothing'] }]);
  await post([{ ...set, etag: 'another' }]);
  await post([set], { actor: 'bo' });
  await post([{ edit: 'member.remove', ...at, subject: 'nobody' }]);
  await post([{ edit: 'member.remove', ...at, subject: 'bo' }]);
  await post([{ edit: 'role.change', ...at, role: 'member', allow: ['doc:edit'] }]);
  await post([{ edit: 'role.create', ...at, role: 'writer' }]);
  await post([{ edit: 'role.create', ...at, role: '0' }]);
  await post([{ edit: 'role.create', workspace: 'attic', role: 'writer', grants: ['doc:edit'] }]);
  await post([{ edit: 'role.create', ...at, role: 'signer', grants: ['doc:sign'] }]);
  await post([{ edit: 'role.change', ...at, role: 'writer', allow: ['doc:fly'] }]);
  await post([{ edit: 'role.change', ...at, role: 'writer', disallow: ['doc:edit'] }]);
  const asked = await post([{ edit: 'role.delete', ...at, role: 'keeper' }]);
  await post([{ edit: 'role.delete', ...at, role: 'keeper', confirm: 'another' }]);
  const agreed = (asked.json as { confirm?: string }).confirm;
  await post([{ edit: 'role.delete', ...at, role: 'keeper', confirm: agreed ?? '' }]);
  await post([{ edit: 'permission.rename', permission: 'doc:read', to: 'doc:view' }]);
  await post('no list');
  const flow = {
    'policies/acme/odd.yaml':
      'workspace: odd\nroles: &all\n  writer: { grants: [doc:edit] }\nmembers: { ana: admin }\n',
  };
  for (const [file, text] of Object.entries(flow)) await running.folder.write(file, text);
  await post([{ edit: 'role.change', workspace: 'odd', role: 'writer', allow: ['doc:sign'] }]);
  await running.folder.write('policies/acme/odd.yaml', 'workspace: odd\nmembers: { ana: nothing }\n');
  await post([set]);
  await running.folder.remove('policies/acme/odd.yaml');
}

/** The same of a policy that comes from a database, which has no tests and other places to write to. */
export async function checkReleasedChanges(url: string, check: CheckAny): Promise<void> {
  await publish(
    url,
    Object.fromEntries(Object.entries(changedPolicy).filter(([path]) => !path.endsWith('.test.yaml'))),
  );
  const running = await runDatabaseSidecar(url, { isChanged: true });
  const path = '/v1/changes';
  for (const edit of [
    { edit: 'member.set', workspace: 'support', subject: 'kim', roles: ['member'] },
    { edit: 'role.change', workspace: 'support', role: 'writer', title: 'Writer' },
    { edit: 'role.change', workspace: 'support', role: 'none', title: 'None' },
  ])
    await check(running, path, path, { method: 'POST', body: { actor: 'ana', edits: [edit] } });
  await check(running, path, path);
}
