import type { DatabaseSidecar } from '../../support/database-sidecar.ts';
import type { Call, Reply, RunningSidecar } from '../../support/running-sidecar.ts';

/** Makes a call and holds its answer against what the document says of that path. */
type Check = (running: Pick<RunningSidecar, 'call'>, template: string, path: string, call?: Call) => Promise<Reply>;

/** Asks what there is, who can do something and what somebody has, in every way that files answer. */
export async function checkReads(running: RunningSidecar, check: Check): Promise<void> {
  await check(running, '/v1/catalog', '/v1/catalog');
  await check(running, '/v1/catalog', '/v1/catalog?x');
  for (const query of ['', '?limit=1', '?subject=dee@acme.example', '?subject=', '?after=a']) {
    await check(running, '/v1/workspaces', `/v1/workspaces${query}`);
  }
  for (const [kind, id] of [
    ['workspace', 'support'],
    ['organization', 'acme'],
  ] as const) {
    const [template, path] = [`/v1/${kind}s/{${kind}}`, `/v1/${kind}s/${id}`];
    for (const role of ['workspace-admin', 'company-admin', 'trainee', 'team-lead', 'nothing']) {
      await check(running, `${template}/roles/{role}`, `${path}/roles/${role}?limit=1`);
    }
    for (const query of ['', '?search=dee', '?limit=1', '?search=nobody']) {
      await check(running, `${template}/people`, `${path}/people${query}`);
    }
    await check(running, `${template}/roles`, `${path}/roles?holders`);
    for (const query of [
      'roles=workspace-admin,trainee',
      'subject=dee@acme.example&at=2030-01-01',
      '',
      'roles=nothing',
    ]) {
      await check(running, `${template}/preview`, `${path}/preview?${query}`);
    }
    await check(running, `${template}/roles`, `${path}/roles?holders=no`);
    await check(running, `${template}/roles`, `${path}/roles?seen`);
    for (const permission of ['message:send', 'billing:view', 'nothing']) {
      const members = 'permissions/{permission}/members';
      await check(running, `${template}/${members}`, `${path}/permissions/${permission}/members`);
    }
  }
  for (const query of ['', '?permissions', '?limit=1', '?permissions=no']) {
    const access = '/v1/subjects/{subject}/access';
    await check(running, access, `/v1/subjects/dee@acme.example/access${query}`);
    await check(running, access, `/v1/subjects/olu@acme.example/access${query}`);
  }
  await check(running, '/v1/subjects/{subject}', '/v1/subjects/dee@acme.example?actor=olu@acme.example', {
    method: 'DELETE',
  });
  const actor = { headers: { 'X-Rolebook-Actor': 'nobody' } };
  await check(running, '/v1/workspaces/{workspace}/roles/{role}', '/v1/workspaces/support/roles/trainee', actor);
}

/** The same of a database, where something can be taken away. */
export async function checkRemovals(running: DatabaseSidecar, check: Check): Promise<void> {
  const member = '/v1/workspaces/{workspace}/members/{subject}';
  const put = { method: 'PUT', body: { roles: [{ role: 'agent', until: '2999-12-31', reason: 'r' }], actor: 'mia' } };
  await check(running, member, '/v1/workspaces/support/members/rob', put);
  const group = '/v1/organizations/{organization}/groups/{group}/members/{subject}';
  const join = { method: 'PUT', body: { actor: 'ada' } };
  await check(running, group, '/v1/organizations/acme/groups/desk/members/rob', join);
  const company = '/v1/organizations/{organization}/permissions/{permission}/members';
  await check(running, company, '/v1/organizations/acme/permissions/nothing/members');
  await check(running, '/v1/subjects/{subject}/access', '/v1/subjects/rob/access?permissions');
  await check(running, '/v1/workspaces', '/v1/workspaces?subject=rob');
  const members = '/v1/workspaces/{workspace}/permissions/{permission}/members';
  await check(running, members, '/v1/workspaces/support/permissions/ticket:close/members');
  await check(running, '/v1/workspaces/{workspace}/roles/{role}', '/v1/workspaces/support/roles/agent');
  const own = { headers: { 'X-Rolebook-Actor': 'rob' } };
  const desk = '/v1/organizations/{organization}/groups/{group}';
  for (const call of [{}, own]) await check(running, desk, '/v1/organizations/acme/groups/desk', call);
  await check(running, desk, '/v1/organizations/acme/groups/nothing');
  await check(running, '/v1/organizations/{organization}/groups', '/v1/organizations/acme/groups', own);
  for (const query of ['', '?actor=nobody', '?actor=ada', '?actor=ada']) {
    await check(running, '/v1/subjects/{subject}', `/v1/subjects/rob${query}`, { method: 'DELETE' });
  }
}
