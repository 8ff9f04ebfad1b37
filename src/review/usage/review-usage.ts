import type { Waiver } from '../../compile/file/compiled.ts';
import type { CountsHeader } from '../../policy/decision-log/decision-count.ts';
import { areMembersControlled } from '../../policy/permission.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { compareText } from '../../policy/position.ts';
import { isFoundInLogsAlone, reviewKinds, type ReviewKind } from '../../policy/review/review-kinds.ts';
import { dayMs, reviewLimits } from '../../policy/review/review-limits.ts';
import { parseInstant } from '../../policy/text/instant.ts';
import type { AccessGround } from '../access/access-ground.ts';
import { findMergeableRoles, findSameRoles } from './find-alike-roles.ts';
import { findMemberFindings } from './find-member-findings.ts';
import { findRarelyUsed } from './find-rarely-used.ts';
import {
  aboutRole,
  findIdleRoles,
  findUnusedPermissions,
  judgeRoles,
  keyOfRole,
  wordGrants,
  type JudgedRole,
  type RoleGround,
} from './find-role-findings.ts';
import { eachMembership, RoleHoldings } from './held-memberships.ts';
import { scopesOf } from './role-grants.ts';
import {
  nameFinding,
  type FindingAbout,
  type NewFinding,
  type Use,
  type UsageFinding,
  type WaivedUsage,
} from './usage-finding.ts';
import type { UnknownOfLog, UsageTally } from './usage-tally.ts';

/** A permission that holders of a role used, and how often. */
export interface UsedPermission {
  readonly permission: string;
  readonly use: Use;
}

/** A role of which something is told, and what its holders did use of it. */
export interface UsedRole {
  readonly about: FindingAbout;
  readonly holders: number;
  readonly used: readonly UsedPermission[];
}

/** All that a log says of a policy. */
export interface UsageReview {
  readonly log: CountsHeader;
  readonly policy: PolicySet;
  /** Why nothing is said of use; undefined: it is. */
  readonly refused: string | undefined;
  readonly findings: readonly UsageFinding[];
  readonly waived: readonly WaivedUsage[];
  /** Waivers that are over, or are for nothing that was found. */
  readonly waivers: readonly WaiverNote[];
  readonly roles: readonly UsedRole[];
  /** What the application asks of nobody; it says nothing of those who hold it. */
  readonly neverAsked: readonly string[];
  /** Roles that nobody has held for long enough. */
  readonly tooNew: readonly FindingAbout[];
  /** Workspaces of which the log says nothing; nobody is judged there. */
  readonly silent: readonly string[];
  readonly unknown: UnknownOfLog;
  /** Decisions in whose words a permission or a workspace has a former name; they count for what it has become. */
  readonly renamed: number;
  /** Whole days between the end of the log and now, where these are many. */
  readonly endedDaysAgo: number | undefined;
}

export interface WaiverNote {
  readonly waiver: Waiver;
  readonly why: 'over' | 'finds-nothing';
}

/** All that a review is made of. */
export interface UsageQuestion {
  readonly ground: AccessGround;
  readonly tally: UsageTally;
  readonly log: CountsHeader;
  readonly waivers: readonly Waiver[];
  /** Whether memberships at run time were asked for. */
  readonly knowsRuntime: boolean;
  /** Undefined: all kinds. */
  readonly only?: ReadonlySet<ReviewKind> | undefined;
  readonly about?: FindingAbout | undefined;
}

/** Reviews a policy by what was decided: a tally of a whole log, the policy as it is, and now. */
export function reviewUsage(question: UsageQuestion): UsageReview {
  const { ground, tally, knowsRuntime } = question;
  const log = spanOf(question.log);
  const { policy } = ground.engine;
  const refused = whyTooShort(log);
  const [firstType] = policy.catalog.subjectTypes;
  const holdings = new RoleHoldings(firstType, log, ground.atMs);
  const found: NewFinding[] = [];
  const members = { firstType, nowMs: ground.atMs, log: refused === undefined ? { tally, ...log } : undefined };
  for (const membership of eachMembership(ground)) {
    const { list } = membership;
    holdings.add(membership, list.kind === 'staff' || tally.hears(list.at));
    found.push(...findMemberFindings(membership, members));
  }
  const roles: RoleGround = { policy, tally, holdings, knowsRuntime };
  const judged = judgeRoles(roles);
  const byFiles = refused === undefined ? findIdleRoles(judged, roles) : [];
  const byLog =
    refused === undefined
      ? [findUnusedPermissions(judged, policy), findMergeableRoles(judged, policy), findRarelyUsed(roles)]
      : [];
  const all = sortFindings([found, findSameRoles(judged, roles), byFiles, ...byLog].flat().map(nameFinding)).filter(
    (finding) => isAsked(finding, question),
  );
  const { left, waived, notes } = takeWaived(all, question, refused === undefined);
  return {
    log: question.log,
    policy,
    refused,
    findings: left,
    waived,
    waivers: notes,
    roles: usedRoles(judged, left, policy),
    neverAsked: refused === undefined ? findNeverAsked(question) : [],
    tooNew:
      refused === undefined
        ? judged.filter(({ standing }) => standing === 'too-new').map(({ role }) => aboutRole(policy, role))
        : [],
    silent: refused === undefined ? findSilent(policy, tally) : [],
    unknown: tally.unknown,
    renamed: tally.renamed,
    endedDaysAgo: daysSince(log, ground.atMs),
  };
}

/** The part of a log's header that is reckoned with; times in milliseconds since 1970, UTC. */
interface LogSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly days: number;
  readonly lines: number;
}

function spanOf({ from, to, days, lines }: CountsHeader): LogSpan {
  return { fromMs: parseInstant(from ?? '') ?? 0, toMs: parseInstant(to ?? '') ?? 0, days, lines };
}

