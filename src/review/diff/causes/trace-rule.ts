import { quote } from '../../../compile/words/describe-value.ts';
import { findPermissions } from '../../../policy/catalog.ts';
import type { Cell } from '../../../policy/permission.ts';
import { findOrganization, findParent, type PolicySet } from '../../../policy/policy-set.ts';
import { comparePositions, type Position } from '../../../policy/position.ts';
import { isBuiltIn, reachesCompany, type Effect, type Role, type Rule } from '../../../policy/role.ts';
import { permissionsBefore, type CellPair } from '../matching/cell-pairs.ts';
import type { Cause, CauseKind, PolicySide } from '../matching/policy-difference.ts';
import type { RoleMatches } from '../matching/role-matches.ts';
import { causeAt } from './cause-at.ts';
import { frozenCause } from './plan-cause.ts';
import { RoleTexts } from './role-texts.ts';

/** A finder of the line of YAML that made a role allow or deny a cell that it did not before, or the other way round. */
export class RuleTracer {
  readonly #before: PolicySet;
  readonly #after: PolicySet;
  readonly #matches: RoleMatches;
  readonly #textsBefore: RoleTexts;
  readonly #textsAfter: RoleTexts;

  constructor(before: PolicySide, after: PolicySide, matches: RoleMatches) {
    this.#before = before.policy;
    this.#after = after.policy;
    this.#matches = matches;
    this.#textsBefore = new RoleTexts(before);
    this.#textsAfter = new RoleTexts(after);
  }

