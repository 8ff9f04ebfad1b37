import { findEscalationPaths } from '../../src/review/escalation/escalation-paths.ts';
import type { EscalationPath } from '../../src/review/escalation/escalation-path.ts';
import type { PolicySet } from '../../src/policy/policy-set.ts';
import { policyOf } from '../support/compile-yaml.ts';

export const escalationCatalog = `subjectTypes: [user, service]
scopes: { own: { when: { resource.owner: $subject.id } }, rest: {} }
permissions:
  Things:
    doc:read: Read
    doc:edit: { title: Edit, scopes: [own, rest] }
    invoice:create: Create invoices
    invoice:approve: Approve invoices
  Control:
    team:manage: { title: Manage teammates, controls: members }
    role:edit: { title: Edit roles, controls: roles }
    role:create: { title: Create roles, controls: roles }
`;

export interface EscalationTexts {
  readonly builtIns?: string;
  readonly extra?: string;
  readonly organization?: string;
  readonly roles?: string;
  readonly members?: string;
}

/** The built-in roles of most of these policies. */
export const usual = 'member: { grants: [doc:read] }, admin: { grants: ["*"] }';

function policyWith({
  builtIns = usual,
  extra = '',
  organization = '',
  roles = '',
  members = '',
}: EscalationTexts): PolicySet {
  return policyOf({
    'roles.yaml': `${escalationCatalog}roles: { ${builtIns} }\n${extra}`,
    'policies/organization.yaml': `organization: acme\n${organization}`,
    'policies/support.yaml': `workspace: support\nroles: { ${roles} }\nmembers: { ${members} }\n`,
  });
}

export function pathsOf(texts: EscalationTexts, fromMs?: number): readonly EscalationPath[] {
  return findEscalationPaths(policyWith(texts), fromMs);
}

/** Each path in short: its key, who does what by which permission, and what it gains. */
export function shortOf({ key, steps, gained, reachesEverything, help }: EscalationPath): string {
  const way = steps.map(({ by, does, role = 'new' }) => `${by} ${does} ${role}`).join(', ');
  return `${key}: ${way}${help === 'assigning' ? ', with help' : ''} = ${reachesEverything ? 'everything' : gained.join(' ')}`;
}

export function shortsOf(texts: EscalationTexts, fromMs?: number): string[] {
  return pathsOf(texts, fromMs).map(shortOf);
}
