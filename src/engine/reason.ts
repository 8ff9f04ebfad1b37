import { nearest } from '../compile/words/suggest.ts';
import { formatCell, type Cell, type Permission } from '../policy/permission.ts';
import type { Decision, EnforceRequest, Reason } from '../policy/decision.ts';
import { formatInstant } from '../policy/text/instant.ts';
import { limits } from '../policy/limits.ts';
import { isAtOrganization, type PolicySet, type TimedRole, type Workspace } from '../policy/policy-set.ts';
import { formatPosition, type Position } from '../policy/position.ts';
import { allowsCell } from '../policy/role.ts';
import type { Question } from './question.ts';
import { findUnknownPairs, type UnknownPair } from './possible-cells.ts';
import type { DecisiveRule } from './decided-by.ts';
import { settingsFor } from './organization-places.ts';
import { findInactive } from './inactive-code.ts';

/** The decision when something failed that nobody foresaw. */
export const failedDecision: Decision = {
  decision: false,
  reason: { code: 'error', message: 'the decision failed, and a failure denies' },
};

/** Says in words why a question was decided as it was. It tells of the asking subject and of roles, of nobody else. */
export function describeReason(
  policy: PolicySet,
  request: EnforceRequest,
  question: Question,
  by: DecisiveRule | undefined,
): Reason {
  const { code, workspace, cell } = question;
  switch (code) {
    case 'granted':
      return by
        ? placed(
            'granted',
            `role \`${by.role.id}\` grants it (${formatPosition(by.rule.origin)})`,
            by.role.id,
            by.rule.origin,
          )
        : { code, message: 'granted' };
    case 'denied-by-role':
      return by
        ? placed(
            code,
            `role \`${by.role.id}\` denies it (${formatPosition(by.rule.origin)})`,
            by.role.id,
            by.rule.origin,
          )
        : { code, message: 'a role denies it' };
    case 'grant-expired':
    case 'grant-not-started':
      return describeInactive(code, question);
    case 'unknown-workspace':
      return { code, message: `there is no workspace \`${clip(request.workspace ?? '')}\`` };
    case 'unknown-organization':
      return { code, message: `there is no organization \`${clip(request.organization ?? '')}\`` };
    case 'wrong-span':
      return {
        code,
        message: `\`${request.permission}\` belongs to workspaces, not to the company; ask with a \`workspace\` of it`,
      };
    case 'unknown-permission':
      return describeUnknownPermission(policy, request);
    case 'unknown-scope':
    case 'not-in-scope':
      return describeScope(code, permissionOf(policy, request, question), request);
    case 'missing-attribute':
      return describeMissing(policy, permissionOf(policy, request, question), request, question);
    case 'not-a-member':
      return { code, message: `the subject has no role in ${nameOfPlace(workspace)}` };
    case 'not-in-plan':
      return describePlan(request, workspace, cell);
    case 'not-granted':
      return describeNotGranted(policy, workspace, cell);
    default:
      return { code: 'error', message: 'the decision failed, and a failure denies' };
  }
}

function nameOfPlace(workspace: Workspace | undefined): string {
  if (!workspace) return 'it';
  if (isAtOrganization(workspace)) return `the whole organization \`${workspace.organization.id ?? ''}\``;
  return `workspace \`${workspace.id}\``;
}

function placed(code: Reason['code'], message: string, role: string, { file, line, column }: Position): Reason {
  return { code, message, role, file, line, column };
}

function describeInactive(code: 'grant-expired' | 'grant-not-started', question: Question): Reason {
  const { member, roleSet, cell } = question;
  // With no role at all any role that is over explains it; with some, one that would have allowed this.
  const { atMs } = question;
  const assignment: TimedRole | undefined = member && findInactive(member, roleSet ? cell : undefined, atMs);
  if (!assignment) return { code, message: 'the role is not held now' };
  const { role, fromMs, untilMs, position, group } = assignment;
  const held = `role \`${role.id}\`${group === undefined ? '' : ` of group \`${group}\``}`;
  const message =
    code === 'grant-expired'
      ? `${held} ended at ${formatInstant(untilMs ?? 0)}`
      : `${held} begins at ${formatInstant(fromMs ?? 0)}`;
  const reason = position ? placed(code, message, role.id, position) : { code, message, role: role.id };
  return group === undefined ? reason : { ...reason, group };
}

function describeUnknownPermission(policy: PolicySet, request: EnforceRequest): Reason {
  const didYouMean = nearest(request.permission, policy.catalog.permissions.keys(), limits.askedSuggestionNames);
  const message = `there is no permission \`${clip(request.permission)}\``;
  return didYouMean === undefined
    ? { code: 'unknown-permission', message }
    : { code: 'unknown-permission', message: `${message}; did you mean \`${didYouMean}\`?`, didYouMean };
}

