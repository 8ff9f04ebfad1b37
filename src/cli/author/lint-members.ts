import { PolicyPlaces } from '../../policy/policy-places.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import type { RuntimeMember } from '../../policy/runtime-member.ts';
import { withRuntimeMembers } from '../../review/diff/matching/runtime-policy.ts';
import { findBrokenRules } from '../../review/members/broken-rules.ts';
import { applyMoves, planRuntimeMoves } from '../../review/members/runtime-moves.ts';
import type { DatabaseUrl } from '../../store/database/database-url.ts';
import type { CommandIo } from '../command/command-io.ts';
import { withDatabase } from '../command/database-option.ts';

/** The policy with its members at run time, as they are when it is published, and what these break. */
export interface PolicyWithMembers {
  readonly policy: PolicySet;
  readonly problems: readonly Problem[];
}

export async function withMembersOf(
  io: CommandIo,
  database: DatabaseUrl | '-',
  policy: PolicySet,
  nowMs: number,
): Promise<PolicyWithMembers> {
  const places = new PolicyPlaces(policy);
  const given = await readGiven(io, database);
  const members = applyMoves(given, planRuntimeMoves(places, given));
  const problems = findBrokenRules(policy, members, nowMs).map(({ code, place, message }) => {
    const found =
      place.kind === 'workspace'
        ? policy.workspaces.get(place.id)
        : policy.organizations.find(({ id }) => id === place.id);
    return createProblem(code, found?.position ?? nowhere, message, 'change these members at run time, or the roles');
  });
  return { policy: withRuntimeMembers(places, members), problems };
}

const nowhere = { file: 'policies', line: 1, column: 1 };

async function readGiven(io: CommandIo, database: DatabaseUrl | '-'): Promise<readonly RuntimeMember[]> {
  const { readMembers } = await import('../../store/database/members/read-changes.ts');
  return withDatabase(io, { database }, 'read', (opened) => opened.read(readMembers));
}
