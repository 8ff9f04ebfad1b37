import { PolicyCompiler, type CompileResult } from '../../../compile/compile-policy.ts';
import type { SourceFile } from '../../../compile/file/policy-files.ts';
import type { DigestedFile } from '../../../compile/revision.ts';
import { PolicyPlaces } from '../../../policy/policy-places.ts';
import type { PolicySet } from '../../../policy/policy-set.ts';
import type { RuntimeMember } from '../../../policy/runtime-member.ts';
import { findBrokenRules, findTakenHolders, newlyBroken, type BrokenRule } from '../../members/broken-rules.ts';
import { findHandedOver, type HandedOver } from '../../members/handed-over.ts';
import { renamedPlaces } from '../../members/renamed-places.ts';
import { applyMoves, planRuntimeMoves, type ReturningMember, type RuntimeMove } from '../../members/runtime-moves.ts';
import { emptyPolicyBefore } from '../matching/empty-policy.ts';
import type { PolicySide } from '../matching/policy-difference.ts';
import { joinRuntimeMembers } from '../matching/runtime-policy.ts';
import type { PolicyShare } from './policy-shares.ts';

/** Two policies as their files, with what else is to be known to compare them. */
export interface PolicyChange {
  /** Undefined: there was no policy. Where a file has not changed it is the very object of `after`. */
  readonly before: readonly SourceFile[] | undefined;
  readonly after: readonly SourceFile[];
  /** Who holds what at run time. */
  readonly members: readonly RuntimeMember[];
  /** Who gets back at run time what publications took that the files after undo. */
  readonly returning?: readonly ReturningMember[];
  /** Whether the files are to be published where the ones before are live, so that its rules are asked. */
  readonly isPublication?: boolean;
  /** The time from which on changes count. */
  readonly nowMs: number;
}

/** Files with an error, with which nothing can be compared. */
export type FaultyPolicy =
  | { readonly faulty: 'after'; readonly result: CompileResult }
  /** The files after are sound, and what they mean is known. */
  | { readonly faulty: 'before'; readonly result: CompileResult; readonly after: PolicySet };

/** Both sides of a share, compiled. */
export interface CompiledShare {
  readonly before: PolicySide;
  readonly after: PolicySide;
  /** What the files after do to memberships at run time. */
  readonly moves: readonly RuntimeMove[];
  /** The rules that members at run time would break then. */
  readonly broken: readonly BrokenRule[];
  /** What the files after give and was handed over at run time. */
  readonly handedOver: readonly HandedOver[];
  /** What the revisions are made of. */
  readonly deciding: { readonly before: readonly DigestedFile[]; readonly after: readonly DigestedFile[] };
}

/** A compiler of one share after the other, each with what all have in common. */
export class ShareCompiler {
  // An unchanged file is compiled for one side and the other from one reading.
  readonly #compiler = new PolicyCompiler({ keeps: 'parsed text', tells: 'errors' });
  readonly #change: PolicyChange;
  readonly #common: PolicyShare;

  constructor(change: PolicyChange, common: PolicyShare) {
    this.#change = change;
    this.#common = common;
  }

  /** `onProgress` is told how much of the share is done, from 0 to 1. */
  compile(share: PolicyShare, onProgress: (part: number) => void): CompiledShare | FaultyPolicy {
    const filesAfter = [...this.#common.after, ...share.after];
    const after = this.#compile(filesAfter, (part) => onProgress(part / 2));
    if (!after.policy) return { faulty: 'after', result: after };
    const deciding = plainDigests(after);
    if (this.#change.before === undefined) {
      const before = { policy: emptyPolicyBefore(after.policy), files: [] };
      return this.#withMembers(before, { policy: after.policy, files: filesAfter }, { before: [], after: deciding });
    }
    const filesBefore = [...this.#common.before, ...share.before];
    const before = this.#compile(filesBefore, (part) => onProgress((1 + part) / 2));
    if (!before.policy) return { faulty: 'before', result: before, after: after.policy };
    return this.#withMembers(
      { policy: before.policy, files: filesBefore },
      { policy: after.policy, files: filesAfter },
      { before: plainDigests(before), after: deciding },
    );
  }

  /** Lets go of a share: nobody needs it again, and all of them together would fill the memory. */
  forget(share: PolicyShare): void {
    for (const files of [share.before, share.after]) this.#compiler.forget(files);
  }

  #compile(files: readonly SourceFile[], onProgress: (part: number) => void): CompileResult {
    const steps = this.#compiler.compileInSteps(files, this.#change.nowMs);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      onProgress(step.value.done / step.value.total);
    }
  }

  #withMembers(before: PolicySide, after: PolicySide, deciding: CompiledShare['deciding']): CompiledShare {
    return joinMembers(before, after, deciding, this.#change);
  }
}

/** A change of files, and who holds what at run time meanwhile. */
export type MembersOfChange = Pick<PolicyChange, 'members' | 'returning' | 'isPublication' | 'nowMs'> & {
  /** Those of the members whom the change can concern; undefined: all. */
  readonly near?: readonly RuntimeMember[];
  /** The latter as they are afterwards; undefined: as the policy moves them. */
  readonly nearAfter?: readonly RuntimeMember[];
};

/** Both sides as if they listed the members at run time, too; after a publication those that cannot stay have gone. */
export function joinMembers(
  before: PolicySide,
  after: PolicySide,
  deciding: CompiledShare['deciding'],
  { members, near = members, nearAfter, returning = [], isPublication = false, nowMs }: MembersOfChange,
): CompiledShare {
  const taken = (given: readonly RuntimeMember[]): BrokenRule[] =>
    findTakenHolders({ policy: after.policy, given }, () => ({ policy: before.policy, given: near }), nowMs);
  if (members.length + returning.length === 0 && !nearAfter) {
    return { before, after, moves: [], broken: isPublication ? taken([]) : [], handedOver: [], deciding };
  }
  const places = new PolicyPlaces(after.policy);
  const moves = planRuntimeMoves(places, near, returning, renamedPlaces(after.policy, before.policy));
  const moved = nearAfter ?? applyMoves(near, moves);
  const all = nearAfter ? allAfter(members, near, nearAfter) : movedOf(members, near, { moves, moved });
  const broken = newlyBroken(findBrokenRules(after.policy, moved, nowMs), () =>
    findBrokenRules(before.policy, near, nowMs),
  );
  const joined = joinRuntimeMembers(new PolicyPlaces(before.policy), members);
  return {
    before: { ...before, policy: joined.policy },
    after: { ...after, policy: joinRuntimeMembers(places, all, joined).policy },
    moves,
    broken: [...broken, ...taken(moved)],
    handedOver: findHandedOver(after.policy, moved),
    deciding,
  };
}

function movedOf(
  members: readonly RuntimeMember[],
  near: readonly RuntimeMember[],
  { moves, moved }: { readonly moves: readonly RuntimeMove[]; readonly moved: readonly RuntimeMember[] },
): readonly RuntimeMember[] {
  if (moves.length === 0) return members;
  return near === members ? moved : applyMoves(members, moves);
}

function allAfter(
  members: readonly RuntimeMember[],
  near: readonly RuntimeMember[],
  nearAfter: readonly RuntimeMember[],
): readonly RuntimeMember[] {
  const known = new Set(near);
  return [...members.filter((member) => !known.has(member)), ...nearAfter];
}

// Not the sources, which hold on to all they gave.
function plainDigests({ deciding }: CompileResult): readonly DigestedFile[] {
  return deciding.map(({ path, digest }) => ({ path, digest }));
}
