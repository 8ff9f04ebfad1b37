import { quote } from '../../compile/words/describe-value.ts';
import { suggest } from '../../compile/words/suggest.ts';
import { limits } from '../../policy/limits.ts';
import { givenToGroup } from '../../policy/membership/given-roles.ts';
import { isAtOrganization, type Group, type Workspace } from '../../policy/policy-set.ts';
import type { Insight } from '../../review/access/actor-knowledge.ts';
import { givenTimes, givenWays, type GivenFilter } from '../../review/access/given-filter.ts';
import { rolesSeenAt } from '../../review/access/role-matrix.ts';
import type { AskedGround } from '../members/asking.ts';
import { ApiProblem } from '../messages/api-problem.ts';

/** What of everybody is asked for: who was given one thing that is all of this. */
export const peopleFilters = {
  role: { description: 'Only those who were given this role, at whatever time.' },
  group: { description: 'Only those who were given something by this group.' },
  through: {
    description: 'Only those who were given something `alone`, or by a `group`.',
    schema: { type: 'string', enum: givenWays },
  },
  time: {
    description:
      'Only those who were given something that has a day (`dated`), that holds and ends within ' +
      `${limits.endingSoonDays} days (\`ending\`), or that has no day (\`plain\`).`,
    schema: { type: 'string', enum: givenTimes },
  },
} as const;

/**
 * Reads the filter of a list of people, or throws an ApiProblem: a list that is empty because of a typing mistake looks
 * like good news.
 */
export function readPeopleFilter(
  query: URLSearchParams,
  ground: AskedGround,
  place: Workspace,
  insight: Insight,
): GivenFilter {
  return {
    role: readRole(query.get('role'), ground, place, insight),
    group: readGroup(query.get('group'), ground, place, insight),
    through: readChoice(query, 'through', givenWays),
    time: readChoice(query, 'time', givenTimes),
  };
}

function readRole(
  id: string | null,
  { engine: { policy }, knowledge }: AskedGround,
  place: Workspace,
  insight: Insight,
): GivenFilter['role'] {
  if (id === null) return undefined;
  const seen = rolesSeenAt(policy, place).filter((role) => knowledge.mayKnowRole(place, insight, role));
  const role = seen.find((one) => one.id === id);
  if (role) return role;
  throw unknown(
    'unknown-role',
    `there is no role ${quote(id)} here`,
    id,
    seen.map((one) => one.id),
  );
}

function readGroup(id: string | null, ground: AskedGround, place: Workspace, insight: Insight): string | undefined {
  if (id === null) return undefined;
  const known = [...place.organization.groups.byId.values()].filter((group) =>
    mayKnowGroup(ground, place, insight, group),
  );
  if (known.some((group) => group.id === id)) return id;
  throw unknown(
    'unknown-group',
    `there is no group ${quote(id)} here`,
    id,
    known.map((group) => group.id),
  );
}

// Who may know a place knows the groups that were given something there or above, and nothing of the company's others.
function mayKnowGroup(
  { engine: { policy }, knowledge, runtime }: AskedGround,
  place: Workspace,
  insight: Insight,
  group: Group,
): boolean {
  const { organization } = place;
  if (knowledge.isIn({ of: organization, group }) || knowledge.atOrganization(organization) === 'all') return true;
  const places = isAtOrganization(place) ? [organization] : [organization, place];
  return insight === 'all' && places.some((one) => givenToGroup(policy, one, group.id, runtime).length > 0);
}

function unknown(
  code: 'unknown-role' | 'unknown-group',
  message: string,
  id: string,
  known: readonly string[],
): ApiProblem {
  const help = suggest(id, known);
  return new ApiProblem(code, help === undefined ? message : `${message}; ${help}`);
}

function readChoice<Choice extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const choice = choices.find((one) => one === text);
  if (choice !== undefined) return choice;
  const words = choices.map((one) => `\`${one}\``).join(', ');
  throw new ApiProblem('invalid-request', `\`${name}\` is one of ${words}`);
}
