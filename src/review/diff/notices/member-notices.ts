import { quote } from '../../../compile/words/describe-value.ts';
import type { Catalog } from '../../../policy/catalog.ts';
import type { Condition } from '../../../policy/permission.ts';
import type { JsonObject } from '../../../policy/text/json.ts';
import { lookInto } from '../../../policy/text/json-path.ts';
import { mergeProperties, type Member, type PolicySet } from '../../../policy/policy-set.ts';
import { compareText, type Position } from '../../../policy/position.ts';
import { formatSubject, type SubjectId } from '../../../policy/subject.ts';
import { namesWithin } from './catalog-notices.ts';
import { subjectAt } from '../matching/fellow-members.ts';
import { noticeOf } from './notice.ts';
import type { Notice } from '../matching/policy-difference.ts';
import type { RoleMatches } from '../matching/role-matches.ts';
import type { WorkspacePair, WorkspacePairs } from '../matching/workspace-pairs.ts';

/** Members who gave up one role for one other. */
export function findRoleMoves(pairs: WorkspacePairs, matches: RoleMatches, catalog: Catalog): Notice[] {
  return [...pairs.values()].flatMap((pair) => roleMoves(pair, matches, catalog));
}

/** Members of whom scopes look up something else after. */
export function findPropertyNotices(pairs: WorkspacePairs, before: Catalog, after: Catalog): Notice[] {
  const looksAt = [...propertyReaders(before), ...propertyReaders(after)];
  if (looksAt.length === 0) return [];
  return [...pairs.values()].flatMap((pair) => propertyNotices(pair, looksAt, { before, after }));
}

function roleMoves({ before, after, fellows }: WorkspacePair, matches: RoleMatches, catalog: Catalog): Notice[] {
  if (!before || !after) return [];
  const moves = new Map<string, { from: string; to: string; members: Member[] }>();
  for (const some of fellows) {
    const [memberBefore, memberAfter] = [some.before[0], some.after[0]];
    if (!memberBefore || !memberAfter || memberBefore === memberAfter) continue;
    if (hasKept(memberBefore, memberAfter, matches)) continue;
    const held = new Set(memberAfter.assignments.map(({ role }) => role));
    const kept = new Set(memberBefore.assignments.map(({ role }) => matches.afterOf(role)));
    const given = [...held].filter((role) => !kept.has(role));
    const taken = [...new Set(memberBefore.assignments.map(({ role }) => role))].filter((role) => {
      const roleAfter = matches.afterOf(role);
      return !roleAfter || !held.has(roleAfter);
    });
    const [to, from] = [given[0], taken[0]];
    if (!to || !from || given.length > 1 || taken.length > 1) continue;
    const move = moves.get(`${from.id} ${to.id}`) ?? { from: from.id, to: to.id, members: [] };
    moves.set(`${from.id} ${to.id}`, move);
    for (const moved of some.after) if (moved) move.members.push(moved);
  }
  return [...moves.values()].map(({ from, to, members }) => {
    const subjects = namesOf(members, catalog);
    const text = `${describeWho(subjects)} moved from role ${quote(from)} to ${quote(to)} in ${quote(after.id)}`;
    return noticeOf('member-moved', text, { workspace: after.id, subjects, position: members[0]?.position });
  });
}

// Nearly everybody has one role and keeps it.
function hasKept(before: Member, after: Member, matches: RoleMatches): boolean {
  if (before.assignments.length !== 1 || after.assignments.length !== 1) return false;
  const [[heldBefore], [heldAfter]] = [before.assignments, after.assignments];
  return heldBefore !== undefined && matches.afterOf(heldBefore.role) === heldAfter?.role;
}

/** Somebody who is in a workspace on one side and not on the other. */
export interface MemberElsewhere {
  readonly subject: SubjectId;
  readonly workspace: string;
  readonly position: Position;
}

/** Who is in a workspace of one policy and not of the other, in the order of its workspaces. */
export function findElsewhere(
  { workspaces }: PolicySet,
  side: 'before' | 'after',
  pairs: WorkspacePairs,
): MemberElsewhere[] {
  const found: MemberElsewhere[] = [];
  const pairOf = new Map([...pairs.values()].map((pair) => [pair[side]?.id, pair]));
  for (const id of workspaces.keys()) {
    for (const { before, after } of pairOf.get(id)?.fellows ?? []) {
      const [here, there] = side === 'before' ? [before, after] : [after, before];
      for (const [place, member] of here.entries()) {
        // Nobody has fellows who is on one side only.
        if (there[place]) break;
        if (member) found.push({ subject: member.subject, workspace: id, position: member.position });
      }
    }
  }
  return found;
}

