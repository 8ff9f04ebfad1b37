import { digestOfText } from '../../compile/revision.ts';
import { writtenMembers } from '../../policy/membership/effective-members.ts';
import { compareText } from '../../policy/position.ts';
import { organizationOfDomain, type PolicySet } from '../../policy/policy-set.ts';
import type { RuntimeMember } from '../../policy/runtime-member.ts';
import { formatSubject, type SubjectId } from '../../policy/subject.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import { findPlace, membersPlaceOf, type KnownPlace } from '../members/member-roles.ts';
import type { AccessChange } from '../diff/matching/policy-difference.ts';
import { placeOfEdit } from './asked-edit.ts';
import type { EditStep } from './edit-steps.ts';

/** Somebody from whom a change takes something at a place, or whose role goes. */
export interface AffectedMember {
  readonly place: 'workspace' | 'organization';
  readonly id: string;
  /** As it is written in YAML. */
  readonly subject: string;
  /** Roles that it holds there and that are deleted. */
  readonly roles: readonly string[];
  readonly lost: readonly LostPermissions[];
}

export interface LostPermissions {
  /** In the order of the catalog. */
  readonly permissions: readonly string[];
  /** From when on and until when, where it is not from now on and for ever. */
  readonly from?: string;
  readonly until?: string;
}

/** Everybody who is affected, by place and name: whoever loses something, and whoever holds a role that is deleted. */
export function findAffected(
  steps: readonly EditStep[],
  changes: readonly AccessChange[],
  given: readonly RuntimeMember[],
): AffectedMember[] {
  const found = new Map<string, AffectedMember & { roles: string[]; lost: LostPermissions[] }>();
  const at = (
    place: AffectedMember['place'],
    id: string,
    subject: string,
  ): { roles: string[]; lost: LostPermissions[] } => {
    const key = JSON.stringify([place, id, subject]);
    const known = found.get(key) ?? { place, id, subject, roles: [], lost: [] };
    found.set(key, known);
    return known;
  };
  for (const holder of deletedHolders(steps, given))
    at(holder.place, holder.id, holder.subject).roles.push(holder.role);
  for (const { kind, workspace, subjects, permissions, fromMs, untilMs } of changes) {
    if (kind !== 'lost') continue;
    const company = organizationOfDomain(workspace);
    const lost = {
      permissions,
      ...(fromMs === undefined ? {} : { from: formatInstant(fromMs) }),
      ...(untilMs === undefined ? {} : { until: formatInstant(untilMs) }),
    };
    for (const subject of subjects) {
      const member = company === undefined ? at('workspace', workspace, subject) : at('organization', company, subject);
      member.lost.push(lost);
    }
  }
  return [...found.values()].sort(
    (left, right) =>
      compareText(left.place, right.place) ||
      compareText(left.id, right.id) ||
      compareText(left.subject, right.subject),
  );
}

/** The digest of the list of those affected, where a change deletes a role; what was shown is what is agreed to. */
export function confirmDigest(steps: readonly EditStep[], affected: readonly AffectedMember[]): string | undefined {
  const deleted = steps.flatMap(({ edit }) => {
    return edit.edit === 'role.delete' ? [[placeOfEdit(edit), edit.role, edit.to ?? null]] : [];
  });
  if (deleted.length === 0) return undefined;
  return digestOfText(JSON.stringify([deleted, affected])).slice(0, confirmDigits);
}

const confirmDigits = 24;

interface DeletedHolder {
  readonly place: AffectedMember['place'];
  readonly id: string;
  readonly subject: string;
  readonly role: string;
}

function deletedHolders(steps: readonly EditStep[], given: readonly RuntimeMember[]): DeletedHolder[] {
  return steps.flatMap(({ edit, before }) => {
    const named = edit.edit === 'role.delete' ? placeOfEdit(edit) : undefined;
    const place = named && findPlace(before, named);
    if (!place || edit.edit !== 'role.delete') return [];
    const { subjectTypes } = before.catalog;
    const { role } = edit;
    return heldWhere(before, place).flatMap((held): DeletedHolder[] => {
      const holderOf = (subject: SubjectId): DeletedHolder => {
        return { place: held.kind, id: held.id, subject: formatSubject(subject, subjectTypes[0]), role };
      };
      const written = [...writtenMembers(membersPlaceOf(held))].filter(({ assignments }) =>
        assignments.some((one) => one.role.id === role),
      );
      const atRunTime = given.filter(
        ({ place: at, assignments }) =>
          at.kind === held.kind && at.id === held.id && assignments.some((one) => one.role === role && !one.handedOver),
      );
      return [...written, ...atRunTime].map(({ subject }) => holderOf(subject));
    });
  });
}

// A role of a company may be held in its workspaces, too.
function heldWhere({ workspaces }: PolicySet, place: KnownPlace): readonly KnownPlace[] {
  if (place.kind === 'workspace') return [place];
  const below = [...workspaces.values()].filter(({ organization }) => organization === place.organization);
  return [place, ...below.map((workspace) => ({ kind: 'workspace' as const, id: workspace.id, workspace }))];
}
