import { findings, type PolicyTexts } from './policy-texts.ts';

/** A company with two workspaces and one without any, with permissions and settings of the company. */
export const companyRoles = `organizationProperties: { strictInboxes: false, regions: [] }
scopes:
  strict: { when: { organization.properties.strictInboxes: true } }
  relaxed: {}
  near: { when: { resource.region: $organization.properties.regions } }
permissions:
  Conversations:
    message:send: Send messages
    message:delete: { title: Delete messages, scopes: [strict, relaxed] }
    message:export: { title: Export messages, scopes: [near] }
  Workspace:
    teammate:manage: { title: Manage teammates, controls: members }
    role:edit: { title: Edit roles, controls: roles }
  Company:
    billing:view: { title: View invoices, spans: organization }
    billing:pay: { title: Pay invoices, spans: organization, requires: [billing:view] }
    seat:assign: { title: Hand out company roles, spans: organization, controls: members }
roles:
  member: { title: Standard access, grants: [message:send, "message:delete@relaxed", message:export] }
  workspace-admin: { title: Workspace admin, grants: ["*"] }
  people-lead: { title: Leads people, grants: [teammate:manage], spans: organization }
  accountant: { title: Accountant, grants: ["billing:*"], spans: organization }
  company-admin: { title: Company admin, grants: ["*"], spans: organization }
  frozen: { title: Frozen, denies: ["*"], spans: organization }
customRoles: { without: ["role:*"] }
`;

export const companyTexts: PolicyTexts = {
  'roles.yaml': companyRoles,
  'policies/acme/organization.yaml': `organization: acme
properties: { strictInboxes: true }
members:
  olu: company-admin
  ada: [accountant, { role: frozen, from: 2026-12-01 }]
  pat: people-lead
`,
  'policies/acme/support.yaml': `workspace: support
roles:
  clerk: { extends: [workspace-admin, accountant] }
members:
  ana: workspace-admin
  bo: member
  kim: clerk
`,
  'policies/acme/sales.yaml': 'workspace: sales\nmembers: { bo: member, ada: member }\n',
  'policies/newco/organization.yaml': 'organization: newco\nmembers: { nia: company-admin }\n',
  'policies/loose.yaml': 'workspace: loose\nmembers: { lee: workspace-admin }\n',
};

/** What is found but that some roles can lift themselves, as they can in this policy. */
export function mistakesIn(texts: PolicyTexts): string[] {
  return findings(texts).filter((finding) => !finding.includes(' self-lift '));
}
