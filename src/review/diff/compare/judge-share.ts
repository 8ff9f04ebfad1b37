import { PolicyCompiler, type CompileResult } from '../../../compile/compile-policy.ts';
import type { PolicyShare } from './policy-shares.ts';
import { computeDigest, type DigestedFile } from '../../../compile/revision.ts';
import type { ParsedElsewhere } from '../../../compile/incremental/workspace-source.ts';
import { shortenDigest } from '../../../policy/text/revision-text.ts';
import { findEscalationPaths } from '../../escalation/escalation-paths.ts';
import { compareShare } from './compare-policies.ts';
import { matchPolicies, type ComparedPolicies } from '../matching/compared-policies.ts';
import {
  compareEscalations,
  mergeEscalations,
  type EscalationChanges,
  type EscalationSides,
} from './escalation-changes.ts';
import { mergeFindings } from './merge-findings.ts';
import type { PolicyDifference, PolicySide } from '../matching/policy-difference.ts';
import type { ShareFindings } from './share-findings.ts';

/** All that a share of two policies has to say, in plain data. */
export interface ShareJudgement {
  readonly findings: ShareFindings;
  readonly escalations: EscalationSides;
  /** What the revisions are made of; what the shares have in common is in each. */
  readonly deciding: { readonly before: readonly DigestedFile[]; readonly after: readonly DigestedFile[] };
}

/** The change as a whole. */
export interface JudgedChange {
  readonly difference: PolicyDifference;
  readonly escalations: EscalationChanges;
  readonly revisions: { readonly before: string; readonly after: string };
}

/** Judges one share after the other, each with what all have in common. */
export class ShareJudge {
  // An unchanged file is compiled for one side and the other from one reading.
  readonly #compiler: PolicyCompiler;
  readonly #common: PolicyShare;
  readonly #nowMs: number;

  /** The very objects of `common` are to be the same on both sides where a file has not changed, as in each share. */
  constructor(common: PolicyShare, nowMs: number, parsed?: ParsedElsewhere) {
    this.#compiler = new PolicyCompiler({ keeps: 'parsed text', tells: 'errors', parsed });
    this.#common = common;
    this.#nowMs = nowMs;
  }

  /** Undefined when a file has an error, on either side: what it means for the others only the whole can tell. */
  async judge(share: PolicyShare): Promise<{ judgement: ShareJudgement; compared: ComparedPolicies } | undefined> {
    const after = this.#compile([...this.#common.after, ...share.after]);
    const before = after && this.#compile([...this.#common.before, ...share.before]);
    if (!before) return undefined;
    const compared = matchPolicies(before.side, after.side);
    const findings = await compareShare(compared, this.#nowMs);
    const [then, now] = [before, after].map(({ side: { policy } }) => findEscalationPaths(policy, this.#nowMs));
    const escalations = { before: then ?? [], after: now ?? [] };
    const deciding = { before: before.deciding, after: after.deciding };
    // Nobody needs it again, and all shares together would fill the memory.
    for (const files of [share.before, share.after]) this.#compiler.forget(files);
    return { judgement: { findings, escalations, deciding }, compared };
  }

  #compile(files: PolicySide['files']): { side: PolicySide; deciding: CompileResult['deciding'] } | undefined {
    const { policy, deciding } = this.#compiler.compile(files, this.#nowMs);
    // Not the sources, which hold on to all they gave.
    return policy && { side: { policy, files }, deciding: deciding.map(({ path, digest }) => ({ path, digest })) };
  }
}

/** Makes one judgement of all shares, in their order. Undefined when only the whole can tell. */
export function mergeJudgements(
  shares: readonly ShareJudgement[],
  compared: ComparedPolicies,
): JudgedChange | undefined {
  const difference = mergeFindings(
    shares.map(({ findings }) => findings),
    compared,
  );
  if (!difference) return undefined;
  const [before, after] = (['before', 'after'] as const).map((side) => ({
    paths: mergeEscalations(shares.map(({ escalations }) => escalations[side])),
    revision: revisionOf(shares.flatMap(({ deciding }) => deciding[side])),
  }));
  if (!before || !after) return undefined;
  return {
    difference,
    escalations: compareEscalations({ before: before.paths, after: after.paths }),
    revisions: { before: before.revision, after: after.revision },
  };
}

function revisionOf(files: readonly DigestedFile[]): string {
  return shortenDigest(computeDigest([...new Map(files.map((file) => [file.path, file])).values()]));
}
