import type { EditGround } from '../../compile/edit/edit-ground.ts';
import type { EditedPlace, HeldRoleEntry } from '../../compile/edit/policy-edit.ts';
import type { Place } from '../../policy/runtime-member.ts';
import { formatSubject, parseSubject, type SubjectId } from '../../policy/subject.ts';
import { parseUntil } from '../../policy/text/instant.ts';
import { isJsonObject, type JsonValue } from '../../policy/text/json.ts';
import type { AskedEdit } from '../changes/asked-edit.ts';
import type { Taking, UsageFinding } from './usage-finding.ts';

/** An edit, and the findings that it takes away. */
export interface FindingEdit {
  readonly edit: AskedEdit;
  readonly findings: readonly UsageFinding[];
}

type FindingWithTaking = UsageFinding & { readonly taking: Taking };

/**
 * The edits that take findings away, as one change: one for each role, member and group, toggles before deletions. A role
 * that goes is not changed first.
 */
export function editsOf(findings: readonly UsageFinding[], ground: EditGround): readonly FindingEdit[] {
  const groups = new Map<string, FindingWithTaking[]>();
  for (const finding of findings) {
    if (!hasTaking(finding)) continue;
    const key = keyOf(finding.taking);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  const edits = [...groups.values()].flatMap((some): FindingEdit[] => {
    if (isOvertaken(some, groups)) return [];
    const edit = editOf(
      some.map(({ taking }) => taking),
      ground,
    );
    return edit ? [{ edit, findings: some }] : [];
  });
  const order = ['role.change', 'member.set', 'member.remove', 'group.set', 'role.delete'];
  return edits.sort((left, right) => order.indexOf(left.edit.edit) - order.indexOf(right.edit.edit));
}

// A role that goes needs no other toggles, and nobody goes to one that goes itself.
function isOvertaken([first]: readonly FindingWithTaking[], groups: ReadonlyMap<string, unknown>): boolean {
  const taking = first?.taking;
  if (taking?.does === 'disallow') return groups.has(keyOf({ ...taking, does: 'delete-role', to: '' }));
  return taking?.does === 'delete-role' && groups.has(keyOf({ ...taking, role: taking.to }));
}

function hasTaking(finding: UsageFinding): finding is FindingWithTaking {
  return finding.taking !== undefined;
}

// What is about one role, member or group is one edit; a role that is the same as another may be idle, too.
function keyOf(taking: Taking): string {
  if (taking.does === 'leave-group') return JSON.stringify(['group', taking.organization, taking.group]);
  const { kind, id } = taking.place;
  if (taking.does === 'disallow') return JSON.stringify(['toggles', kind, id, taking.role]);
  if (taking.does === 'delete-role') return JSON.stringify(['role', kind, id, taking.role]);
  return JSON.stringify(['member', kind, id, taking.subject.type, taking.subject.id]);
}

function editOf(takings: readonly Taking[], ground: EditGround): AskedEdit | undefined {
  const [first] = takings;
  switch (first?.does) {
    case 'disallow': {
      const disallow = takings.flatMap((one) => (one.does === 'disallow' ? [one.word] : []));
      return { edit: 'role.change', ...placeOf(first.place), role: first.role, disallow };
    }
    case 'delete-role':
      return { edit: 'role.delete', ...placeOf(first.place), role: first.role, to: first.to };
    case 'leave-group':
      return leaveGroup(takings, first.organization, first.group, ground);
    case 'remove-member':
    case 'end-role':
      return memberEdit(takings, first.place, first.subject, ground);
    case undefined:
      return undefined;
  }
}

function leaveGroup(takings: readonly Taking[], organization: string, group: string, ground: EditGround): AskedEdit {
  const gone = takings.flatMap((one) => (one.does === 'leave-group' ? [one.subject] : []));
  const [firstType] = ground.policy.catalog.subjectTypes;
  const isGone = (text: string): boolean => {
    const { type, id } = parseSubject(text, firstType);
    return gone.some((one) => one.type === type && one.id === id);
  };
  const { groups } = ground.data(ground.organization(organization).file);
  const listed = isJsonObject(groups) ? groups[group] : undefined;
  const subjects = Array.isArray(listed) ? listed.flatMap((one) => (typeof one === 'string' ? [one] : [])) : [];
  return { edit: 'group.set', organization, group, subjects: subjects.filter((one) => !isGone(one)) };
}

function memberEdit(
  takings: readonly Taking[],
  place: Place,
  subject: SubjectId,
  ground: EditGround,
): AskedEdit | undefined {
  const [firstType] = ground.policy.catalog.subjectTypes;
  const name = formatSubject(subject, firstType);
  const removal = { edit: 'member.remove', ...placeOf(place), subject: name } as const;
  if (takings.some(({ does }) => does === 'remove-member')) return removal;
  const written = writtenRoles(ground, place, subject);
  const isOver = ({ role, until }: HeldRoleEntry): boolean =>
    takings.some(
      (one) => one.does === 'end-role' && one.role === role && until !== undefined && parseUntil(until) === one.untilMs,
    );
  const roles = written.filter((one) => !isOver(one));
  if (roles.length === 0) return removal;
  return roles.length === written.length ? undefined : { edit: 'member.set', ...placeOf(place), subject: name, roles };
}

/** What the file says that somebody holds at a place, in its own words. */
function writtenRoles(ground: EditGround, place: Place, subject: SubjectId): readonly HeldRoleEntry[] {
  const { file } = ground.place(placeOf(place));
  const { members } = ground.data(file);
  const [firstType] = ground.policy.catalog.subjectTypes;
  const found = Object.entries(isJsonObject(members) ? members : {}).find(([key]) => {
    const { type, id } = parseSubject(key, firstType);
    return type === subject.type && id === subject.id;
  });
  const entry = found?.[1];
  const held = isJsonObject(entry) ? entry['roles'] : entry;
  return (Array.isArray(held) ? (held as readonly JsonValue[]) : [held]).flatMap((one): HeldRoleEntry[] => {
    if (typeof one === 'string') return [{ role: one }];
    return isJsonObject(one) && typeof one['role'] === 'string' ? [one as unknown as HeldRoleEntry] : [];
  });
}

function placeOf({ kind, id }: Place): EditedPlace {
  return kind === 'organization' ? { organization: id } : { workspace: id };
}
