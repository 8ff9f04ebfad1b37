import type { Request } from 'express';
import { limits } from '../../policy/limits.ts';
import { isAtOrganization, type Workspace } from '../../policy/policy-set.ts';
import type { ReviewDocument, ReviewedFinding } from '../../policy/review/review-document.ts';
import { dayMs, reviewLimits } from '../../policy/review/review-limits.ts';
import type { PlaceKind } from '../../policy/runtime-member.ts';
import { parseInstant } from '../../policy/text/instant.ts';
import { mayWaiveAtOnce } from '../../review/changes/waiver-edit-rules.ts';
import {
  isOfPlace,
  standingOf,
  type FindingStanding,
  type StandingGround,
} from '../../review/usage/finding-standing.ts';
import { rolesHeldOf } from '../../review/usage/held-memberships.ts';
import { BrokenReview } from '../../store/decisions/review-file.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import type { SidecarContext } from '../endpoint/sidecar-context.ts';
import { groundOf, readAsking, type AskedGround, type Asking } from '../members/asking.ts';
import { answerPage, itemsAfter, readLimit } from '../members/listing-page.ts';
import { inOperationId, memberReads } from '../members/member-operations.ts';
import { findListedPlace, placeHead } from '../members/place-request.ts';
import type { Answer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { readQuery } from '../messages/request-query.ts';
import { actorHeaders, minRevision, nextPage } from '../openapi/openapi-parameters.ts';
import { reviewSchemas } from './review-schemas.ts';

const query = {
  limit: {
    description: `How many findings at most; ${limits.listedFindings} when left out, and no more. A page may end earlier.`,
  },
  ...nextPage,
  ...minRevision,
} as const;

/** What a review of past decisions found at a place, each with what has become of it. */
export function reviewEndpoint(kind: PlaceKind): ServedEndpoint {
  return {
    route: 'review',
    method: 'GET',
    path: `/v1/${kind}s/:${kind}/review`,
    access: { need: 'read', extent: 'place' },
    operation: {
      id: `get${inOperationId[kind]}Review`,
      tag: 'Access',
      summary: 'What nobody uses, by a review of past decisions, and what has become of it',
      query,
      headers: actorHeaders,
      answer: reviewSchemas[kind],
      problems: [...memberReads(kind), 'forbidden', 'review-off', 'review-unavailable'],
    },
    serve: (context) => async (request, _body, caller) => {
      const asked = readQuery(request.url, query);
      const limit = readLimit(asked, limits.listedFindings);
      const asking = readAsking(context, request, caller);
      await reachQueriedRevision(context, asked);
      // Who may not see the place is not told either whether there is a review.
      requirePlace(request, kind, asking);
      const review = await readReview(context, asking);
      const steps = answerReview({ request, kind, asking, query: asked, limit, review });
      return context.ceilings.work.run(steps, { length: 'long', bytes: 0 });
    },
  };
}

/** The place, for who may see all of it: findings are about others. */
function requirePlace(request: Request, kind: PlaceKind, asking: Asking): { place: Workspace; ground: AskedGround } {
  const ground = groundOf(asking);
  const { place, insight } = findListedPlace(request, kind, ground, asking);
  if (insight === 'all') return { place, ground };
  throw new ApiProblem('forbidden', 'a review is for who manages members or roles there');
}

async function readReview({ review }: SidecarContext, { actor }: Asking): Promise<ReviewDocument> {
  if (!review) throw new ApiProblem('review-off', 'this sidecar has no review; start it with `--review FILE`');
  try {
    return await review.read();
  } catch (error) {
    if (!(error instanceof BrokenReview)) throw error;
    // What is in the file, and where it lies, is not for those who have roles in a product.
    const detail = actor
      ? `the review cannot be used: ${error.fault}; whoever runs the sidecar puts another one in its place`
      : `${error.message}; ${error.help ?? ''}`;
    throw new ApiProblem('review-unavailable', detail, { headers: { 'Retry-After': '10' } });
  }
}

interface ReviewCall {
  readonly request: Request;
  readonly kind: PlaceKind;
  readonly asking: Asking;
  readonly query: URLSearchParams;
  readonly limit: number;
  readonly review: ReviewDocument;
}

interface StandingFinding {
  readonly finding: ReviewedFinding;
  readonly standing: FindingStanding;
}

function* answerReview({ request, kind, asking, query: asked, limit, review }: ReviewCall): Generator<void, Answer> {
  const { place, ground } = requirePlace(request, kind, asking);
  const all = [...review.findings, ...review.waived.map(({ finding }) => finding)];
  const here: ReviewedFinding[] = [];
  for (const finding of all) {
    if (isOfPlace(finding, place, ground)) here.push(asCalledNow(finding, place));
    yield;
  }
  const isOfRoles = here.some(({ about }) => about.member === undefined);
  const held = isOfRoles ? yield* rolesHeldOf(place, ground) : noRoles;
  const standing: StandingGround = { ...ground, place, held };
  const found: StandingFinding[] = [];
  for (const finding of here) {
    found.push({ finding, standing: standingOf(finding, standing) });
    yield;
  }
  const used = new Map(review.roles.map((one) => [keyOf(one.about), one.used]));
  const { knowledge, engine, runtime, atMs } = ground;
  const { actor } = knowledge;
  const isTheirs = !actor || mayWaiveAtOnce({ policy: engine.policy, members: runtime, atMs }, actor);
  return yield* answerPage({
    head: {
      ...placeHead(place, kind),
      review: describeReview(review, place, ground),
      waiving: isTheirs ? 'at-once' : 'in-review',
      open: found.filter((one) => one.standing.state === 'open').length,
    },
    name: 'findings',
    tail: { revision: ground.revision },
    items: itemsAfter(found, asked, ({ finding }) => finding.id),
    limit,
    describe: ({ finding, standing: { ...now } }) => ({
      ...{ id: finding.id, kind: finding.kind, about: finding.about, message: finding.message },
      evidence: finding.evidence,
      used: finding.kind === 'unused-permission' ? (used.get(keyOf(finding.about)) ?? []) : [],
      edits: [],
      ...now,
    }),
    cursorOf: ({ finding }) => finding.id,
  });
}

const noRoles = new Set<never>();

// What a waiver is to be about, too: it goes along when a place is renamed, and a review does not.
function asCalledNow(finding: ReviewedFinding, place: Workspace): ReviewedFinding {
  const { organization, id } = place;
  const about = {
    ...finding.about,
    ...(organization.id === undefined ? {} : { organization: organization.id }),
    ...(isAtOrganization(place) ? {} : { workspace: id }),
  };
  return { ...finding, about };
}

function keyOf({ organization, workspace, role }: ReviewedFinding['about']): string {
  return JSON.stringify([organization ?? null, workspace ?? null, role ?? null]);
}

function describeReview(review: ReviewDocument, place: Workspace, { engine, atMs }: AskedGround): object {
  const { log, judged, refused, silent, revision } = review;
  const endMs = log.to === undefined ? undefined : parseInstant(log.to);
  const daysOld = Math.max(0, Math.floor((atMs - (endMs ?? atMs)) / dayMs));
  return {
    revision,
    isLive: revision === engine.policy.revision,
    days: log.days,
    daysOld,
    isOld: daysOld >= reviewLimits.oldDays,
    isJudged: judged,
    isSilent: !isAtOrganization(place) && silent.includes(place.id),
    ...(log.from === undefined ? {} : { from: log.from }),
    ...(log.to === undefined ? {} : { to: log.to }),
    ...(refused === undefined ? {} : { refused }),
  };
}
