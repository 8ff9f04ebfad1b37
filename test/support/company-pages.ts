import { noTests } from './console-visit.ts';
import { ownPolicyFiles } from './example-files.ts';

/** Somebody of the staff who looks after the product. */
export const operator = 'mia@vendor.example';

/** The inbox product with what its pages of a company show: groups, roles of the company, and staff. */
export function companyFiles(): Record<string, string> {
  const files = ownPolicyFiles();
  const organization = 'policies/acme/organization.yaml';
  const support = 'policies/acme/support-emea.yaml';
  return {
    ...files,
    [organization]: `${files[organization] ?? ''}groups:
  emea-support: [chloe@acme.example, elif@acme.example]
  night-shift: [quinn@acme.example]
  idle: []
roles:
  regional-lead: { title: Regional lead, extends: member, grants: ["tag:*"] }
  people-keeper: { title: People keeper, grants: [teammate:manage], spans: organization }
`,
    [support]: (files[support] ?? '').replace(/^members:\n/m, 'members:\n  group:emea-support: tag-curator\n'),
    'policies/acme/support-emea.test.yaml': noTests(),
    'roles.yaml': (files['roles.yaml'] ?? '').replace(
      'roles:\n  member:',
      `staff: { ${operator}: operator }\nroles:\n  operator: { title: Operator, grants: ["*"], spans: everything }\n  member:`,
    ),
  };
}
