import { describeRole, wordsOfCells } from '../../engine/role-listing.ts';
import { knownPlans, type Catalog } from '../../policy/catalog.ts';
import type { Permission } from '../../policy/permission.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { readAsking, groundOf } from '../members/asking.ts';
import { ofNames } from '../members/listing-page.ts';
import { type Answer, textAnswer } from '../messages/answer.ts';
import { readQuery } from '../messages/request-query.ts';
import { readKnownTags, tagAnswer } from '../messages/tagged-answer.ts';
import { actorHeaders, minRevision } from '../openapi/openapi-parameters.ts';
import { catalogSchema } from './catalog-schemas.ts';

/** The product's own words: permissions, built-in roles, plans. They are the same for everybody. */
export const catalogEndpoint: ServedEndpoint = {
  route: 'catalog',
  method: 'GET',
  path: '/v1/catalog',
  // It is about no company, so a token of some of them may read it.
  access: { need: 'read', extent: 'place' },
  operation: {
    id: 'getCatalog',
    tag: 'Catalog',
    summary: 'The permissions by category, the built-in roles and the plans',
    query: minRevision,
    headers: actorHeaders,
    answer: catalogSchema,
    isTagged: true,
    problems: ['invalid-request', 'unknown-revision', 'database-refused', 'revision-not-reached', 'no-policy'],
  },
  serve: (context) => async (request, _body, caller) => {
    const query = readQuery(request.url, minRevision);
    const known = readKnownTags(request);
    const asking = readAsking(context, request, caller);
    await reachQueriedRevision(context, query);
    const { catalog } = groundOf(asking).engine.policy;
    return tagAnswer(await context.ceilings.work.run(answerCatalog(catalog), ofNames), known);
  },
};

// Without the revision: the same catalog is the same answer, whoever became a member since.
const written = new WeakMap<Catalog, Answer>();

function* answerCatalog(catalog: Catalog): Generator<void, Answer> {
  const known = written.get(catalog);
  if (known) return known;
  const categories = new Map<string, string[]>();
  for (const permission of catalog.permissions.values()) {
    const texts = categories.get(permission.category) ?? [];
    categories.set(permission.category, texts);
    texts.push(JSON.stringify(describePermission(permission)));
    yield;
  }
  const roles: string[] = [];
  for (const role of catalog.roles.values()) {
    roles.push(JSON.stringify(describeRole(role)));
    yield;
  }
  const listed = [...categories].map(
    ([category, texts]) => `{"category":${JSON.stringify(category)},"permissions":[${texts.join(',')}]}`,
  );
  const lists = `"categories":[${listed.join(',')}],"roles":[${roles.join(',')}]`;
  const answer = textAnswer(200, 'application/json', `{${lists},${JSON.stringify(describeRest(catalog)).slice(1)}`);
  written.set(catalog, answer);
  return answer;
}

function describePermission(permission: Permission): object {
  const { id, title, spans, scopes, requires, caution, controls, plans, was } = permission;
  return {
    permission: id,
    title,
    ...(caution === undefined ? {} : { caution }),
    spans,
    scopes: scopes.map((scope) => scope.id),
    requires,
    ...(controls === undefined ? {} : { controls }),
    ...(plans === undefined ? {} : { plans: [...plans] }),
    ...(was.length === 0 ? {} : { was }),
  };
}

function describeRest(catalog: Catalog): object {
  const { subjectTypes, baseline, defaultRole, customRolePlans, keptFromCustomRoles, exclusive, escalation } = catalog;
  return {
    ...(defaultRole === undefined ? {} : { defaultRole: defaultRole.id }),
    customRoles: {
      ...(customRolePlans === undefined ? {} : { plans: [...customRolePlans] }),
      without: wordsOfCells(keptFromCustomRoles),
    },
    baseline: wordsOfCells(baseline),
    exclusive: exclusive.map(({ first, second }) => [first.id, second.id]),
    plans: [...knownPlans(catalog)],
    escalation,
    subjectTypes,
  };
}
