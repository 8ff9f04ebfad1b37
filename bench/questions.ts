import { permissionIds } from '../test/soak/many-workspaces.ts';
import { batchSize, membersEach } from './plan.ts';
import { createRandom } from './statistics.ts';

/** Something to ask, with the answer that follows from how the policy is written, without any engine. */
export interface Question {
  readonly subject: string;
  readonly workspace: string;
  readonly role: string;
  readonly permission: string;
  /** Whose thing it is, where that matters. */
  readonly owner?: string;
  readonly expected: boolean;
}

/** What every member may do, in every scope. */
const readsAll = 'doc:read';

/** What a custom role of `writeManyWorkspaces` grants, with `member`, which it extends. */
export function grantsOf(workspace: number, role: number): ReadonlySet<string> {
  const grants = new Set([readsAll]);
  for (let grant = 0; grant < 6; grant += 1) {
    grants.add(permissionIds[(workspace + role * 7 + grant * 11) % permissionIds.length] ?? '');
  }
  return grants;
}

/** Questions over all workspaces and members, half of them allowed. */
export function createQuestions(workspaces: number, count: number): Question[] {
  const random = createRandom(workspaces);
  return Array.from({ length: count }, (_, index) => {
    const [workspace, member] = [pick(workspaces, random), pick(membersEach, random)];
    return createQuestion(workspace, member, index % 2 === 0, random);
  });
}

/**
 * Questions about things, for the policy of `writeScopedWorkspaces`: what a role of one's own grants holds for one's own
 * things only, and everybody may read everything. Half of them are allowed.
 */
export function createQuestionsOnThings(workspaces: number, count: number): Question[] {
  const random = createRandom(workspaces + 13);
  return Array.from({ length: count }, (_, index) => {
    const [workspace, member] = [pick(workspaces, random), pick(membersEach, random)];
    const isOwn = index % 4 < 2;
    const question = createQuestion(workspace, member, index % 4 !== 1, random);
    const owner = isOwn ? question.subject : 'somebody-else@acme.example';
    if (index % 4 === 2) return { ...question, owner, permission: readsAll, expected: true };
    return { ...question, owner, expected: question.expected && (isOwn || question.permission === readsAll) };
  });
}

/** Batches of one member each, because that is all that Cerbos takes in one call. */
export function createBatches(workspaces: number, count: number): Question[][] {
  const random = createRandom(workspaces + 7);
  return Array.from({ length: count }, () => {
    const [workspace, member] = [pick(workspaces, random), pick(membersEach, random)];
    return Array.from({ length: batchSize }, (_, index) => createQuestion(workspace, member, index % 2 === 0, random));
  });
}

function createQuestion(workspace: number, member: number, expected: boolean, random: () => number): Question {
  const grants = grantsOf(workspace, member % 8);
  const candidates = permissionIds.filter((id) => grants.has(id) === expected);
  return {
    subject: `user-${workspace}-${member}@acme.example`,
    workspace: `ws-${workspace}`,
    role: `role-${member % 8}`,
    permission: candidates[pick(candidates.length, random)] ?? '',
    expected,
  };
}

function pick(count: number, random: () => number): number {
  return Math.floor(random() * count);
}