function permissionOf(
  { catalog }: PolicySet,
  { permission: id }: EnforceRequest,
  { permission }: Question,
): Permission | undefined {
  return permission ?? catalog.permissions.get(id);
}

function describeScope(
  code: 'unknown-scope' | 'not-in-scope',
  permission: Permission | undefined,
  request: EnforceRequest,
): Reason {
  const known = permission?.scopes.map((scope) => `\`${scope.id}\``).join(', ') ?? '';
  const name = `\`${clip(request.permission)}\``;
  if (code === 'not-in-scope') {
    return { code, message: `the request is in no scope of ${name}: the \`when\` of ${known} does not hold` };
  }
  const named = (request.scopes ?? []).map((scope) => `\`${clip(scope)}\``).join(' with ');
  const message =
    known === ''
      ? `${name} has no scopes, and the request names ${named}`
      : `${name} has no scope ${named}; it has ${known}`;
  const didYouMean = nearest(request.scopes?.[0] ?? '', permission?.scopes.map((scope) => scope.id) ?? []);
  return didYouMean === undefined ? { code, message } : { code, message, didYouMean };
}

function describeMissing(
  policy: PolicySet,
  permission: Permission | undefined,
  request: EnforceRequest,
  { member, workspace }: Question,
): Reason {
  const settings = permission && workspace && settingsFor(policy, workspace, permission, request);
  const unknown = permission ? findUnknownPairs(permission, request, member?.properties, settings) : [];
  const paths = [...new Set(unknown.flatMap((pair) => pair.paths))];
  const why = [...new Set(unknown.map(describeUnknownPair))].join(', ');
  const message = `\`${request.permission}\` depends on what the request does not tell: ${why}`;
  return { code: 'missing-attribute', message, paths };
}

function describeUnknownPair({ paths, isMissing, scope }: UnknownPair): string {
  const names = paths.map((path) => `\`${path}\``);
  if (isMissing) return `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} missing`;
  const [left = '', right = `what the \`when\` of scope \`${scope}\` names`] = names;
  return `${left} is of another type than ${right}`;
}

function describePlan(request: EnforceRequest, workspace: Workspace | undefined, cell: Cell | undefined): Reason {
  const { id, plan } = workspace?.organization ?? { id: undefined, plan: undefined };
  const names = [...(cell?.permission.plans ?? [])].map((name) => `\`${name}\``);
  const plans = `${names.length === 1 ? 'plan' : 'plans'} ${names.join(', ')}`;
  const company = id === undefined ? 'the organization' : `\`${id}\``;
  const its = plan === undefined ? 'has no plan' : `is on the plan \`${plan}\``;
  return {
    code: 'not-in-plan',
    message: `\`${clip(request.permission)}\` is part of the ${plans}, and ${company} ${its}`,
  };
}

function describeNotGranted(policy: PolicySet, workspace: Workspace | undefined, cell: Cell | undefined): Reason {
  if (!cell) return { code: 'not-granted', message: 'no role grants it' };
  const rolesThatAllow: string[] = [];
  for (const { roles } of workspace ? [policy.catalog, workspace.organization, workspace] : [policy.catalog]) {
    for (const role of roles.values()) if (allowsCell(role, cell)) rolesThatAllow.push(role.id);
  }
  const message = `none of the subject's roles grants \`${formatCell(cell)}\``;
  const count = rolesThatAllow.length;
  if (count === 0) return { code: 'not-granted', message: `${message}; no role does`, rolesThatAllow };
  const told = rolesThatAllow.slice(0, limits.toldRoles);
  const names = `\`${told.join('`, `')}\``;
  if (told.length === count)
    return { code: 'not-granted', message: `${message}; these would: ${names}`, rolesThatAllow };
  return {
    code: 'not-granted',
    message: `${message}; these and ${count - told.length} more would: ${names}`,
    rolesThatAllow: told,
    rolesThatAllowCount: count,
  };
}

// A caller's text is shown short, so that an answer stays an answer.
function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77).toWellFormed()}...` : text.toWellFormed();
}
