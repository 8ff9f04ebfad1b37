import type { PolicyTexts } from './policy-texts.ts';

/** Two companies that define roles of their own, built-in roles of every level, staff, and a group. */
export const levelsTexts: PolicyTexts = {
  'roles.yaml': `permissions:
  Docs: { doc:read: Read, doc:edit: Edit }
  Team: { member:manage: { title: Manage, controls: members } }
  Company: { bill:view: { title: View, spans: organization } }
roles:
  member: { grants: [doc:read] }
  manager: { grants: [doc:read, member:manage] }
  boss: { spans: organization, grants: ["*"] }
  roamer: { spans: memberships, grants: [doc:edit] }
  helper: { spans: everything, grants: [doc:edit] }
staff:
  mia: helper
`,
  'policies/acme/organization.yaml': `organization: acme
roles:
  lead: { extends: member, grants: [doc:edit] }
  chief: { spans: organization, grants: [bill:view] }
  rover: { spans: memberships, grants: [doc:edit] }
retired:
  old: lead
groups:
  desk: [dan]
members:
  ada: boss
`,
  'policies/acme/support.yaml': `workspace: support
roles:
  local: { extends: lead }
members:
  max: manager
`,
  'policies/beta/organization.yaml': `organization: beta
roles:
  bead: { grants: [doc:edit] }
members:
  bob: boss
`,
  'policies/beta/desk.yaml': `workspace: desk
members:
  ben: manager
`,
};
