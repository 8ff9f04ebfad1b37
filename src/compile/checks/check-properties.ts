import type { Catalog } from '../../policy/catalog.ts';
import type { Condition } from '../../policy/permission.ts';
import { distinctMembers, type MembersPlace } from '../../policy/membership/effective-members.ts';
import type { Member, Members } from '../../policy/policy-set.ts';
import { formatSubject, type SubjectId } from '../../policy/subject.ts';
import { isJsonObject, type JsonObject } from '../../policy/text/json.ts';
import { lookInto } from '../../policy/text/json-path.ts';
import type { MemberEntry } from '../file/entries.ts';
import type { FileReport } from '../file/file-report.ts';
import { quote } from '../words/describe-value.ts';
import { nearest } from '../words/suggest.ts';
import { cellsOfAll } from './check-exclusive.ts';
import { findLookedUpPaths, namesBelow, type LookedUpPath } from './looked-up-paths.ts';

/** A property that is for people to read, not for scopes: what somebody is called. */
const shownProperty = 'name';
const toldMembers = 2;
const root = ['subject', 'properties'];

/** Members as one file lists them. */
export interface ListedMembers {
  /** The key that they stand under. */
  readonly list: 'members' | 'staff';
  readonly types: () => readonly MembersOfType[];
  /** What a subject has from above, where a property may stand, too. */
  readonly above: (subject: SubjectId) => Member | undefined;
}

/**
 * Warns of properties that no scope looks up, which are misspelt, and of members who lack one that others at the same
 * place have: what they lack is unknown to a `when`. A step for every so many members.
 */
export function* checkProperties(
  { list, types, above }: ListedMembers,
  catalog: Catalog,
  report: FileReport,
): Generator<undefined, void> {
  const lookedUp = findLookedUpPaths(catalog);
  yield* warnOfUnread(list, namesBelow(root, lookedUp), report);
  for (const property of lookedUp) {
    if (!root.every((name, index) => property.path[index] === name)) continue;
    for (const some of types()) yield* warnOfMissing(property, some, above, catalog, report);
  }
}

const membersPerStep = 4096;

/** Members of one subject type, and how many more hold just what one of them holds, by a group. */
export interface MembersOfType {
  readonly members: Iterable<Member>;
  readonly others: ReadonlyMap<Member, number>;
}

/** The members of a place by subject type, of those who are alike by groups one for all. */
export function membersByType(place: MembersPlace, staff: Members): readonly MembersOfType[] {
  if (place.groupMembers.size === 0) return listedByType(place.members);
  const others = new Map<Member, number>();
  const types = new Map<string, Member[]>();
  for (const { member, others: more } of distinctMembers(place, staff)) {
    if (more > 0) others.set(member, more);
    const known = types.get(member.subject.type);
    if (known) known.push(member);
    else types.set(member.subject.type, [member]);
  }
  return [...types.values()].map((members) => ({ members, others }));
}

/** The same of a list in which no groups can stand. */
export function listedByType(members: Members): readonly MembersOfType[] {
  return [...members.values()].map((some) => ({ members: some.values(), others: new Map<Member, number>() }));
}

function* warnOfUnread(
  list: ListedMembers['list'],
  known: ReadonlySet<string>,
  report: FileReport,
): Generator<undefined, void> {
  const written = report.entriesOf(list);
  if (!written) return;
  for (const [index, key] of written.keys.entries()) {
    if (index % membersPerStep === membersPerStep - 1) yield;
    const entry = written.valueOf(index) as Partial<MemberEntry> | string | null;
    if (typeof entry !== 'object' || !isJsonObject(entry?.properties)) continue;
    for (const name of Object.keys(entry.properties)) {
      if (known.has(name) || name === shownProperty) continue;
      const near = nearest(name, known);
      const help =
        near === undefined
          ? `no \`when\` in roles.yaml names \`$subject.properties.${name}\`; leave it out`
          : `did you mean ${quote(near)}?`;
      report.onKey(
        'unread-property',
        [list, key, 'properties', name],
        `no scope looks up the property ${quote(name)}`,
        help,
      );
    }
  }
}

function* warnOfMissing(
  { path, scope }: LookedUpPath,
  { members, others }: MembersOfType,
  above: ListedMembers['above'],
  catalog: Catalog,
  report: FileReport,
): Generator<undefined, void> {
  const names = path.slice(root.length);
  const has = (member: Member): boolean => {
    const inherited = (): JsonObject | undefined => above(member.subject)?.properties;
    const isOwn = member.properties && Object.hasOwn(member.properties, names[0] ?? '');
    return lookInto(isOwn ? member.properties : inherited(), names) !== undefined;
  };
  const matters = mattersTo(path, above, catalog);
  const lacking: Member[] = [];
  let seen = 0;
  for (const member of members) {
    if (!has(member)) lacking.push(member);
    seen += 1;
    if (seen % membersPerStep === 0) yield;
  }
  // Where nobody has it, the application sends it along.
  if (lacking.length === seen) return;
  const concerned = lacking.filter(matters);
  const [first] = concerned;
  if (!first) return;
  const named = concerned
    .slice(0, toldMembers)
    .map(({ subject }) => quote(formatSubject(subject, catalog.subjectTypes[0])));
  const alike = concerned.reduce((sum, member) => sum + (others.get(member) ?? 0), 0);
  const more = concerned.length - named.length + alike;
  const who = more === 0 ? named.join(' and ') : `${named.join(', ')} and ${more} more`;
  const verb = concerned.length + alike === 1 ? 'has' : 'have';
  report.at(
    'missing-property',
    first.position,
    `${who} ${verb} no property ${quote(names.join('.'))}, which scope ${quote(scope)} looks up`,
    'give them one, or `null` where there is none; what is missing is unknown, and denies where that matters',
  );
}

// Whoever may do a thing in every scope, or in none, may do it whatever the property is.
function mattersTo(
  path: readonly string[],
  above: ListedMembers['above'],
  catalog: Catalog,
): (member: Member) => boolean {
  const permissions = [...catalog.permissions.values()].filter(({ scopes }) =>
    scopes.some(({ when }) => when?.some((condition) => looksUp(condition, path))),
  );
  const known = new Map<string, boolean>();
  return (member) => {
    const assignments = [...member.assignments, ...(above(member.subject)?.assignments ?? [])];
    const roles = new Map(assignments.map(({ role }) => [role.id, role]));
    const key = [...roles.keys()].sort().join();
    let answer = known.get(key);
    if (answer === undefined) {
      const held = cellsOfAll([...roles.values()]);
      answer = permissions.some(({ cells }) => {
        const allowed = cells.filter(({ index }) => held.has(index)).length;
        return allowed > 0 && allowed < cells.length;
      });
      known.set(key, answer);
    }
    return answer;
  };
}

function looksUp({ path, other }: Condition, wanted: readonly string[]): boolean {
  const isIt = (side: readonly string[]): boolean => side.join('.') === wanted.join('.');
  return isIt(path) || ('path' in other && isIt(other.path));
}
