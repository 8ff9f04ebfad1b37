export const rolesYaml = `scopes: { own: { when: { resource.owner: $subject.id } }, rest: {} }
permissions:
  Docs:
    doc:read: Read
    doc:edit: { title: Edit, scopes: [own, rest] }
    doc:wipe: { title: Wipe, requires: [doc:read] }
    bill:pay: Pay
    bill:approve: Approve
baseline: ["doc:edit@own"]
roles:
  member: { title: Standard, grants: [doc:read] }
  admin: { title: Admin, grants: ["doc:*"] }
  boss: { title: Boss, grants: ["doc:*"], spans: organization }
defaultRole: member
exclusive: [[bill:pay, bill:approve]]
`;

export const workspaceYaml = `workspace: w   # the only one

roles:
  # Keeps the shelves.
  lead:
    title: Lead
    extends: member
    grants: [doc:edit, bill:pay]   # and pays
  trainee: { extends: member, without: [doc:read] }

members:
  ana: lead
  bo: [lead, admin]
  cy: { roles: [trainee], properties: { team: red } }
`;

export const testsYaml = `tests:
  - name: a lead edits
    workspace: w
    as: { role: lead }
    can: [doc:edit]
  - name: nobody wipes
    workspace: w
    as: [{ role: lead }, { role: trainee }, ana]
    cannot: [doc:wipe]
`;
