import { smallPolicy } from '../../support/policy-folder.ts';

/** The small policy with a permission of the company and a member for a while, so that every answer has all that it can have. */
export function richPolicy(): Record<string, string> {
  const files = smallPolicy();
  const dee = '  dee@acme.example:\n    roles:\n      - { role: member, from: 2020-01-01, until: 2099-12-31 }\n';
  const company = '  Company:\n    billing:view: { title: View invoices, spans: organization }\n';
  const roles = (files['roles.yaml'] ?? '').replace('  Workspace:\n', `${company}  Workspace:\n`);
  return { ...files, 'roles.yaml': roles, 'policies/support.yaml': `${files['policies/support.yaml'] ?? ''}${dee}` };
}
