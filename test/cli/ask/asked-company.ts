/** Two companies where somebody has a role by every way there is: alone, by a group, above, as staff, for a time. */
export const askedCompany: Readonly<Record<string, string>> = {
  'roles.yaml': `subjectTypes: [user, service]
scopes:
  personal: { when: { resource.owner: $subject.id } }
  shared: {}
permissions:
  Conversations:
    message:send: { title: Send messages, scopes: [personal, shared] }
    comment:send: Send comments
  Analytics:
    report:export: { title: Export reports, plans: [scale] }
    report:view: { title: View reports, was: report:look }
  Company:
    billing:view: { title: View invoices, spans: organization }
baseline: ["message:send@personal"]
plans: [free, scale]
roles:
  member: { title: Standard access, grants: [message:send, comment:send] }
  company-admin: { title: Company admin, grants: ["*"], spans: organization }
  owner: { title: Owner, grants: ["*"], spans: organization, holders: 1 }
  coordinator: { title: Coordinator, grants: ["report:*"], spans: memberships }
  helpdesk: { title: Our support, grants: [report:view, billing:view], spans: everything }
defaultRole: member
staff: { mia@vendor.example: helpdesk }
`,
  'policies/acme/organization.yaml': `organization: acme
plan: scale
groups: { desk: [dan, "service:bot"] }
roles:
  lead: { title: Lead, extends: member, grants: [report:view] }
members:
  olu: owner
  cora: coordinator
`,
  'policies/acme/support.yaml': `workspace: support
title: Support
formerly: help
roles:
  muted: { title: Muted, extends: lead, without: [comment:send], denies: [report:view] }
members:
  ana: lead
  bo: { roles: [{ role: member, until: 2026-12-31, reason: onboarding }, { role: lead, from: 2027-01-01 }] }
  cora: member
  eve: { roles: [{ role: member, until: 2026-01-31 }] }
  mo: muted
  group:desk: member
`,
  'policies/acme/sales.yaml': 'workspace: sales\nmembers: { ana: member }\n',
  'policies/free/organization.yaml': 'organization: free\nplan: free\nmembers: { fay: owner }\n',
  'policies/free/shop.yaml': 'workspace: shop\nmembers: { ana: member }\n',
};
