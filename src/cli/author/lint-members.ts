import { RuntimeMembers } from '../../engine/runtime-members.ts';
import { PolicyPlaces } from '../../policy/policy-places.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import type { Position } from '../../policy/position.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import type { Place, RuntimeMember } from '../../policy/runtime-member.ts';
import { withRuntimeMembers } from '../../review/diff/matching/runtime-policy.ts';
import { findBrokenRules } from '../../review/members/broken-rules.ts';
import { findHandedOver } from '../../review/members/handed-over.ts';
import { findMissingHolders } from '../../review/members/holder-rules.ts';
import { applyMoves, planRuntimeMoves } from '../../review/members/runtime-moves.ts';
import type { DatabaseUrl } from '../../store/database/database-url.ts';
import type { CommandIo } from '../command/command-io.ts';
import { withDatabase } from '../command/database-option.ts';

/** The policy with its members at run time, as they are when it is published, and what these break. */
export interface PolicyWithMembers {
  readonly policy: PolicySet;
  readonly members: readonly RuntimeMember[];
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
  const problems = findBrokenRules(policy, members, nowMs).map(({ code, place, message }) =>
    createProblem(code, positionOf(policy, place), message, 'change these members at run time, or the roles'),
  );
  const handedOver = findHandedOver(policy, members).map(({ position, message }) =>
    createProblem('handed-over', position, message, 'take the role away here, and list who holds it now'),
  );
  return { policy: withRuntimeMembers(places, members), members, problems: [...problems, ...handedOver] };
}

/** Roles that too few hold; without members of a database it is those of the files alone. */
export function findHolderProblems(policy: PolicySet, asked: PolicyWithMembers | undefined): Problem[] {
  const missing = findMissingHolders(policy, new RuntimeMembers(asked?.members));
  const where = asked ? 'at run time, or under `members`' : 'under `members`, or at run time, as `--database` asks';
  return missing.map(({ place, message }) =>
    createProblem(
      'missing-holders',
      positionOf(policy, place),
      message,
      `give it to a person, without a date, ${where}`,
    ),
  );
}

function positionOf({ workspaces, organizations }: PolicySet, { kind, id }: Place): Position {
  const found = kind === 'workspace' ? workspaces.get(id) : organizations.find((known) => known.id === id);
  return found?.position ?? { file: 'policies', line: 1, column: 1 };
}

async function readGiven(io: CommandIo, database: DatabaseUrl | '-'): Promise<readonly RuntimeMember[]> {
  const { readMembers } = await import('../../store/database/members/read-changes.ts');
  return withDatabase(io, { database }, 'read', (opened) => opened.read(readMembers));
}
