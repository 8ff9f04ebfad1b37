import { memberPolicyFiles } from './member-change-policy.ts';

/** The same company with groups: one that answers tickets in `support`, one that is filled at run time, one above. */
export function groupPolicyFiles(top = ''): Record<string, string> {
  const files = memberPolicyFiles(top);
  const organization = 'policies/acme/organization.yaml';
  const support = 'policies/acme/support.yaml';
  return {
    ...files,
    [organization]: `${files[organization] ?? ''}  group:bosses: auditor
groups:
  desk: [dan, dot, service:bot]
  bosses: [bea]
  sellers: []
  idle: []
`,
    [support]: `${files[support] ?? ''}  group:desk: agent
  group:sellers: { roles: [seller, { role: lead, from: 2999-01-01 }] }
`,
  };
}
