import type { DatabaseSidecar } from '../../support/database-sidecar.ts';
import type { Call, Reply } from '../../support/running-sidecar.ts';

/** Makes a call and holds its answer against what the document says of that path. */
type Check = (running: DatabaseSidecar, template: string, path: string, call?: Call) => Promise<Reply>;

/** Asks for, and changes, members and groups in every way that a database answers. */
export async function checkMembers(running: DatabaseSidecar, check: Check): Promise<void> {
  for (const kind of ['workspace', 'organization']) {
    const [place, actor, role] = kind === 'workspace' ? ['support', 'mia', 'agent'] : ['acme', 'ada', 'auditor'];
    const list = [`/v1/${kind}s/{${kind}}/members`, `/v1/${kind}s/${place}/members`] as const;
    const one = `${list[0]}/{subject}`;
    const put = (name: string, body: object | string, headers: Record<string, string> = {}): Promise<Reply> =>
      check(running, one, `${list[1]}/${name}`, { method: 'PUT', body, headers });
    const remove = (rest: string, headers: Record<string, string> = {}): Promise<Reply> =>
      check(running, one, `${list[1]}/${rest}`, { method: 'DELETE', headers });
    const timed = { role, from: '2020-01-01', until: '2999-12-31', reason: 'a reason' };
    await put('kim', { roles: [timed], actor, reason: 'hired' }, { 'Idempotency-Key': 'k' });
    await put('kim', { roles: [role], actor });
    await check(running, one, `${list[1]}/kim`);
    await check(running, one, `${list[1]}/${kind === 'workspace' ? 'hal' : 'pia'}`);
    await check(running, one, `${list[1]}/nobody`);
    for (const query of ['', '?limit=1', `?role=${role}`, '?role=nothing', '?x']) {
      await check(running, list[0], `${list[1]}${query}`);
    }
    const wrong = ['captain', 'nothing', 'lead', 'admin', 'agent', 'owner', 'payer', 'auditor'];
    for (const name of wrong) await put('kim', { roles: [name], actor });
    await put('kim', { roles: [role, role], actor });
    await put('kim', { roles: [{ role, until: '2020-01-01' }], actor });
    await put('kim', { roles: ['seller', 'approver'], actor: 'mia' });
    await put('kim', { roles: [role], actor: 'nobody' });
    await put('kim', '{');
    await put(kind === 'workspace' ? 'hal' : 'pia', { roles: [role], actor });
    await put('pia', { roles: [role], actor: 'mia' });
    await put('kim', { roles: [role], actor }, { 'If-Match': '"999"' });
    await put('lea', { roles: [role], actor }, { 'Idempotency-Key': 'k' });
    await remove('kim');
    await remove(`kim?actor=${actor}`);
    const nowhere = `/v1/${kind}s/nowhere/members`;
    await check(running, list[0], nowhere);
    await check(running, one, `${nowhere}/kim`);
    await check(running, one, `${nowhere}/kim`, { method: 'PUT', body: { roles: [role], actor } });
  }
  await checkGroups(running, check);
  for (let tries = 0; tries < 100; tries += 1) {
    const { text } = await check(running, '/v1/fleet', '/v1/fleet');
    if (text.includes('"id":"one"')) break;
  }
  const minRevision = '3f9c2a1b7d4e.999';
  const question = { subject: 'mia', workspace: 'support', permission: 'ticket:close', minRevision };
  await Promise.all([
    check(running, '/v1/enforce', '/v1/enforce', { method: 'POST', body: question }),
    check(running, '/v1/workspaces/{workspace}/roles', `/v1/workspaces/support/roles?minRevision=${minRevision}`),
  ]);
  await check(running, '/v1/policy', '/v1/policy');
  await check(running, '/readyz', '/readyz');
}

async function checkGroups(running: DatabaseSidecar, check: Check): Promise<void> {
  const [groups, real] = ['/v1/organizations/{organization}/groups', '/v1/organizations/acme/groups'];
  const [list, one] = [`${groups}/{group}/members`, `${groups}/{group}/members/{subject}`];
  const put = { method: 'PUT', body: { actor: 'ada' } } as const;
  await check(running, groups, real);
  await check(running, groups, '/v1/organizations/nowhere/groups');
  for (const call of [put, put, {}, { method: 'DELETE' }]) await check(running, one, `${real}/desk/members/kim`, call);
  for (const query of ['', '?limit=1', '?limit=0']) await check(running, list, `${real}/desk/members${query}`);
  for (const call of [put, {}]) await check(running, one, `${real}/desk/members/dan`, call);
  await check(running, one, `${real}/desk/members/nobody`);
  await check(running, one, `${real}/nothing/members/kim`, put);
  await check(running, one, `${real}/desk/members/kim?actor=ada`, { method: 'DELETE' });
  await check(running, list, `${real}/nothing/members`);
  const member = '/v1/workspaces/{workspace}/members/{subject}';
  const asked = '/v1/workspaces/sales/members/nothing?subjectType=group';
  await check(running, member, asked, { method: 'PUT', body: { roles: ['agent'], actor: 'ada' } });
}
