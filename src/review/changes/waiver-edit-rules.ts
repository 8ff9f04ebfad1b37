import type { AddWaiver, EndWaiver } from '../../compile/edit/policy-edit.ts';
import { quote } from '../../compile/words/describe-value.ts';
import { findOrganization, type PolicySet } from '../../policy/policy-set.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { parseUntil } from '../../policy/text/instant.ts';
import type { ChangeFault } from '../members/assignment-rules.ts';
import { keepsEveryRole } from './keeps-every-role.ts';
import { findChangeFault } from '../members/member-change-rules.ts';
import { findPlace, type ChangeGround, type KnownPlace } from '../members/member-roles.ts';
import { placeOfEdit, type EditFaultCode } from './asked-edit.ts';
import { findRoleEditFault } from './role-edit-rules.ts';

/*
 * A waiver gives nobody anything, nor does its end. It stands in roles.yaml, though, which is of the product and of every company in it: a
 * company asks for it, and whoever keeps that file has the last word.
 */

type WaiverFault = Omit<ChangeFault, 'code'> & { readonly code: EditFaultCode };

/** What is wrong with a waiver whoever adds it: it is over before it begins, or about a place that is not there. */
export function findWaiverFault(policy: PolicySet, edit: AddWaiver | EndWaiver, atMs: number): WaiverFault | undefined {
  if (edit.edit === 'waiver.add' && (parseUntil(edit.until) ?? Infinity) <= atMs) {
    const message = `\`until\` is past: the finding would be back at once, ${quote(edit.until)}`;
    return { code: 'over-already', message };
  }
  const { workspace, organization } = edit.about;
  if (workspace === undefined || organization === undefined) return undefined;
  const found = policy.workspaces.get(workspace);
  if (!found || findOrganization(policy, organization) === found.organization) return undefined;
  const message = `workspace ${quote(workspace)} is not one of organization ${quote(organization)}`;
  return { code: 'unknown-organization', message };
}

/**
 * Why an actor may not add a waiver, or end one: they must be able to change what it is about, roles or members of that place. Unless
 * roles.yaml is theirs to keep somebody has to look at it, too.
 */
export function findWaiverEditFault(
  ground: ChangeGround,
  edit: AddWaiver | EndWaiver,
  { actor, isReviewed }: { readonly actor: SubjectId; readonly isReviewed: boolean },
): WaiverFault | undefined {
  const named = placeOfEdit(edit);
  if (!named) return { code: 'in-git-only', message: 'a waiver that names no place is made in git alone' };
  const place = findPlace(ground.policy, named);
  if (!place) return { code: `unknown-${named.kind}`, message: `there is no ${named.kind} ${quote(named.id)}` };
  const fault = edit.about.member === undefined ? rolesFault(ground, place, actor) : membersFault(ground, place, actor);
  if (fault || isReviewed || mayWaiveAtOnce(ground, actor)) return fault;
  const message = 'a waiver stands in roles.yaml, which is of every company: somebody who keeps that file reviews it';
  return { code: 'kept-by-others', message };
}

/** Whether roles.yaml is somebody's to keep: of operators, and of who changes the roles of the only company there is. */
export function mayWaiveAtOnce(ground: ChangeGround, actor: SubjectId): boolean {
  const { policy } = ground.earlier ?? ground;
  if (keepsEveryRole(policy, actor, ground.atMs)) return true;
  const [only, ...others] = policy.organizations;
  if (only?.id === undefined || others.length > 0) return false;
  return rolesFault(ground, { kind: 'organization', id: only.id, organization: only }, actor) === undefined;
}

function rolesFault(ground: ChangeGround, place: KnownPlace, actor: SubjectId): ChangeFault | undefined {
  return findRoleEditFault({ ground, after: undefined, place, edit: 'role.change', actor });
}

// Of somebody else: to give up what is one's own needs no right.
function membersFault(ground: ChangeGround, place: KnownPlace, actor: SubjectId): ChangeFault | undefined {
  const { kind, id } = place;
  const [type] = ground.policy.catalog.subjectTypes;
  const subject = { type, id: actor.id === 'anybody' ? 'somebody' : 'anybody' };
  return findChangeFault(ground, { place: { kind, id }, subject, assignments: [], actor }, undefined, 'files');
}