  /** Why a role after has a rule that it did not have. */
  ofNewRule(role: Role, effect: Effect, pair: CellPair): Cause {
    if (pair.before === undefined) return followed(this.#newCell(role, effect, pair), role);
    const thawed = this.#frozenOrThawed(this.#matches.beforeOf(role), role);
    if (thawed) return thawed;
    const ceiling = this.#ceilingChange(pair, this.#matches.beforeOf(role) ?? role);
    if (ceiling) return ceiling;
    return followed(this.#baselineChange(effect, pair, role) ?? this.#newRule(role, effect, pair), role);
  }

  /** Why a role before had a rule that it has no more. */
  ofLostRule(role: Role, effect: Effect, pair: CellPair): Cause {
    if (pair.after === undefined) {
      const { id, position } = pair.permission;
      const [known] = findPermissions(this.#after.catalog, id);
      if (known)
        return inAfter('scopes-changed', undefined, `the scopes of ${quote(known.id)} changed`, known.position);
      return inBefore('permission-removed', undefined, `the permission ${quote(id)} is gone`, position, undefined);
    }
    const frozen = this.#frozenOrThawed(role, this.#matches.afterOf(role));
    if (frozen) return frozen;
    const ceiling = this.#ceilingChange(pair, role);
    if (ceiling) return ceiling;
    return followed(this.#baselineChange(effect, pair, role) ?? this.#lostRule(role, effect, pair), role);
  }

  #frozenOrThawed(before: Role | undefined, after: Role | undefined): Cause | undefined {
    if (!before || !after || before.isFrozen === after.isFrozen) return undefined;
    const workspace = this.#after.workspaces.get(after.workspace ?? '');
    const organization = workspace?.organization ?? findOrganization(this.#after, after.organization ?? '');
    return organization && frozenCause(organization, after.isFrozen);
  }

  // What was not in the catalog before, in this scope or at all, and is granted by the first line that reaches it.
  #newCell(role: Role, effect: Effect, { permission, before, after }: CellPair): Cause {
    const { id } = permission;
    const isNew = before === undefined && permissionsBefore(this.#before.catalog, permission).length === 0;
    const what = isNew ? 'the permission is new' : `the scopes of ${quote(id)} changed`;
    const kind = isNew ? 'permission-added' : 'scopes-changed';
    const rule = ruleOf(role, effect, after);
    const origin = rule?.origin ?? role.position;
    if (effect === 'allow' && after && this.#after.catalog.baseline.has(after)) {
      const line = this.#textsAfter.baselineLine(after) ?? origin;
      return inAfter(kind, undefined, `${what}, and the baseline grants it to every member`, line);
    }
    const root = rule ? rootOf(this.#after, role, rule) : role;
    return inAfter(kind, root, `${what}, and role ${quote(root.id)} ${verbs[effect]} it`, origin);
  }

  #newRule(role: Role, effect: Effect, pair: CellPair): Cause {
    const rule = ruleOf(role, effect, pair.after);
    const parent = rule && parentOf(this.#after, role, rule);
    if (!parent) {
      const text = `role ${quote(role.id)} ${verbs[effect]} it`;
      return inAfter(effect === 'allow' ? 'grant-added' : 'deny-added', role, text, rule?.origin ?? role.position);
    }
    const [roleBefore, parentBefore] = [this.#matches.beforeOf(role), this.#matches.beforeOf(parent)];
    if (!roleBefore || !parentBefore || !roleBefore.extends.includes(parentBefore.id)) {
      const text = `role ${quote(role.id)} extends ${quote(parent.id)}, which ${verbs[effect]} it`;
      return inAfter('extends-added', role, text, this.#textsAfter.extendsLine(role, parent.id) ?? role.position);
    }
    if (effect === 'allow' && pair.before && ruleOf(parentBefore, effect, pair.before)) {
      const text = `role ${quote(role.id)} no longer takes it away`;
      const line = this.#textsBefore.withoutLine(roleBefore, pair.before) ?? roleBefore.position;
      return inBefore('without-removed', role, text, line, role.position);
    }
    return this.#newRule(parent, effect, pair);
  }

  #lostRule(role: Role, effect: Effect, pair: CellPair): Cause {
    const rule = ruleOf(role, effect, pair.before);
    const roleAfter = this.#matches.afterOf(role);
    const parent = rule && parentOf(this.#before, role, rule);
    if (!parent) {
      const text = `role ${quote(role.id)} no longer ${verbs[effect]} it`;
      const line = rule?.origin ?? role.position;
      return inBefore(effect === 'allow' ? 'grant-removed' : 'deny-removed', role, text, line, roleAfter?.position);
    }
    const parentAfter = this.#matches.afterOf(parent);
    if (!roleAfter || !parentAfter || !roleAfter.extends.includes(parentAfter.id)) {
      const text = `role ${quote(role.id)} no longer extends ${quote(parent.id)}, which ${verbs[effect]} it`;
      const line = this.#textsBefore.extendsLine(role, parent.id) ?? role.position;
      return inBefore('extends-removed', role, text, line, roleAfter?.position);
    }
    if (effect === 'allow' && ruleOf(parentAfter, effect, pair.after)) {
      const line = (pair.after && this.#textsAfter.withoutLine(roleAfter, pair.after)) ?? roleAfter.position;
      return inAfter('without-added', roleAfter, `role ${quote(roleAfter.id)} takes it away`, line);
    }
    return this.#lostRule(parent, effect, pair);
  }

  // What a role of this kind could hold before and cannot now, or the other way round, whatever it says.
  #ceilingChange({ before, after }: CellPair, role: Role): Cause | undefined {
    if (!before || !after) return undefined;
    const { id, spans, position } = after.permission;
    if (before.permission.spans !== spans && !reachesCompany(role.spans)) {
      const text = `${quote(id)} belongs to ${spans === 'organization' ? 'the company' : 'workspaces'} now`;
      return inAfter('level-changed', undefined, text, position);
    }
    const [wasKept, isKept] = [
      this.#before.catalog.keptFromCustomRoles.has(before),
      this.#after.catalog.keptFromCustomRoles.has(after),
    ];
    if (isBuiltIn(role) || wasKept === isKept) return undefined;
    const text = `\`customRoles\` ${isKept ? 'keeps it from custom roles now' : 'keeps it from custom roles no more'}`;
    return inAfter('custom-roles-changed', undefined, text, this.#textsAfter.customRolesLine() ?? position);
  }

  // The baseline comes before everything: it allows what no role grants, and no deny reaches it.
  #baselineChange(effect: Effect, { before, after }: CellPair, role: Role): Cause | undefined {
    const wasGranted = before !== undefined && this.#before.catalog.baseline.has(before);
    const isGranted = after !== undefined && this.#after.catalog.baseline.has(after);
    if (wasGranted === isGranted) return undefined;
    const line = isGranted ? this.#textsAfter.baselineLine(after) : before && this.#textsBefore.baselineLine(before);
    const place = line ?? role.position;
    if (effect === 'deny') {
      const text = isGranted
        ? 'the baseline grants it, which no role denies'
        : `the baseline no longer grants it, and role ${quote(role.id)} denies it`;
      return isGranted
        ? inAfter('baseline-added', undefined, text, place)
        : inAfter('baseline-removed', role, text, ruleOf(role, effect, after)?.origin ?? role.position);
    }
    if (isGranted) return inAfter('baseline-added', undefined, 'the baseline grants it to every member', place);
    return inBefore('baseline-removed', undefined, 'the baseline no longer grants it', place, undefined);
  }
}

const verbs: Readonly<Record<Effect, string>> = { allow: 'grants', deny: 'denies' };

// A rule that was taken over from a parent still says which line it came from.
function parentOf(policy: PolicySet, role: Role, rule: Rule): Role | undefined {
  for (const id of role.extends) {
    const parent = findParent(policy, role, id);
    const origin = parent && ruleOf(parent, rule.effect, rule.cell)?.origin;
    if (origin && comparePositions(origin, rule.origin) === 0) return parent;
  }
  return undefined;
}

/** The role that a rule was first written for. */
export function rootOf(policy: PolicySet, role: Role, rule: Rule): Role {
  const parent = parentOf(policy, role, rule);
  return parent ? rootOf(policy, parent, rule) : role;
}

function inAfter(kind: CauseKind, role: Role | undefined, text: string, at: Position): Cause {
  return causeAt(kind, role?.id, text, at, 'after', undefined);
}

function inBefore(
  kind: CauseKind,
  role: Role | undefined,
  text: string,
  at: Position,
  nearest: Position | undefined,
): Cause {
  return causeAt(kind, role?.id, text, at, 'before', nearest);
}

// Held is one role, changed was another one that it extends.
function followed(found: Cause, role: Role): Cause {
  return found.role === undefined || found.role === role.id ? found : { ...found, through: [role.id] };
}

function ruleOf(role: Role, effect: Effect, cell: Cell | undefined): Rule | undefined {
  return role.rules.find((rule) => rule.cell === cell && rule.effect === effect);
}