function whyTooShort({ fromMs, toMs, days, lines }: LogSpan): string | undefined {
  if (lines === 0) return 'the log has no decisions';
  const span = Math.max(1, Math.round((toMs - fromMs) / dayMs));
  const { spanDays, coveredShare } = reviewLimits;
  if (span < spanDays) return `the log covers ${span} day${span === 1 ? '' : 's'}, and ${spanDays} are needed`;
  const needed = Math.ceil(span * coveredShare);
  if (days < needed) return `the log has decisions of ${days} of its ${span} days, and ${needed} are needed`;
  return undefined;
}

function daysSince({ toMs, lines }: LogSpan, nowMs: number): number | undefined {
  const days = Math.floor((nowMs - toMs) / dayMs);
  return lines > 0 && days >= reviewLimits.oldDays ? days : undefined;
}

function isAsked({ kind, about }: UsageFinding, { only, about: asked = {} }: UsageQuestion): boolean {
  if (only && !only.has(kind)) return false;
  return Object.entries(asked).every(([word, text]) => about[word as keyof FindingAbout] === text);
}

function sortFindings(findings: readonly UsageFinding[]): UsageFinding[] {
  const keyOf = ({ about }: UsageFinding): string =>
    [about.organization, about.workspace, about.role, about.member].map((text) => text ?? '').join('\u0000');
  return [...findings].sort(
    (left, right) =>
      reviewKinds.indexOf(left.kind) - reviewKinds.indexOf(right.kind) ||
      compareText(keyOf(left), keyOf(right)) ||
      comparePlace(left, right),
  );
}

function comparePlace(left: UsageFinding, right: UsageFinding): number {
  return (left.position?.line ?? 0) - (right.position?.line ?? 0) || compareText(left.message, right.message);
}

function takeWaived(
  findings: readonly UsageFinding[],
  { waivers, ground, only, about }: UsageQuestion,
  isJudged: boolean,
): { left: UsageFinding[]; waived: WaivedUsage[]; notes: WaiverNote[] } {
  const ours = waivers.filter(({ check }) => reviewKinds.some((kind) => kind === check));
  const valid = ours.filter(({ untilMs }) => untilMs > ground.atMs);
  const fits = (waiver: Waiver, finding: UsageFinding): boolean =>
    waiver.check === finding.kind && [...waiver.about].every(([word, text]) => finding.about[word] === text);
  const waived = findings.flatMap((finding): WaivedUsage[] => {
    const waiver = valid.find((one) => fits(one, finding));
    return waiver ? [{ finding, waiver }] : [];
  });
  const taken = new Set(waived.map(({ finding }) => finding));
  const isWhole = isJudged && !only && !about;
  const notes = ours.flatMap((waiver): WaiverNote[] => {
    if (!isFoundInLogsAlone(waiver.check)) return [];
    if (waiver.untilMs <= ground.atMs) return [{ waiver, why: 'over' }];
    return isWhole && !findings.some((finding) => fits(waiver, finding)) ? [{ waiver, why: 'finds-nothing' }] : [];
  });
  return { left: findings.filter((finding) => !taken.has(finding)), waived, notes };
}

function usedRoles(judged: readonly JudgedRole[], findings: readonly UsageFinding[], policy: PolicySet): UsedRole[] {
  const told = new Set(
    findings.filter(({ kind }) => kind === 'unused-permission').map(({ about }) => keyOfRole(about)),
  );
  return judged.flatMap(({ role, reach, grants }): UsedRole[] => {
    const about = aboutRole(policy, role);
    if (!told.has(keyOfRole(about))) return [];
    const some = new Set(grants.flatMap(({ grant, use }) => (use ? [grant] : [])));
    const used = wordGrants(grants, some).flatMap(({ word, first }): UsedPermission[] => {
      const uses = grants.flatMap(({ grant, use }) =>
        use && grant.permission === first.permission && (!word.includes('@') || grant === first) ? [use] : [],
      );
      const [one] = uses;
      return one ? [{ permission: word, use: uses.reduce(joinUses, { ...one, count: 0 }) }] : [];
    });
    return [{ about, holders: reach.count, used }];
  });
}

// A request in two scopes counts in each of them, so the larger number is told, not the sum.
function joinUses(left: Use, right: Use): Use {
  return {
    count: Math.max(left.count, right.count),
    firstMs: Math.min(left.firstMs, right.firstMs),
    lastMs: Math.max(left.lastMs, right.lastMs),
  };
}

function findSilent({ workspaces }: PolicySet, tally: UsageTally): string[] {
  const silent = [...workspaces.values()].filter((workspace) => !tally.hears(workspace));
  return silent.map(({ id }) => id).sort(compareText);
}

function findNeverAsked({ ground, tally }: UsageQuestion): string[] {
  const { catalog } = ground.engine.policy;
  return [...catalog.permissions.values()].flatMap((permission) => {
    const isEverybodys = (scope: string): boolean => {
      const cell = scope === '' ? permission.cells[0] : permission.cellsByWord.get(scope);
      return cell !== undefined && catalog.baseline.has(cell);
    };
    // What every member may do in a scope is asked there by few applications, and is nobody's role.
    const beyond = scopesOf(permission).filter((scope) => !isEverybodys(scope));
    const scopes = beyond.length > 0 ? beyond : scopesOf(permission);
    const never = scopes.filter((scope) => !tally.wasAsked(permission, scope));
    if (never.length === scopesOf(permission).length) return [permission.id];
    return never.map((scope) => `${permission.id}@${scope}`);
  });
}

/** Whether members of a policy may be given roles that its files do not show. */
export function mayHideMembers({ engine }: AccessGround): boolean {
  return areMembersControlled(engine.policy.catalog.permissions.values());
}
