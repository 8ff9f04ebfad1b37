import type { AccessChange } from '../diff/matching/policy-difference.ts';
import { organizationOfDomain } from '../../policy/policy-set.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import { formatEscalationPath } from '../escalation/escalation-path.ts';
import type { Sight } from '../access/sight.ts';
import type { TestResult } from '../testing/run-policy-tests.ts';
import type { AffectedMember } from './affected-members.ts';
import type { EditFault } from './asked-edit.ts';
import type { JudgedEdits } from './judge-edits.ts';

/** Edits as they were judged, in plain data: what commands print as JSON and what a program is answered. */
export interface JudgedData {
  readonly problems: JudgedEdits['errors'];
  readonly refused: readonly EditFault[];
  readonly tests: { readonly passed: number; readonly failed: readonly TestResult[] } | undefined;
  readonly effect: EffectData | undefined;
  /** The ways to more that open, a sentence each. */
  readonly escalations: readonly string[];
  readonly affected: readonly AffectedData[];
  readonly confirm: string | undefined;
  /** Of each edit's object, before it. */
  readonly etags: readonly (string | null)[];
  readonly patch: string;
  /** What somebody would see then, where that was asked for. */
  readonly sees?: Sight | undefined;
}

/** In people: who comes to do what, and who does no more. */
export interface EffectData {
  /** How many people gain something or lose something. */
  readonly people: number;
  readonly gained: readonly ShareOfEffect[];
  readonly lost: readonly ShareOfEffect[];
}

export interface ShareOfEffect {
  readonly workspace?: string;
  readonly organization?: string;
  readonly subjects: readonly string[];
  readonly permissions: readonly string[];
  readonly from?: string;
  readonly until?: string;
}

export type AffectedData = Omit<AffectedMember, 'place' | 'id'> & {
  readonly workspace?: string;
  readonly organization?: string;
};

export function judgedData(judged: JudgedEdits): JudgedData {
  const { errors, faults, tests, effect, affected, confirm, etags, patch, sight } = judged;
  return {
    problems: errors,
    refused: faults,
    tests: tests && { passed: tests.passed, failed: tests.tests.filter(({ outcome }) => outcome === 'failed') },
    effect: effect && effectData(effect.difference.changes),
    escalations: (effect?.escalations.opened ?? []).map(({ path }) => formatEscalationPath(path)),
    affected: affected.map(({ place, id, ...rest }) => ({ [place]: id, ...rest })),
    confirm,
    etags: etags.map((etag) => etag ?? null),
    patch,
    sees: sight,
  };
}

function effectData(changes: readonly AccessChange[]): EffectData {
  const people = new Set(changes.flatMap(({ subjects }) => subjects));
  const share = (kind: AccessChange['kind']): ShareOfEffect[] =>
    changes.filter((change) => change.kind === kind).map(shareOf);
  return { people: people.size, gained: share('gained'), lost: share('lost') };
}

function shareOf({ workspace, subjects, permissions, fromMs, untilMs }: AccessChange): ShareOfEffect {
  const organization = organizationOfDomain(workspace);
  return {
    ...(organization === undefined ? { workspace } : { organization }),
    subjects,
    permissions,
    ...(fromMs === undefined ? {} : { from: formatInstant(fromMs) }),
    ...(untilMs === undefined ? {} : { until: formatInstant(untilMs) }),
  };
}
