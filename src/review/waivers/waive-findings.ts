import type { Waiver } from '../../compile/file/compiled.ts';
import { findingWords } from '../../compile/file/entries.ts';
import { quote, quoteWhole } from '../../compile/words/describe-value.ts';
import { nearest, suggest } from '../../compile/words/suggest.ts';
import { areMembersControlled } from '../../policy/permission.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { formatPosition } from '../../policy/position.ts';
import { createProblem, problemSeverities, type Problem } from '../../policy/problem.ts';
import { isFoundInLogsAlone, reviewOnlyKinds } from '../../policy/review/review-kinds.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import type { FindingPlace, FindingPlaces } from './finding-place.ts';

/** A warning that somebody accepted, and with what words. */
export interface WaivedFinding {
  readonly problem: Problem;
  readonly waiver: Waiver;
}

export interface WaivedFindings {
  readonly left: readonly Problem[];
  /** What is wrong with the waivers themselves. */
  readonly ofWaivers: readonly Problem[];
  readonly waived: readonly WaivedFinding[];
}

/**
 * Whether files alone, or files with the members of a database, show what a waiver is for. Where members are given at run
 * time, a run that does not ask for them finds no unused role, and fewer ways to more; one that does finds roles held. What was
 * handed over is found by who asks for it alone.
 */
export function showsAtRunTime(
  { check, about }: Waiver,
  policy: PolicySet,
  asked: 'members asked' | 'files alone',
): boolean {
  if (!areMembersControlled(policy.catalog.permissions.values())) return true;
  if (asked === 'members asked') return check !== 'needs-another-role' && check !== 'missing-holders';
  if (check === 'self-lift') return about.has('role');
  return check !== 'unused-role' && check !== 'handed-over' && check !== 'unused-group';
}

export interface WaiverContext {
  readonly waivers: readonly Waiver[];
  readonly places: FindingPlaces;
  readonly nowMs: number;
  /** Whether this run could have found what a waiver is for, had it been there. */
  readonly couldFind: (waiver: Waiver) => boolean;
}

interface PlacedFinding {
  readonly problem: Problem;
  readonly place: FindingPlace;
}

/** Takes the accepted ones out of what was found. Errors are never taken out. */
export function waiveFindings(problems: readonly Problem[], context: WaiverContext): WaivedFindings {
  const { waivers, nowMs } = context;
  if (waivers.length === 0) return { left: problems, ofWaivers: [], waived: [] };
  const byCheck = placedByCheck(problems, context);
  const taken = new Map<Problem, Waiver>();
  const said: Problem[] = [];
  for (const waiver of waivers) {
    if (waiver.untilMs <= nowMs) {
      said.push(describeOver(waiver));
      continue;
    }
    const found = byCheck.get(waiver.check) ?? [];
    const fitting = found.filter(({ place }) => fits(waiver, place, context.places));
    const free = fitting.filter(({ problem }) => !taken.has(problem));
    if (new Set(fitting.map(keyOf)).size > 1) said.push(describeSeveral(waiver, fitting));
    else if (free.length > 0) for (const { problem } of free) taken.set(problem, waiver);
    else if (fitting.length > 0) said.push(describeSecond(waiver, taken.get(fitting[0]?.problem as Problem)));
    // A log shows it, and `review` says when it does no more.
    else if (!isFoundInLogsAlone(waiver.check) && context.couldFind(waiver)) said.push(describeUnused(waiver, found));
  }
  const left = problems.filter((problem) => !taken.has(problem));
  return { left, ofWaivers: said, waived: [...taken].map(([problem, waiver]) => ({ problem, waiver })) };
}

function placedByCheck(
  problems: readonly Problem[],
  { waivers, places }: WaiverContext,
): ReadonlyMap<string, readonly PlacedFinding[]> {
  const byCheck = new Map<string, PlacedFinding[]>(waivers.map(({ check }) => [check, []]));
  for (const problem of problems) {
    if (problem.severity !== 'warning') continue;
    byCheck.get(problem.code)?.push({ problem, place: places.placeOf(problem) });
  }
  return byCheck;
}

function fits({ about }: Waiver, place: FindingPlace, places: FindingPlaces): boolean {
  return [...about].every(([word, text]) => place[word] === (word === 'member' ? places.nameOf(text) : text));
}

// A waiver is for one finding, that is, for one thing. Of one thing a check may have more to say.
function keyOf({ place }: PlacedFinding): string {
  return JSON.stringify(findingWords.map((word) => place[word] ?? null));
}

function describeOver({ check, untilMs, untilPosition }: Waiver): Problem {
  const message = `the waiver of ${quote(check)} ended at ${formatInstant(untilMs)}`;
  const help = 'mend what it is for, or look at it again and write another end';
  return createProblem('waiver-over', untilPosition, message, help);
}

function describeSeveral(waiver: Waiver, fitting: readonly PlacedFinding[]): Problem {
  const count = new Set(fitting.map(keyOf)).size;
  const message = `the waiver of ${quote(waiver.check)} fits ${count} findings, and accepts none of them`;
  const differing = findingWords.find((word) => new Set(fitting.map(({ place }) => place[word])).size > 1);
  const texts = new Set(fitting.flatMap(({ place }) => (differing && place[differing]) ?? []));
  const shown = [...texts].slice(0, toldTexts).map((text) => quoteWhole(`${differing ?? ''}: ${text}`));
  const more = texts.size > shown.length ? ' and so on' : '';
  return createProblem(
    'unused-waiver',
    waiver.position,
    message,
    `a waiver is for one; add ${shown.join(' or ')}${more}`,
  );
}

const toldTexts = 3;

function describeSecond(waiver: Waiver, first: Waiver | undefined): Problem {
  const where = first ? ` at ${formatPosition(first.position)}` : '';
  const message = `the waiver of ${quote(waiver.check)} is for what another one${where} accepts`;
  return createProblem('unused-waiver', waiver.position, message, 'keep one');
}

function describeUnused(waiver: Waiver, found: readonly PlacedFinding[]): Problem {
  if (!Object.hasOwn(problemSeverities, waiver.check)) {
    const known = Object.entries(problemSeverities).flatMap(([code, severity]) =>
      severity === 'warning' ? [code] : [],
    );
    const help =
      suggest(waiver.check, [...known, ...reviewOnlyKinds]) ?? 'the check is what stands in brackets behind a warning';
    return createProblem('unused-waiver', waiver.position, `there is no check ${quote(waiver.check)}`, help);
  }
  const message = `the waiver of ${quote(waiver.check)} finds nothing`;
  return createProblem('unused-waiver', waiver.position, message, nearestHelp(waiver, found) ?? 'take it away');
}

function nearestHelp({ about }: Waiver, found: readonly PlacedFinding[]): string | undefined {
  for (const [word, text] of about) {
    const known = new Set(found.flatMap(({ place }) => place[word] ?? []));
    const near = known.has(text) ? undefined : nearest(text, known);
    if (near !== undefined) return `did you mean ${quoteWhole(`${word}: ${near}`)}? else take it away`;
  }
  return undefined;
}
