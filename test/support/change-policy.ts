/** A policy of two companies that is changed over HTTP: who may do what there, and who may not. */
export const changedTexts: Readonly<Record<string, string>> = {
  'roles.yaml': `subjectTypes: [user, service]
permissions:
  Docs: { doc:read: Read, doc:edit: Edit, doc:sign: Sign }
  People:
    people:manage: { title: Manage people, controls: members }
    role:manage: { title: Manage roles, controls: roles }
roles:
  member: { grants: [doc:read] }
  admin: { grants: ["*"] }
  owner: { grants: ["*"], spans: organization }
defaultRole: member
escalation: prevent
customRoles: { plans: [scale] }
`,
  'policies/acme/organization.yaml': `organization: acme
plan: scale
members: { olu: owner }
groups: { night: [cy] }
`,
  'policies/acme/support.yaml': `workspace: support
roles:
  lead: { extends: member, grants: [people:manage, role:manage, doc:edit] }
  writer: { extends: member, grants: [doc:edit] }
members:
  ana: admin
  lea: lead
  tem: [{ role: admin, until: 2999-01-01 }]
  bo: writer
  cy: member
`,
  'policies/acme/support.test.yaml': `tests:
  - name: a writer signs nothing
    workspace: support
    as: [bo]
    cannot: [doc:sign]
`,
  'policies/acme/sales.yaml': 'workspace: sales\nmembers:\n  sam: admin\n  bo: member\n',
  'policies/globex/organization.yaml': 'organization: globex\nplan: free\nmembers: { gail: owner }\n',
  'policies/globex/lab.yaml': 'workspace: lab\nmembers:\n  gil: admin\n  hal: member\n',
};