/** Who left one workspace and came to one other. */
export function describeWorkspaceMoves(
  before: readonly MemberElsewhere[],
  after: readonly MemberElsewhere[],
  { catalog }: PolicySet,
): Notice[] {
  const everybody = new Map<string, { before: string[]; after: string[]; member: MemberElsewhere }>();
  for (const [side, members] of [['before', before] as const, ['after', after] as const]) {
    for (const member of members) {
      const key = `${member.subject.type} ${member.subject.id}`;
      const entry = everybody.get(key) ?? { before: [], after: [], member };
      everybody.set(key, side === 'after' ? { ...entry, member } : entry);
      entry[side].push(member.workspace);
    }
  }
  const groups = new Map<string, { from: string; to: string; members: MemberElsewhere[] }>();
  for (const entry of everybody.values()) {
    const [from, to] = [entry.before[0], entry.after[0]];
    if (from === undefined || to === undefined || entry.before.length > 1 || entry.after.length > 1) continue;
    const group = groups.get(`${from} ${to}`) ?? { from, to, members: [] };
    groups.set(`${from} ${to}`, group);
    group.members.push(entry.member);
  }
  return [...groups.values()].map(({ from, to, members }) => {
    const subjects = namesOf(members, catalog);
    const text = `${describeWho(subjects)} moved from workspace ${quote(from)} to ${quote(to)}`;
    return noticeOf('member-moved', text, { workspace: to, subjects, position: members[0]?.position });
  });
}

// A request about the same thing may be in another scope now, so nothing that a scope does not look at matters.
function propertyNotices(
  { before, after, fellows }: WorkspacePair,
  looksAt: readonly PropertyReader[],
  catalogs: { readonly before: Catalog; readonly after: Catalog },
): Notice[] {
  if (!before || !after) return [];
  const groups = new Map<string, { scopes: string[]; subjects: SubjectId[]; position: Position | undefined }>();
  for (const some of fellows) {
    // Several have no properties, before and after.
    if (some.after.length > 1) continue;
    const propertiesBefore = propertiesOf(some.before[0], some.spanningBefore);
    const propertiesAfter = propertiesOf(some.after[0], some.spanningAfter);
    if (!propertiesBefore || !propertiesAfter || propertiesBefore === propertiesAfter) continue;
    const scopes = looksAt
      .filter(({ path }) => lookUp(propertiesBefore, path) !== lookUp(propertiesAfter, path))
      .map(({ scope }) => scope);
    if (scopes.length === 0) continue;
    const unique = [...new Set(scopes)].sort(compareText);
    const { position } = some.after[0] ?? some.spanningAfter ?? {};
    const group = groups.get(unique.join()) ?? { scopes: unique, subjects: [], position };
    groups.set(unique.join(), group);
    group.subjects.push(subjectAt(some, 0));
  }
  return [...groups.values()].map(({ scopes, subjects, position }) => {
    const names = subjects.map((subject) => formatSubject(subject, catalogs.after.subjectTypes[0])).sort(compareText);
    const which = `${scopes.length === 1 ? 'scope' : 'scopes'} ${scopes.map(quote).join(', ')}`;
    const text = `properties of ${describeWho(names)} in ${quote(after.id)} changed, so ${which} may decide otherwise`;
    const mayDecideOtherwise = [
      ...new Set(scopes.flatMap((id) => [...namesWithin(catalogs.before, id), ...namesWithin(catalogs.after, id)])),
    ];
    const more = { workspace: after.id, subjects: names, mayDecideOtherwise, position };
    return noticeOf('properties-changed', text, more);
  });
}

interface PropertyReader {
  readonly scope: string;
  /** Below `subject.properties`. */
  readonly path: readonly string[];
}

function propertyReaders({ scopes }: Catalog): PropertyReader[] {
  const pathsOf = ({ path, other }: Condition): (readonly string[])[] =>
    'path' in other ? [path, other.path] : [path];
  return [...scopes.values()].flatMap(({ id, when = [] }) =>
    when
      .flatMap(pathsOf)
      .filter(([root, name]) => root === 'subject' && name === 'properties')
      .map((path) => ({ scope: id, path: path.slice(2) })),
  );
}

// Undefined for somebody who is no member: what they gain or lose is told as such.
function propertiesOf(own: Member | undefined, spanning: Member | undefined): JsonObject | undefined {
  return own || spanning ? (mergeProperties(own?.properties, spanning?.properties) ?? {}) : undefined;
}

function lookUp(properties: JsonObject, path: readonly string[]): string | undefined {
  return JSON.stringify(lookInto(properties, path));
}

function namesOf(members: readonly { readonly subject: SubjectId }[], catalog: Catalog): string[] {
  return members.map(({ subject }) => formatSubject(subject, catalog.subjectTypes[0])).sort(compareText);
}

function describeWho(names: readonly string[]): string {
  const [first = '', second] = names;
  if (second === undefined) return quote(first);
  return names.length === 2 ? `${quote(first)} and ${quote(second)}` : `${names.length} members`;
}
