import type { Catalog } from '../../policy/catalog.ts';
import type { Member, Members } from '../../policy/policy-set.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import type { Role } from '../../policy/role.ts';
import { formatSubject } from '../../policy/subject.ts';
import { quote } from '../words/describe-value.ts';
import { isJobWord } from '../words/job-words.ts';

// Words that say nothing about a job: `anas-special-access` is still named after Ana.
const fillers = new Set([
  'role',
  'access',
  'permissions',
  'rights',
  'custom',
  'special',
  'temp',
  'temporary',
  'the',
  'for',
  'of',
  'new',
  'old',
  'my',
]);

/** A place with roles of its own, and everybody they could be named after. */
export interface NamingPlace {
  readonly id: string;
  readonly roles: ReadonlyMap<string, Role>;
  readonly people: readonly Members[];
}

/** Warns of custom roles named after a person, by the roles' ids: jobs stay, people change them. */
export function findPersonRoles(
  { id: placeId, roles, people }: NamingPlace,
  catalog: Catalog,
): ReadonlyMap<string, Problem> {
  const found = new Map<string, Problem>();
  if (roles.size === 0) return found;
  const wordsByRole = [...roles.values()].map((role) => [role, wordsOf(role.id)] as const);
  const allWords = wordsByRole.flatMap(([, words]) => [...words, ...words.map(withoutPossessive)]);
  // Initials and numbers are no names.
  const roleWords = new Set(allWords.filter((word) => word.length >= 3 && !/^\d+$/.test(word)));
  if (roleWords.size === 0) return found;
  const names = personNames(people, catalog.subjectTypes[0], roleWords);
  for (const [role, words] of wordsByRole) {
    const person = words.length > 0 ? findPerson(words, names) : undefined;
    // Shared mailboxes are called after the job, too.
    if (!person || words.some((word) => isJobWord(word, catalog, placeId))) continue;
    const who = formatSubject(person.subject, catalog.subjectTypes[0]);
    const message = `role ${quote(role.id)} is named after ${quote(who)}`;
    const help = 'name a role after the job, as in `qa-lead`; the next holder has another name';
    found.set(role.id, createProblem('person-role', role.position, message, help));
  }
  return found;
}

function wordsOf(roleId: string): string[] {
  const words = roleId
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-._]+/);
  return words.filter((word) => word !== '' && !fillers.has(word));
}

function findPerson(words: readonly string[], people: ReadonlyMap<string, readonly Member[]>): Member | undefined {
  const [first = '', ...rest] = words;
  const named = (word: string): readonly Member[] => people.get(word) ?? people.get(withoutPossessive(word)) ?? [];
  return named(first).find((member) => rest.every((word) => named(word).includes(member)));
}

function withoutPossessive(word: string): string {
  return word.endsWith('s') ? word.slice(0, -1) : word;
}

// `ana.lopez@acme.example` is called ana and lopez. Subjects of other types are not people. Only names that stand in a
// role's id are collected: a workspace can have ten thousand members, and roles have few words.
function personNames(
  people: readonly Members[],
  personType: string,
  roleWords: ReadonlySet<string>,
): Map<string, Member[]> {
  const names = new Map<string, Member[]>();
  for (const members of people) {
    for (const member of members.get(personType)?.values() ?? []) {
      for (const name of namesOf(member.subject.id)) {
        if (!roleWords.has(name)) continue;
        const namesakes = names.get(name);
        if (namesakes) namesakes.push(member);
        else names.set(name, [member]);
      }
    }
  }
  return names;
}

function namesOf(subjectId: string): string[] {
  const at = subjectId.indexOf('@');
  return (at < 0 ? subjectId : subjectId.slice(0, at)).toLowerCase().split(/[._+-]/);
}
