import { smallPolicy } from '../../support/policy-folder.ts';
import type { Call, Reply, RunningSidecar } from '../../support/running-sidecar.ts';

type Check = (running: RunningSidecar, template: string, path: string, call?: Call) => Promise<Reply>;

/** Has a policy kept back and accepted, for what the document says of it; `other` keeps nothing back. */
export async function checkBudget(running: RunningSidecar, other: RunningSidecar, check: Check): Promise<void> {
  const [policy, accept] = ['/v1/policy', '/v1/policy/accept'];
  const requests = Array.from({ length: 100 }, () => ({
    ...{ subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' },
  }));
  await running.call('/v1/enforce/batch', { method: 'POST', body: { requests } });
  const first = running.live.current?.revision ?? '';
  const file = 'policies/support.yaml';
  const text = smallPolicy()[file] ?? '';
  await running.folder.write(file, text.replace('ana@acme.example: team-lead', 'ana@acme.example: member'));
  const reply = await check(running, '/v1/policy/reload', '/v1/policy/reload', { method: 'POST' });
  const { budget } = reply.json as { budget: { revision: string } };
  await check(running, policy, policy);
  for (const revision of [first, '000000000000', 'no revision', budget.revision]) {
    await check(running, accept, accept, { method: 'POST', body: { revision } });
  }
  await check(other, accept, accept, { method: 'POST', body: { revision: first } });
}
