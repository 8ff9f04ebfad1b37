import { computeDigest, type DigestedFile } from '../../../compile/revision.ts';
import type { Catalog } from '../../../policy/catalog.ts';
import { shortenDigest } from '../../../policy/text/revision-text.ts';
import { findEscalationPaths } from '../../escalation/escalation-paths.ts';
import { matchPolicies, type ComparedPolicies } from '../matching/compared-policies.ts';
import type { Notice, PolicyDifference } from '../matching/policy-difference.ts';
import type { RuntimeMove } from '../../members/runtime-moves.ts';
import { findBrokenNotices, findHandedOverNotices, findRuntimeNotices } from '../notices/runtime-notices.ts';
import { compareShare } from './compare-share.ts';
import type { CompiledShare, PolicyChange } from './compile-share.ts';
import {
  compareEscalations,
  renameEscalations,
  mergeEscalations,
  type EscalationChanges,
  type EscalationSides,
} from './escalation-changes.ts';
import { mergeFindings } from './merge-findings.ts';
import type { ShareFindings } from './share-findings.ts';

/** Everything that a share of two policies has to say, in plain data. */
export interface ShareJudgement {
  readonly findings: ShareFindings;
  /** What becomes of members at run time. */
  readonly runtime: readonly Notice[];
  readonly moves: readonly RuntimeMove[];
  readonly escalations: EscalationSides;
  /** What the revisions are made of; what the shares have in common is in each. */
  readonly deciding: CompiledShare['deciding'];
}

/** A change as a whole. */
export interface JudgedChange {
  readonly difference: PolicyDifference;
  /** What it does to memberships at run time. */
  readonly moves: readonly RuntimeMove[];
  readonly escalations: EscalationChanges;
  /** There is none of before where there was no policy. */
  readonly revisions: { readonly before: string | undefined; readonly after: string };
  readonly catalogs: { readonly before: Catalog; readonly after: Catalog };
}

/** Judges one share by itself. `compared` is given back for what is the same in all of them. */
export async function judgeShare(
  { before, after, moves, broken, handedOver, deciding }: CompiledShare,
  nowMs: number,
  organizations: 'told' | 'untold',
): Promise<{ judgement: ShareJudgement; compared: ComparedPolicies }> {
  const compared = matchPolicies(before, after);
  const judgement = {
    findings: await compareShare(compared, nowMs, organizations),
    runtime: [
      ...findBrokenNotices(broken, after.policy),
      ...findRuntimeNotices(moves, after.policy),
      ...findHandedOverNotices(handedOver, after.policy),
    ],
    moves,
    escalations: {
      before: renameEscalations(findEscalationPaths(before.policy, nowMs), compared),
      after: findEscalationPaths(after.policy, nowMs),
    },
    deciding,
  };
  return { judgement, compared };
}

/** Makes one judgement of all shares, in their order. Undefined when they do not add up. */
export function mergeJudgements(
  shares: readonly ShareJudgement[],
  compared: ComparedPolicies,
  change: PolicyChange,
): JudgedChange | undefined {
  const found = mergeFindings(
    shares.map(({ findings }) => findings),
    compared,
  );
  if (!found) return undefined;
  const isNew = change.before === undefined;
  const pathsOf = (side: keyof EscalationSides): EscalationSides['before'] =>
    mergeEscalations(shares.map(({ escalations }) => escalations[side]));
  const revisionOf = (side: 'before' | 'after'): string =>
    shortenRevision(shares.flatMap(({ deciding }) => deciding[side]));
  return {
    // Where all is new, it is no news that each permission and each role is.
    difference: {
      changes: found.changes,
      notices: [...(isNew ? [] : found.notices), ...toldOnce(shares.flatMap(({ runtime }) => runtime))],
    },
    moves: shares.flatMap(({ moves }) => moves),
    escalations: compareEscalations({ before: pathsOf('before'), after: pathsOf('after') }),
    revisions: { before: isNew ? undefined : revisionOf('before'), after: revisionOf('after') },
    catalogs: { before: compared.before.policy.catalog, after: compared.after.policy.catalog },
  };
}

// What is about an organization stands in each share.
function toldOnce(notices: readonly Notice[]): readonly Notice[] {
  return [...new Map(notices.map((notice) => [`${notice.kind} ${notice.text}`, notice])).values()];
}

function shortenRevision(files: readonly DigestedFile[]): string {
  return shortenDigest(computeDigest([...new Map(files.map((file) => [file.path, file])).values()]));
}
