import { compileRight, findings, heldBy, type PolicyTexts } from '../../support/policy-texts.ts';

const catalog = `scopes:
  self: { when: { resource.owner: $subject.id } }
  team: { when: { resource.team: $subject.properties.team } }
  rest: {}
permissions:
  C:
    a:view: t
    a:edit: t
    a:delete: t
    leave:approve: { title: t, scopes: [self, team, rest] }
`;

/** Roles of a workspace, everybody held by somebody, over a small catalog. */
export function texts(roles: string, options: { baseline?: string; builtIns?: string } = {}): PolicyTexts {
  const builtIns = options.builtIns ?? '  member: { grants: [a:view] }';
  return {
    'roles.yaml': `${catalog}baseline: [${options.baseline ?? ''}]\nroles:\n${builtIns}\n`,
    'policies/w.yaml': `workspace: w\nroles:\n${roles}\n`,
  };
}

export const held = (roles: string, id: string, options = {}): string[] =>
  heldBy(compileRight(texts(roles, options)), id);

/** Problems but for the warnings that nobody holds these roles. */
export const faultsOf = (roles: string, options = {}): string[] =>
  findings(texts(roles, options)).filter((finding) => !finding.includes('unused-role'));
