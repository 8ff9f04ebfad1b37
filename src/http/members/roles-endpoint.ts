import type { Request } from 'express';
import { describeRole, rolesOf } from '../../engine/role-listing.ts';
import { hasCustomRoles } from '../../policy/catalog.ts';
import { limits } from '../../policy/limits.ts';
import { roleSpans } from '../../policy/role.ts';
import type { PlaceKind } from '../../policy/runtime-member.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import { countHoldersOfEach } from '../../review/access/role-holders.ts';
import { rolesSeenAt } from '../../review/access/role-matrix.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import type { Answer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { readQuery } from '../messages/request-query.ts';
import { named } from '../openapi/named-schema.ts';
import { actorHeaders, minRevision, pagesOf } from '../openapi/openapi-parameters.ts';
import { count, flag, list, next, record, revision as revisionSchema, text } from '../openapi/openapi-words.ts';
import { groundOf, readAsking } from './asking.ts';
import { answerPage, type AskedNames, itemsAfter, ofNames, readLimit } from './listing-page.ts';
import { memberReads } from './member-operations.ts';
import { subjectSchema } from './member-schemas.ts';
import { findListedPlace, placeHead } from './place-request.ts';

export const roleSchema = named(
  'Role',
  record(
    {
      role: text,
      title: text,
      builtIn: flag,
      spans: { enum: roleSpans },
      extends: list(text),
      grants: list({ ...text, description: '`permission` or `permission@scope`, wildcards spelled out.' }),
      denies: list(text),
    },
    {
      description: text,
      holders: { type: ['integer', 'string'], description: 'How many must hold it; `1+`: so many at least.' },
      assigns: { ...list(text), description: 'The only roles that its holders hand out, change and take.' },
      organization: { ...text, description: 'The organization that defines it; all its workspaces see it.' },
      holderCount: { ...count, description: 'With `?holders`: how many were given it, there or above, at some time.' },
      firstHolders: { ...list(subjectSchema), description: 'With `?holders`: the first of them, by their ids.' },
    },
  ),
);

const common = {
  revision: revisionSchema,
  customRoles: { ...flag, description: 'Whether roles may be defined there, by the plan of the company.' },
  roles: list(roleSchema),
};
const plan = { ...text, description: 'The plan of the company.' };

const schemas = {
  workspace: named('Roles', record({ workspace: text, ...common }, { plan, next })),
  organization: named('OrganizationRoles', record({ organization: text, ...common }, { plan, next })),
} as const;

const seen = {
  seen: {
    description: 'All roles that its workspaces see, also those that are given there alone. It stands alone: `?seen`.',
    mayBeEmpty: true,
    schema: { type: 'string', enum: ['', 'true'] },
  },
} as const;

const listing = {
  holders: {
    description: 'Adds how many were given each role, and the first of them. It stands alone: `?holders`.',
    mayBeEmpty: true,
    schema: { type: 'string', enum: ['', 'true'] },
  },
  ...pagesOf('roles'),
  ...minRevision,
} as const;

const queries = { workspace: listing, organization: { ...listing, ...seen } } as const;

const words = {
  workspace: { id: 'listRoles', summary: "Built-in roles, those of the organization and this workspace's own" },
  organization: { id: 'listOrganizationRoles', summary: 'The roles that can be given in the whole organization' },
} as const;

/** The roles that a place can give, page by page: in a workspace the built-in ones, its organization's and its own. */
export function rolesEndpoint(kind: PlaceKind): ServedEndpoint {
  return {
    route: 'roles',
    method: 'GET',
    path: `/v1/${kind}s/:${kind}/roles`,
    access: { need: 'read', extent: 'place' },
    operation: {
      ...words[kind],
      tag: 'Members',
      query: queries[kind],
      headers: actorHeaders,
      answer: schemas[kind],
      problems: memberReads(kind),
    },
    serve: (context) => async (request, _body, caller) => {
      const asked = readQuery(request.url, queries[kind]);
      const limit = readLimit(asked, limits.listedNames);
      await reachQueriedRevision(context, asked);
      const names = { query: asked, limit, asking: readAsking(context, request, caller) };
      const wants = { holders: readFlag(asked, 'holders'), seen: readFlag(asked, 'seen') };
      const work = wants.holders ? ({ length: 'long', bytes: 0 } as const) : ofNames;
      return context.ceilings.work.run(answerRoles(request, kind, names, wants), work);
    },
  };
}

function readFlag(asked: URLSearchParams, name: 'holders' | 'seen'): boolean {
  const word = asked.get(name);
  if (word === null) return false;
  if (word === '' || word === 'true') return true;
  throw new ApiProblem('invalid-request', `\`${name}\` stands alone; leave it out for roles alone`);
}

/** The first holders of a role that a list of roles shows. */
const firstHolders = 4;

function* answerRoles(
  request: Request,
  kind: PlaceKind,
  { query, limit, asking }: AskedNames,
  wants: { readonly holders: boolean; readonly seen: boolean },
): Generator<void, Answer> {
  const ground = groundOf(asking);
  const { place, insight } = findListedPlace(request, kind, ground, asking);
  const { policy } = ground.engine;
  const { plan: onPlan } = place.organization;
  const listed = wants.seen ? rolesSeenAt(policy, place) : rolesOf(policy, place);
  const roles = listed.filter((role) => ground.knowledge.mayKnowRole(place, insight, role));
  const only = insight === 'own' ? ground.knowledge.actor : undefined;
  const found = wants.holders
    ? yield* countHoldersOfEach(ground, place, { limit: firstHolders, ...(only && { only }) })
    : undefined;
  return yield* answerPage({
    head: {
      ...placeHead(place, kind),
      revision: ground.revision,
      ...(onPlan === undefined ? {} : { plan: onPlan }),
      customRoles: hasCustomRoles(policy.catalog, onPlan),
    },
    name: 'roles',
    items: itemsAfter(roles, query, ({ id }) => id),
    limit,
    describe: (role) => {
      const { count: holderCount = 0, first = [] } = found?.get(role) ?? {};
      return { ...describeRole(role), ...(found && { holderCount, firstHolders: first }) };
    },
    cursorOf: ({ id }) => id,
  });
}
