import { isAscii, skeletonOf } from '../../policy/text/look-alikes.ts';
import type { GroupedSubject, GroupedSubjects } from '../../policy/policy-set.ts';
import { comparePositions, formatPosition } from '../../policy/position.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import { quote } from '../words/describe-value.ts';

/** A subject and where it stands, among members or in a group. */
type Named = GroupedSubject;

/** Subjects at one place, and those of them whose ids can look like another: they are not of ASCII, and few. */
export interface MembersOfPlace {
  readonly members: GroupedSubjects;
  readonly unusual: readonly Named[];
}

export function findUnusual<Item extends Named>(
  members: ReadonlyMap<string, ReadonlyMap<string, Item>>,
): readonly Item[] {
  const found: Item[] = [];
  for (const byId of members.values()) {
    byId.forEach((member, id) => {
      if (!isAscii(id)) found.push(member);
    });
  }
  return found;
}

/** Ids of one policy that cannot be told apart by looking, wherever in it they stand. */
export function* findLookAlikes(places: readonly MembersOfPlace[]): Generator<undefined, Problem[]> {
  const groups = new Map<string, Named[]>();
  for (const { unusual } of places) {
    for (const member of unusual) {
      const key = keyOf(member);
      const group = groups.get(key);
      if (group) group.push(member);
      else groups.set(key, [member]);
    }
    if (unusual.length > 0) yield;
  }
  if (groups.size === 0) return [];
  for (const { members } of places) {
    for (const member of plainMembers(members, groups)) groups.get(keyOf(member))?.push(member);
    yield;
  }
  return [...groups.values()].flatMap(describeGroup);
}

function keyOf({ subject: { type, id } }: Named): string {
  return `${type}:${skeletonOf(id)}`;
}

// Those of ASCII that one of the groups looks like. Whichever are fewer are gone through, the groups or the members.
function* plainMembers(members: GroupedSubjects, groups: ReadonlyMap<string, unknown>): Generator<Named> {
  for (const [type, byId] of members) {
    if (byId.size < groups.size) {
      for (const [id, member] of byId) if (isAscii(id) && groups.has(`${type}:${id}`)) yield member;
      continue;
    }
    for (const key of groups.keys()) {
      if (!key.startsWith(`${type}:`) || !isAscii(key)) continue;
      const member = byId.get(key.slice(type.length + 1));
      if (member) yield member;
    }
  }
}

// The one of ASCII is what the others look like; without one it is the first by place. The others are at fault, once each.
function describeGroup(group: readonly Named[]): Problem[] {
  const inOrder = [...group].sort((left, right) => comparePositions(left.position, right.position));
  const byId = new Map<string, Named>();
  for (const member of inOrder) if (!byId.has(member.subject.id)) byId.set(member.subject.id, member);
  if (byId.size < 2) return [];
  const first = [...byId.values()].find(({ subject }) => isAscii(subject.id)) ?? inOrder[0];
  return [...byId.values()].flatMap((member) => {
    if (!first || member.subject.id === first.subject.id) return [];
    const where = formatPosition(first.position);
    const message = `${quote(member.subject.id)} looks like the id of ${where} and is another`;
    return [createProblem('look-alike', member.position, message, describeDifference(member, first))];
  });
}

/** Says by what letter two ids that look alike differ. */
export function describeDifference(
  { subject: { id } }: Pick<Named, 'subject'>,
  { subject: other }: Pick<Named, 'subject'>,
): string {
  const others = Array.from(other.id);
  const letters = Array.from(id);
  const at = Math.max(
    0,
    letters.findIndex((letter, index) => letter !== others[index]),
  );
  const [here = '', there = ''] = [letters[at], others[at]];
  const difference = `letter ${at + 1} is ${nameOf(here)} here and ${nameOf(there)} there`;
  return `${difference}; write both alike if they are one, and rename one of them if they are two`;
}

function nameOf(letter: string): string {
  const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `${quote(letter)} (U+${code})`;
}
